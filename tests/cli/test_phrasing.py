"""Reasons in plain words, for every shorthand that the reading has a loud weight for."""

import json

import pytest

from bot.cli.build import Knowledge
from bot.cli.phrasing import Phrasing
from bot.reading.judging import RELEVANT, ROLES, STAGE
from bot.reading.model import LOUD

WORDS = {
    "impose": ["slaps", "slapped"],
    "not": ["refuses"],
    "hedge": ["may", "could", "might"],
    "sanction.n": ["curbs"],
}


@pytest.fixture(scope="module")
def phrasing(knowledge: Knowledge) -> Phrasing:
    return Phrasing(WORDS, knowledge.lexicon.short)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lead @<", "a name before the measure"),
        ("lead >impose", "“slaps”/“slapped” behind the measure"),
        ("t:@ impose", "a name, then “slaps”/“slapped” (title)"),
        ("^ @", "the beginning, then a name"),
        ("s~@ hedge", "a name, then “may”/“could”/… (text)"),
        ("w:oligarchs", "the word “oligarchs”"),
        ("lead|gov word refuses", "the measure hangs on the word “refuses”"),
        ("t|stage extended", "by its grammar it is extended (title)"),
        ("does ease not governor", "what happens to the measure: ease, turned by not (“refuses”)"),
        ("lead t 1", "the measure stands in the title, about word 9"),
        ("subject impose", "it is the subject of “slaps”/“slapped”"),
        ("RU|post on 0", "Russia: it stands behind the measure, after “on”"),
        ("t|prep:on", "it stands behind “on” (title)"),
        ("US with RU", "what US mostly does to Russia"),
        ("code:KP", "what North Korea mostly does in the news"),
        ("form:body l:^", "it is named by one of its bodies, with the beginning before it"),
        ("before over sanction.n", "it stands before the measure, between them: “curbs”"),
    ],
)
def test_a_shorthand_says_what_it_means_in_the_items_own_words(name: str, says: str, phrasing: Phrasing) -> None:
    assert phrasing.phrase(name) == says


@pytest.mark.parametrize("name", ["", "quite new: a b c d", "x|y|z", "lead|", "does", "{0}", "t:"])
def test_an_unknown_shorthand_is_shown_as_it_is_or_in_words_but_never_lost(name: str, phrasing: Phrasing) -> None:
    assert phrasing.phrase(name)


def test_hardly_a_loud_reason_is_left_in_shorthand(knowledge: Knowledge, phrasing: Phrasing) -> None:
    heads = {RELEVANT, STAGE, *ROLES}
    loud = {
        name
        for row in map(json.loads, knowledge.seeds["weights"].splitlines())
        if row["head"] in heads
        for name, weight in row["weights"].items()
        if abs(weight) >= LOUD
    }
    bare = [name for name in loud if phrasing.phrase(name).startswith("[")]
    assert loud
    assert len(bare) <= len(loud) / 50, bare
