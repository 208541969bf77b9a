"""The house of the service: built once, torn down in the opposite order, and refreshed when people change something."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TextIO

from adapters.chat import CHATS, PLATFORMS, Kit
from adapters.feeds import POLLERS
from adapters.feeds.articles import WebArticles
from adapters.feeds.fetch import USER_AGENT, Fetcher
from adapters.feeds.lists import LISTS
from adapters.health import Metrics
from adapters.log import route_libraries
from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, all_feeds, build_brain, build_desk, build_log, now, open_database
from bot.commands import Hooks
from bot.domain import Drawing, Feed
from bot.fulltext import FullText
from bot.pipeline import Pipeline
from bot.ports import Chat, Desk, ListBooks, Log, Source
from bot.rules import Query
from bot.settings import Settings


@dataclass(slots=True, kw_only=True)
class House:
    """The running parts."""

    settings: Settings
    knowledge: Knowledge
    store: SqliteStore
    pipeline: Pipeline
    chats: Mapping[str, Chat]
    log: Log
    metrics: Metrics
    hooks: Hooks

    def feeds(self) -> list[Feed]:
        """Return the feeds that are to be visited, as things stand now."""
        return [feed for feed in all_feeds(self.settings, self.store) if not feed.paused]

    def refresh_audience(self) -> None:
        """Listen to subscriptions and rules as they are now."""
        known = self.pipeline.audience.parsed
        self.pipeline.listen(build_audience(self.settings, self.store, self.knowledge, self.chats, known=known))


def _draw(drawing: Drawing) -> bytes:
    # loaded with the first picture: most houses never draw one
    from adapters.pictures import draw

    return draw(drawing)


def build_audience(
    settings: Settings,
    store: SqliteStore,
    knowledge: Knowledge,
    chats: Mapping[str, object],
    *,
    known: Mapping[str, Query] | None = None,
) -> Audience:
    """Compile who listens: the operator's lines and those made in chat; `known` has lines that were parsed before."""
    # the terminal hears nothing while a chat is on
    silent = "console" if len(chats) > 1 else ""
    operators = [one for one in settings.subscriptions if one.room != silent]
    return Audience(
        [*operators, *store.subscriptions()],
        [*settings.rules, *store.rules()],
        knowledge.names,
        places=store.places(),
        feeds={feed.key: feed.scope for feed in store.feeds() if feed.scope},
        known=known,
    )


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
    metrics = Metrics()
    log = _both(log or build_log(settings), metrics)
    async with AsyncExitStack() as stack:
        stack.callback(route_libraries(log, level=logging.WARNING))
        store = open_database(path, knowledge, service=True)
        stack.callback(store.close)
        fetcher = build_fetcher(settings)
        sources = open_sources(stack, fetcher, store, knowledge)
        hooks = Hooks()
        desk = build_desk(settings, store, knowledge, log=log, hooks=hooks, sources=sources, draw=_draw)
        chats = make_chats(settings, Kit(stream=stream, json_lines=json_lines, log=log), desk)
        full_text = _full_text(settings, knowledge, fetcher, log)
        pipeline = build_pipeline(
            settings, store, knowledge, sources, chats, log=log, take_stock=take_stock, full_text=full_text
        )
        for chat in chats.values():
            stack.push_async_callback(chat.close)
            await chat.connect()
        house = House(
            settings=settings,
            knowledge=knowledge,
            store=store,
            pipeline=pipeline,
            chats=chats,
            log=log,
            metrics=metrics,
            hooks=hooks,
        )
        hooks.audience = house.refresh_audience
        yield house


def open_sources(
    stack: AsyncExitStack, fetcher: Fetcher, store: SqliteStore, knowledge: Knowledge
) -> dict[str, Source]:
    """Make a source of each kind over one client; the stack closes all of them. Official lists are in the store."""
    stack.push_async_callback(fetcher.close)
    books = ListBooks(store, knowledge.clerk, now)
    sources: dict[str, Source] = {
        kind: LISTS[kind](fetcher, books) if kind in LISTS else make(fetcher) for kind, make in POLLERS.items()
    }
    for source in sources.values():
        stack.push_async_callback(source.close)
    return sources


def build_pipeline(
    settings: Settings,
    store: SqliteStore,
    knowledge: Knowledge,
    sources: Mapping[str, Source],
    chats: Mapping[str, Chat],
    *,
    log: Log,
    take_stock: bool,
    full_text: FullText | None = None,
) -> Pipeline:
    """Return the pipeline, with what it has to remember."""
    audience = build_audience(settings, store, knowledge, settings.chats)
    pipeline = Pipeline(
        store=store,
        brain=build_brain(knowledge, audience, window=settings.story_window),
        sources=sources,
        chats=chats,
        clock=now,
        log=log,
        take_stock=take_stock,
        give_up=settings.give_up,
        # the terminal, which needs no token, is read by programs too: a line for each story, however many
        bursts={platform.name: settings.burst for platform in PLATFORMS if platform.token and settings.burst},
        full_text=full_text,
    )
    pipeline.recall(now())
    return pipeline


def _both(first: Log, second: Log) -> Log:
    """Return a log that hands every event to two."""

    def log(event: str, /, **fields: object) -> None:
        first(event, **fields)
        second(event, **fields)

    return log


def _full_text(settings: Settings, knowledge: Knowledge, fetcher: Fetcher, log: Log) -> FullText | None:
    """Return where articles are read; None where the operator does not want that."""
    if not settings.fetch_articles:
        return None
    most = settings.articles_per_visit
    return FullText(articles=WebArticles(fetcher), lexicon=knowledge.lexicon, log=log, most=most)


def build_fetcher(settings: Settings) -> Fetcher:
    """Return the one client of all sources, as the operator wants it."""
    network = settings.network
    return Fetcher(
        allow_private=network.allow_private,
        timeout=network.timeout.total_seconds(),
        max_bytes=network.max_bytes,
        per_host=network.per_host,
        limit=network.connections,
        user_agent=network.user_agent or USER_AGENT,
    )


def make_chats(settings: Settings, kit: Kit, desk: Desk) -> dict[str, Chat]:
    """Make every chat that is configured and that this program has; none is online yet."""
    return {
        name: make(
            replace(kit, desk=desk, admins=settings.admins.get(name, ""), variables=settings.chats[name].reveal())
        )
        for name, make in CHATS.items()
        if name in settings.chats
    }
