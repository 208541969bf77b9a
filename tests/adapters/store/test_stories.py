"""The ledger: stories come back as they were, grow, and are found by who acts in them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.store import SqliteStore
from bot.domain import Action, Item, Outcome, Report, Stage, Story
from tests.adapters.store.kit import DAY, HOUR, NOW, entry, opened, silent, story, telling


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def keep(store: SqliteStore, *stories: Story) -> None:
    store.record([telling(each, item=f"item-{each.key}-{len(each.reports)}") for each in stories], NOW)


def grown(old: Story, n: int = 1) -> Story:
    report = Report(item=f"more-{n}", outlet="Courier", link="https://c.example", title="Again", at=old.last + n * HOUR)
    return replace(old, reports=(*old.reports, report), last=report.at)


def test_a_story_comes_back_as_it_was_with_its_reports_in_order(store: SqliteStore) -> None:
    told = grown(grown(story()), 2)
    keep(store, told)
    assert store.story("iran-1") == told
    assert store.story("unknown") is None


def test_a_story_that_grew_is_read_anew(store: SqliteStore) -> None:
    keep(store, story())
    assert store.story("iran-1") == story()
    keep(store, grown(story()))
    assert store.story("iran-1") == grown(story())
    assert store.recent_stories(NOW) == [grown(story())]


def test_of_a_story_that_grows_twice_in_one_batch_the_last_is_kept(store: SqliteStore) -> None:
    keep(store, story(), grown(story()), grown(grown(story()), 2))
    assert store.story("iran-1") == grown(grown(story()), 2)


def test_recent_stories_are_those_reported_since_oldest_first(store: SqliteStore) -> None:
    old, older = story("old", first=NOW - 3 * DAY), replace(story("older", first=NOW - 5 * DAY), last=NOW)
    keep(store, story("now"), old, older)
    assert [each.key for each in store.recent_stories(NOW - 3 * DAY)] == ["older", "old", "now"]
    assert [each.key for each in store.recent_stories(NOW - 3 * DAY + HOUR)] == ["older", "now"]


def test_stories_about_a_country_are_found_by_role_newest_first(store: SqliteStore) -> None:
    keep(
        store,
        story("a", first=NOW - 2 * DAY),
        story("b", first=NOW - DAY, issuer="US"),
        story("c", issuer="IR", target="EU"),
    )
    assert [each.key for each in store.stories_about(against="IR")] == ["b", "a"]
    assert [each.key for each in store.stories_about(by="IR")] == ["c"]
    assert [each.key for each in store.stories_about(against="IR", by="US")] == ["b"]
    assert [each.key for each in store.stories_about(against="IR", since=NOW - DAY)] == ["b"]
    assert [each.key for each in store.stories_about(limit=2)] == ["c", "b"]
    assert store.stories_about(against="XX") == []


def test_actors_of_further_actions_count_and_leave_when_the_action_does(store: SqliteStore) -> None:
    also = Action(stage=Stage.CONDEMNED, issuers=("CN",), targets=("US",), speaker=("CN",))
    keep(store, replace(story(), also=(also,)))
    assert [each.key for each in store.stories_about(against="US", by="CN")] == ["iran-1"]
    keep(store, story())
    assert store.stories_about(by="CN") == []


def test_what_follows_or_answers_a_story_is_found(store: SqliteStore) -> None:
    keep(store, story(), replace(story("next"), follows="iran-1"), replace(story("reply"), answers="iran-1"))
    assert [each.key for each in store.following("iran-1")] == ["next", "reply"]


def test_seeds_are_replaced_at_each_start_and_count_as_recent(store: SqliteStore) -> None:
    assert store.seed_stories([story("one"), story("two")]) == 2
    changed = replace(story("two"), headline="Put right")
    assert store.seed_stories([changed, story("three")]) == 2
    assert {each.key for each in store.recent_stories(NOW)} == {"two", "three"}
    assert store.story("two") == changed


def test_a_seed_that_grew_in_the_news_is_left_alone(store: SqliteStore) -> None:
    store.seed_stories([story()])
    keep(store, grown(story()))
    store.seed_stories([story()])
    assert store.story("iran-1") == grown(story())
    store.seed_stories([])
    assert store.story("iran-1") == grown(story())


def test_an_item_is_found_by_any_spelling_of_its_link(store: SqliteStore) -> None:
    store.record([telling(story(), item="a1")], NOW)
    found = store.find_item("http://www.gazette.example/a1/?utm_source=slack#top")
    assert found is not None
    assert (found[0].key, *found[1:]) == ("a1", Outcome.ALERT, "a new story", "iran-1")
    assert store.find_item("https://gazette.example/other") is None
    assert store.find_item("not a link") is None


def test_history_is_read_in_batches_in_the_order_of_sight(store: SqliteStore) -> None:
    for hour in range(10):
        found = store.unseen([entry(hour * 3 + n) for n in range(3)], NOW + hour * HOUR)
        store.record([silent(item) for item in found], NOW + hour * HOUR)
    history = list(store.items_between(NOW + HOUR, NOW + 9 * HOUR, batch=4))
    assert [item.guid for item, *_ in history] == [entry(n).guid for n in range(3, 27)]
    assert {outcome for _, _, outcome, _ in history} == {Outcome.SILENT}
    assert list(store.items_between(NOW + 20 * DAY, NOW + 21 * DAY)) == []


def test_history_may_be_read_while_it_grows(store: SqliteStore) -> None:
    store.record([silent(item) for item in store.unseen([entry(n) for n in range(6)], NOW)], NOW)
    history = store.items_between(NOW, NOW + DAY, batch=2)
    next(history)
    store.record([silent(item) for item in store.unseen([entry(9)], NOW + HOUR)], NOW + HOUR)
    assert len(list(history)) == 6


def test_readings_and_trails_come_back(store: SqliteStore) -> None:
    decision = telling(story(), item="a1")
    store.record([decision], NOW)
    assert store.reading("a1") == decision.reading
    assert store.trail("a1") == list(decision.trail)
    assert store.item("a1") == decision.item
    assert (store.reading("b"), store.trail("b"), store.item("b")) == (None, [], None)


def test_an_item_of_no_story_is_silent_without_one(store: SqliteStore) -> None:
    (item,) = store.unseen([Item(feed="f", guid="g", link="https://f.example/1", title="Harvest begins")], NOW)
    store.record([silent(item)], NOW)
    found = store.find_item("https://f.example/1")
    assert found is not None
    assert found[1:] == (Outcome.SILENT, "no sanctions", None)
