"""The errands on the clock, with the real scheduler and short times."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from adapters.schedule import Schedule

Logged = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def logged() -> Logged:
    return []


@pytest.fixture
async def schedule(logged: Logged) -> AsyncIterator[Schedule]:
    schedule = Schedule(lambda event, **fields: logged.append((event, fields)), retry=0.01)
    schedule.start()
    yield schedule
    await schedule.stop(0)


def soon(seconds: float = 0.0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def until(condition: Callable[[], object], seconds: float = 2.0) -> None:
    """Wait until something holds; a slow machine has time, a fast one loses none."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a condition of the test's, not an event
            await asyncio.sleep(0.002)


def counting(runs: list[str], name: str) -> Callable[[], Awaitable[None]]:
    async def errand() -> None:
        runs.append(name)

    return errand


async def test_every_runs_at_once_and_then_again(schedule: Schedule) -> None:
    runs: list[str] = []
    schedule.every("tick", 0.02, counting(runs, "tick"))
    await until(lambda: len(runs) >= 3)


async def test_at_runs_once_at_its_moment(schedule: Schedule) -> None:
    runs: list[str] = []
    began = time.monotonic()
    schedule.at("visit", soon(0.05), counting(runs, "visit"))
    await until(lambda: runs)
    assert time.monotonic() - began >= 0.045
    await asyncio.sleep(0.05)
    assert runs == ["visit"]


async def test_a_moment_long_past_is_run_at_once_and_not_dropped_as_missed(schedule: Schedule) -> None:
    runs: list[str] = []
    schedule.at("visit", soon(-3600), counting(runs, "visit"))
    await until(lambda: runs)


async def test_an_errand_says_itself_when_it_runs_next(schedule: Schedule) -> None:
    moments: list[float] = []

    async def visit() -> datetime | None:
        moments.append(time.monotonic())
        return soon(0.03) if len(moments) < 3 else None

    schedule.at("visit", soon(), visit)
    await until(lambda: len(moments) == 3)
    await asyncio.sleep(0.05)
    assert len(moments) == 3
    assert all(later - earlier >= 0.025 for earlier, later in pairwise(moments))


async def test_a_next_time_that_has_passed_already_does_not_end_the_errand(schedule: Schedule) -> None:
    runs: list[str] = []

    async def visit() -> datetime | None:
        runs.append("visit")
        return soon(-1) if len(runs) < 20 else None

    schedule.at("visit", soon(), visit)
    await until(lambda: len(runs) == 20)


async def test_an_errand_never_runs_twice_at_once(schedule: Schedule) -> None:
    now = most = runs = 0

    async def slow() -> None:
        nonlocal now, most, runs
        now, runs = now + 1, runs + 1
        most = max(now, most)
        await asyncio.sleep(0.03)
        now -= 1

    schedule.every("slow", 0.01, slow)
    schedule.at("slow, once", soon(), slow)
    await asyncio.sleep(0.005)
    schedule.at("slow, once", soon(), slow)
    await until(lambda: runs >= 4)
    assert most == 2


async def test_entering_a_name_while_it_runs_follows_the_run(schedule: Schedule) -> None:
    runs: list[str] = []
    let_go = asyncio.Event()

    async def first() -> datetime | None:
        runs.append("first")
        await let_go.wait()
        return soon(60)

    schedule.at("visit", soon(), first)
    await until(lambda: runs)
    schedule.at("visit", soon(), counting(runs, "second"))
    let_go.set()
    await until(lambda: runs == ["first", "second"])


async def test_a_name_entered_again_is_replaced(schedule: Schedule) -> None:
    runs: list[str] = []
    schedule.at("visit", soon(0.05), counting(runs, "old"))
    schedule.at("visit", soon(0.01), counting(runs, "new"))
    await asyncio.sleep(0.1)
    assert runs == ["new"]


async def test_a_dropped_errand_does_not_come_back(schedule: Schedule) -> None:
    runs: list[str] = []

    async def visit() -> datetime | None:
        runs.append("visit")
        await asyncio.sleep(0.02)
        return soon()

    schedule.at("running", soon(), visit)
    schedule.at("waiting", soon(0.03), counting(runs, "waiting"))
    await until(lambda: runs)
    for name in ("running", "waiting", "never heard of"):
        schedule.drop(name)
    await asyncio.sleep(0.08)
    assert runs == ["visit"]


async def test_an_errand_that_raises_is_logged_and_runs_again(
    schedule: Schedule, logged: Logged, capfd: pytest.CaptureFixture[str]
) -> None:
    runs: list[str] = []

    async def failing() -> datetime | None:
        runs.append("run")
        raise ValueError("of no use")

    schedule.every("tick", 0.02, failing)
    schedule.at("visit", soon(), failing)
    await until(lambda: len(runs) >= 6)
    await until(lambda: len(logged) >= 6)
    assert {(event, fields["errand"]) for event, fields in logged} == {
        ("errand_failed", "tick"),
        ("errand_failed", "visit"),
    }
    assert logged[0][1]["error"] == "ValueError: of no use"
    assert capfd.readouterr() == ("", "")


async def test_stop_lets_what_runs_finish_and_starts_nothing_more(schedule: Schedule, logged: Logged) -> None:
    runs: list[str] = []

    async def slow() -> datetime | None:
        runs.append("begun")
        await asyncio.sleep(0.05)
        runs.append("ended")
        return soon()

    schedule.at("visit", soon(), slow)
    schedule.at("later", soon(0.02), counting(runs, "later"))
    await until(lambda: runs)
    await schedule.stop(1.0)
    await asyncio.sleep(0.02)
    assert runs == ["begun", "ended"]
    assert logged == []


async def test_stop_cancels_and_names_what_outlasts_the_grace(schedule: Schedule, logged: Logged) -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cleaned up")

    schedule.at("visit", soon(), endless)
    await asyncio.sleep(0.02)
    began = time.monotonic()
    await schedule.stop(0.05)
    assert time.monotonic() - began < 0.5
    assert ended == ["cleaned up"]
    assert logged == [("errand_cancelled", {"errand": "visit", "grace": 0.05})]


async def test_stopping_before_starting_or_twice_is_no_matter(logged: Logged) -> None:
    schedule = Schedule(lambda event, **fields: logged.append((event, fields)))
    await schedule.stop(0)
    await schedule.stop(0)


async def test_five_thousand_feeds_are_entered_and_run_within_seconds(schedule: Schedule) -> None:
    runs: list[str] = []
    for number in range(5_000):
        schedule.at(f"feed {number}", soon(3600), counting(runs, "late"))
    began = time.monotonic()
    schedule.at("feed 17", soon(), counting(runs, "now"))
    await until(lambda: runs)
    assert time.monotonic() - began < 0.3
    assert runs == ["now"]


async def test_a_clock_that_is_put_back_holds_nothing_up(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.schedule._COMPARE", 0.01)
    ahead = [3600.0]
    schedule = Schedule(lambda event, **fields: logged.append((event, fields)), wall=lambda: time.time() + ahead[0])
    runs: list[str] = []
    schedule.at("visit", soon(3600), counting(runs, "visit"))
    schedule.at("another day", soon(90_000), counting(runs, "another day"))
    schedule.start()
    await asyncio.sleep(0.03)
    assert runs == []
    ahead[0] = 0.0
    await until(lambda: runs == ["visit"])
    assert logged == [("clock_was_set", {"seconds": -3600.0})]
    await schedule.stop(0)


async def test_a_clock_that_is_put_forward_makes_nothing_later(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.schedule._COMPARE", 0.01)
    ahead = [0.0]
    schedule = Schedule(lambda event, **fields: logged.append((event, fields)), wall=lambda: time.time() + ahead[0])
    runs: list[str] = []
    schedule.start()
    ahead[0] = 3600.0
    schedule.at("visit", soon(0.05), counting(runs, "visit"))
    await until(lambda: runs == ["visit"])
    assert logged == [("clock_was_set", {"seconds": 3600.0})]
    await schedule.stop(0)
