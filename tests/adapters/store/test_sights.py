"""The sixteen feed scenarios, and what else feeds do: how many items are new, over the real store in a file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store import SqliteStore
from bot.domain import Item
from tests.adapters.store.kit import DAY, HOUR, NOW, entry, opened, silent, visit

OLD = [entry(n) for n in range(20, 0, -1)]
LATER = NOW + HOUR


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Return a store that knows a feed of twenty entries."""
    store = opened(tmp_path / "bot.db")
    assert visit(store, OLD) == (20, 0)
    yield store
    store.close()


def test_the_first_visit_finds_everything_and_the_second_nothing(store: SqliteStore) -> None:
    assert visit(store, OLD, LATER) == (0, 0)


def test_three_new_are_three(store: SqliteStore) -> None:
    assert visit(store, [entry(23), entry(22), entry(21), *OLD[:17]], LATER) == (3, 0)


def test_a_bumped_date_is_nothing_new(store: SqliteStore) -> None:
    bumped = replace(OLD[7], date=LATER)
    assert visit(store, [bumped, *OLD[:7], *OLD[8:]], LATER) == (0, 0)


def test_a_corrected_title_is_an_edit_of_the_same_item_told_once(store: SqliteStore) -> None:
    key = next(item for item in [store.find_item(OLD[0].link)] if item)[0].key
    corrected = replace(OLD[0], title="Correction: envoys agree about the fishing treaty")
    (found,) = store.unseen([corrected, *OLD[1:]], LATER)
    assert (found.key, found.edits, found.title) == (key, key, corrected.title)
    assert visit(store, [corrected, *OLD[1:]], LATER) == (0, 1)
    assert visit(store, [corrected, *OLD[1:]], LATER + HOUR) == (0, 0)
    assert store.item(key) == replace(corrected, key=key, edits="", seen=NOW)


def test_an_edit_is_told_again_until_it_is_recorded(store: SqliteStore) -> None:
    corrected = [replace(OLD[0], title="Correction: envoys agree after all")]
    assert len(store.unseen(corrected, LATER)) == len(store.unseen(corrected, LATER)) == 1


def test_a_title_that_goes_back_and_forth_is_told_once(store: SqliteStore) -> None:
    corrected = [replace(OLD[0], title="Correction: envoys agree after all")]
    assert [visit(store, feed, LATER) for feed in (corrected, OLD[:1], corrected, OLD[:1])] == [(0, 1)] + [(0, 0)] * 3


def test_a_summary_with_a_counter_in_it_is_soon_told_no_more(store: SqliteStore) -> None:
    visits = [[replace(OLD[0], summary=f"{n} comments so far")] for n in range(20)]
    assert sum(edits for _, edits in (visit(store, feed, LATER) for feed in visits)) <= 4


def test_all_guids_changing_is_nothing_new(store: SqliteStore) -> None:
    moved = [replace(item, guid=f"tag:gazette.example,2026:{n}") for n, item in enumerate(OLD)]
    assert visit(store, moved, LATER) == (0, 0)
    assert visit(store, moved, LATER) == (0, 0)


def test_http_to_https_in_guids_and_links_is_nothing_new(store: SqliteStore) -> None:
    secure = [
        replace(item, guid=item.guid.replace("http:", "https:"), link=item.link.replace("http:", "https:"))
        for item in OLD
    ]
    assert visit(store, secure, LATER) == (0, 0)


def test_a_site_that_moves_guids_and_links_but_keeps_dates_is_nothing_new(store: SqliteStore) -> None:
    moved = [replace(item, guid=f"n{n}", link=f"https://new.example/{n}.html") for n, item in enumerate(OLD)]
    assert visit(store, moved, LATER) == (0, 0)


def test_a_back_dated_item_is_new(store: SqliteStore) -> None:
    assert visit(store, [*OLD, entry(99, at=NOW - 30 * DAY)], LATER) == (1, 0)


def test_two_new_with_the_last_items_date_are_two(store: SqliteStore) -> None:
    twins = [entry(n, at=OLD[0].date) for n in (31, 32)]
    assert visit(store, [*twins, *OLD], LATER) == (2, 0)


def test_a_new_item_without_guid_is_new_once(store: SqliteStore) -> None:
    bare = replace(entry(33), guid="")
    assert visit(store, [bare, *OLD], LATER) == (1, 0)
    assert visit(store, [bare, *OLD], LATER) == (0, 0)


def test_a_new_item_with_an_old_guid_is_new(store: SqliteStore) -> None:
    reused = replace(entry(34), guid=OLD[5].guid)
    assert visit(store, [reused, *OLD], LATER) == (1, 0)
    assert visit(store, [reused, *OLD], LATER) == (0, 0)


def test_a_new_item_with_an_old_guid_is_new_although_the_old_one_is_gone(store: SqliteStore) -> None:
    reused = replace(entry(34), guid=OLD[-1].guid, date=LATER)
    assert visit(store, [reused, *OLD[:-1]], LATER) == (1, 0)


def test_a_live_page_with_new_guid_title_and_date_is_a_new_item_with_a_key_of_its_own(store: SqliteStore) -> None:
    live = replace(entry(35), link=OLD[0].link, date=LATER)
    (found,) = store.unseen([live], LATER)
    assert not found.edits
    assert store.item(found.key) is None
    assert visit(store, [live], LATER) == (1, 0)


def test_a_feed_that_empties_and_returns_is_nothing_new(store: SqliteStore) -> None:
    assert visit(store, [], LATER) == (0, 0)
    assert visit(store, OLD, LATER) == (0, 0)


def test_a_feed_that_rolls_back_to_an_old_snapshot_is_nothing_new(store: SqliteStore) -> None:
    assert visit(store, [entry(n) for n in range(40, 20, -1)], LATER) == (20, 0)
    assert visit(store, OLD, LATER) == (0, 0)


def test_three_hundred_then_twenty_then_three_hundred_are_nothing_new(store: SqliteStore) -> None:
    many = [entry(n) for n in range(300, 0, -1)]
    assert visit(store, many, LATER) == (280, 0)
    assert visit(store, many[:20], LATER) == (0, 0)
    assert visit(store, many, LATER) == (0, 0)


def test_sixty_after_an_outage_are_sixty(store: SqliteStore) -> None:
    assert visit(store, [entry(n) for n in range(80, 20, -1)], LATER) == (60, 0)


@pytest.mark.parametrize("decoration", ["utm_source=rss&utm_id={n}", "fbclid={n}", "at_medium=RSS", "unheard_of={n}"])
def test_tracking_parameters_changing_in_every_link_are_nothing_new(store: SqliteStore, decoration: str) -> None:
    for n in range(3):
        feed = [replace(item, link=f"{item.link}?{decoration.format(n=n)}") for item in OLD]
        assert visit(store, feed, LATER) == (0, 0)


def test_a_parameter_that_changes_at_every_visit_does_not_fill_the_store(store: SqliteStore) -> None:
    for n in range(60):
        assert visit(store, [replace(OLD[0], link=f"{OLD[0].link}?session={n}")], LATER + n * HOUR) == (0, 0)
    assert store.counts()["sights"] < 50


def test_the_same_link_from_two_feeds_is_one_item_seen_twice(store: SqliteStore) -> None:
    other = [replace(item, feed="gazette-world", guid=f"w{n}", summary="") for n, item in enumerate(OLD)]
    assert visit(store, other, LATER) == (0, 0)
    assert store.counts()["sights"] == 40


def test_another_title_for_the_same_link_in_another_feed_is_no_edit(store: SqliteStore) -> None:
    other = replace(
        OLD[0], feed="aggregator", guid="x", outlet="Aggregator", title="What envoys said about fishing rights"
    )
    assert visit(store, [other], LATER) == (0, 0)


def test_the_same_title_of_the_same_outlet_in_another_feed_is_one_item(store: SqliteStore) -> None:
    other = replace(OLD[0], feed="gazette-world", guid="", link="https://gazette.example/short/7", summary="")
    assert visit(store, [other], NOW + 2 * DAY) == (0, 0)


def test_a_constant_title_on_other_links_and_days_is_other_items(store: SqliteStore) -> None:
    for day in range(10):
        briefing = Item(
            feed="gazette",
            guid=f"b{day}",
            link=f"https://gazette.example/briefing/{day}",
            title="Morning briefing",
            date=NOW + day * DAY,
            outlet="Gazette",
        )
        assert visit(store, [briefing], NOW + day * DAY) == (1, 0)


def notice(n: int, feed: str = "register") -> Item:
    return Item(
        feed=feed,
        guid=f"doc-{n}",
        link=f"https://register.example/doc/{n}",
        title="Notice of Sanctions Actions by the Office of Assets",
        summary="The Office publishes the names of persons whose property is blocked.",
        date=NOW,
        outlet="Register",
        official=True,
    )


def test_official_notices_with_one_title_and_date_are_as_many_as_their_links(store: SqliteStore) -> None:
    assert visit(store, [notice(1), notice(2)]) == (2, 0)
    assert visit(store, [notice(3), notice(1), notice(2)]) == (1, 0)
    assert visit(store, [notice(4)], NOW + DAY) == (1, 0)
    assert visit(store, [notice(n, "register-all") for n in range(1, 6)], NOW + DAY) == (1, 0)


def test_doubles_within_one_visit_are_one_item(store: SqliteStore) -> None:
    fresh = entry(50)
    double = replace(fresh, guid="other", link=f"{fresh.link}?utm_source=x#top")
    assert visit(store, [fresh, fresh, double], LATER) == (1, 0)


def test_items_without_guid_link_and_date_are_known_by_their_titles(store: SqliteStore) -> None:
    bare = [Item(feed="bare", title=f"Statement number {n} of the ministry") for n in range(5)]
    assert visit(store, bare) == (5, 0)
    assert visit(store, bare, NOW + 30 * DAY) == (0, 0)


def test_items_that_all_link_to_the_front_page_are_told_apart(store: SqliteStore) -> None:
    front = [replace(entry(n, feed="front"), link="https://front.example/", outlet="Front") for n in range(5)]
    assert visit(store, front) == (5, 0)
    assert visit(store, front, LATER) == (0, 0)


def test_a_feed_with_one_guid_for_everything_is_read_by_links(store: SqliteStore) -> None:
    broken = [
        replace(entry(n, feed="broken"), guid="0", outlet="Broken", link=f"https://b.example/{n}") for n in range(30)
    ]
    assert visit(store, broken) == (30, 0)
    assert visit(store, [replace(item, summary="") for item in broken], LATER) == (0, 0)


def test_what_was_not_recorded_is_still_new(store: SqliteStore) -> None:
    assert len(store.unseen([entry(60)], LATER)) == 1
    assert len(store.unseen([entry(60)], LATER)) == 1


def test_what_was_pruned_is_not_new_again(store: SqliteStore) -> None:
    assert store.prune(LATER)["items"] == 20
    assert visit(store, OLD, LATER) == (0, 0)
    moved = [replace(item, guid="", link=item.link.replace("http:", "https:")) for item in OLD]
    assert visit(store, moved, LATER) == (0, 0)


def test_the_same_item_has_the_same_key_whichever_feed_is_read_first() -> None:
    keys = []
    for feed in ("one", "two"):
        store = opened()
        keys += [item.key for item in store.unseen([replace(OLD[0], feed=feed, guid=feed)], NOW)]
        store.close()
    assert keys[0] == keys[1]
    assert len(keys[0]) <= 16


def test_new_items_keep_their_order_and_say_when_they_were_seen(store: SqliteStore) -> None:
    fresh = [entry(n) for n in (70, 72, 71)]
    found = store.unseen(fresh, LATER)
    assert [item.title for item in found] == [item.title for item in fresh]
    assert {item.seen for item in found} == {LATER}


def test_halves_of_characters_in_a_feed_break_nothing(store: SqliteStore) -> None:
    hostile = Item(feed="x", guid="\ud800", link="http://[bad", title="Half \udc00 a character\0", summary="\ud83d")
    assert visit(store, [hostile]) == (1, 0)
    assert visit(store, [hostile]) == (0, 0)


def test_many_items_with_one_title_stay_quick_and_apart() -> None:
    store = opened()
    formula = [
        Item(feed="f", guid=str(n), link=f"https://f.example/{n}", title="Notice to all exporters of goods", date=NOW)
        for n in range(1500)
    ]
    for start in range(0, 1500, 100):
        assert visit(store, formula[start : start + 100], NOW + timedelta(minutes=start)) == (100, 0)
    store.close()


def test_an_edit_keeps_what_was_told_and_adds_to_the_trail(store: SqliteStore) -> None:
    (found,) = store.unseen([replace(OLD[3], title="Correction: nobody quarrels")], LATER)
    before = store.trail(found.key)
    again = silent(found)
    store.record([again], LATER)
    store.record([again], LATER)
    assert store.trail(found.key) == before
