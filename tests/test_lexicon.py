"""The lexicon: names to codes, codes to words, and faults that say where they are."""

from pathlib import Path
from typing import Any

import pytest

from adapters.files import read_seeds
from bot.errors import SeedError
from bot.lexicon import Lexicon, compile_lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return compile_lexicon(read_seeds(Path(__file__).parent.parent / "seeds"))


def small(**changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "territories": {
            "territories": [
                {"code": "XA", "alpha3": "XAA", "name": "Arstotzka", "adjectives": ["Arstotzkan"]},
                {"code": "XB", "alpha3": "XBB", "name": "Kolechia", "names": ["Kolechian Republic"]},
            ]
        },
        "issuers": {"issuers": [{"code": "UNION", "name": "Union of Both", "kind": "group"}]},
    }
    return raw | changes


@pytest.mark.parametrize("typed", ["China", "cn", "CHN", "Beijing", "PRC", "chinese", "the chinese"])
def test_a_country_is_found_however_it_is_typed(lexicon: Lexicon, typed: str) -> None:
    assert lexicon.find(typed) == "CN"


@pytest.mark.parametrize(("typed", "code"), [("Türkiye", "TR"), ("u.k.", "GB"), ("Kremlin", "RU"), ("the bloc", "EU")])
def test_accents_dots_and_metonyms_do_not_matter(lexicon: Lexicon, typed: str, code: str) -> None:
    assert lexicon.find(typed) == code


def test_an_unknown_name_is_nobody_but_has_neighbours(lexicon: Lexicon) -> None:
    assert lexicon.find("Venezula") is None
    assert "Venezuela" in lexicon.nearest("Venezula")


def test_names_have_their_article_and_short_names_none(lexicon: Lexicon) -> None:
    assert [lexicon.name(code) for code in ("EU", "RU", "US")] == ["the EU", "Russia", "the US"]
    assert [lexicon.short(code) for code in ("EU", "GB", "RU")] == ["EU", "UK", "Russia"]
    assert [lexicon.adjective(code) for code in ("RU", "EU")] == ["Russian", "EU"]


def test_flags_are_for_states_and_unions_not_for_groups(lexicon: Lexicon) -> None:
    assert lexicon.flag("FR") == "🇫🇷"
    assert lexicon.flag("EU") == "🇪🇺"
    assert lexicon.flag("WEST") == lexicon.flag("G7") == lexicon.flag("??") == ""


def test_labels_come_from_the_seeds_and_an_unknown_code_stays_readable(lexicon: Lexicon) -> None:
    assert lexicon.label("asset_freeze") == "asset freeze"
    assert lexicon.label("no_such_code") == "no such code"


def test_a_name_that_two_share_is_nobody() -> None:
    groups = {"groups": [{"name": "Both of them", "code": ["XA", "XB"], "kind": "programme"}]}
    assert compile_lexicon(small(groups=groups)).find("both of them") is None


def test_a_person_without_a_country_is_a_named_fault() -> None:
    people = {"people": [{"name": "Jorji Costava", "code": "XZ"}]}
    with pytest.raises(SeedError, match=r"people\.toml: Jorji Costava: there is no territory or issuer 'XZ'"):
        compile_lexicon(small(people=people))


def test_a_code_taken_twice_is_a_named_fault() -> None:
    raw = small(issuers={"issuers": [{"code": "XA", "name": "Another", "kind": "group"}]})
    with pytest.raises(SeedError, match=r"issuers\.toml: Another: the code XA is taken by Arstotzka"):
        compile_lexicon(raw)


def test_a_list_of_names_that_is_none_is_a_named_fault() -> None:
    raw = small(territories={"territories": [{"code": "XA", "name": "Arstotzka", "adjectives": 7}]})
    with pytest.raises(SeedError, match=r"territories\.toml: Arstotzka, adjectives: must be a string or a list"):
        compile_lexicon(raw)


def test_a_date_that_is_none_is_a_named_fault() -> None:
    people = {"people": [{"name": "Jorji Costava", "code": "XA", "since": "soon"}]}
    with pytest.raises(SeedError, match="Jorji Costava: since must be a date"):
        compile_lexicon(small(people=people))


def test_a_doubtful_name_that_nobody_bears_is_a_named_fault() -> None:
    with pytest.raises(SeedError, match=r"ambiguous\.toml: Impor: no other file has this name"):
        compile_lexicon(small(ambiguous={"ambiguous": [{"name": "Impor", "cased": True}]}))
