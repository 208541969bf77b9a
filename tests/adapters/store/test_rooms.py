"""Rooms that take nothing, notices and troubles, over the real store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.store import SqliteStore
from bot.domain import (
    AlertKind,
    Delivery,
    DeliveryState,
    Looked,
    Message,
    StoppedRoom,
    Trouble,
    TroubleKind,
    Visit,
)
from bot.errors import StoreError
from tests.adapters.store.kit import DAY, HOUR, NOW, entry, opened, sent, silent, story, telling

ROOM, OTHER = "discord:1", "slack:T1/C1"
CLOSED = StoppedRoom(room=ROOM, reason="archived", since=NOW, again=NOW + HOUR)
NOTICE = Delivery(
    key="n1", room=ROOM, kind=AlertKind.NOTICE, story="", message=Message(title="Looked"), created=NOW, due=NOW
)
DEAD = Trouble(feed="wire", kind=TroubleKind.DEAD, since=NOW)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def due(store: SqliteStore, hours: float = 0) -> list[tuple[str, str]]:
    return [(each.room, each.story) for each in store.due(NOW + hours * HOUR)]


def test_a_stopped_room_is_handed_nothing_until_its_next_try(store: SqliteStore) -> None:
    store.record([telling(story(), (AlertKind.ALERT, ROOM), (AlertKind.ALERT, OTHER))], NOW)
    store.stop_room(CLOSED)
    assert due(store) == due(store, 0.9) == [(OTHER, "iran-1")]
    assert due(store, 1) == [(ROOM, "iran-1"), (OTHER, "iran-1")]
    assert store.reopen_room(ROOM)
    assert due(store) == [(ROOM, "iran-1"), (OTHER, "iran-1")]
    assert not store.reopen_room(ROOM)


def test_a_room_that_is_stopped_again_keeps_since_when_and_who_was_told(store: SqliteStore) -> None:
    store.stop_room(CLOSED)
    store.note_told(ROOM)
    store.stop_room(StoppedRoom(room=ROOM, reason="gone", since=NOW + HOUR, again=NOW + 2 * HOUR))
    assert store.stopped() == [replace(CLOSED, reason="gone", again=NOW + 2 * HOUR, told=True)]


def test_a_clock_that_was_put_back_keeps_no_room_closed(store: SqliteStore) -> None:
    store.record([telling(story(), (AlertKind.ALERT, ROOM))], NOW - DAY)
    store.stop_room(CLOSED)
    assert [each.room for each in store.due(NOW - HOUR)] == [ROOM]


def test_what_was_made_in_the_future_is_due_unless_it_is_held_or_was_tried(store: SqliteStore) -> None:
    store.record([telling(story(), (AlertKind.ALERT, ROOM))], NOW)
    (made,) = store.due(NOW - DAY)
    store.save_delivery(replace(made, attempts=1, due=NOW + HOUR))
    assert store.due(NOW - DAY) == []


def test_what_has_waited_too_long_is_refused_with_what_was_to_follow_it(store: SqliteStore) -> None:
    store.record([telling(story("old"), (AlertKind.ALERT, ROOM), (AlertKind.ALERT, OTHER), item="a")], NOW)
    store.record([telling(story("old"), (AlertKind.FOLLOW_UP, ROOM), item="b", words="more")], NOW + DAY)
    store.record([telling(story("new"), (AlertKind.ALERT, ROOM), item="c")], NOW + DAY)
    assert store.refuse_waiting(ROOM, NOW + HOUR, "given up") == 1
    assert store.counts()["deliveries_refused"] == 2
    assert due(store, 24) == [(OTHER, "old"), (ROOM, "new")]
    assert store.told("old") == {OTHER: None}


def test_refusals_are_remembered(store: SqliteStore) -> None:
    (made,) = store.record([telling(story(), (AlertKind.ALERT, ROOM))], NOW)
    store.save_delivery(replace(made, refusals=2, problem="archived"))
    assert [each.refusals for each in store.due(NOW)] == [2]


def test_a_notice_is_made_once_and_sent_once(store: SqliteStore) -> None:
    assert store.put_notices([NOTICE]) == [NOTICE]
    assert store.put_notices([NOTICE, replace(NOTICE, message=Message(title="Looked again"))]) == []
    (made,) = store.due(NOW)
    assert (made.kind, made.story, made.message.title, made.replies_to) == (AlertKind.NOTICE, "", "Looked", None)
    store.save_delivery(sent(made))
    assert store.due(NOW) == []
    assert store.put_notices([NOTICE]) == []
    assert store.check() == "ok"


def test_notices_wait_for_nothing_and_are_never_bundled(store: SqliteStore) -> None:
    notices = [replace(NOTICE, key=f"n{number}") for number in range(3)]
    store.put_notices(notices)
    store.record([telling(story(), (AlertKind.ALERT, ROOM))], NOW)
    assert len(store.due(NOW)) == 4
    assert not store.bundle(replace(NOTICE, kind=AlertKind.ALERT), ["n0", "n1"])
    assert {each.state for each in map(store.delivery, ["n0", "n1"]) if each} == {DeliveryState.PENDING}


def test_a_notice_that_is_held_waits_until_then(store: SqliteStore) -> None:
    store.put_notices([replace(NOTICE, due=NOW + HOUR, held=NOW + HOUR)])
    assert due(store) == []
    assert due(store, 1) == [(ROOM, "")]


def test_troubles_are_told_and_remembered_together_or_not_at_all(store: SqliteStore) -> None:
    broken = replace(NOTICE, created=NOW.replace(tzinfo=None))
    with pytest.raises(StoreError):
        store.tell_troubles([DEAD], [], [broken])
    assert (store.troubles(), store.waiting()) == ([], 0)
    store.tell_troubles([DEAD], [], [NOTICE])
    assert (store.troubles(), store.waiting()) == ([DEAD], 1)
    store.tell_troubles([], ["wire"], [replace(NOTICE, key="n2")])
    assert (store.troubles(), store.waiting()) == ([], 2)


def test_what_was_looked_at_is_counted_from_a_moment_on(store: SqliteStore) -> None:
    for hours, feed, outcome, fresh in (
        (0, "a", "new", 5),
        (2, "a", "new", 3),
        (2, "b", "unchanged", 0),
        (3, "c", "http_404", 0),
    ):
        store.save_visit(Visit(feed=feed, at=NOW + hours * HOUR, outcome=outcome, fresh=fresh), store.feed_state(feed))
    store.record([telling(story("old"), item="a")], NOW)
    store.record([telling(story("new", first=NOW + 2 * HOUR), item="b")], NOW + 2 * HOUR)
    assert store.looked(NOW + HOUR) == Looked(visits=3, failed=1, sources=2, items=3, stories=1)
    assert store.looked(NOW + 9 * HOUR) == Looked()


def test_only_the_named_kinds_are_pruned(store: SqliteStore) -> None:
    store.record([silent(item) for item in store.unseen([entry(1)], NOW)], NOW)
    store.save_visit(Visit(feed="a", at=NOW, outcome="new"), store.feed_state("a"))
    assert store.prune(NOW + HOUR, only=("visits",)) == {"visits": 1}
    assert (store.counts()["visits"], store.counts()["items"]) == (0, 1)


def test_the_size_is_that_of_all_its_files(tmp_path: Path) -> None:
    store = opened(tmp_path / "bot.db")
    before = store.size()
    store.record([silent(item) for item in store.unseen([entry(number) for number in range(500)], NOW)], NOW)
    assert store.size() - before > 100_000
    assert store.size() == sum(path.stat().st_size for path in tmp_path.glob("bot.db*") if "shm" not in path.name)
    store.close()
