"""The seeds' regimes hold together, and what does not hold is refused with its name."""

import tomllib
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SeedError
from bot.regimes import Regimes, Status, compile_regimes

SEEDS = Path(__file__).parent.parent / "seeds"


def _seed(name: str) -> dict[str, Any]:
    return tomllib.loads((SEEDS / f"{name}.toml").read_text(encoding="utf-8"))


TERRITORIES = frozenset(row["code"] for row in _seed("territories")["territories"])
CODES = TERRITORIES | {row["code"] for row in _seed("issuers")["issuers"]}
INSTRUMENTS = frozenset(row["code"] for row in _seed("instruments")["instruments"])
GROUNDS = frozenset(row["code"] for row in _seed("grounds")["grounds"])

GOOD: dict[str, Any] = {
    "key": "eu-atlantis",
    "issuer": "EU",
    "name": "Atlantis",
    "target": ["RU"],
    "programmes": ["ATL"],
    "measures": ["asset_freeze"],
    "legal_basis": ["Council Regulation (EU) No 1/2014"],
    "since": date(2014, 3, 17),
    "grounds": ["aggression"],
    "link": "https://example.org/atlantis",
    "as_of": date(2026, 1, 1),
    "status": "in_force",
    "confirmed": True,
}


def _compiled(*entries: object) -> Regimes:
    return compile_regimes({"regimes": list(entries)}, codes=CODES, instruments=INSTRUMENTS, grounds=GROUNDS)


@pytest.fixture(scope="module")
def regimes() -> Regimes:
    return compile_regimes(_seed("regimes"), codes=CODES, instruments=INSTRUMENTS, grounds=GROUNDS)


# --- the seeds ----------------------------------------------------------------------------------------------------


def test_there_are_enough_regimes_against_enough_countries(regimes: Regimes) -> None:
    assert len(regimes.all) >= 200
    assert len({code for regime in regimes.all for code in regime.target} & TERRITORIES) >= 50


def test_every_main_issuer_is_covered(regimes: Regimes) -> None:
    count = Counter(regime.issuer for regime in regimes.all)
    least = {"UN": 15, "EU": 45, "US": 80, "GB": 35, "CA": 20, "CH": 20, "AU": 10, "JP": 8, "UA": 5, "CN": 8, "RU": 8}
    assert {issuer: count[issuer] for issuer, number in least.items() if count[issuer] < number} == {}
    assert {"NZ", "IR"} <= count.keys()


def test_no_day_lies_in_the_future(regimes: Regimes) -> None:
    latest = datetime.now(UTC).date()
    assert [one.key for one in regimes.all if not date(1940, 1, 1) <= one.since <= one.as_of <= latest] == []


def test_a_key_begins_with_its_issuer(regimes: Regimes) -> None:
    bodies = {"AFRICAN_UNION": "au", "ECOWAS": "ecowas", "ARAB_LEAGUE": "arab-league"}
    assert [
        one.key for one in regimes.all if not one.key.startswith(bodies.get(one.issuer, one.issuer.lower()) + "-")
    ] == []


def test_nothing_is_restricted_twice_in_one_entry(regimes: Regimes) -> None:
    for one in regimes.all:
        for values in (one.target, one.measures, one.grounds, one.legal_basis, one.programmes):
            assert len(set(values)) == len(values), one.key


def test_an_ended_regime_is_shown_only_to_those_who_ask(regimes: Regimes) -> None:
    shown = {one.key for one in regimes.against("ZW")}
    assert "us-zimbabwe" not in shown
    assert "us-zimbabwe" in {one.key for one in regimes.against("ZW", ended=True)}
    assert {"eu-zimbabwe", "gb-zimbabwe"} <= shown


def test_what_a_list_calls_a_programme_leads_to_its_regime(regimes: Regimes) -> None:
    found = regimes.of_programme("US", "RUSSIA-EO14024")
    assert found is not None
    assert found.target == ("RU",)
    assert regimes.of_programme("GB", "the russia (sanctions)  (EU Exit) Regulations 2019") is not None
    assert regimes.of_programme("EU", "RUSSIA-EO14024") is None


def test_a_union_may_be_hit_and_may_hit(regimes: Regimes) -> None:
    assert {one.issuer for one in regimes.against("EU")} >= {"CN", "RU", "IR"}
    assert len(regimes.by("EU")) > 40


def test_suspended_regimes_come_after_those_in_force(regimes: Regimes) -> None:
    statuses = [one.status for one in regimes.against("US")]
    assert statuses == sorted(statuses, key=list(Status).index)
    assert Status.SUSPENDED in statuses


# --- what does not hold -------------------------------------------------------------------------------------------


def test_a_whole_entry_is_read() -> None:
    (one,) = _compiled(GOOD).all
    assert (one.key, one.target, one.status, one.confirmed) == ("eu-atlantis", ("RU",), Status.IN_FORCE, True)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"issuer": "ZZ"}, "issuer 'ZZ' is no known code"),
        ({"target": ["RU", "XX"]}, "target 'XX' is no known code"),
        ({"measures": ["frown"]}, "measures 'frown' is no known code"),
        ({"measures": []}, "measures is missing"),
        ({"grounds": ["spite"]}, "grounds 'spite' is no known code"),
        ({"since": "2014-03-17"}, "since must be a day such as"),
        ({"as_of": date(2013, 1, 1)}, "as_of 2013-01-01 lies before since 2014-03-17"),
        ({"link": "http://example.org"}, "link must be an https address"),
        ({"status": "dormant"}, "status 'dormant' is none of in_force, suspended, ended"),
        ({"confirmed": "yes"}, "confirmed must be true or false"),
        ({"theme": "cyber"}, "either target, or for a thematic regime theme"),
        ({"target": []}, "either target, or for a thematic regime theme"),
        ({"name": " "}, "name must be text"),
        ({"legal_basis": "one act"}, "legal_basis must be a list of texts"),
        ({"colour": "red"}, "unknown field 'colour'"),
    ],
)
def test_what_does_not_hold_is_named_with_its_entry(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SeedError, match=rf"^seeds/regimes.toml: regime eu-atlantis: .*{complaint}"):
        _compiled({**GOOD, **change})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, "key 'eu-atlantis' is that of regime eu-atlantis too"),
        ({"key": "eu-two"}, "name 'Atlantis' is that of regime eu-atlantis too"),
        ({"key": "eu-two", "name": "Two", "programmes": ["atl"]}, "programme 'atl' is that of regime eu-atlantis too"),
    ],
)
def test_nothing_stands_there_twice(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SeedError, match=complaint):
        _compiled(GOOD, {**GOOD, **change})


def test_an_entry_that_is_no_table_is_counted() -> None:
    with pytest.raises(SeedError, match="regime 2 is no table"):
        _compiled(GOOD, "Atlantis")
