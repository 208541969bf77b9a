"""`run`: the service. Builds the house, starts its two errands, and ends them in good order."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TextIO

from adapters.chat import CHATS, Kit
from adapters.feeds import POLLERS
from adapters.feeds.fetch import USER_AGENT, Fetcher
from adapters.log import route_libraries
from adapters.schedule import Schedule
from adapters.store import SqliteStore
from bot.cli.arguments import Options
from bot.cli.build import (
    Knowledge,
    all_feeds,
    build_brain,
    build_log,
    compile_knowledge,
    database,
    now,
    open_database,
    read_settings,
)
from bot.domain import Feed, FeedState, Subscription
from bot.pipeline import Pipeline
from bot.ports import Chat, Log
from bot.settings import Settings

GRACE = 8.0
"""Seconds that errands in hand are given after SIGTERM; with what comes after, all ends within 10."""

DELIVER_EVERY = 1.0
"""Seconds between looks at what is due to be sent."""

SPREAD = timedelta(seconds=30)

AT_ONCE = 20
"""Feeds visited side by side when all are visited at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The running parts."""

    settings: Settings
    store: SqliteStore
    pipeline: Pipeline
    feeds: list[Feed]
    log: Log


def run(options: Options, environ: Mapping[str, str]) -> int:
    """Run until told to stop; with --once, visit every feed, deliver, stop. 1 with --once if no feed could be read."""
    settings = read_settings(options, environ)
    knowledge = compile_knowledge()
    return asyncio.run(_run(options, settings, knowledge, database(options, environ)))


async def _run(options: Options, settings: Settings, knowledge: Knowledge, path: str) -> int:
    stopped = asyncio.Event()
    _stop_on_signals(stopped)
    async with open_house(
        settings,
        knowledge,
        path,
        stream=sys.stdout,
        json_lines=options.json,
        take_stock=settings.take_stock if options.take_stock is None else options.take_stock == "yes",
    ) as house:
        if options.once:
            return await visit_once(house)
        await serve(house, stopped)
        return 0


@asynccontextmanager
async def open_house(
    settings: Settings,
    knowledge: Knowledge,
    path: str,
    *,
    stream: TextIO,
    json_lines: bool,
    take_stock: bool,
    log: Log | None = None,
) -> AsyncIterator[House]:
    """Build everything once and tear it down in the opposite order."""
    log = log or build_log(settings)
    async with AsyncExitStack() as stack:
        stack.callback(route_libraries(log, level=logging.WARNING))
        store = open_database(path, knowledge, service=True)
        stack.callback(store.close)
        network = settings.network
        fetcher = Fetcher(
            allow_private=network.allow_private,
            timeout=network.timeout.total_seconds(),
            max_bytes=network.max_bytes,
            per_host=network.per_host,
            limit=network.connections,
            user_agent=network.user_agent or USER_AGENT,
        )
        stack.push_async_callback(fetcher.close)
        chats = await _connect(settings, stack, Kit(stream=stream, json_lines=json_lines, log=log))
        subscriptions = [*_heard_rooms(settings, chats), *store.subscriptions()]
        brain = build_brain(knowledge, subscriptions, [*settings.rules, *store.rules()], window=settings.story_window)
        pipeline = Pipeline(
            store=store,
            brain=brain,
            sources={kind: make(fetcher) for kind, make in POLLERS.items()},
            chats=chats,
            clock=now,
            log=log,
            take_stock=take_stock,
            give_up=settings.give_up,
        )
        pipeline.recall(now())
        feeds = [feed for feed in all_feeds(settings, store) if not feed.paused]
        yield House(settings=settings, store=store, pipeline=pipeline, feeds=feeds, log=log)


async def _connect(settings: Settings, stack: AsyncExitStack, kit: Kit) -> dict[str, Chat]:
    """Bring every chat online that is configured and that this program has."""
    chats: dict[str, Chat] = {}
    for name, make in CHATS.items():
        if name in settings.chats:
            chat = make(replace(kit, variables=settings.chats[name].reveal()))
            await chat.connect()
            stack.push_async_callback(chat.close)
            chats[name] = chat
    return chats


def _heard_rooms(settings: Settings, chats: Mapping[str, Chat]) -> list[Subscription]:
    """Return the operator's subscriptions of rooms that can hear: the terminal hears nothing while a chat is on."""
    silent = "console" if len(chats) > 1 else ""
    return [one for one in settings.subscriptions if one.room != silent]


async def visit_once(house: House) -> int:
    """Visit every feed, send what is due, and stop. 1 if no feed could be read."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def visit(feed: Feed) -> bool:
        async with turn:
            return (await house.pipeline.poll(feed)).status is not None

    house.log("ready", feeds=len(house.feeds), once=True)
    read = await asyncio.gather(*(visit(feed) for feed in house.feeds))
    while await house.pipeline.deliver():
        pass
    return 0 if any(read) or not house.feeds else 1


async def serve(house: House, stopped: asyncio.Event) -> None:
    """Run both errands until `stopped`, then finish what is in hand."""
    schedule = Schedule(log=house.log)

    async def deliver() -> None:
        await house.pipeline.deliver()

    schedule.every("deliver", DELIVER_EVERY, deliver)
    for feed, due in zip(house.feeds, first_visits(house.feeds, house.store.feed_states(), now()), strict=True):
        schedule.at(f"poll {feed.key}", due, _errand(house.pipeline, feed))
    schedule.start()
    house.log("ready", feeds=len(house.feeds))
    await stopped.wait()
    house.log("stopping")
    await schedule.stop(GRACE)
    house.log("stopped")


def first_visits(feeds: Sequence[Feed], states: Mapping[str, FeedState], start: datetime) -> list[datetime]:
    """Return when to visit each feed first after a start: when it was due, at once where it failed or is new.

    Those that are due at once are spread over up to `SPREAD`, so that a start is no burst.
    """
    step = min(SPREAD / max(1, len(feeds)), timedelta(milliseconds=100))
    dues = []
    for place, feed in enumerate(feeds):
        state = states.get(feed.key)
        waits = state is not None and not state.failures and state.next_visit is not None
        due = state.next_visit if state is not None and waits and state.next_visit else start
        dues.append(min(max(due, start + place * step), start + feed.every))
    return dues


def _errand(pipeline: Pipeline, feed: Feed) -> Callable[[], Awaitable[datetime | None]]:
    """Return the visit of one feed, which says when the next is due."""

    async def visit() -> datetime | None:
        return (await pipeline.poll(feed)).due

    return visit


def _stop_on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
