"""How the service finds out that it stands still, on clocks that a test turns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.cli.pulse import OLD, Pulse
from bot.domain import Feed, FeedState, StoppedRoom, Visit
from tests.adapters.store.kit import opened
from tests.fakes import START, FakeClock

WIRE = Feed(key="wire", url="https://wire.example/rss", every=timedelta(minutes=10))


@dataclass
class World:
    store: SqliteStore

    def __post_init__(self) -> None:
        self.clock, self.feeds = FakeClock(), [WIRE]
        self.pulse = Pulse(self.store, lambda: self.feeds, self.clock, lambda: (self.clock.now - START).total_seconds())

    def visit(self, problem: str | None = None) -> None:
        now = self.clock.now
        state = FeedState(feed="wire", last_good=None if problem else now, problem=problem, next_visit=now + WIRE.every)
        self.store.save_visit(Visit(feed="wire", at=now, outcome=problem or "new"), state)

    def go_on(self, minutes: int, *, visiting: bool = True, sending: bool = True) -> tuple[str, ...]:
        """Let time pass with some of the errands at work; returns what is wrong then."""
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            if visiting:
                self.visit()
            if sending:
                self.pulse.beat("deliver slack")
        return self.pulse.look().problems


@pytest.fixture
def world() -> Iterator[World]:
    store = opened()
    yield World(store)
    store.close()


def test_a_service_that_works_is_well(world: World) -> None:
    assert world.go_on(120) == ()
    vitals = world.pulse.look()
    assert (vitals.up, vitals.failing, vitals.last_good) == (timedelta(hours=2), (), {"wire": world.clock.now})


def test_a_service_that_no_longer_sends_is_ill(world: World) -> None:
    world.pulse.beat("deliver slack")
    assert world.go_on(10, sending=False) == ()
    assert world.go_on(1, sending=False) == ("deliver slack: stands still for 660 s",)
    assert world.go_on(1) == ()


def test_a_service_that_no_longer_visits_is_ill(world: World) -> None:
    world.go_on(10)
    (problem,) = world.go_on(40, visiting=False)
    assert problem == "1 source is not visited though due, wire since 02 Mar 09:20 UTC"


def test_a_source_that_fails_makes_nobody_ill(world: World) -> None:
    world.visit("http_404")
    vitals = world.pulse.look()
    assert (vitals.problems, vitals.failing, vitals.last_good) == ((), ("wire",), {"wire": None})


def test_what_is_known_of_sources_is_looked_up_at_most_twice_a_minute(world: World) -> None:
    assert world.pulse.look().last_good == {"wire": None}
    world.visit()
    assert world.pulse.look().last_good == {"wire": None}
    world.clock.advance(seconds=OLD)
    assert world.pulse.look().last_good == {"wire": START}


def test_rooms_that_take_nothing_are_counted(world: World) -> None:
    world.store.stop_room(StoppedRoom(room="discord:1", reason="gone", since=START, again=START))
    vitals = world.pulse.look()
    assert (vitals.stopped_rooms, vitals.waiting) == (1, 0)
    assert vitals.store_bytes > 100_000
