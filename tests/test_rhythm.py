"""When a room is told, and when many messages become one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Waiting
from bot.rhythm import MOST_IN_ONE, SPAN, due, earliest, free, gather, latest
from bot.rules import Rhythm, parse
from tests.fakes import START
from tests.rules_support import NAMES

BERLIN = ZoneInfo("Europe/Berlin")


def rhythm(line: str) -> Rhythm:
    return parse(line, NAMES).rhythm


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DAILY = rhythm("every:day at:09:00 zone:Europe/Berlin")
NIGHT = rhythm("quiet:22:00-07:00 zone:Europe/Berlin")


def test_without_options_a_room_is_told_at_once() -> None:
    assert due(Rhythm(), START) is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("2026-01-10T08:59", "2026-01-10T09:00"),
        ("2026-01-10T09:00", "2026-01-11T09:00"),
        ("2026-01-10T23:30", "2026-01-11T09:00"),
    ],
)
def test_a_daily_digest_comes_at_its_hour_in_its_zone(found: str, told: str) -> None:
    assert due(DAILY, berlin(found)) == berlin(told)


def test_a_daily_digest_keeps_its_hour_on_the_wall_when_the_clocks_change() -> None:
    assert due(DAILY, berlin("2026-03-28T12:00")) == utc("2026-03-29T07:00")
    assert due(DAILY, berlin("2026-03-27T12:00")) == utc("2026-03-28T08:00")
    assert due(DAILY, berlin("2026-10-24T12:00")) == utc("2026-10-25T08:00")


def test_an_hour_that_does_not_exist_is_told_just_after_the_gap() -> None:
    early = rhythm("every:day at:02:30 zone:Europe/Berlin")
    assert due(early, utc("2026-03-29T00:00")) == utc("2026-03-29T01:30")
    assert due(early, utc("2026-03-29T01:30")) == utc("2026-03-30T00:30")


def test_an_hour_that_is_there_twice_is_told_once() -> None:
    early = rhythm("every:day at:02:30 zone:Europe/Berlin")
    first = utc("2026-10-25T00:30")
    assert due(early, utc("2026-10-25T00:00")) == first
    assert due(early, first) == utc("2026-10-26T01:30")
    assert due(early, utc("2026-10-25T01:00")) == utc("2026-10-26T01:30")


def test_an_hourly_digest_comes_with_the_full_hour() -> None:
    hourly = rhythm("every:hour")
    assert due(hourly, utc("2026-01-10T09:12:33.5")) == utc("2026-01-10T10:00")
    assert due(hourly, utc("2026-01-10T09:00")) == utc("2026-01-10T10:00")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ("2026-01-10T21:59:59", None),
        ("2026-01-10T22:00", "2026-01-11T07:00"),
        ("2026-01-11T03:00", "2026-01-11T07:00"),
        ("2026-01-11T06:59:59", "2026-01-11T07:00"),
        ("2026-01-11T07:00", None),
    ],
)
def test_quiet_hours_hold_until_they_end(found: str, told: str | None) -> None:
    assert due(NIGHT, berlin(found)) == (berlin(told) if told else None)


def test_quiet_hours_within_a_day_do_not_reach_over_midnight() -> None:
    noon = rhythm("quiet:12:00-13:00")
    assert due(noon, utc("2026-01-10T12:30")) == utc("2026-01-10T13:00")
    assert due(noon, utc("2026-01-10T23:30")) is None


def test_a_night_in_which_the_clocks_change_ends_at_seven_on_the_wall() -> None:
    assert due(NIGHT, berlin("2026-03-28T23:00")) == utc("2026-03-29T05:00")
    assert due(NIGHT, berlin("2026-10-24T23:00")) == utc("2026-10-25T06:00")


def test_quiet_hours_that_end_in_the_hour_that_is_there_twice_end_once() -> None:
    odd = rhythm("quiet:22:00-02:30 zone:Europe/Berlin")
    assert due(odd, utc("2026-10-25T00:10")) == utc("2026-10-25T00:30")
    assert due(odd, utc("2026-10-25T01:10")) is None


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    both = rhythm("every:day at:06:00 quiet:22:00-07:00 zone:Europe/Berlin")
    assert due(both, berlin("2026-01-10T12:00")) == berlin("2026-01-11T07:00")


def test_of_several_subscriptions_the_first_to_tell_it_tells_it() -> None:
    assert earliest([DAILY, Rhythm()], START) is None
    assert earliest([DAILY, rhythm("every:hour")], START) == due(rhythm("every:hour"), START)
    assert earliest([], START) is None


@given(
    st.integers(-10_000_000, 10_000_000),
    st.sampled_from(
        [
            DAILY,
            NIGHT,
            rhythm("every:hour zone:Europe/Berlin"),
            rhythm("every:day at:02:30 zone:America/New_York quiet:23:00-05:00"),
        ]
    ),
)
def test_what_is_held_is_held_for_a_day_and_a_night_at_most(minutes: int, held: Rhythm) -> None:
    now = START + timedelta(minutes=minutes)
    when = due(held, now)
    assert when is None or now < when <= now + timedelta(hours=36)
    # what is told then is not held again by the quiet hours that held it
    if when is not None and held is NIGHT:
        assert due(held, when) is None


# --- bundling -------------------------------------------------------------------------------------------------------


def waiting(count: int, *, room: str = "discord:1", held: bool = False, start: int = 0) -> list[Waiting]:
    return [Waiting(key=f"{room}-{n}", room=room, held=START if held else None) for n in range(start, start + count)]


BURSTS = {"discord": 20}


def test_a_few_at_once_go_by_themselves() -> None:
    assert gather(waiting(20), {}, START, BURSTS).bundles == ()


def test_what_was_held_is_told_in_one() -> None:
    (bundle,) = gather(waiting(3, held=True), {}, START, BURSTS).bundles
    assert bundle == ("discord:1", ("discord:1-0", "discord:1-1", "discord:1-2"))


def test_one_that_was_held_goes_by_itself() -> None:
    assert gather(waiting(1, held=True), {}, START, BURSTS).bundles == ()


def test_what_was_not_held_is_not_drawn_into_the_digest() -> None:
    found = [*waiting(2, held=True), *waiting(2, start=2)]
    assert [keys for _, keys in gather(found, {}, START, BURSTS).bundles] == [("discord:1-0", "discord:1-1")]


def test_a_flood_is_told_in_messages_of_about_equal_length() -> None:
    bundles = gather(waiting(21), {}, START, BURSTS).bundles
    assert [len(keys) for _, keys in bundles] == [7, 7, 7]
    assert [key for _, keys in bundles for key in keys] == [one.key for one in waiting(21)]


def test_the_last_free_place_tells_all_that_is_left() -> None:
    lately = {"discord:1": [START] * 19}
    assert [len(keys) for _, keys in gather(waiting(5), lately, START, BURSTS).bundles] == [5]
    assert gather(waiting(1), lately, START, BURSTS).bundles == ()


def test_a_room_that_was_told_enough_waits_until_the_span_is_over() -> None:
    first = START - timedelta(minutes=8)
    lately = {"discord:1": [first, *[START] * 19]}
    gathering = gather(waiting(2), lately, START, BURSTS)
    assert gathering.bundles == ()
    assert gathering.holds == ((first + SPAN, ("discord:1-0", "discord:1-1")),)


def test_what_was_told_long_ago_does_not_count() -> None:
    lately = {"discord:1": [START - SPAN] * 20}
    assert gather(waiting(1), lately, START, BURSTS).holds == ()


def test_a_platform_without_a_limit_gets_every_story_by_itself() -> None:
    assert gather(waiting(500, room="console"), {}, START, BURSTS).bundles == ()


@given(
    st.lists(st.tuples(st.sampled_from(["discord:1", "discord:2", "console"]), st.booleans()), max_size=60),
    st.integers(0, 30),
)
def test_nothing_is_bundled_twice_and_no_message_is_too_long(found: list[tuple[str, bool]], told: int) -> None:
    all_ = [Waiting(key=str(n), room=room, held=START if held else None) for n, (room, held) in enumerate(found)]
    gathering = gather(all_, {"discord:1": [START] * told}, START, BURSTS)
    named = [key for _, keys in (*gathering.bundles, *gathering.holds) for key in keys]
    assert len(named) == len(set(named))
    rooms = {one.key: one.room for one in all_}
    assert all(
        2 <= len(keys) <= MOST_IN_ONE and {rooms[key] for key in keys} == {room} for room, keys in gathering.bundles
    )


def test_a_room_is_free_when_one_of_its_subscriptions_is() -> None:
    noon, evening = rhythm("quiet:12:00-13:00"), rhythm("quiet:11:00-20:00")
    now = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
    assert free([noon, evening], now) == now.replace(hour=13, minute=0)
    assert free([noon, rhythm("every:day at:09:00")], now) is None


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-03-28 08:00", "2026-03-28 08:00"),  # 09:00 in Berlin, in winter
        ("2026-03-29 06:59", "2026-03-28 08:00"),
        ("2026-03-29 07:00", "2026-03-29 07:00"),  # in summer
    ],
)
def test_the_latest_of_an_hour_on_the_wall_keeps_to_the_wall(now: str, last: str) -> None:
    at, found = (datetime.fromisoformat(f"{moment}+00:00") for moment in (now, last))
    assert latest(time(9), "Europe/Berlin", at) == found
