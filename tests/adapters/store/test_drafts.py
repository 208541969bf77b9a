"""Changes that wait for a yes; feedback; hits: over the real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.domain import (
    AlertKind,
    Draft,
    DraftState,
    Feed,
    Feedback,
    Made,
    Objection,
    Rule,
    RuleKind,
    Subscription,
)
from tests.adapters.store.kit import DAY, HOUR, NOW, opened, story, telling

RULE = Rule(key="r1", name="oil", kind=RuleKind.MUTE, line="oil", scope="discord:9", origin="chat", at=NOW)
HEARS = Subscription(key="s1", room="discord:1", line="issuer:US", origin="chat", place="discord:9")
FEED = Feed(key="f1", url="https://f.example/rss", scope="discord:9")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def draft(*, before: Made | None = None, after: Made | None = None) -> Draft:
    token = str(hash(repr((before, after))))
    return Draft(
        token=token,
        words="rules add",
        room="discord:1",
        at=NOW,
        until=NOW + HOUR,
        says="Done",
        before=before or Made(),
        after=after or Made(),
    )


def settle(store: SqliteStore, one: Draft) -> bool:
    store.keep_draft(one)
    return store.settle(one.token, by="ann", at=NOW)


def test_a_draft_comes_back_as_it_was(store: SqliteStore) -> None:
    one = replace(draft(after=Made(rules=(RULE,), subscriptions=(HEARS,), feeds=(FEED,))), options={"page": "2"})
    store.keep_draft(one)
    assert store.draft(one.token) == one
    assert store.draft("another") is None


def test_all_of_a_draft_is_done_in_one_and_leaves_its_history(store: SqliteStore) -> None:
    assert settle(store, draft(after=Made(rules=(RULE,), subscriptions=(HEARS,), feeds=(FEED,))))
    assert (store.rules(), store.subscriptions(), store.feeds()) == ([RULE], [HEARS], [FEED])
    assert [(change.key, change.by) for change in store.changes()] == [("f1", "ann"), ("s1", "ann"), ("r1", "ann")]


def test_a_draft_is_done_once(store: SqliteStore) -> None:
    one = draft(after=Made(rules=(RULE,)))
    assert settle(store, one)
    assert not store.settle(one.token, by="bob", at=NOW)
    settled = store.draft(one.token)
    assert settled is not None
    assert settled.state is DraftState.DONE
    assert len(store.changes()) == 1


def test_where_one_part_is_no_longer_as_it_was_nothing_is_done(store: SqliteStore) -> None:
    settle(store, draft(after=Made(rules=(RULE,), subscriptions=(HEARS,))))
    store.save_subscription(replace(HEARS, line="issuer:EU"), by="bob", at=NOW)
    changed = draft(before=Made(rules=(RULE,), subscriptions=(HEARS,)))
    assert not settle(store, changed)
    assert store.rules() == [RULE]


def test_what_is_there_already_is_not_made_anew(store: SqliteStore) -> None:
    settle(store, draft(after=Made(rules=(RULE,))))
    assert not settle(store, draft(after=Made(rules=(replace(RULE, line="gas"),))))


def test_a_cancelled_draft_is_never_done(store: SqliteStore) -> None:
    one = draft(after=Made(rules=(RULE,)))
    store.keep_draft(one)
    assert store.cancel(one.token)
    assert not store.cancel(one.token)
    assert not store.settle(one.token, by="ann", at=NOW)


def test_keeping_a_draft_again_does_not_open_it_again(store: SqliteStore) -> None:
    one = draft(after=Made(rules=(RULE,)))
    settle(store, one)
    store.keep_draft(one)
    assert not store.settle(one.token, by="ann", at=NOW)


def test_old_drafts_are_forgotten(store: SqliteStore) -> None:
    old = draft(after=Made(rules=(RULE,)))
    store.keep_draft(old)
    store.keep_draft(replace(old, token="new", at=NOW + 40 * DAY))
    assert store.draft(old.token) is None


def test_the_history_of_a_place_is_its_own(store: SqliteStore) -> None:
    settle(store, draft(after=Made(rules=(RULE,), subscriptions=(HEARS,))))
    settle(store, draft(after=Made(rules=(replace(RULE, key="r2", scope="discord:8"),))))
    store.save_subscription(Subscription(key="s2", room="discord:5"), by="ann", at=NOW)
    assert [change.key for change in store.changes(place="discord:9")] == ["s1", "r1"]
    assert [change.key for change in store.changes(room="discord:5")] == ["s2"]
    assert len(store.changes()) == 4


def test_a_room_has_one_place(store: SqliteStore) -> None:
    store.note_place("discord:1", "discord:9")
    store.note_place("discord:1", "discord:8")
    assert store.places() == {"discord:1": "discord:8"}


# --- feedback and hits ----------------------------------------------------------------------------------------------


def objection(
    key: str, *, place: str = "discord:9", person: str = "ann", why: Objection = Objection.TOO_MINOR
) -> Feedback:
    told = story(key)
    return Feedback(story=key, objection=why, place=place, room="discord:1", person=person, at=NOW, action=told.action)


def test_one_person_has_one_opinion_of_a_story(store: SqliteStore) -> None:
    store.keep_feedback(objection("a"))
    store.keep_feedback(objection("a", why=Objection.DUPLICATE))
    store.keep_feedback(objection("a", person="bob"))
    store.keep_feedback(objection("b", place="discord:8"))
    said = store.feedback("discord:9", NOW - DAY)
    assert [(one.person, one.objection) for one in said] == [("ann", "duplicate"), ("bob", "too_minor")]
    assert said[0].action.issuers == ("EU",)
    assert store.feedback("discord:9", NOW + timedelta(seconds=1)) == []


def test_a_rule_counts_each_story_once_and_objections_by_place(store: SqliteStore) -> None:
    for item, key in (("i1", "a"), ("i2", "a"), ("i3", "b")):
        decision = replace(telling(story(key), (AlertKind.ALERT, "discord:1"), item=item), rules=("r1",))
        store.record([decision], NOW)
    for person in ("ann", "bob"):
        store.keep_feedback(objection("a", person=person))
    record = store.records("discord:9")["r1"]
    assert (record.hits, record.last, record.objections) == (2, NOW, 1)
    assert store.records("discord:8")["r1"].objections == 0
    assert store.records("")["r1"].objections == 1
