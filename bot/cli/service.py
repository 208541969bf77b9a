"""`run`: the service. Opens the house, starts its errands, and ends them in good order."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from adapters.health import HealthServer
from adapters.schedule import Schedule
from bot.cli.arguments import Options
from bot.cli.build import Knowledge, compile_knowledge, database, now, read_settings
from bot.cli.heeding import EVERY as HEED_EVERY
from bot.cli.heeding import Heed
from bot.cli.house import House, open_house
from bot.cli.operations import Errands
from bot.cli.pulse import Pulse
from bot.domain import Feed, FeedState, Item
from bot.pipeline import Pipeline
from bot.reading import read
from bot.settings import Settings

GRACE = 8.0
"""Seconds that errands in hand are given after SIGTERM; with what comes after, all ends within 10."""

DELIVER_EVERY = 1.0
"""Seconds between looks at what is due to be sent."""

ELSEWHERE_EVERY = 60.0
"""The same, for rooms of platforms that are not on: what is meant for them waits, and is given up in the end."""

SPREAD = timedelta(seconds=30)
"""Over how long the first visits after a start are spread at most."""

AT_ONCE = 20
"""Feeds visited side by side when all are visited at once."""


def run(options: Options, environ: Mapping[str, str]) -> int:
    """Run until told to stop; with --once, visit every feed, deliver, stop. 1 with --once if no feed could be read."""
    # while all is built, nothing becomes garbage, and looking for it takes a fifth of the start
    gc.disable()
    try:
        settings = read_settings(options, environ)
        knowledge = compile_knowledge()
        return asyncio.run(_run(options, settings, knowledge, database(options, environ)))
    finally:
        gc.unfreeze()
        gc.enable()


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
        _settle(knowledge)
        if options.once:
            return await visit_once(house)
        await serve(house, stopped)
        return 0


def _settle(knowledge: Knowledge) -> None:
    """Compile what the first item would wait for, and have the collector look no more at what stays for good.

    Names, rules and words are 300,000 objects: each full look at them held up everything for 100 ms.
    """
    read(Item(title="-", text="-"), knowledge.lexicon)
    gc.freeze()
    gc.enable()


async def visit_once(house: House) -> int:
    """Visit every feed, send what is due, and stop. 1 if no feed could be read."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def visit(feed: Feed) -> bool:
        async with turn:
            return (await house.pipeline.poll(feed)).status is not None

    feeds = house.feeds()
    house.log("ready", feeds=len(feeds), once=True)
    read = await asyncio.gather(*(visit(feed) for feed in feeds))
    while await house.pipeline.deliver():
        pass
    return 0 if any(read) or not feeds else 1


async def serve(house: House, stopped: asyncio.Event) -> None:
    """Run the errands until `stopped`, then finish what is in hand."""
    schedule = Schedule(log=house.log)
    rounds = Rounds(house, schedule)
    house.hooks.feeds = rounds.refresh
    pulse = Pulse(house.store, house.feeds, now)

    # an errand for each platform: one that does not answer must not hold up another
    for name in house.chats:
        schedule.every(f"deliver {name}", DELIVER_EVERY, _delivery(house, pulse, stopped, name))

    async def elsewhere() -> None:
        await house.pipeline.deliver(but=tuple(house.chats))

    schedule.every("deliver elsewhere", ELSEWHERE_EVERY, elsewhere)
    rounds.refresh()
    schedule.every("heed", HEED_EVERY, Heed(house).look)
    Errands(house).enter(schedule)
    async with _health(house, pulse):
        schedule.start()
        house.log("ready", feeds=len(rounds.feeds))
        await stopped.wait()
        house.log("stopping")
        await schedule.stop(GRACE)
    house.log("stopped")


def _delivery(house: House, pulse: Pulse, stopped: asyncio.Event, platform: str) -> Callable[[], Awaitable[None]]:
    """Return the errand that sends what is due on one platform."""

    def go_on() -> bool:
        # ten thousand rooms take minutes, and are told in one go
        pulse.beat(f"deliver {platform}")
        return not stopped.is_set()

    async def deliver() -> None:
        await house.pipeline.deliver(only=(platform,), go_on=go_on)
        pulse.beat(f"deliver {platform}")

    return deliver


@asynccontextmanager
async def _health(house: House, pulse: Pulse) -> AsyncIterator[None]:
    """Answer probes, where the settings say so. Raises ConfigError where the address is taken."""
    address = house.settings.health
    if address is None:
        yield
        return
    house.metrics.watch(pulse.look)
    async with HealthServer(address.host, address.port, pulse.look, house.metrics) as server:
        house.log("health", host=server.host, port=server.port)
        yield


class Rounds:
    """The feeds that are on the clock, kept as people have them."""

    def __init__(self, house: House, schedule: Schedule) -> None:
        self._house = house
        self._schedule = schedule
        self.feeds: dict[str, Feed] = {}

    def refresh(self) -> None:
        """Put new and changed feeds on the clock, and take off those that are gone or paused."""
        wanted = {feed.key: feed for feed in self._house.feeds()}
        for key in self.feeds.keys() - wanted.keys():
            self._schedule.drop(f"poll {key}")
        fresh = [feed for feed in wanted.values() if self.feeds.get(feed.key) != feed]
        for feed, due in zip(fresh, first_visits(fresh, self._house.store.feed_states(), now()), strict=True):
            self._schedule.at(f"poll {feed.key}", due, _errand(self._house.pipeline, feed))
        self.feeds = wanted


def first_visits(feeds: Sequence[Feed], states: Mapping[str, FeedState], start: datetime) -> list[datetime]:
    """Return when to visit each feed first after a start: when it was due, at once where it failed or is new.

    Those that are due at once are spread over up to `SPREAD`, so that a start is no burst.
    """
    step = min(SPREAD / max(1, len(feeds)), timedelta(milliseconds=100))
    dues = []
    for place, feed in enumerate(feeds):
        state = states.get(feed.key)
        due = start
        if state is not None and state.next_visit is not None and not state.failures:
            due = state.next_visit
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
