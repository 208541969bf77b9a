"""Whether silence is evidence: which sources are in trouble, whom that concerns, and what they are told, once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import lulls, visits, watch
from bot.alerts import Audience
from bot.domain import Feed, FeedState, Item, Looked, Poll, StoppedRoom, Subscription, Trouble, TroubleKind
from bot.errors import FeedError, NotAFeed, Unreachable
from tests.fakes import START, FakeNames

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIRE = Feed(key="wire", url="https://wire.example/rss", outlet="Harbour Wire")
LIST = Feed(key="gazette", url="https://gazette.example/rss", outlet="Gazette", official=True)


def visited(*outcomes: tuple[datetime, Iterable[datetime] | FeedError], feed: Feed = WIRE) -> FeedState:
    """Return a feed's state after visits at these moments, each with the dates of its items or a failure."""
    state = FeedState(feed=feed.key)
    for at, found in outcomes:
        if isinstance(found, FeedError):
            _, state = visits.failed(feed, state, found, now=at)
        else:
            items = tuple(Item(title=str(date), date=date) for date in found)
            _, state = visits.good(feed, state, Poll(items=items), fresh=len(items), now=at)
    return state


def failing(error: FeedError, hours: Iterable[float], *, read_before: bool = True) -> FeedState:
    before = [(START, [START])] if read_before else []
    return visited(*before, *((START + hour * HOUR, error) for hour in hours))


def every(length: timedelta, times: int = 40) -> FeedState:
    """Return the state of a feed that had one item in each such time, the newest at START."""
    return visited((START, [START - number * length for number in range(times)]))


def audience(**lines: str) -> Audience:
    """Return an audience of rooms with one line each."""
    return Audience([Subscription(key=room, room=room, line=line) for room, line in lines.items()], [], FakeNames())


def found(state: FeedState, now: datetime, feed: Feed = WIRE) -> TroubleKind | None:
    trouble = watch.trouble(feed, state, now)
    return trouble.kind if trouble else None


# --- which sources are in trouble -----------------------------------------------------------------------------------


def test_a_source_that_fails_for_a_day_is_dead() -> None:
    state = failing(Unreachable("no route"), [1, 2, 20])
    assert found(state, START + 24 * HOUR) is None
    assert found(state, START + 25 * HOUR) is TroubleKind.DEAD


def test_a_source_that_never_answered_is_dead_after_a_day_too() -> None:
    state = failing(NotAFeed("html_page"), [1, 2, 3, 4, 25], read_before=False)
    assert found(state, START + 25 * HOUR) is TroubleKind.DEAD


def test_a_source_that_was_not_visited_for_a_week_and_then_fails_is_not_dead_yet() -> None:
    assert found(failing(Unreachable("no route"), [7 * 24]), START + 7 * DAY) is None


def test_one_good_visit_makes_a_source_well() -> None:
    state = visited((START, Unreachable("down")), (START + 30 * HOUR, []))
    assert found(state, START + 31 * HOUR) is None


def test_a_feed_that_becomes_a_page_has_changed_after_an_hour_and_three_visits() -> None:
    assert found(failing(NotAFeed("html_page"), [1, 1.5, 2]), START + 2 * HOUR) is TroubleKind.CHANGED
    assert found(failing(NotAFeed("html_page"), [1, 2]), START + 2 * HOUR) is None
    assert found(failing(NotAFeed("html_page"), [1, 1.2, 1.4]), START + 1.5 * HOUR) is None


@pytest.mark.parametrize(
    ("length", "silent_after"), [(timedelta(minutes=20), DAY), (6 * HOUR, DAY), (DAY, 2 * DAY), (7 * DAY, 14 * DAY)]
)
def test_a_source_is_silent_when_its_newest_item_is_twice_as_old_as_usual(
    length: timedelta, silent_after: timedelta
) -> None:
    state = every(length, times=1200 if length < HOUR else 40)

    def at(age: timedelta) -> TroubleKind | None:
        return found(replace(state, last_good=START + age), START + age)

    assert at(silent_after) is None
    assert at(silent_after + HOUR) is TroubleKind.SILENT


def test_a_working_days_source_is_not_silent_at_the_weekend() -> None:
    monday = datetime.fromisoformat("2026-01-05T09:00:00+00:00")
    days = [monday + day * DAY for day in range(60) if (monday + day * DAY).weekday() < 5]
    friday = next(day for day in reversed(days) if day.weekday() == 4)
    state = visited(*((day, [day]) for day in days if day <= friday))
    for hours in range(1, 96):
        assert found(replace(state, last_good=friday + hours * HOUR), friday + hours * HOUR) is None


def test_little_is_said_of_a_source_of_which_little_is_known() -> None:
    state = visited((START, [START - 3 * HOUR, START - 2 * HOUR, START]))
    assert lulls.usual(state) is None
    assert found(replace(state, last_good=START + 90 * DAY), START + 90 * DAY) is None


def test_a_source_that_brings_all_its_items_each_morning_is_usually_silent_for_a_day() -> None:
    mornings = [START + day * DAY for day in range(20)]
    state = visited(*((at, [at - timedelta(seconds=number) for number in range(30)]) for at in mornings))
    lull = lulls.usual(state)
    assert lull is not None
    assert DAY - HOUR < lull <= DAY


def test_one_ancient_item_on_top_does_not_make_years_usual() -> None:
    state = visited((START, [START - 4000 * DAY, *(START - number * HOUR for number in range(300))]))
    assert lulls.usual(state) == HOUR


def test_what_is_remembered_of_silences_is_bounded() -> None:
    assert len(every(DAY, times=400).lulls) == lulls.DAYS


def test_after_a_night_of_our_own_nobody_else_is_called_silent() -> None:
    assert found(every(HOUR), START + 10 * DAY) is None


# --- told once ------------------------------------------------------------------------------------------------------


def test_a_trouble_is_begun_once_and_over_once() -> None:
    ill, well = failing(Unreachable("down"), [1]), visited((START, []))
    now = START + 2 * DAY
    first = watch.look([WIRE], {"wire": ill}, [], now)
    assert [one.kind for one in first.begun] == [TroubleKind.DEAD]
    assert watch.look([WIRE], {"wire": ill}, first.begun, now + DAY) == watch.Finding()
    well = replace(well, last_good=now)
    assert watch.look([WIRE], {"wire": well}, first.begun, now) == watch.Finding(over=("wire",))
    assert watch.look([WIRE], {"wire": well}, [], now) == watch.Finding()


def test_a_changed_source_that_is_dead_a_day_later_is_no_news() -> None:
    state = failing(NotAFeed("html_page"), [1, 2, 3])
    told = watch.look([WIRE], {"wire": state}, [], START + 3 * HOUR).begun
    dead = replace(state, problem="unreachable")
    assert watch.look([WIRE], {"wire": dead}, told, START + 3 * DAY) == watch.Finding()


def test_a_silent_source_is_not_well_again_because_nobody_looked() -> None:
    told = [Trouble(feed="wire", kind=TroubleKind.SILENT, since=START)]
    assert watch.look([WIRE], {"wire": every(HOUR)}, told, START + 5 * DAY) == watch.Finding()


def test_a_source_that_is_no_longer_visited_is_forgotten_without_a_word() -> None:
    told = [Trouble(feed="gone", kind=TroubleKind.DEAD, since=START)]
    assert watch.look([WIRE], {}, told, START) == watch.Finding(gone=("gone",))


# --- whom that concerns ---------------------------------------------------------------------------------------------


def test_rooms_depend_on_the_sources_that_their_lines_may_pick() -> None:
    heard = audience(
        everything="",
        wire="source:wire",
        outlet='source:"harbour wire" issuer:EU',
        others="-source:wire",
        law="official:yes",
    )
    assert watch.dependents(heard, WIRE) == {"everything", "wire", "outlet"}
    assert watch.dependents(heard, LIST) == {"everything", "others", "law"}


def test_a_source_without_a_known_outlet_may_be_any() -> None:
    assert watch.dependents(audience(room="source:somewhere"), replace(WIRE, outlet="")) == {"room"}


def test_another_places_source_is_nobody_elses_business() -> None:
    lines = [Subscription(key=room, room=room) for room in ("slack:T1/C1", "slack:T2/C1")]
    heard = Audience(lines, [], FakeNames(), feeds={"wire": "slack:T1"})
    assert watch.dependents(heard, replace(WIRE, scope="slack:T1")) == {"slack:T1/C1"}


def test_a_room_is_told_of_all_its_sources_in_one_notice() -> None:
    states = {"wire": failing(Unreachable("down"), [1]), "gazette": visited((START + 2 * DAY, []), feed=LIST)}
    told = [Trouble(feed="gazette", kind=TroubleKind.DEAD, since=START)]
    now = START + 2 * DAY
    finding = watch.look([WIRE, LIST], states, told, now)
    (notice,) = watch.trouble_notices(finding, [WIRE, LIST], states, audience(room=""), now)
    assert notice.message.title == "1 source is in trouble; 1 source is well again"
    assert "Harbour Wire (wire): cannot be read since 02 Mar 10:00 UTC, 1 visit in a row: unreachable (down)" in (
        notice.message.lines
    )
    assert (notice.story, notice.due) == ("", now)


def test_many_sources_in_trouble_are_still_one_readable_notice() -> None:
    feeds = [replace(WIRE, key=f"wire-{number}") for number in range(60)]
    states = {feed.key: failing(Unreachable("x" * 5000), [1]) for feed in feeds}
    now = START + 2 * DAY
    (notice,) = watch.trouble_notices(watch.look(feeds, states, [], now), feeds, states, audience(room=""), now)
    assert notice.message.title == "60 sources are in trouble"
    assert notice.message.lines[-1] == "… and 50 more"
    assert all(len(line) < 500 for line in notice.message.lines)


def test_a_notice_waits_for_the_end_of_the_quiet_hours() -> None:
    states = {"wire": failing(Unreachable("down"), [1])}
    now = START + 2 * DAY
    finding = watch.look([WIRE], states, [], now)
    (notice,) = watch.trouble_notices(finding, [WIRE], states, audience(room="quiet:08:00-17:00"), now)
    assert notice.due == now.replace(hour=17)


# --- heartbeats -----------------------------------------------------------------------------------------------------


def test_a_room_that_asked_for_it_is_told_at_its_hour_what_was_looked_at() -> None:
    heard = audience(berlin="heartbeat:10:00 zone:Europe/Berlin", silent="", later="heartbeat:09:30")
    asked = watch.heartbeats(heard, START)
    assert asked == {"berlin": START}
    looked = Looked(visits=8640, failed=3, sources=63, items=1204, stories=1)
    (notice,) = watch.heartbeat_notices(asked, looked, ["herald"], START)
    assert notice.message.title == (
        "Looked 8,640 times in a day: 63 sources read, 1,204 new items, 1 new story; cannot be read: herald"
    )


def test_a_heartbeat_that_is_an_hour_late_is_left_out() -> None:
    heard = audience(room="heartbeat:09:00")
    assert watch.heartbeats(heard, START + HOUR) == {"room": START}
    assert watch.heartbeats(heard, START + HOUR + timedelta(seconds=1)) == {}


def test_the_same_heartbeat_has_the_same_key_whenever_it_is_made() -> None:
    first, again, next_day = (
        watch.heartbeat_notices({"room": moment}, Looked(items=items), [], START)[0].key
        for moment, items in ((START, 1), (START, 2), (START + DAY, 1))
    )
    assert first == again != next_day


# --- the service itself ---------------------------------------------------------------------------------------------


def test_sources_that_are_not_visited_though_due_are_told() -> None:
    state = replace(visited((START, [])), next_visit=START + WIRE.every)
    assert watch.standstill([(WIRE, state)], START, START + 25 * timedelta(minutes=1)) == ""
    said = watch.standstill([(WIRE, state)], START, START + 31 * timedelta(minutes=1))
    assert said == "1 source is not visited though due, wire since 02 Mar 09:10 UTC"


def test_visits_that_came_due_while_the_service_was_off_are_not_late_at_its_start() -> None:
    state = replace(visited((START, [])), next_visit=START)
    assert watch.standstill([(WIRE, state)], START + 5 * DAY, START + 5 * DAY) == ""


def test_who_looks_after_a_closed_room_is_told_why_and_what_happens() -> None:
    room = StoppedRoom(room="discord:1", reason="the channel is archived", since=START, again=START + HOUR)
    message = watch.closed_room(room, DAY)
    assert "discord:1" in message.title
    assert message.lines[0] == "the channel is archived"
    assert "24 h" in message.lines[1]
