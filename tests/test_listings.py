"""Official lists in the core: what an entry means, which missing ones are believed gone, what is news."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.feeds.lists import LISTS
from bot.domain import ListedKind, Listing, ListingFate, Stage
from bot.errors import SeedError
from bot.listings import Clerk
from tests.lists_support import NOW, changed, feed, listing, make_clerk, seed

ADDED, REMOVED = ListingFate.ADDED, ListingFate.REMOVED


@pytest.fixture(scope="module")
def clerk() -> Clerk:
    return make_clerk()


# --- what an entry means ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Russia", "RU"),
        ("Korea, North", "KP"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Russia / Russie", "RU"),
        ("Congo (Democratic Republic)", "CD"),
        ("Region: Gaza", "PS"),
        ("United Republic of Tanzania", "TZ"),
    ],
)
def test_countries_as_lists_write_them_become_codes(clerk: Clerk, written: str, code: str) -> None:
    assert clerk.settle("ofac", listing("1", countries=(written,))).countries == (code,)


def test_congo_means_another_state_in_a_list_than_in_the_news(clerk: Clerk) -> None:
    assert clerk.settle("un", listing("1", countries=("Congo",))).countries == ("CG",)


def test_a_country_that_nobody_knows_is_left_out(clerk: Clerk) -> None:
    assert clerk.settle("ofac", listing("1", countries=("None Identified", "Cuba"))).countries == ("CU",)


def test_targets_come_from_the_programmes_of_the_lists_own_issuer(clerk: Clerk) -> None:
    settled = clerk.settle("ofac", listing("1", programmes=("SDGT", "IFSR", "RUSSIA-EO14024")))
    assert settled.targets == ("IR", "RU")
    assert clerk.settle("eu", listing("1", programmes=("IFSR",))).targets == ()


def test_a_mark_changes_with_whatever_an_entry_says(clerk: Clerk) -> None:
    marks = {
        clerk.mark(one)
        for one in (
            listing("1"),
            listing("2"),
            listing("1", "OTHER"),
            listing("1", kind=ListedKind.VESSEL),
            listing("1", aliases=("X",)),
            listing("1", targets=("RU",)),
        )
    }
    assert len(marks) == 6
    assert clerk.mark(listing("1")) == make_clerk().mark(listing("1"))
    assert all(0 <= mark < 1 << 63 for mark in marks)


# --- what is believed gone ----------------------------------------------------------------------------------------

KNOWN = [str(n) for n in range(100)]


def test_a_few_missing_entries_are_gone(clerk: Clerk) -> None:
    verdict = clerk.missing(KNOWN, KNOWN[5:], ())
    assert verdict.removed == set(KNOWN[:5])
    assert not verdict.doubted


def test_many_missing_entries_are_doubted_and_none_goes(clerk: Clerk) -> None:
    verdict = clerk.missing(KNOWN, KNOWN[95:], ())
    assert not verdict.removed
    assert verdict.doubted == set(KNOWN[:95])


def test_what_a_second_visit_misses_too_is_gone(clerk: Clerk) -> None:
    verdict = clerk.missing(KNOWN, KNOWN[95:], KNOWN[:95])
    assert verdict.removed == set(KNOWN[:95])
    assert not verdict.doubted


def test_two_outages_that_differ_agree_on_nothing(clerk: Clerk) -> None:
    verdict = clerk.missing(KNOWN, KNOWN[50:], KNOWN[50:])
    assert not verdict.removed
    assert verdict.doubted == set(KNOWN[:50])


def test_a_short_list_may_lose_three_at_once(clerk: Clerk) -> None:
    assert len(clerk.missing(KNOWN[:8], KNOWN[3:8], ()).removed) == 3
    assert len(clerk.missing(KNOWN[:8], KNOWN[4:8], ()).doubted) == 4


# --- news ---------------------------------------------------------------------------------------------------------


def _some(people: int, entities: int, vessels: int) -> list[Listing]:
    kinds = [ListedKind.INDIVIDUAL] * people + [ListedKind.ENTITY] * entities + [ListedKind.VESSEL] * vessels
    return [listing(str(100 + n), kind=kind, targets=("RU",), countries=("RU",)) for n, kind in enumerate(kinds)]


def test_an_addition_is_told_with_its_numbers_names_and_law(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(ADDED, _some(5, 16, 2)))
    assert item.title == "OFAC adds 23 names under RUSSIA-EO14024: 5 people, 16 entities, 2 vessels"
    assert item.summary.startswith("Among them: PERSON 100; PERSON 101; PERSON 102; PERSON 103; PERSON 104.")
    assert "E.O. 14024" in item.summary
    assert item.link == "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=100"
    assert item.official
    assert item.date == NOW
    assert "PERSON 122" in item.text


def test_an_addition_is_an_action_that_nothing_is_left_to_read_of(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(ADDED, _some(5, 16, 2)))
    (action,) = item.actions
    assert (action.stage, action.issuers, action.targets) == (Stage.IMPOSED, ("US",), ("RU",))
    assert action.counts == {"individuals": 5, "entities": 16, "vessels": 2}
    assert action.instruments == ("asset_freeze",)
    assert action.legal_basis == ("E.O. 14024",)
    assert len(action.names) == 5
    assert action.evidence in item.title
    assert action.sure
    assert action.when == NOW.date()


def test_a_removal_is_relief(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(REMOVED, _some(2, 0, 0)))
    assert item.title == "OFAC removes 2 names from RUSSIA-EO14024: 2 people"
    assert item.actions[0].stage is Stage.EASED


def test_a_programme_that_numbers_no_act_rests_on_all_of_its_regimes(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(ADDED, [listing("1", programmes=("BELARUS",))]))
    assert item.actions[0].legal_basis == ("E.O. 13405", "E.O. 14038", "31 CFR Part 548")


def test_one_name_is_the_headline(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(ADDED, [listing("7", "ARTAVIL", kind=ListedKind.VESSEL)]))
    assert item.title == "OFAC adds ARTAVIL under RUSSIA-EO14024"


def test_a_changed_entry_is_no_news(clerk: Clerk) -> None:
    assert clerk.items(feed(), changed(ListingFate.CHANGED, _some(3, 0, 0))) == ()


def test_an_entry_with_several_programmes_is_told_once_under_the_one_that_is_aimed(clerk: Clerk) -> None:
    entries = [
        listing("1", programmes=("SDGT", "IFSR")),
        listing("2", programmes=("SDGT", "IFSR")),
        listing("3", programmes=("SDGT",)),
    ]
    items = clerk.items(feed(), changed(ADDED, entries))
    assert [item.title for item in items] == [
        "OFAC adds 2 names under SDGT, IFSR: 2 people",
        "OFAC adds PERSON 3 under SDGT",
    ]
    assert items[0].actions[0].targets == ("IR",)
    assert items[1].actions[0].targets == ()


def test_a_thematic_programme_hits_the_countries_that_many_entries_share(clerk: Clerk) -> None:
    entries = [listing(str(n), programmes=("GLOMAG",), countries=("GT",)) for n in range(6)]
    entries += [listing("9", programmes=("GLOMAG",), countries=("PA",))]
    (item,) = clerk.items(feed(), changed(ADDED, entries))
    assert item.actions[0].targets == ("GT",)


def test_beside_its_own_target_a_regime_hits_only_whom_half_the_entries_are_of(clerk: Clerk) -> None:
    entries = [listing(str(n), countries=("CN",) if n < 3 else ("RU",)) for n in range(6)]
    (item,) = clerk.items(feed(), changed(ADDED, entries))
    assert item.actions[0].targets == ("RU", "CN")
    (item,) = clerk.items(feed(), changed(ADDED, [*entries, listing("9", countries=("RU",))]))
    assert item.actions[0].targets == ("RU",)


def test_a_programme_that_nobody_knows_is_told_in_its_own_words(clerk: Clerk) -> None:
    (item,) = clerk.items(feed(), changed(ADDED, [listing("1", programmes=("NEW-EO99999",), countries=("CU",))]))
    assert item.title == "OFAC adds PERSON 1 under NEW-EO99999"
    assert item.actions[0].targets == ("CU",)
    assert item.actions[0].legal_basis == ()
    assert item.actions[0].instruments == ("asset_freeze",)


def test_each_state_of_a_list_is_news_of_its_own(clerk: Clerk) -> None:
    later = NOW + timedelta(days=1)
    changes = changed(ADDED, [listing("1")]) + changed(ADDED, [listing("2")], state=3, at=later)
    assert [item.date for item in clerk.items(feed(), changes)] == [NOW, later]
    assert len({item.guid for item in clerk.items(feed(), changes)}) == 2


def test_the_same_changes_make_the_same_items_in_any_order(clerk: Clerk) -> None:
    changes = changed(ADDED, [*_some(3, 2, 1), listing("1", programmes=("CUBA",))]) + changed(REMOVED, [listing("55")])
    assert clerk.items(feed(), changes) == clerk.items(feed(), changes[::-1])


def test_the_day_of_listing_is_told_where_all_agree_on_it(clerk: Clerk) -> None:
    dated = Listing(
        list="list-un", uid="CDi.1", name="X", kind=ListedKind.ENTITY, programmes=("DRC",), listed_on=date(2026, 2, 27)
    )
    (item,) = clerk.items(feed("un"), changed(ADDED, [dated]))
    assert item.actions[0].when == date(2026, 2, 27)
    assert item.title == "UN Security Council adds X under DRC"


# --- the seeds ----------------------------------------------------------------------------------------------------


def test_every_kind_of_list_that_can_be_polled_is_described(clerk: Clerk) -> None:
    assert set(clerk.lists) == set(LISTS)


@pytest.mark.parametrize(
    ("where", "change", "complaint"),
    [
        ("lists", {"issuer": "ZZ"}, "list ofac: issuer 'ZZ' is no known code"),
        ("lists", {"added": "https://example.org"}, "added must be an https address with {uid} in it"),
        ("lists", {"added": "https://example.org/{uid}/{x}"}, "added must be an https address with {uid} in it"),
        ("lists", {"name": ""}, "name must be text, and not empty"),
        ("lists", {"measures": []}, "measures is missing"),
        ("lists", {"kind": "un"}, "the kind 'un' is given twice"),
        ("countries", {"Atlantis": "XX"}, "'Atlantis' has 'XX', which is no known code"),
        ("words", {"added": "{list} adds {whom}"}, "words: added must be a sentence"),
        ("words", {"vessels": ["ship"]}, "words: vessels must be a pair"),
    ],
)
def test_seeds_that_do_not_hold_are_named(where: str, change: dict[str, Any], complaint: str) -> None:
    raw = copy.deepcopy(seed("lists"))
    (raw["lists"][0] if where == "lists" else raw[where]).update(change)
    with pytest.raises(SeedError) as caught:
        make_clerk(raw)
    assert complaint in str(caught.value)
