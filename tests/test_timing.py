"""When to visit and when to retry."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Feed
from bot.timing import LONGEST_ASKED, LONGEST_BACK_OFF, LONGEST_RETRY, MAX_STRETCH, next_visit, retry_delivery

NOW = datetime(2026, 2, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

everys = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=7))
asked = st.none() | st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))
chances = st.floats(0, 1)
counts = st.integers(0, 10**9)


def wait(every: timedelta, failures: int = 0, **more: timedelta | None) -> timedelta:
    """How long a feed waits, without jitter."""
    feed = Feed(key="k", url="https://example.org/feed", every=every)
    return next_visit(feed, failures, NOW, jitter=0.0, **more) - NOW


@given(everys, counts, asked, asked, chances)
def test_a_feed_is_never_visited_more_often_than_every(
    every: timedelta, failures: int, max_age: timedelta | None, retry_after: timedelta | None, jitter: float
) -> None:
    feed = Feed(key="k", url="https://example.org/feed", every=every)
    at = next_visit(feed, failures, NOW, max_age=max_age, retry_after=retry_after, jitter=jitter)
    assert at - NOW >= every
    assert at - NOW <= max(every * MAX_STRETCH, LONGEST_BACK_OFF, LONGEST_ASKED) * 1.1


@given(everys, asked.filter(bool), counts)
def test_retry_after_is_obeyed_up_to_a_day(every: timedelta, retry_after: timedelta, failures: int) -> None:
    assert wait(every, failures, retry_after=retry_after) >= min(retry_after, LONGEST_ASKED)


@given(everys, counts, counts)
def test_more_failures_never_mean_a_shorter_wait(every: timedelta, one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert wait(every, few) <= wait(every, many)


@given(everys, chances)
def test_jitter_adds_at_most_a_tenth(every: timedelta, jitter: float) -> None:
    feed = Feed(key="k", url="https://example.org/feed", every=every)
    at = next_visit(feed, 0, NOW, jitter=jitter)
    assert every <= at - NOW <= every * 1.1 + timedelta(microseconds=1)


def test_every_is_obeyed_as_written_when_all_is_well() -> None:
    assert wait(timedelta(seconds=1)) == timedelta(seconds=1)
    assert wait(10 * MINUTE) == 10 * MINUTE


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (8, 640), (9, 720), (10**6, 720)]
)
def test_back_off_doubles_from_five_minutes_to_twelve_hours(failures: int, minutes: int) -> None:
    assert wait(5 * MINUTE, failures) == minutes * MINUTE


def test_a_slow_feed_does_not_hurry_because_it_failed() -> None:
    assert wait(30 * MINUTE, failures=1) == 30 * MINUTE
    assert wait(timedelta(days=1), failures=20) == timedelta(days=1)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (6, 32)])
def test_a_fast_source_backs_off_from_its_own_pace(failures: int, seconds: int) -> None:
    assert wait(timedelta(seconds=1), failures) == timedelta(seconds=seconds)


def test_max_age_stretches_every_but_at_most_to_twice_of_it() -> None:
    assert wait(10 * MINUTE, max_age=15 * MINUTE) == 15 * MINUTE
    assert wait(10 * MINUTE, max_age=24 * 60 * MINUTE) == 20 * MINUTE
    assert wait(10 * MINUTE, max_age=1 * MINUTE) == 10 * MINUTE


def test_a_fast_source_is_not_slowed_by_caching_headers() -> None:
    assert wait(timedelta(seconds=1), max_age=timedelta(hours=1)) == timedelta(seconds=1)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 2), (2, 4), (5, 32), (9, 512), (10, 900), (10**6, 900)])
def test_deliveries_are_retried_after_two_seconds_to_fifteen_minutes(attempts: int, seconds: int) -> None:
    assert retry_delivery(attempts, NOW, jitter=0.0) == NOW + timedelta(seconds=seconds)


@given(counts, asked, chances)
def test_a_platform_that_names_its_wait_gets_it(attempts: int, after: timedelta | None, jitter: float) -> None:
    waited = retry_delivery(attempts, NOW, after, jitter=jitter) - NOW
    assert waited >= min(after or timedelta(), LONGEST_ASKED)
    assert waited <= max(LONGEST_RETRY, after or timedelta()) * 1.1
