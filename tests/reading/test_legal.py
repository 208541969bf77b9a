"""Legal bases: cited as texts write them, named as lawyers do."""

import pytest

from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import legal
from tests.reading.details_support import lexicon, marked, place


def cited(text: str) -> tuple[str, ...]:
    return legal.legal_basis(marked("US imposes sanctions", text), place(), lexicon())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The sanctions rest on Executive Order 14024.", ("E.O. 14024",)),
        ("Sanctions pursuant to E.O. 13224, as amended.", ("E.O. 13224",)),
        ("Sanctions under Regulation (EU) No 269/2014.", ("Regulation (EU) No 269/2014",)),
        ("Sanctions under Council Implementing Regulation (EU) 2022/581.", ("Regulation (EU) 2022/581",)),
        ("Sanctions under Council Decision 2014/145/CFSP.", ("Decision (CFSP) 2014/145",)),
        ("Sanctions breach UN Security Council resolution 1718 (2006).", ("UN resolution 1718",)),
        ("Sanctions set out in S/RES/2231.", ("UN resolution 2231",)),
        ("Sanctions under the Global Magnitsky Human Rights Accountability Act.", ("Magnitsky Act",)),
        ("Beijing's Anti-Foreign Sanctions Law was used.", ("Anti-Foreign Sanctions Law",)),
        ("CAATSA sanctions, and Section 7031(c) bans.", ("CAATSA", "Section 7031(c)")),
        ("Sanctions under the Special Economic Measures Act.", ("Special Economic Measures Act",)),
    ],
)
def test_a_citation_is_read_and_named(text: str, names: tuple[str, ...]) -> None:
    assert cited(text) == names


@pytest.mark.parametrize(
    "text", ["A New Year's resolution on sanctions.", "Sanctions keep order.", "Resolution of sanctions rows."]
)
def test_a_word_without_its_number_is_no_citation(text: str) -> None:
    assert cited(text) == ()


def test_a_basis_is_told_once() -> None:
    assert cited("E.O. 14024 sanctions. More sanctions under E.O. 14024.") == ("E.O. 14024",)


def test_a_basis_far_from_the_action_and_from_sanctions_is_left_out() -> None:
    far = "The day was fine. Nobody came. Resolution 1244 hung on the wall."
    assert cited(far) == ()


def test_every_basis_in_the_seed_says_where_it_stands() -> None:
    for entry in lexicon().seeds["legal"]["basis"]:
        assert entry["source"]


@pytest.mark.parametrize("pattern", ["resolution", "resolution # #", "# resolution", ""])
def test_a_pattern_that_does_not_fit_its_name_is_a_named_fault(pattern: str) -> None:
    seeds = {**lexicon().seeds, "legal": {"basis": [{"name": "Resolution {}", "also": [pattern], "source": "-"}]}}
    with pytest.raises(SeedError, match=r"seeds/legal\.toml"):
        legal.legal_basis(marked("Sanctions"), place(), compile_lexicon(seeds))


def test_a_basis_without_patterns_is_a_named_fault() -> None:
    seeds = {**lexicon().seeds, "legal": {"basis": [{"name": "An Act"}]}}
    with pytest.raises(SeedError, match="needs name and also"):
        legal.legal_basis(marked("Sanctions"), place(), compile_lexicon(seeds))
