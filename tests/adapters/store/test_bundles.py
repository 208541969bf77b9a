"""Several deliveries in one, over the real store."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.store import SqliteStore
from bot.domain import AlertKind, Delivery, DeliveryState, Message, Receipt
from tests.adapters.store.kit import HOUR, NOW, opened, refused, sent, story, telling

ALERT, FOLLOW_UP, EDIT = AlertKind.ALERT, AlertKind.FOLLOW_UP, AlertKind.EDIT
ROOM, OTHER = "discord:1", "slack:T1/C1"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def alerted(store: SqliteStore, count: int = 3, room: str = ROOM) -> list[Delivery]:
    return store.record([telling(story(f"s{n}"), (ALERT, room), item=f"i{n}") for n in range(count)], NOW)


def digest(room: str = ROOM) -> Delivery:
    return Delivery(key="", room=room, kind=ALERT, story="s0", message=Message(title="Digest"), created=NOW, due=NOW)


def test_a_digest_stands_for_its_members(store: SqliteStore) -> None:
    members = [one.key for one in alerted(store)]
    assert store.bundle(digest(), members)
    (due,) = store.due(NOW)
    assert due.message.title == "Digest"
    store.save_delivery(sent(due, "m1"))
    assert store.due(NOW + HOUR) == []
    assert [store.told(f"s{n}") for n in range(3)] == [{ROOM: Receipt(message="m1")}] * 3


def test_the_same_members_make_the_same_digest_in_every_store(store: SqliteStore) -> None:
    elsewhere = opened()
    for one in (store, elsewhere):
        one.bundle(digest(), [each.key for each in alerted(one)])
    assert [each.key for each in store.due(NOW)] == [each.key for each in elsewhere.due(NOW)]
    elsewhere.close()


@pytest.mark.parametrize("spoil", ["begun", "tried", "sent", "another room", "unknown"])
def test_what_may_be_out_already_is_not_bundled_and_nothing_changes(store: SqliteStore, spoil: str) -> None:
    first, *rest = alerted(store)
    members = [first.key, *(one.key for one in rest)]
    room = OTHER if spoil == "another room" else ROOM
    if spoil == "begun":
        store.begin(first.key)
    elif spoil == "tried":
        store.save_delivery(replace(first, attempts=1))
    elif spoil == "sent":
        store.save_delivery(sent(first))
    elif spoil == "unknown":
        members.append("nothing")
    waiting = store.waiting()
    assert not store.bundle(digest(room), members)
    assert store.waiting() == waiting
    assert not any(one.message.title == "Digest" for one in store.due(NOW))


def test_a_begun_delivery_reads_as_doubtful_until_its_fate_is_known(store: SqliteStore) -> None:
    (first, *_) = alerted(store)
    store.begin(first.key)
    assert [one.doubtful for one in store.due(NOW) if one.key == first.key] == [True]
    store.save_delivery(replace(first, attempts=1, due=NOW))
    assert [one.doubtful for one in store.due(NOW) if one.key == first.key] == [False]


def test_what_follows_a_story_waits_for_the_digest_and_answers_it(store: SqliteStore) -> None:
    store.bundle(digest(), [one.key for one in alerted(store)])
    store.record([telling(story("s2"), (FOLLOW_UP, ROOM), item="more")], NOW)
    (due,) = store.due(NOW)
    store.save_delivery(sent(due, "m1"))
    (follow_up,) = store.due(NOW)
    assert (follow_up.kind, follow_up.replies_to) == (FOLLOW_UP, Receipt(message="m1"))


def test_no_edit_takes_the_place_of_a_digest(store: SqliteStore) -> None:
    made = alerted(store)
    store.record([telling(story("s1"), (EDIT, ROOM), item="e1", words="Before")], NOW)
    store.bundle(digest(), [one.key for one in made])
    (due,) = store.due(NOW)
    store.save_delivery(sent(due))
    assert store.record([telling(story("s1"), (EDIT, ROOM), item="e2", words="After")], NOW) == []
    assert store.waiting() == 0


def test_a_refused_digest_refuses_what_was_to_follow_and_leaves_no_room_told(store: SqliteStore) -> None:
    store.bundle(digest(), [one.key for one in alerted(store)])
    store.record([telling(story("s2"), (FOLLOW_UP, ROOM), item="more")], NOW)
    (due,) = store.due(NOW)
    store.save_delivery(refused(due))
    assert [store.told(f"s{n}") for n in range(3)] == [{}] * 3
    assert store.waiting() == 0


def test_follow_ups_are_bundled_without_becoming_the_first_post(store: SqliteStore) -> None:
    for number, one in enumerate(alerted(store, 2)):
        store.save_delivery(sent(one, f"m{number}"))
    updates = [telling(story(f"s{n}"), (FOLLOW_UP, ROOM), item=f"more{n}") for n in range(2)]
    store.bundle(digest(), [one.key for one in store.record(updates, NOW)])
    (due,) = store.due(NOW)
    assert due.replies_to is None
    store.save_delivery(sent(due, "m9"))
    assert store.told("s0") == {ROOM: Receipt(message="m0")}


def test_only_rooms_with_several_are_looked_at_and_those_that_are_full(store: SqliteStore) -> None:
    alerted(store, 2)
    store.record([telling(story("x"), (ALERT, OTHER), item="x")], NOW)
    assert {one.room for one in store.fresh(NOW)} == {ROOM}
    assert {one.room for one in store.fresh(NOW, [OTHER])} == {ROOM, OTHER}


def test_what_is_held_is_not_due_and_knows_until_when(store: SqliteStore) -> None:
    made = alerted(store, 2)
    store.hold([one.key for one in made], NOW + HOUR)
    assert not store.due(NOW)
    assert not store.fresh(NOW)
    assert [one.held for one in store.fresh(NOW + HOUR)] == [NOW + HOUR] * 2
    assert [one.held for one in store.due(NOW + HOUR)] == [NOW + HOUR] * 2


def test_what_was_begun_is_not_held_any_more(store: SqliteStore) -> None:
    (made,) = alerted(store, 1)
    store.begin(made.key)
    store.hold([made.key], NOW + HOUR)
    assert [one.key for one in store.due(NOW)] == [made.key]


def test_a_digest_is_not_bundled_again(store: SqliteStore) -> None:
    store.bundle(digest(), [one.key for one in alerted(store)])
    store.record([telling(story("late"), (ALERT, ROOM), item="late")], NOW)
    assert len(store.fresh(NOW)) == 0


def test_an_alert_for_ten_thousand_rooms_costs_bundling_nothing(store: SqliteStore) -> None:
    rooms = [(ALERT, f"discord:{n}") for n in range(10_000)]
    store.record([telling(story(), *rooms)], NOW)
    started = time.perf_counter()
    assert store.fresh(NOW) == []
    assert time.perf_counter() - started < 0.2


def test_a_sent_digest_is_counted_as_sent(store: SqliteStore) -> None:
    store.bundle(digest(), [one.key for one in alerted(store)])
    (due,) = store.due(NOW)
    store.save_delivery(sent(due))
    settled = store.delivery(due.key)
    assert settled is not None
    assert settled.state is DeliveryState.SENT
    assert store.check() == "ok"
