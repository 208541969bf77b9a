"""What an operator relies on: backups, upkeep, evidence of silence, health; by the real command where that matters."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from adapters.health import Metrics
from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_database
from bot.cli.house import House
from bot.cli.operations import PRUNE_EVERY, PRUNE_REST, PRUNE_STEP, Errands, horizons
from bot.commands import Hooks
from bot.domain import AlertKind, Feed, Item, StoppedRoom, Subscription, Visit
from bot.errors import Unreachable
from bot.pipeline import Pipeline
from bot.settings import Retention, Settings
from tests.adapters.store.kit import entry, opened, sent, silent, story, telling
from tests.cli.installation import EVENT, NOISE, Installation, wait_for
from tests.cli.outlet import Outlet
from tests.fakes import START, FakeChat, FakeClock, FakeLog, FakeSource

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WIRE = Feed(key="wire", url="https://wire.example/rss", outlet="Harbour Wire")


@dataclass
class World:
    """A house whose outside is plain, and its errands; `restart` forgets what only memory holds."""

    store: SqliteStore
    knowledge: Knowledge
    line: str = ""

    def __post_init__(self) -> None:
        self.clock, self.log, self.source, self.chat = FakeClock(), FakeLog(), FakeSource(), FakeChat()
        self.settings = Settings(feeds=(WIRE,))
        self.restart()

    def restart(self) -> None:
        hears = Subscription(key="all", room="console", line=self.line)
        brain = build_brain(
            self.knowledge, Audience([hears], [], self.knowledge.names), window=self.settings.story_window
        )
        self.pipeline = Pipeline(
            store=self.store,
            brain=brain,
            sources={"rss": self.source},
            chats={"console": self.chat},
            clock=self.clock,
            log=self.log,
        )
        house = House(
            settings=self.settings,
            knowledge=self.knowledge,
            store=self.store,
            pipeline=self.pipeline,
            chats={"console": self.chat},
            log=self.log,
            metrics=Metrics(),
            hooks=Hooks(),
        )
        self.errands = Errands(house, self.clock)

    async def said(self) -> list[str]:
        """Deliver, and return what arrived since the last time."""
        before = len(self.chat.sent)
        await self.pipeline.deliver()
        return [one.message.title for one in self.chat.sent[before:]]


@pytest.fixture
def world(knowledge: Knowledge) -> Iterator[World]:
    store = open_database(":memory:", knowledge)
    yield World(store, knowledge)
    store.close()


# --- silence --------------------------------------------------------------------------------------------------------


async def test_a_dead_source_is_told_once_and_its_return_once(world: World) -> None:
    await world.pipeline.poll(WIRE)
    world.source.shows["wire"] = Unreachable("no route")
    told = []
    for _ in range(5):
        for _ in range(12):
            await world.pipeline.poll(WIRE)
            world.clock.advance(hours=1)
            await world.errands.watch()
            told += await world.said()
        world.restart()
    assert told == ["1 source is in trouble"]
    assert "unreachable (no route)" in world.chat.sent[0].message.lines[0]
    assert [one["feed"] for one in world.log.named("source_in_trouble")] == ["wire"]
    world.source.shows["wire"] = ()
    await world.pipeline.poll(WIRE)
    for _ in range(3):
        await world.errands.watch()
        told += await world.said()
    assert told[1:] == ["1 source is well again"]


async def test_a_process_that_dies_before_it_tells_of_a_dead_source_tells_it_after(world: World) -> None:
    world.source.shows["wire"] = Unreachable("no route")
    await world.pipeline.poll(WIRE)
    world.clock.advance(days=2)
    await world.errands.watch()
    world.restart()
    await world.errands.watch()
    assert await world.said() == ["1 source is in trouble"]


async def test_a_heartbeat_comes_once_a_day_with_what_was_looked_at(knowledge: Knowledge) -> None:
    with closing(open_database(":memory:", knowledge)) as store:
        world = World(store, knowledge, line="heartbeat:09:30 quiet:08:00-20:00")
        world.source.shows["wire"] = (
            Item(feed="wire", guid="1", link="https://wire.example/1", title=NOISE, date=START),
        )
        told = []
        for minute in range(0, 49 * 60, 20):
            await world.pipeline.poll(WIRE)
            await world.errands.heartbeat()
            told += await world.said()
            world.clock.advance(minutes=20)
            if minute % 100 == 0:
                world.restart()
        assert len(told) == 3
        assert told[0] == "Looked 3 times in a day: 1 source read, 1 new item, 0 new stories"
        assert told[1].startswith("Looked 73 times in a day: 1 source read, 0 new items")


async def test_nobody_who_did_not_ask_hears_a_heartbeat(world: World) -> None:
    for _ in range(30):
        await world.errands.heartbeat()
        world.clock.advance(hours=1)
    assert await world.said() == []


# --- upkeep ---------------------------------------------------------------------------------------------------------


def test_months_are_counted_by_the_calendar_and_none_means_for_good() -> None:
    moment = datetime(2026, 5, 31, 12, tzinfo=UTC)
    assert horizons(Retention(items=0, visits=3, deliveries=27), moment) == {
        "visits": datetime(2026, 2, 28, 12, tzinfo=UTC),
        "deliveries": datetime(2024, 2, 29, 12, tzinfo=UTC),
    }


async def test_what_nobody_needs_is_dropped_in_small_steps_and_is_not_new_again(world: World) -> None:
    items = [replace(entry(number), seen=START) for number in range(PRUNE_STEP + 50)]
    world.store.record([silent(item) for item in world.store.unseen(items, START)], START)
    assert await world.errands.prune() == START + PRUNE_EVERY
    world.clock.advance(days=3 * 366)
    moment = world.clock.now
    assert await world.errands.prune() == moment + PRUNE_REST
    assert world.store.counts()["items"] == 50
    assert await world.errands.prune() == moment + PRUNE_REST
    assert await world.errands.prune() == moment + PRUNE_EVERY
    assert world.store.counts()["items"] == 0
    assert world.store.unseen(items, moment) == []


async def test_each_kind_is_kept_for_as_long_as_the_settings_say(world: World) -> None:
    (delivery,) = world.store.record([telling(story(first=START), (AlertKind.ALERT, "console"))], START)
    world.store.save_delivery(sent(delivery))
    await world.pipeline.poll(WIRE)
    world.clock.advance(days=120)
    await world.errands.prune()
    assert (world.store.counts()["visits"], world.store.counts()["deliveries"]) == (0, 1)
    world.clock.advance(days=300)
    await world.errands.prune()
    assert (world.store.counts()["deliveries"], world.store.counts()["items"]) == (0, 1)
    assert list(world.store.told("iran-1")) == ["console"]


# --- what an operator sees ------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_one_line_and_exit_code_one(here: Installation) -> None:
    opened(here.db).close()
    with closing(sqlite3.connect(here.db)) as raw:
        raw.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('sanctionwire', 'm999', '')"
        )
        raw.commit()
    result = here.run("run", "--once")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "a newer sanctionwire wrote" in result.stderr
    assert "update this one" in result.stderr


def test_status_names_rooms_that_take_nothing(here: Installation) -> None:
    here.feeds()
    with closing(opened(here.db)) as store:
        store.stop_room(StoppedRoom(room="discord:42", reason="the channel is gone", since=START, again=START + HOUR))
        store.save_visit(Visit(feed="wire", at=START, outcome="new"), store.feed_state("wire"))
    assert "discord:42 takes nothing since 02 Mar 09:00 UTC: the channel is gone" in here.run("status").stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def listening_on(here: Installation, port: int) -> None:
    (here.config / "settings.toml").write_text(
        f'[network]\nallow_private = true\n[health]\naddress = "127.0.0.1:{port}"\n'
    )


def test_the_running_service_says_how_it_is(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE, EVENT), gone=outlet.address + "/gone")
    port = free_port()
    listening_on(here, port)
    service = here.start("--json", "--take-stock", "no")
    try:
        wait_for(service, "delivered")
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            said = json.load(answer)
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            metrics = answer.read().decode()
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    finally:
        service.terminate()
        service.communicate(timeout=15)
    assert service.returncode == 0
    assert (said["status"], said["sources"]) == ("ok", 2)
    assert 'sanctionwire_alerts_total{kind="alert",outcome="sent"} 1.0' in metrics
    assert "sanctionwire_items_total 2.0" in metrics


def test_a_health_address_that_is_taken_ends_the_start_with_one_line(here: Installation) -> None:
    here.feeds()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listening_on(here, taken.getsockname()[1])
        result = here.run("run")
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert "[health] address" in lines[0]
    assert "write another address" in lines[0]
