"""Official lists on real SQLite: applied and logged as one, found by names in any spelling, counted by country."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from adapters.store import SqliteStore
from adapters.store.names import alike, folded, sounds
from bot.domain import ListedKind, Listing, ListingChange, ListingFate
from bot.errors import StoreError
from tests.adapters.store.kit import DAY, NOW, ROOT, opened
from tests.lists_support import listing

ADDED, CHANGED, REMOVED = ListingFate.ADDED, ListingFate.CHANGED, ListingFate.REMOVED
SDN = "list-ofac"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with closing(opened()) as store:
        yield store


def save(store: SqliteStore, fate: ListingFate, *listings: Listing, list_: str = SDN) -> None:
    store.save_listings(list_, [(ListingChange(fate=fate, listing=one, at=NOW), len(one.name)) for one in listings])


def stock(store: SqliteStore, *listings: Listing, digest: str = "one") -> None:
    save(store, ADDED, *listings)
    store.finish_list(SDN, digest=digest, at=NOW)


def told(store: SqliteStore, digest: str | None) -> list[tuple[str, str]]:
    return [(change.fate, change.listing.uid) for change in store.changes_after(SDN, digest)]


# --- states and changes -------------------------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_kept(store: SqliteStore) -> None:
    kept = listing("7", "DOE, John", kind=ListedKind.AIRCRAFT, countries=("CU",), targets=("RU",), aliases=("J. Doe",))
    stock(store, kept)
    assert store.listings(SDN, ["7", "8"]) == [kept]


def test_the_first_state_is_stock_and_no_change(store: SqliteStore) -> None:
    stock(store, listing("1"), listing("2"))
    state = store.list_state(SDN)
    assert state is not None
    assert (state.number, state.digest, state.entries) == (1, "one", 2)
    assert store.changes_after(SDN, None) == []
    assert store.changes_after(SDN, "one") == []
    assert store.listing_changes("RU", NOW - DAY) == []


def test_changes_are_told_until_their_state_is_the_one_that_was_told(store: SqliteStore) -> None:
    stock(store, listing("1"), listing("2"))
    save(store, ADDED, listing("3"))
    save(store, REMOVED, listing("1"))
    save(store, CHANGED, listing("2", "NEW NAME"))
    store.finish_list(SDN, digest="two", at=NOW)
    assert told(store, "one") == [("added", "3"), ("removed", "1")]
    assert told(store, "two") == []
    assert told(store, "never seen") == []


def test_a_state_that_is_not_taken_in_whole_tells_nothing_yet(store: SqliteStore) -> None:
    stock(store, listing("1"))
    save(store, ADDED, listing("2"))
    assert told(store, "one") == []
    save(store, ADDED, listing("3"))
    store.finish_list(SDN, digest="two", at=NOW)
    assert told(store, "one") == [("added", "2"), ("added", "3")]
    assert {change.state for change in store.changes_after(SDN, "one")} == {2}


def test_a_list_that_returns_to_an_older_state_has_nothing_left_to_tell(store: SqliteStore) -> None:
    stock(store, listing("1"))
    for fate, digest in ((ADDED, "two"), (REMOVED, "one")):
        save(store, fate, listing("2"))
        store.finish_list(SDN, digest=digest, at=NOW)
    assert told(store, "two") == [("removed", "2")]
    assert told(store, "one") == []


def test_two_lists_never_touch_each_others_entries(store: SqliteStore) -> None:
    stock(store, listing("1", "MINE"))
    save(store, ADDED, listing("1", "THEIRS", list_="list-un"), list_="list-un")
    save(store, REMOVED, listing("1", "THEIRS", list_="list-un"), list_="list-un")
    assert [one.name for one in store.listings(SDN, ["1"])] == ["MINE"]
    assert store.listing_marks("list-un") == {}


def test_doubts_are_those_of_the_last_visit_and_end_with_a_whole_state(store: SqliteStore) -> None:
    store.doubt_listings(SDN, {"1", "2"})
    store.doubt_listings(SDN, {"2", "3"})
    assert store.listing_doubts(SDN) == {"2", "3"}
    assert store.listing_doubts("list-un") == frozenset()
    store.finish_list(SDN, digest="one", at=NOW)
    assert store.listing_doubts(SDN) == frozenset()


def test_a_batch_is_applied_and_logged_whole_or_not_at_all(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db")) as store:
        stock(store, listing("1"))
        bad = ListingChange(fate=ADDED, listing=listing("3"), at=NOW.replace(tzinfo=None))
        with pytest.raises(StoreError, match="no time zone"):
            store.save_listings(SDN, [(ListingChange(fate=ADDED, listing=listing("2"), at=NOW), 2), (bad, 3)])
        assert set(store.listing_marks(SDN)) == {"1"}
        assert store.search_listings("person 2") == store.search_listings("person 3")
        store.finish_list(SDN, digest="two", at=NOW)
        assert told(store, "one") == []


def test_what_was_saved_before_the_process_died_is_there_to_be_told(tmp_path: Path) -> None:
    program = (
        "import os, sys; from tests.adapters.store.test_listings import *; store = opened(sys.argv[1]);"
        "stock(store, listing('1')); save(store, ADDED, listing('2')); store.finish_list(SDN, digest='two', at=NOW);"
        "save(store, ADDED, listing('3')); os._exit(9)"
    )
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path / "bot.db")], cwd=ROOT, check=False)
    assert run.returncode == 9
    with closing(opened(tmp_path / "bot.db")) as store:
        assert told(store, "one") == [("added", "2")]
        assert set(store.listing_marks(SDN)) == {"1", "2", "3"}
        store.finish_list(SDN, digest="three", at=NOW)
        assert told(store, "two") == [("added", "3")]
        assert store.check() == "ok"


# --- by country ---------------------------------------------------------------------------------------------------


def test_entries_are_counted_by_kind_for_countries_and_targets_alike(store: SqliteStore) -> None:
    stock(
        store,
        listing("1", countries=("CY",), targets=("RU",)),
        listing("2", kind=ListedKind.VESSEL, countries=("RU",), targets=("RU",)),
        listing("3", kind=ListedKind.VESSEL, targets=("IR",)),
    )
    assert store.listed_counts("RU") == {SDN: {"individual": 1, "vessel": 1}}
    assert store.listed_counts("CY") == {SDN: {"individual": 1}}
    assert store.listed_counts("FR") == {}


def test_a_changed_entry_is_counted_where_it_is_now(store: SqliteStore) -> None:
    stock(store, listing("1", targets=("RU",)))
    save(store, CHANGED, listing("1", targets=("BY",)))
    assert store.listed_counts("RU") == {}
    assert store.listed_counts("BY") == {SDN: {"individual": 1}}


def test_recent_changes_of_a_country_come_newest_first(store: SqliteStore) -> None:
    stock(store, listing("1", targets=("RU",)))
    for day, uid in enumerate(("2", "3", "4")):
        change = ListingChange(fate=ADDED, listing=listing(uid, targets=("RU",)), at=NOW + day * DAY)
        store.save_listings(SDN, [(change, 1)])
    assert [one.listing.uid for one in store.listing_changes("RU", NOW + DAY)] == ["4", "3"]
    assert store.listing_changes("IR", NOW) == []
    assert [one.listing.uid for one in store.listing_changes("RU", NOW, limit=1)] == ["4"]


# --- by name ------------------------------------------------------------------------------------------------------

NAMES = (
    "QADHAFI, Mu'ammar Muhammad Abu Minyar",
    "PRIGOZHIN, Yevgeniy Viktorovich",
    "HUSSEIN, Saddam",
    "Ölçer İnşaat A.Ş.",
    "Кадыров Рамзан Ахматович",
    "LI, Ma",
    "BANCO NACIONAL DE CUBA",
    "ALFA-BANK",
    "BANK ROSSIYA",
    "KIM, Jong Un",
)


@pytest.fixture
def named(store: SqliteStore) -> SqliteStore:
    stock(
        store,
        *(listing(str(n), name) for n, name in enumerate(NAMES)),
        listing("90", "X", aliases=("Usama bin Ladin",)),
    )
    return store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Gaddafi", NAMES[0]),
        ("Muammar Kadhafi", NAMES[0]),
        ("Evgeny Prigozhin", NAMES[1]),
        ("prigoz", NAMES[1]),
        ("Sadam Husain", NAMES[2]),
        ("olcer insaat", NAMES[3]),
        ("рамзан кадыров", NAMES[4]),
        ("li", NAMES[5]),
        ("banco nacional cuba", NAMES[6]),
        ("Alfa Bank", NAMES[7]),
        ("rossija bank", NAMES[8]),
        ("Kim Jong-un", NAMES[9]),
        ("Osama bin Laden", "X"),
    ],
)
def test_a_name_is_found_in_another_spelling(named: SqliteStore, typed: str, found: str) -> None:
    assert [one.name for one in named.search_listings(typed, 3)][:1] == [found]


@pytest.mark.parametrize(
    "typed", ["", "  ", "???", "Xylophone Orchestra", '"', "names : x OR", "a" * 5_000, "\ud800%_"]
)
def test_what_is_no_name_finds_nothing_and_breaks_nothing(named: SqliteStore, typed: str) -> None:
    assert named.search_listings(typed) == []


def test_an_exact_name_comes_before_one_that_only_sounds_alike(store: SqliteStore) -> None:
    stock(store, listing("1", "Mohamed ALI"), listing("2", "Muhammad ALI"), listing("3", "Muhammad ALI HASSAN"))
    assert [one.uid for one in store.search_listings("muhammad ali")] == ["2", "3", "1"]


def test_a_name_that_was_removed_is_not_found(named: SqliteStore) -> None:
    save(named, REMOVED, listing("1", NAMES[1]))
    assert named.search_listings("Prigozhin") == []


def test_sounds_of_one_name_in_many_spellings_are_one() -> None:
    for spellings in (
        ("qadhafi", "gaddafi", "kaddafi", "gadafi"),
        ("muhammad", "mohamed", "mohammed", "mohammad"),
        ("ivanov", "ivanoff", "iwanow"),
        ("khalid", "halid", "khaled"),
        ("hussein", "husayn", "husain"),
    ):
        assert len({sounds(one) for one in spellings}) == 1, spellings
    assert sounds("ivanov") != sounds("petrov")


def test_likeness_lies_between_nothing_and_one() -> None:
    assert alike(["same"], folded("Same")) == 1.0
    assert alike(["quite"], "other") < 0.4
    assert alike([], "other") == 0.0


# --- upkeep -------------------------------------------------------------------------------------------------------


def test_changes_are_counted_by_list_and_fate_for_each_country(store: SqliteStore) -> None:
    stock(store, *(listing(str(n), countries=("RU",)) for n in range(3)))
    save(store, ADDED, listing("7", countries=("RU",)), listing("8", countries=("CU",)))
    save(store, REMOVED, listing("1", countries=("RU",)))
    store.finish_list(SDN, digest="two", at=NOW)
    assert store.listing_change_counts("RU", NOW - DAY) == {SDN: {"added": 1, "removed": 1}}
    assert store.listing_change_counts("RU", NOW + DAY) == {}


def test_old_changes_are_pruned_but_never_those_of_the_last_state(store: SqliteStore) -> None:
    stock(store, listing("1"))
    for digest, uid in (("two", "2"), ("three", "3")):
        save(store, ADDED, listing(uid, targets=("RU",)))
        store.finish_list(SDN, digest=digest, at=NOW)
    assert store.prune(NOW, only=("list_changes",)) == {"list_changes": 0}
    assert store.prune(NOW + DAY, only=("list_changes",)) == {"list_changes": 1}
    assert told(store, "two") == [("added", "3")]
    assert [change.listing.uid for change in store.listing_changes("RU", NOW - DAY)] == ["3"]
    assert store.counts()["listings"] == 3
    assert store.check() == "ok"


# --- many ---------------------------------------------------------------------------------------------------------


def _many(number: int) -> Sequence[Listing]:
    first = ("Muhammad", "Ivan", "Sergey", "Ali", "Kim", "Maria", "Hassan", "Viktor", "Chen", "Fatima", "Juan")
    last = ("Petrov", "Rezaei", "al-Masri", "Jong", "Gonzalez", "Ivanov", "Hosseini", "Wang", "Kuznetsov")
    return [
        listing(
            str(n),
            f"{last[n % 9].upper()}, {first[n % 11]} {chr(97 + n % 26)}{n * 7919 % 99991}",
            countries=("RU", "IR", "KP", "SY")[n % 4 : n % 4 + 1],
            targets=("RU",) if n % 2 else (),
        )
        for n in range(number)
    ]


def test_many_entries_are_counted_and_searched_in_no_time(store: SqliteStore) -> None:
    stock(store, *_many(5_000), replace(listing("x"), name="QADHAFI, Saif"))
    began = perf_counter()
    assert store.listed_counts("RU")[SDN]["individual"] > 2_000
    assert store.search_listings("Gaddafi")[0].uid == "x"
    assert len(store.search_listings("Mohammed Petrow", 5)) == 5
    assert perf_counter() - began < 0.5
