"""Mentions and cues: who is named, and what kind each word is."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Item
from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading.examples import parse_examples
from bot.reading.mentions import Scanner, scanner
from bot.reading.page import page
from bot.reading.text import Sentence, fold
from tests.reading.reading_support import lexicon, scan


def named(title: str, day: str = "2023-05-04") -> list[tuple[tuple[str, ...], str]]:
    return [(mention.codes, mention.form) for mention in scan(title, day).mentions]


def test_names_adjectives_capitals_bodies_and_people_are_told_apart() -> None:
    assert named("Kremlin mocks British and Tokyo envoys") == [
        (("RU",), "body"),
        (("GB",), "adjective"),
        (("JP",), "capital"),
    ]


def test_the_longest_name_wins_and_seas_are_nobodys() -> None:
    assert named("UN Security Council debates South China Sea") == [(("UN",), "body")]


def test_a_pronoun_is_not_a_state() -> None:
    assert named("They told us to go") == []
    assert named("U.S. and US agree") == [(("US",), "name"), (("US",), "name")]


def test_people_count_for_the_office_they_hold_on_the_day() -> None:
    assert (("US",), "person") in named("Trump threatens Tehran", day="2019-05-04")
    assert (("US",), "former") in named("Trump threatens Tehran", day="2022-05-04")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("US sanctions Iranian shipping line", "sanction.v"),
        ("US and Canada sanction Haitian gang leader", "sanction.v"),
        ("US sanctions on Iran bite", "sanction.n"),
        ("Brussels weighs new sanctions", "sanction.n"),
        ("Yacht of sanctioned tycoon sails", "sanction.p"),
        ("Firms sanctioned by Ottawa", "sanction.p"),
        ("He was sanctioned in May", "sanction.v"),
    ],
)
def test_sanctions_are_noun_verb_or_participle(title: str, kind: str) -> None:
    found = scan(title)
    assert [found.kinds[at] for at in found.triggers if found.kinds[at].startswith("sanction")] == [kind]


def test_phrases_are_one_token_and_open_ones_take_any_ending() -> None:
    found = scan("Ottawa announces visa restrictions")
    assert found.words[-1] == "visa restrictions"
    assert found.kinds[-1] == "measure"


@pytest.mark.parametrize(
    ("title", "who", "trigger"),
    [
        ("Brussels taps frozen Russian assets", ("RU",), "frozen"),
        ("A price cap on Russian oil", ("RU",), "price cap on"),
        ("More measures against Russia", ("RU",), "measures against"),
        ("Fewer trips to Cuba", ("CU",), "trips to"),
        ("New Cuba travel rules", ("CU",), "travel"),
    ],
)
def test_a_phrase_hides_nobody_whom_it_names(title: str, who: tuple[str, ...], trigger: str) -> None:
    found = scan(title)
    assert found.mentions[-1].codes == who
    assert found.words[found.mentions[-1].at] in {"russian", "russia", "cuba"}
    assert [found.words[at] for at in found.triggers] == [trigger]


@given(st.text(max_size=200))
def test_any_text_is_scanned_and_tokens_stay_in_order(text: str) -> None:
    found = scanner(lexicon()).scan(Sentence(text, fold(text), 0, "title"), None)
    assert all(first <= second for first, second in pairwise(found.starts))
    assert len(found.words) == len(found.kinds) == len(found.starts)
    assert all(text[mention.start : mention.end].strip() for mention in found.mentions)


def test_a_cue_in_two_classes_is_a_named_fault() -> None:
    language = {"cues": {"ease": ["lift"], "hold": ["lift"]}}
    with pytest.raises(SeedError, match="cue 'lift' stands in ease and in hold"):
        Scanner(compile_lexicon({"languages": {"en": language}}))


@pytest.mark.parametrize(
    "language",
    [
        {"cues": {"ease": ["lift* off"]}},
        {"cues": {"ease": ["*"]}},
        {"faint": {"words": ["wish list"]}},
        {"faint": {"words": ["Listing"]}},
        {"faint": {"words": ["ex-ports"]}},
    ],
)
def test_what_would_never_be_found_is_a_named_fault(language: dict[str, dict[str, list[str]]]) -> None:
    with pytest.raises(SeedError, match="languages"):
        Scanner(compile_lexicon({"languages": {"en": language}}))


def test_a_word_that_is_called_as_a_kind_of_word_is_not_of_it() -> None:
    [scan] = page(Item(title="Maybe we should measure the ferry"), lexicon()).title
    assert scan.triggers == []


def test_the_quick_look_misses_no_word_of_sanctions() -> None:
    machine = scanner(lexicon())
    for name, text in lexicon().seeds["examples"].items():
        for example in parse_examples(text, file=name):
            scanned = page(Item(title=example.title, summary=example.summary), lexicon())
            if any(scan.triggers for _, scan in scanned.scans()):
                assert machine.may_name_a_measure(example.title, example.summary), example.title


def test_the_quick_look_lets_most_other_news_pass() -> None:
    machine = scanner(lexicon())
    assert not machine.may_name_a_measure("Ferry runs aground off Naxos", "All passengers were taken ashore.")
    assert not machine.may_name_a_measure("Barbecue season opens", "Banks of cloud over the bay.")


def test_a_faint_word_is_a_trigger_where_there_is_no_better() -> None:
    [scan] = page(Item(title="EU measures against Tehran prolonged by a year"), lexicon()).title
    assert [scan.words[at] for at in scan.triggers] == ["measures"]
    [scan] = page(Item(title="EU measures: sanctions on Tehran prolonged by a year"), lexicon()).title
    assert [scan.words[at] for at in scan.triggers] == ["sanctions"]


def test_who_comes_back_into_office_speaks_for_it_again() -> None:
    back = datetime(2026, 1, 10, tzinfo=UTC)
    [scan] = page(Item(title="Trump weighs sanctions on Iran", date=back), lexicon()).title
    assert [(mention.codes, mention.form) for mention in scan.mentions] == [(("US",), "person"), (("IR",), "name")]
