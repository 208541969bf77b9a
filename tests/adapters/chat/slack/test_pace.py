"""How fast Slack is spoken to, on a clock that stands still until it is told to go on."""

import math

import pytest

from adapters.chat.slack.pace import CHANNEL_EVERY, PATIENCE, WORKSPACE_BURST, Pace, posting, tier


class Stopped:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


@pytest.fixture
def pace(clock: Stopped) -> Pace:
    return posting(clock)


def test_a_channel_is_posted_to_once_a_second(pace: Pace, clock: Stopped) -> None:
    assert pace.claim("a") == 0
    assert pace.claim("a") == pytest.approx(CHANNEL_EVERY)
    clock.now += 2 * CHANNEL_EVERY
    assert pace.claim("a") == 0


def test_one_channel_does_not_wait_for_another(pace: Pace) -> None:
    assert [pace.claim(name) for name in "abc"] == [0, 0, 0]


def test_a_turn_beyond_patience_is_not_taken(pace: Pace, clock: Stopped) -> None:
    pace.rest("a", 60)
    assert pace.claim("a") == pytest.approx(60)
    clock.now += 60
    assert pace.claim("a") == 0


def test_who_must_wait_can_wait(pace: Pace) -> None:
    pace.rest("a", 60)
    assert pace.claim("a", math.inf) == pytest.approx(60)
    assert pace.claim("a", math.inf) == pytest.approx(60 + CHANNEL_EVERY)


def test_a_refusal_rests_the_channel_and_a_second_one_the_workspace(pace: Pace) -> None:
    pace.rest("a", 30)
    assert pace.claim("b") == 0
    pace.rest("b", 30)
    assert pace.claim("c") == pytest.approx(30)


def test_the_workspace_takes_a_burst_and_then_a_few_hundred_a_minute(pace: Pace, clock: Stopped) -> None:
    waits = [pace.claim(f"c{n}", math.inf) for n in range(1000)]
    assert max(waits[:WORKSPACE_BURST]) < 0.001 < waits[WORKSPACE_BURST]
    assert waits == sorted(waits)
    per_minute = sum(wait < 60 for wait in waits)
    assert 300 <= per_minute <= 600
    assert pace.claim("one more") > PATIENCE


def test_a_method_of_tier_three_is_called_fifty_times_in_any_minute_at_most(clock: Stopped) -> None:
    pace = tier(clock)
    calls = [clock.now + pace.claim(f"c{n % 7}", math.inf) for n in range(200)]
    assert max(sum(start <= call < start + 60 for call in calls) for start in calls) <= 50
    assert calls[4] - calls[0] < 0.001 < calls[5] - calls[4]


def test_what_is_remembered_of_channels_is_bounded(pace: Pace, clock: Stopped) -> None:
    for n in range(5_000):
        pace.rest(f"c{n}", 0.1)
        pace.claim(f"c{n}", math.inf)
        clock.now += 1
    assert len(pace._channels) + len(pace._resting) < 4_100
