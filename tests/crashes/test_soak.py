"""Days of service in seconds: the real pipeline and store, 500 feeds and 2,000 rooms of which some are in trouble.

The clock is the test's, and so is what lies outside; all else is what runs in the service. Twenty days by
``SANCTIONWIRE_SOAK_DAYS=20``.
"""

import asyncio
import gc
import os
import random
import resource
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice, permutations
from pathlib import Path

import pytest

from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_database
from bot.domain import AlertKind, Delivery, Feed, FeedState, Item, Poll, Receipt, Subscription
from bot.errors import Delayed, Doubtful, NotAFeed, Undeliverable
from bot.pipeline import Pipeline
from tests.fakes import FakeChat, FakeClock, FakeLog

FEEDS, ROOMS = 500, 2_000
DAYS = int(os.environ.get("SANCTIONWIRE_SOAK_DAYS", "3"))
ROUNDS = 24
"""Visits to each feed in a day."""
EVENTS = 8
"""New events in a day."""
SETTLED = 8
"""Days after which memory has what it needs: SQLite's cache of 16 MB, and the stories of a week."""
GROWTH = 6 * 2**20
"""Bytes that memory may grow by from then on, or in the last two days of fewer."""
NAMES = {
    "US": "US",
    "EU": "EU",
    "GB": "UK",
    "CA": "Canada",
    "JP": "Japan",
    "AU": "Australia",
    "CH": "Switzerland",
    "CN": "China",
    "RU": "Russia",
    "IR": "Iran",
    "BY": "Belarus",
    "KP": "North Korea",
    "SY": "Syria",
    "VE": "Venezuela",
    "MM": "Myanmar",
    "CU": "Cuba",
    "SD": "Sudan",
    "ZW": "Zimbabwe",
    "NI": "Nicaragua",
    "HT": "Haiti",
}


@dataclass
class Outside(FakeChat):
    """All sources and all rooms: sources that have news now and then, fail for a while, and rooms that do so too."""

    rng: random.Random = field(default_factory=lambda: random.Random(3))
    clock: FakeClock = field(default_factory=FakeClock)
    news: dict[str, list[Item]] = field(default_factory=dict)
    posted: set[int] = field(default_factory=set)
    """Hashes of what was posted, and of which room was told of which story: the test must not be what grows."""
    told: set[int] = field(default_factory=set)
    twice: int = 0

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        if self.rng.random() < 0.02:
            raise NotAFeed("html_page", status=200)
        items = self.news.pop(feed.key, [])
        return Poll(items=tuple(items), modified=bool(items), status=200 if items else 304)

    async def send(self, delivery: Delivery) -> Receipt:
        await asyncio.sleep(0)
        if int(delivery.room.partition(":")[2]) % 100 == 99 and self.clock().hour < 12:
            raise Undeliverable("the channel is archived each morning")
        luck = self.rng.random()
        if luck < 0.01:
            raise Delayed("slow down", after=timedelta(seconds=30))
        if (key := hash(delivery.key)) not in self.posted:
            self.posted.add(key)
            if delivery.kind is AlertKind.ALERT:
                first = hash((delivery.room, delivery.story))
                self.twice += first in self.told
                self.told.add(first)
        if luck < 0.02:
            raise Doubtful("no answer")
        return Receipt(message=delivery.key)

    def happen(self, feeds: list[Feed], number: int, issuer: str, target: str) -> int:
        """Let an event be reported by a few outlets; returns how many items that makes."""
        outlets = self.rng.sample(feeds, 4)
        for place, feed in enumerate(outlets):
            title = f"{NAMES[issuer]} imposes sanctions on {number % 40 + 3} officials in {NAMES[target]}"
            if place:
                title = f"{NAMES[issuer]} sanctions {number % 40 + 3} officials of {NAMES[target]}, freezing assets"
            link = f"https://{feed.key}.example/{number}"
            self.news.setdefault(feed.key, []).append(
                Item(feed=feed.key, guid=link, link=link, title=title, date=self.clock(), outlet=feed.outlet)
            )
        return len(outlets)


@dataclass(frozen=True, slots=True)
class Measured:
    """What may leak, at the end of a day."""

    memory: int
    tasks: int
    files: int
    waiting: int


def measure(waiting: int, outside: Outside) -> Measured:
    """Measure; what the test itself has to remember is no part of it."""
    gc.collect()
    own = sum(sys.getsizeof(known) + 32 * len(known) for known in (outside.posted, outside.told))
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Measured(
        pages * resource.getpagesize() - own,
        len(asyncio.all_tasks()),
        len(list(Path("/proc/self/fd").iterdir())),
        waiting,
    )


def lines(rng: random.Random) -> Iterator[str]:
    """Yield what rooms want to hear: mostly a country, sometimes everything."""
    while True:
        yield "" if rng.random() < 0.01 else f"{rng.choice(['target', 'issuer', 'country'])}:{rng.choice(list(NAMES))}"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
async def test_days_with_500_feeds_and_2000_rooms_leave_nothing_behind(
    knowledge: Knowledge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside, log = Outside(), FakeLog()
    rng, clock = outside.rng, outside.clock
    feeds = [Feed(key=f"f{n}", url=f"https://f{n}.example/rss", outlet=f"Outlet {n}") for n in range(FEEDS)]
    rooms = [
        Subscription(key=f"s{n}", room=f"console:{n}", line=line) for n, line in enumerate(islice(lines(rng), ROOMS))
    ]
    pairs = iter(rng.sample(list(permutations(NAMES, 2)), min(EVENTS * DAYS, 380)))
    with closing(open_database(str(tmp_path / "news.db"), knowledge, service=True)) as store:
        pipeline = Pipeline(
            store=store,
            brain=build_brain(knowledge, Audience(rooms, [], knowledge.names), window=timedelta(days=7)),
            sources={"rss": outside},
            chats={"console": outside},
            clock=clock,
            log=log,
            take_stock=False,
        )
        pipeline.recall(clock())
        days: list[Measured] = []
        items = 0
        for day in range(DAYS):
            for turn in range(ROUNDS):
                if turn < EVENTS and (pair := next(pairs, None)):
                    items += outside.happen(feeds, day * EVENTS + turn, *pair)
                for feed in feeds:
                    await pipeline.poll(feed)
                while await pipeline.deliver():
                    pass
                clock.advance(hours=24 / ROUNDS)
            for _ in range(60):
                clock.advance(minutes=1)
                await pipeline.deliver()
            store.prune(clock() - timedelta(days=1), only=("visits",))
            days.append(measure(store.waiting(), outside))
            log.events.clear()
        seen = store.counts()["items"]
        left = sum(map(len, outside.news.values()))
        assert store.check() == "ok"
    with capsys.disabled():
        sys.stdout.write(
            f"\n{DAYS} days: {FEEDS * ROUNDS * DAYS} visits, {seen} items, {len(outside.posted)} deliveries; "
            f"MiB each day: {' '.join(str(one.memory // 2**20) for one in days)}\n"
        )
    assert seen == items - left
    assert (len(outside.told) > 0, outside.twice) == (True, 0)
    assert days[-1].memory - days[min(SETTLED, DAYS - 2)].memory < GROWTH
    assert {(one.tasks, one.files) for one in days} == {(days[0].tasks, days[0].files)}
    assert max(one.waiting for one in days) < ROOMS // 100 * EVENTS
