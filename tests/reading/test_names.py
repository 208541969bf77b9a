"""Names of the sanctioned: as written, without titles, and rather none than a wrong one."""

import pytest

from bot.domain import Item
from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import detailing, names
from bot.reading.model import NO_WEIGHTS, Weights
from bot.reading.teaching import Labelled, Row
from tests.reading.details_support import lexicon, marked, place


def named(summary: str, title: str = "sanctions imposed", issuers: tuple[str, ...] = ("US",)) -> tuple[str, ...]:
    return names.names(marked(title, summary), place(line=1, issuers=issuers), lexicon(), NO_WEIGHTS)


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("The US sanctioned Orlan Bekmuratov on Friday.", ("Orlan Bekmuratov",)),
        ("The US sanctioned the tycoon Orlan Bekmuratov.", ("Orlan Bekmuratov",)),
        ("The US sanctioned General Orlan Bekmuratov.", ("Orlan Bekmuratov",)),
        ("The sanctions hit the gold trader Zarvex and others.", ("Zarvex",)),
        ("It sanctioned firms including Zarvex, Bolnar Group and Tekmash.", ("Zarvex", "Bolnar Group", "Tekmash")),
        ("The US sanctioned Orlan Bekmuratov's brother.", ("Orlan Bekmuratov",)),
        ("Sanctions were imposed on Huawei.", ("Huawei",)),
    ],
)
def test_a_name_is_known_by_how_it_stands(summary: str, expected: tuple[str, ...]) -> None:
    assert named(summary) == expected


@pytest.mark.parametrize(
    "summary",
    [
        "The sanctions were announced on Friday in Geneva.",
        "The US sanctions on Russia hurt, said Orlan Bekmuratov.",
        "Orlan Bekmuratov said sanctions would fail.",
        "The United States sanctions Iran and the European Union follows.",
        "Sanctions hit Israeli settlers.",
    ],
)
def test_countries_issuers_and_speakers_are_no_names_of_the_sanctioned(summary: str) -> None:
    assert named(summary) == ()


def test_a_headline_with_a_capital_on_every_word_yields_no_unknown_name() -> None:
    said = marked("US Sanctions Three Brave Companies Over Russian Oil")
    assert names.names(said, place(), lexicon(), NO_WEIGHTS) == ()


def test_the_full_name_takes_the_place_of_the_surname() -> None:
    said = marked("US sanctions tycoon Bekmuratov", "The sanctions hit the tycoon Orlan Bekmuratov.")
    assert names.names(said, place(), lexicon(), NO_WEIGHTS) == ("Orlan Bekmuratov",)


def test_five_names_are_the_most() -> None:
    text = "It sanctioned firms including Zarvex, Bolnar, Tekmash, Quorim, Veldan and Haskor."
    assert named(text) == ("Zarvex", "Bolnar", "Tekmash", "Quorim", "Veldan")


def test_the_issuers_own_firms_are_not_those_hit() -> None:
    assert named("Sanctions were imposed after a complaint by Huawei.", issuers=("CN",)) == ()


def test_a_list_of_the_seed_that_is_none_is_a_named_fault() -> None:
    seeds = {**lexicon().seeds, "names": {"names": {"titles": "mr"}}}
    with pytest.raises(SeedError, match=r"seeds/names\.toml: titles"):
        names.names(marked("sanctions on Zarvex"), place(), compile_lexicon(seeds), NO_WEIGHTS)


def test_what_was_learned_decides_where_it_is_asked() -> None:
    said = marked("sanctions imposed", "The US sanctioned the tycoon Orlan Bekmuratov, a friend of Ferran Duskova.")
    at = place(line=1, issuers=("US",))
    assert [name for name, _ in names.candidates(said, at, lexicon())] == ["Orlan Bekmuratov", "Ferran Duskova"]
    never = Weights.parse([{"head": names.NAME, "label": "yes", "bias": -9.0, "weights": {}}])
    assert names.names(said, at, lexicon(), never) == ()
    friends = {"head": names.NAME, "label": "yes", "bias": -9.0, "weights": {"word before:of": 12.0}}
    assert names.names(said, at, lexicon(), Weights.parse([friends])) == ("Ferran Duskova",)


def test_a_name_told_in_part_is_that_name() -> None:
    assert names.is_of("Bekmuratov", ["Orlan Bekmuratov"])
    assert names.is_of("the Zarvex Group", ["Zarvex"])
    assert not names.is_of("Orlan Duskova", ["Orlan Bekmuratov"])
    assert not names.is_of("The", ["Orlan Bekmuratov"])


def test_only_actions_whose_names_are_told_teach_names() -> None:
    heads: list[str] = []

    def fit(head: str, cases: object, labels: object, **_: object) -> list[Row]:
        heads.append(head)
        return []

    item = Item(title="US sanctions tycoon Bekmuratov", summary="Minsk protested, said Duskova in Oslo.")
    action = {"stage": "imposed", "issuers": ["US"], "targets": [], "evidence": "sanctions tycoon"}
    detailing.details([Labelled(item, relevant=True, actions=(action,))], lexicon(), fit)
    assert names.NAME not in heads
    told = {**action, "names": ["Bekmuratov"]}
    detailing.details([Labelled(item, relevant=True, actions=(told,))], lexicon(), fit)
    assert names.NAME in heads
