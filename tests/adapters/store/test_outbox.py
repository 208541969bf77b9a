"""Deliveries: each once, in the order in which a room must hear them, over the real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.domain import AlertKind, Delivery, DeliveryState, Message, Receipt
from bot.errors import StoreError
from tests.adapters.store.kit import DAY, HOUR, NOW, opened, refused, sent, story, telling

ALERT, FOLLOW_UP, EDIT = AlertKind.ALERT, AlertKind.FOLLOW_UP, AlertKind.EDIT
ROOM, OTHER = "discord:1", "slack:T1/C1"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def due(store: SqliteStore) -> list[tuple[AlertKind, str, str]]:
    return [(each.kind, each.room, each.message.title) for each in store.due(NOW)]


def deliver(store: SqliteStore) -> list[Delivery]:
    """Send what is due until nothing is."""
    done: list[Delivery] = []
    while batch := store.due(NOW):
        for each in batch:
            store.save_delivery(sent(each, f"m{len(done)}"))
            done.append(each)
    return done


def test_recording_returns_the_pending_deliveries_with_keys_fit_for_a_nonce(store: SqliteStore) -> None:
    made = store.record([telling(story(), (ALERT, ROOM), (ALERT, OTHER))], NOW)
    assert [(each.room, each.state, each.due) for each in made] == [
        (r, DeliveryState.PENDING, NOW) for r in (ROOM, OTHER)
    ]
    assert all(len(each.key) <= 25 for each in made)
    assert made == store.due(NOW)


def test_recording_a_decision_again_makes_no_second_delivery(store: SqliteStore) -> None:
    decision = telling(story(), (ALERT, ROOM))
    (first,) = store.record([decision], NOW)
    assert store.record([decision], NOW + HOUR) == []
    store.save_delivery(sent(first))
    assert store.record([decision], NOW + HOUR) == []
    assert store.due(NOW + DAY) == []


def test_the_same_decision_makes_the_same_keys_in_every_store(store: SqliteStore) -> None:
    elsewhere = opened()
    decision = telling(story(), (ALERT, ROOM), (ALERT, OTHER))
    assert store.record([decision], NOW) == elsewhere.record([decision], NOW)
    elsewhere.close()


def test_a_room_never_gets_two_first_posts_of_a_story(store: SqliteStore) -> None:
    decisions = [telling(story(), (ALERT, ROOM), item=item) for item in ("a", "b")]
    assert len(store.record(decisions, NOW)) == 1


def test_told_names_rooms_before_and_after_sending(store: SqliteStore) -> None:
    (delivery,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    assert store.told("iran-1") == {ROOM: None}
    store.save_delivery(sent(delivery, "m7"))
    assert store.told("iran-1") == {ROOM: Receipt(message="m7")}
    assert store.told("another") == {}


def test_a_follow_up_waits_for_the_post_that_it_answers_and_gets_its_receipt(store: SqliteStore) -> None:
    (first,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    store.record([telling(story(), (FOLLOW_UP, ROOM), item="b", words="Two more")], NOW)
    assert [kind for kind, _, _ in due(store)] == [ALERT]
    store.save_delivery(replace(first, attempts=1, due=NOW + HOUR, problem="http_503"))
    assert due(store) == []
    store.save_delivery(sent(first, "m1"))
    assert [(each.kind, each.replies_to) for each in store.due(NOW)] == [(FOLLOW_UP, Receipt(message="m1"))]


def test_a_follow_up_answers_the_first_post_not_the_latest(store: SqliteStore) -> None:
    store.record([telling(story(), (ALERT, ROOM))], NOW)
    for n in range(3):
        store.record([telling(story(), (FOLLOW_UP, ROOM), item=f"f{n}", words=f"More {n}")], NOW)
    assert [each.replies_to for each in deliver(store)] == [None] + [Receipt(message="m0")] * 3


def test_what_answers_a_refused_post_is_refused_too(store: SqliteStore) -> None:
    (first,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    (later,) = store.record([telling(story(), (FOLLOW_UP, ROOM), item="b", words="Two more")], NOW)
    store.save_delivery(refused(first))
    settled = store.delivery(later.key)
    assert settled is not None
    assert (settled.state, settled.problem) == (DeliveryState.REFUSED, "its post was refused")
    assert store.told("iran-1") == {}
    assert store.record([telling(story(), (EDIT, ROOM), item="c", words="Late")], NOW) == []
    assert store.waiting() == 0


def test_a_room_that_refused_may_be_told_anew(store: SqliteStore) -> None:
    (first,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    store.save_delivery(refused(first))
    assert len(store.record([telling(story(), (ALERT, ROOM), item="b")], NOW)) == 1


def test_an_edit_without_a_post_is_not_tried(store: SqliteStore) -> None:
    assert store.record([telling(story(), (EDIT, ROOM))], NOW) == []
    assert store.waiting() == 0


def test_several_pending_edits_become_the_newest(store: SqliteStore) -> None:
    store.record([telling(story(), (ALERT, ROOM))], NOW)
    edits = [telling(story(), (EDIT, ROOM), item=f"e{n}", words=f"Sources: {n}") for n in range(4)]
    for edit in edits:
        store.record([edit], NOW)
    assert [each.message.title for each in deliver(store)] == ["Four people listed", "Sources: 3"]
    assert store.record([edits[1]], NOW) == []


def test_edits_of_other_rooms_and_stories_are_left_alone(store: SqliteStore) -> None:
    other = story("iran-2")
    store.record([telling(story(), (ALERT, ROOM), (ALERT, OTHER)), telling(other, (ALERT, ROOM), item="o")], NOW)
    deliver(store)
    store.record(
        [telling(story(), (EDIT, ROOM), (EDIT, OTHER), item="e1"), telling(other, (EDIT, ROOM), item="e2")], NOW
    )
    assert len(due(store)) == 3


def test_an_edit_overtaken_while_it_was_sent_stays_overtaken(store: SqliteStore) -> None:
    store.record([telling(story(), (ALERT, ROOM))], NOW)
    deliver(store)
    (old,) = store.record([telling(story(), (EDIT, ROOM), item="e1", words="Old")], NOW)
    store.record([telling(story(), (EDIT, ROOM), item="e2", words="New")], NOW)
    store.save_delivery(sent(old))
    assert [title for _, _, title in due(store)] == ["New"]
    assert store.delivery(old.key) is None


def test_the_oldest_story_goes_first(store: SqliteStore) -> None:
    stories = [story("new", first=NOW), story("old", first=NOW - DAY), story("middle", first=NOW - HOUR)]
    store.record([telling(each, (ALERT, ROOM), item=each.key) for each in stories], NOW)
    assert [each.story for each in store.due(NOW)] == ["old", "middle", "new"]


def test_a_limit_cuts_the_list_and_not_the_order(store: SqliteStore) -> None:
    stories = [story(f"s{n}", first=NOW - n * HOUR) for n in range(6)]
    store.record([telling(each, (ALERT, ROOM), (ALERT, OTHER), item=each.key) for each in stories], NOW)
    assert [each.story for each in store.due(NOW, 3)] == ["s5", "s5", "s4"]


def test_what_is_not_due_yet_is_held_back(store: SqliteStore) -> None:
    (delivery,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    store.save_delivery(replace(delivery, attempts=2, due=NOW + HOUR, doubtful=True, problem="no answer"))
    assert store.due(NOW + HOUR - timedelta(microseconds=1)) == []
    (again,) = store.due(NOW + HOUR)
    assert (again.attempts, again.doubtful, again.problem) == (2, True, "no answer")


def test_a_settled_delivery_is_never_pending_again(store: SqliteStore) -> None:
    (delivery,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    store.save_delivery(sent(delivery))
    store.save_delivery(replace(delivery, attempts=5))
    assert store.waiting() == 0


def test_a_post_without_receipt_still_lets_its_follow_up_go(store: SqliteStore) -> None:
    (first,) = store.record([telling(story(), (ALERT, ROOM))], NOW)
    store.save_delivery(replace(first, state=DeliveryState.SENT))
    store.record([telling(story(), (FOLLOW_UP, ROOM), item="b", words="Two more")], NOW)
    assert [(each.kind, each.replies_to) for each in store.due(NOW)] == [(FOLLOW_UP, None)]
    assert store.told("iran-1") == {ROOM: None}


def test_an_alert_without_words_is_refused_and_nothing_of_it_is_kept(store: SqliteStore) -> None:
    broken = replace(telling(story(), (ALERT, ROOM)), messages=())
    with pytest.raises(StoreError, match="1 alerts but 0 messages"):
        store.record([telling(story("fine"), (ALERT, ROOM), item="fine"), broken], NOW)
    assert set(store.counts().values()) == {0}


def test_one_message_for_many_rooms_is_kept_once(store: SqliteStore) -> None:
    rooms = [f"discord:{n}" for n in range(500)]
    decision = telling(story(), *[(ALERT, room) for room in rooms])
    shared = Message(title="Four people listed")
    store.record([replace(decision, messages=(shared,) * len(rooms))], NOW)
    assert store.waiting() == 500
    assert {each.message for each in [store.due(NOW, 1)[0]]} == {shared}
    assert [each.room for each in store.due(NOW, 500)] == rooms
