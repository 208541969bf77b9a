"""Text: folded without moving a character, and cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Item
from bot.reading.text import fold, sentences
from tests.reading.reading_support import lexicon


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Élysée’s", "elysee's"), ("“Iran–linked”", '"iran-linked"'), ("İSTANBUL", "istanbul"), ("Łódź", "lodz")],
)
def test_accents_case_and_typography_go(text: str, folded: str) -> None:
    assert fold(text) == folded


def said(summary: str) -> list[str]:
    return [sentence.text for sentence in sentences(Item(title="", summary=summary), lexicon())]


def test_abbreviations_and_initials_end_no_sentence() -> None:
    assert said("The U.S. Treasury blacklisted Mr. X. Petrov for $3.5 million. He denies it.") == [
        "The U.S. Treasury blacklisted Mr. X. Petrov for $3.5 million.",
        "He denies it.",
    ]


def test_an_abbreviation_before_a_new_subject_ends_one() -> None:
    assert said("He lives in the U.S. The EU lists him.") == ["He lives in the U.S.", "The EU lists him."]


def test_a_quote_stays_with_its_sentence() -> None:
    assert said('"It is bad." Moscow will answer.') == ['"It is bad."', "Moscow will answer."]


def test_paragraphs_end_sentences_but_wrapped_lines_do_not() -> None:
    paragraphs = "A heading without a stop\nThe Council met on Monday\n\nIt agreed"
    assert len(said(paragraphs)) == 3
    wrapped = "The ministers agreed on\nnew sanctions against\nthe generals and said\nthey would go on."
    assert len(said(wrapped)) == 1


def test_spans_lead_back_to_the_part() -> None:
    item = Item(title=" EU acts. ", summary="First one. Second one!  Third?")
    for sentence in sentences(item, lexicon()):
        part = item.title if sentence.part == "title" else item.summary
        assert part[sentence.start : sentence.start + len(sentence.text)] == sentence.text
