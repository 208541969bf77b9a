"""Instruments and grounds: what the text states, and nothing that it does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain import Stage
from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import measures
from bot.reading.cues import GROUND, INSTRUMENT, lines
from bot.reading.model import NO_WEIGHTS, Weights
from tests.reading.details_support import lexicon, marked, place


def instruments(title: str, summary: str = "") -> set[str]:
    return set(measures.instruments(marked(title, summary), place(), lexicon(), NO_WEIGHTS))


def grounds(title: str, summary: str = "", *, counter: bool = False) -> set[str]:
    return set(measures.grounds(marked(title, summary), place(counter=counter), lexicon(), NO_WEIGHTS))


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("EU slaps asset freezes on ten generals", {"asset_freeze"}),
        ("Bern froze the dictator's bank accounts", {"asset_freeze"}),
        ("Canada bars them from entering the country", {"travel_ban"}),
        ("London revokes the visas of two judges", {"travel_ban"}),
        ("UN imposes arms embargo", {"arms_embargo"}),
        ("US tightens export controls on chips", {"export_control"}),
        ("Kosovo bans all imports from Serbia", {"import_ban"}),
        ("Cuba embargo stays, says Washington", {"trade_embargo"}),
        ("Iran cut off from SWIFT", {"financial"}),
        ("G7 lowers price cap on Russian crude", {"sectoral"}),
        ("Berlin expels four diplomats", {"diplomatic"}),
        ("US blacklists spyware maker", {"designation"}),
        ("Ministers agree visa bans and asset freezes", {"travel_ban", "asset_freeze"}),
        ("UK sanctions three judges", {"unspecified"}),
    ],
)
def test_an_instrument_is_read_from_its_cue(title: str, codes: set[str]) -> None:
    assert codes <= instruments(title)


def test_an_instrument_that_is_not_stated_is_not_inferred() -> None:
    assert instruments("New Zealand sanctions Russian oligarchs") == {"unspecified"}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("US sanctions officers over torture", "human_rights"),
        ("EU sanctions over invasion of Ukraine", "aggression"),
        ("UN sanctions over nuclear test", "proliferation"),
        ("US sanctions al-Qaida financiers", "terrorism"),
        ("UK sanctions minister for corruption", "corruption"),
        ("US sanctions hackers", "cyber"),
        ("US sanctions fentanyl suppliers", "narcotics"),
        ("EU sanctions generals over coup", "democracy"),
        ("US sanctions trader for evading oil curbs", "evasion"),
        ("EU sanctions firms supplying weapons to Russia", "military_ties"),
        ("Kyiv sanctions Kremlin propagandists", "espionage_disinformation"),
        ("China sanctions lawmakers in retaliation", "retaliation"),
        ("US sanctions spur national security review", "other"),
    ],
)
def test_a_ground_is_read_from_its_cue(title: str, code: str) -> None:
    assert code in grounds(title)


def offered(title: str, code: str) -> set[str]:
    return set(measures.candidates(INSTRUMENT, marked(title), place(), lexicon()).get(code, ()))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Oslo prolongs freeze on dictator's millions", "asset_freeze"),
        ("Lima tells envoy's kin they may not enter", "travel_ban"),
        ("UN missile curbs on Iran lapse", "arms_embargo"),
        ("The Hague revokes licence for lens maker", "export_control"),
        ("Tokyo to end gas imports from Russia", "import_ban"),
        ("Ghana freezes trade with junta", "trade_embargo"),
        ("Lenders that help Moscow risk dollar access", "financial"),
        ("Seoul drops gas penalties", "sectoral"),
        ("Sanctions imposed on Peru's mining and gold sectors", "sectoral"),
        ("OAS weighs diplomatic penalties", "diplomatic"),
        ("UK joins in listing drone makers", "designation"),
    ],
)
def test_what_mostly_means_a_measure_is_offered_as_more_than_a_hint(title: str, code: str) -> None:
    assert any(feature.startswith(("broad", "cue")) for feature in offered(title, code))


def test_a_price_cap_is_a_sectoral_measure() -> None:
    for title in ("G7 agrees price cap", "Price ceiling on Russian diesel takes effect", "EU lowers oil cap"):
        assert "sectoral" in instruments(title)


def test_words_of_a_trade_state_no_measure_against_it() -> None:
    assert instruments("Sanctions talk moves crude oil") == {"unspecified"}
    assert "financial" not in instruments("Canada puts sanctions on generals, banks")


def test_a_list_of_demands_is_no_listing() -> None:
    assert "designation" not in instruments("Envoys draw up list of sanctions")
    assert "designation" in instruments("Mill added to list of sanctioned firms")


def test_a_diplomat_who_is_not_welcome_is_a_diplomatic_matter() -> None:
    assert "diplomatic" in instruments("Diplomat declared persona non grata")
    assert instruments("Singer declared persona non grata") == {"travel_ban"}


def test_a_title_without_a_reason_has_no_ground() -> None:
    assert not grounds("Japan imposes sanctions on three firms")


def test_every_code_but_the_unspecified_one_has_cues_and_labels() -> None:
    for stem in ("instruments", "grounds"):
        for entry in lexicon().seeds[stem][stem]:
            assert entry["label"]
            assert entry["plural"]
            assert entry["cues"] or entry["code"] == measures.UNSPECIFIED


def test_learned_weights_overrule_a_cue() -> None:
    weights = Weights.parse(
        [{"head": GROUND, "label": "yes", "bias": 0, "weights": {"cue via:setting": -3.0, "cue": 1.0}}]
    )
    said = marked("Sanctions amid war in Gaza")
    assert "aggression" in measures.grounds(said, place(), lexicon(), NO_WEIGHTS)
    assert "aggression" not in measures.grounds(said, place(), lexicon(), weights)


def test_every_decision_comes_with_the_features_it_rests_on() -> None:
    [(code, chance, features)] = measures.decide(
        INSTRUMENT, marked("EU agrees travel ban"), place(), lexicon(), NO_WEIGHTS
    )
    assert (code, chance) == ("travel_ban", 1.0)
    assert "cue:travel_ban:travel ban*" in features


def test_a_counter_measure_is_always_asked_about_retaliation() -> None:
    said = marked("China bars ten Europeans")
    answer = measures.Place(Stage.IMPOSED, counter=True)
    assert "retaliation" in measures.candidates(GROUND, said, answer, lexicon())
    assert "retaliation" not in measures.candidates(GROUND, said, place(), lexicon())


def test_a_reason_that_no_cue_names_is_offered_as_another_one() -> None:
    described = measures.candidates(
        GROUND, marked("US imposes sanctions over its stance at a summit"), place(), lexicon()
    )
    assert "unnamed reason" in described["other"]


def test_features_know_no_country() -> None:
    titles = ("Iran imposes arms embargo on Chad over coup", "Peru imposes arms embargo on Laos over coup")
    for head in (INSTRUMENT, GROUND):
        first, second = (measures.candidates(head, marked(title), place(), lexicon()) for title in titles)
        assert first == second


def broken(change: Mapping[str, Any]) -> None:
    seeds = {**lexicon().seeds, **change}
    lines((), compile_lexicon(seeds))


def test_a_cue_list_that_is_none_is_named() -> None:
    entry = {"code": "travel_ban", "label": "travel ban", "cues": "visa ban"}
    with pytest.raises(SeedError, match=r"seeds/instruments\.toml: travel_ban: cues must be a list"):
        broken({"instruments": {"instruments": [entry]}})
