"""Names of the sanctioned: as written, without titles, and rather none than a wrong one."""

import pytest

from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import names
from tests.reading.details_support import lexicon, marked, place


def named(summary: str, title: str = "sanctions imposed", issuers: tuple[str, ...] = ("US",)) -> tuple[str, ...]:
    return names.names(marked(title, summary), place(line=1, issuers=issuers), lexicon())


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
    assert names.names(said, place(), lexicon()) == ()


def test_the_full_name_takes_the_place_of_the_surname() -> None:
    said = marked("US sanctions tycoon Bekmuratov", "The sanctions hit the tycoon Orlan Bekmuratov.")
    assert names.names(said, place(), lexicon()) == ("Orlan Bekmuratov",)


def test_five_names_are_the_most() -> None:
    text = "It sanctioned firms including Zarvex, Bolnar, Tekmash, Quorim, Veldan and Haskor."
    assert named(text) == ("Zarvex", "Bolnar", "Tekmash", "Quorim", "Veldan")


def test_the_issuers_own_firms_are_not_those_hit() -> None:
    assert named("Sanctions were imposed after a complaint by Huawei.", issuers=("CN",)) == ()


def test_a_list_of_the_seed_that_is_none_is_a_named_fault() -> None:
    seeds = {**lexicon().seeds, "names": {"names": {"titles": "mr"}}}
    with pytest.raises(SeedError, match=r"seeds/names\.toml: titles"):
        names.names(marked("sanctions on Zarvex"), place(), compile_lexicon(seeds))
