"""The world files of seeds/ say what their headers promise: known keys, valid codes, no name torn between two codes."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"

STAGES = {"imposed", "proposed", "extended", "easing_proposed", "eased", "blocked", "enforced", "condemned", "context"}
INSTRUMENTS = {
    "asset_freeze",
    "travel_ban",
    "arms_embargo",
    "export_control",
    "import_ban",
    "trade_embargo",
    "financial",
    "sectoral",
    "diplomatic",
    "designation",
    "unspecified",
}
GROUNDS = {
    "human_rights",
    "aggression",
    "proliferation",
    "terrorism",
    "corruption",
    "cyber",
    "narcotics",
    "democracy",
    "evasion",
    "military_ties",
    "espionage_disinformation",
    "retaliation",
    "other",
}
COUNTED = {"individuals", "entities", "vessels", "aircraft"}
ISSUER_CODES = {"EU", "UN", "ECOWAS", "AFRICAN_UNION", "ARAB_LEAGUE", "G7", "WEST"}
GROUP_KINDS = {
    "company",
    "bank",
    "military",
    "militia",
    "party",
    "media",
    "person",
    "cartel",
    "cyber",
    "terrorist",
    "programme",
    "states",
}
NAME_LISTS = ("names", "adjectives", "capital", "places", "bodies")

TERRITORY_LISTS = {"names", "adjectives", "capital", "places", "bodies", "prefixes"}
KEYS: dict[str, dict[str, set[str]]] = {
    "territories": {"territories": {"code", "alpha3", "name"} | TERRITORY_LISTS},
    "issuers": {
        "issuers": {"code", "name", "kind", "names", "adjectives", "bodies", "members", "vague"},
        "others": {"names"},
    },
    "people": {"people": {"name", "also", "code", "office", "since", "until"}},
    "groups": {"groups": {"name", "names", "code", "kind"}},
    "ambiguous": {
        "ambiguous": {"name", "unless_before", "unless_after", "cased", "exact"},
        "masked": {"phrases"},
    },
    "events": {
        "events": {
            "key",
            "date",
            "stage",
            "issuers",
            "targets",
            "speaker",
            "instruments",
            "grounds",
            "counts",
            "names",
            "counter",
            "legal_basis",
            "summary",
            "answers",
            "link",
        },
    },
}
REQUIRED: dict[str, set[str]] = {
    "territories": {"code", "alpha3", "name"},
    "issuers": {"code", "name", "kind"},
    "others": {"names"},
    "people": {"name", "code", "office", "since"},
    "groups": {"name", "code", "kind"},
    "ambiguous": {"name"},
    "masked": {"phrases"},
    "events": {"key", "date", "stage", "issuers", "targets", "counter", "summary"},
}


def load(file: str) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of one seeds file."""
    with (SEEDS / f"{file}.toml").open("rb") as stream:
        return tomllib.load(stream)


def fold(name: str) -> str:
    """Return a name without case and accents, as a reader compares it."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


TERRITORIES = load("territories")["territories"]
ISSUERS = load("issuers")["issuers"]
OTHERS = load("issuers")["others"]
PEOPLE = load("people")["people"]
GROUPS = load("groups")["groups"]
AMBIGUOUS = load("ambiguous")["ambiguous"]
MASKED = load("ambiguous")["masked"]
EVENTS = load("events")["events"]

TERRITORY_CODES = {territory["code"] for territory in TERRITORIES}
CODES = TERRITORY_CODES | ISSUER_CODES


def claims() -> Iterator[tuple[str, tuple[str, ...], date, date]]:
    """Yield every name with the codes it stands for, and the days between which it does."""
    for place in TERRITORIES + ISSUERS:
        names = [
            place["name"],
            *(name for key in ("names", "adjectives", "capital", "places", "bodies") for name in place.get(key, [])),
        ]
        for name in names:
            yield name, (place["code"],), date.min, date.max
    for group in GROUPS:
        for name in [group["name"], *group.get("names", [])]:
            yield name, tuple(group["code"]), date.min, date.max
    for person in PEOPLE:
        for name in [person["name"], *person.get("also", [])]:
            yield name, (person["code"],), person["since"], person.get("until", date.max)


KNOWN = {fold(name) for name, *_ in claims()}
PREFIXES = {fold(prefix) for territory in TERRITORIES for prefix in territory.get("prefixes", [])}


def strings(value: object) -> Iterator[str]:
    """Yield all strings inside a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.mark.parametrize("file", KEYS)
def test_every_file_starts_with_a_comment_that_says_what_it_holds(file: str) -> None:
    first_line = (SEEDS / f"{file}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first_line.startswith("# ")


@pytest.mark.parametrize("file", KEYS)
def test_every_table_has_the_keys_it_needs_and_no_others(file: str) -> None:
    tables = load(file)
    assert set(tables) == set(KEYS[file])
    for kind, rows in tables.items():
        for row in rows:
            assert set(row) <= KEYS[file][kind], row
            assert set(row) >= REQUIRED[kind], row


@pytest.mark.parametrize("file", KEYS)
def test_no_list_is_empty_but_the_codes_of_stateless_groups_and_those_of_events(file: str) -> None:
    for kind, rows in load(file).items():
        for row in rows:
            for key, value in row.items():
                if isinstance(value, list) and kind != "events" and (kind, key) != ("groups", "code"):
                    assert value, f"{key} of {row}"


@pytest.mark.parametrize("file", KEYS)
def test_every_string_is_trimmed_and_never_blank(file: str) -> None:
    for text in strings(load(file)):
        assert text
        assert text == " ".join(text.split()), repr(text)


@pytest.mark.parametrize("file", KEYS)
def test_no_list_says_the_same_thing_twice(file: str) -> None:
    for rows in load(file).values():
        for row in rows:
            for key, value in row.items():
                if isinstance(value, list):
                    assert len(set(value)) == len(value), f"{key} of {row}"


def test_every_territory_has_a_unique_code() -> None:
    assert len(TERRITORY_CODES) == len(TERRITORIES)
    assert len({territory["alpha3"] for territory in TERRITORIES}) == len(TERRITORIES)


def test_every_territory_code_has_the_form_of_iso_3166() -> None:
    for territory in TERRITORIES:
        assert re.fullmatch("[A-Z]{2}", territory["code"]), territory
        assert re.fullmatch("[A-Z]{3}", territory["alpha3"]), territory


def test_all_of_iso_3166_is_there_and_kosovo() -> None:
    assert len(TERRITORIES) == 250
    assert {"XK", "US", "RU", "CN", "HK", "TW", "PS", "EH", "AQ"} <= TERRITORY_CODES


def test_the_issuers_are_those_that_have_a_code() -> None:
    assert [issuer["code"] for issuer in ISSUERS] == [
        "EU",
        "UN",
        "ECOWAS",
        "AFRICAN_UNION",
        "ARAB_LEAGUE",
        "G7",
        "WEST",
    ]


def test_members_of_issuers_are_territories() -> None:
    for issuer in ISSUERS:
        assert set(issuer.get("members", [])) <= TERRITORY_CODES, issuer["code"]


def test_bodies_without_a_code_claim_no_name_of_another() -> None:
    without_code = {fold(name) for row in OTHERS for name in row["names"]}
    assert not without_code & KNOWN


def test_no_name_is_claimed_by_two_codes_at_once_unless_it_is_ambiguous() -> None:
    ambiguous = {fold(row["name"]) for row in AMBIGUOUS}
    holders: dict[str, set[tuple[tuple[str, ...], date, date]]] = {}
    for name, codes, since, until in claims():
        holders.setdefault(fold(name), set()).add((codes, since, until))
    for name, rivals in holders.items():
        for (one, since, until), (other, other_since, other_until) in combinations(rivals, 2):
            overlap = max(since, other_since) < min(until, other_until)
            assert one == other or not overlap or name in ambiguous, f"{name}: {one} and {other}"


def test_people_stand_for_known_codes() -> None:
    for person in PEOPLE:
        assert person["code"] in CODES, person["name"]


def test_every_term_of_office_ends_after_it_began() -> None:
    for person in PEOPLE:
        assert type(person["since"]) is date, person["name"]
        if "until" in person:
            assert type(person["until"]) is date, person["name"]
            assert person["since"] < person["until"], person["name"]


def test_no_person_holds_the_same_office_twice_at_once() -> None:
    terms = [(person["name"], person["code"], person["since"]) for person in PEOPLE]
    assert len(set(terms)) == len(terms)


def test_the_leaders_of_every_great_issuer_are_known_today() -> None:
    in_office = {person["code"] for person in PEOPLE if "until" not in person}
    assert {"US", "EU", "GB", "CA", "AU", "JP", "CH", "UA", "CN", "RU", "IR", "UN"} <= in_office


def test_groups_stand_for_known_territories_or_for_none() -> None:
    for group in GROUPS:
        assert set(group["code"]) <= CODES, group["name"]
        assert group["kind"] in GROUP_KINDS, group["name"]


def test_no_group_is_entered_twice() -> None:
    names = [fold(group["name"]) for group in GROUPS]
    assert len(set(names)) == len(names)


def test_every_ambiguous_name_is_a_name_of_another_file_and_is_entered_once() -> None:
    names = [fold(row["name"]) for row in AMBIGUOUS]
    assert len(set(names)) == len(names)
    assert set(names) <= KNOWN, set(names) - KNOWN


def test_every_ambiguous_name_has_a_condition() -> None:
    for row in AMBIGUOUS:
        assert set(row) - {"name"}, row["name"]
        assert row.get("cased", True) is True, row["name"]
        assert row.get("exact", True) is True, row["name"]


def test_every_masked_phrase_hides_a_name() -> None:
    for row in MASKED:
        for phrase in row["phrases"]:
            words = fold(phrase).replace("-", " ").replace(",", " ").replace("'s", " ").split()
            runs = {
                " ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)
            }
            assert runs & (KNOWN | PREFIXES), phrase


def test_no_masked_phrase_is_itself_a_name() -> None:
    for row in MASKED:
        for phrase in row["phrases"]:
            assert fold(phrase) not in KNOWN, phrase


def test_every_event_has_a_key_of_its_own() -> None:
    keys = [event["key"] for event in EVENTS]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert re.fullmatch("[a-z0-9-]+", key), key


def test_every_event_happened_on_a_real_day_that_its_key_repeats() -> None:
    for event in EVENTS:
        assert type(event["date"]) is date, event["key"]
        assert date(1945, 1, 1) < event["date"] < date(2027, 1, 1), event["key"]
        assert event["key"].endswith(event["date"].isoformat()), event["key"]


def test_events_stand_in_the_order_in_which_they_happened() -> None:
    days = [event["date"] for event in EVENTS]
    assert days == sorted(days)


def test_events_use_only_the_codes_of_the_guide() -> None:
    for event in EVENTS:
        assert event["stage"] in STAGES, event["key"]
        assert set(event.get("instruments", [])) <= INSTRUMENTS, event["key"]
        assert set(event.get("grounds", [])) <= GROUNDS, event["key"]
        assert {*event["issuers"], *event["targets"], *event.get("speaker", [])} <= CODES, event["key"]
        assert set(event.get("counts", {})) <= COUNTED, event["key"]
        assert all(type(count) is int and count > 0 for count in event.get("counts", {}).values()), event["key"]


def test_every_event_names_who_acted_and_says_so_in_a_sentence() -> None:
    for event in EVENTS:
        assert event["issuers"], event["key"]
        assert event["summary"].endswith("."), event["key"]
        assert len(event["summary"]) <= 300, event["key"]


def test_every_answer_points_at_an_event_that_came_no_later() -> None:
    days = {event["key"]: event["date"] for event in EVENTS}
    for event in EVENTS:
        if "answers" in event:
            assert event["answers"] in days, event["key"]
            assert event["answers"] != event["key"], event["key"]
            assert days[event["answers"]] <= event["date"], event["key"]


def test_every_counter_sanction_is_by_another_than_the_one_it_answers() -> None:
    issuers = {event["key"]: set(event["issuers"]) for event in EVENTS}
    for event in EVENTS:
        if event["counter"] and "answers" in event:
            assert not set(event["issuers"]) & issuers[event["answers"]], event["key"]


def test_links_lead_to_https() -> None:
    for event in EVENTS:
        assert event.get("link", "https://").startswith("https://"), event["key"]
