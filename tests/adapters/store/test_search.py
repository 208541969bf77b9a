"""Stories are found by the words of their reports, in any spelling, the newest first."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from adapters.store import SqliteStore
from adapters.store.search import row_of
from bot.domain import Report, Story
from tests.adapters.store.kit import DAY, HOUR, NOW, opened, story, telling


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


def saying(key: str, headline: str, *, age: int = 0, evidence: str = "") -> Story:
    first = NOW - age * DAY
    report = Report(
        item=key, outlet="Gazette", link=f"https://g.example/{key}", title=headline, at=first, evidence=evidence
    )
    return replace(story(key, first=first), headline=headline, reports=(report,))


def keep(store: SqliteStore, *stories: Story) -> None:
    store.record([telling(each, item=f"{each.key}-{len(each.reports)}") for each in stories], NOW)


def found(store: SqliteStore, text: str, limit: int = 50) -> list[str]:
    return [each.key for each in store.search_stories(text, limit)]


def test_all_words_must_be_there_whole_in_any_case_and_with_any_accents(store: SqliteStore) -> None:
    keep(store, saying("a", "EU lists the Élysée’s Bank"), saying("b", "Bank of the river"))
    assert found(store, "elysee BANK") == ["a"]
    assert found(store, "ban") == []
    assert found(store, "") == found(store, "?!") == []


def test_the_newest_come_first_and_the_limit_keeps_them(store: SqliteStore) -> None:
    keep(store, saying("old", "oil", age=900), saying("new", "oil"), saying("mid", "oil", age=3))
    assert found(store, "oil") == ["new", "mid", "old"]
    assert found(store, "oil", 2) == ["new", "mid"]


@pytest.mark.parametrize("typed", ["Gaddafi", "Kadafi", "Qadhafi", "gadhafi"])
def test_a_name_is_found_in_another_transliteration(store: SqliteStore, typed: str) -> None:
    keep(store, saying("a", "UN lifts freeze on Qaddafi daughter"), saying("b", "Guard of the bridge"))
    assert found(store, typed) == ["a"]


def test_evidence_and_names_are_searched_too(store: SqliteStore) -> None:
    told = saying("a", "Four listed", evidence="designating Kronstadt shipyard")
    keep(store, replace(told, action=replace(told.action, names=("Chen Mingguo",))))
    assert found(store, "kronstadt") == found(store, "Mingguo") == ["a"]


def test_a_story_that_grows_is_found_by_its_new_words_once(store: SqliteStore) -> None:
    keep(store, saying("a", "Oil depot listed"))
    grown = saying("a", "Oil depot listed")
    more = Report(item="m", outlet="Courier", link="https://c.example", title="Tankers named", at=NOW + HOUR)
    keep(store, replace(grown, reports=(*grown.reports, more), last=NOW + HOUR))
    assert found(store, "depot") == found(store, "tankers") == ["a"]


def test_a_story_that_turns_out_to_have_begun_earlier_is_not_there_twice(store: SqliteStore) -> None:
    keep(store, saying("a", "Oil depot listed"))
    keep(store, saying("a", "Grain depot listed", age=2))
    assert found(store, "depot") == ["a"]
    assert found(store, "oil") == []


def test_a_seeded_story_that_is_no_longer_in_the_seeds_is_not_found(store: SqliteStore) -> None:
    store.seed_stories([saying("a", "Oil depot listed")])
    store.seed_stories([])
    assert found(store, "depot") == []


@pytest.mark.parametrize(
    "text", ['"', "a AND", "NEAR(x y)", "words:oil", "-oil", "oil*", "'; --", "\x00", "(" * 50, "^oil"]
)
def test_no_text_is_a_query_language(store: SqliteStore, text: str) -> None:
    keep(store, saying("a", "Oil depot listed"))
    store.search_stories(text)


def test_rows_are_in_the_order_of_time_whatever_the_moment() -> None:
    moments = [-5_000_000, 0, 1_700_000_000_000_000, 1_800_000_000_000_000, 2**62]
    rows = [row_of(moment, "key") for moment in moments]
    assert rows == sorted(rows)
    assert all(0 <= row < 2**63 for row in rows)
    assert row_of(0, "a") != row_of(0, "b")


def test_stories_of_the_first_release_are_found_after_the_update(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as raw:
        raw.executescript((Path(__file__).parent / "first_release.sql").read_text())
    raw.close()
    store = opened(path, service=True)
    assert found(store, "four listed") == ["iran-1"]
    store.close()


def test_a_word_that_every_story_has_is_no_slower(store: SqliteStore) -> None:
    store.seed_stories(saying(f"s{n}", f"Sanctions on yard {n}", age=n // 10) for n in range(5_000))
    started = perf_counter()
    assert len(found(store, "sanctions yard", 50)) == 50
    assert perf_counter() - started < 0.1
