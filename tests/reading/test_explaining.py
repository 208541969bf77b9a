"""Explaining: what was found, what it became, what was dropped."""

from bot.reading import explain
from tests.reading.reading_support import lexicon, news


def test_marks_lead_back_to_the_words() -> None:
    explained = explain(news("Hungary vetoes EU sanctions on Belarus"), lexicon())
    sentence = explained.sentences[0]
    assert [sentence.text[name.start : name.end] for name in sentence.names] == ["Hungary", "EU", "Belarus"]
    assert [sentence.text[trigger.start : trigger.end] for trigger in sentence.triggers] == ["sanctions"]


def test_a_trigger_tells_what_it_hangs_on_and_what_was_made_of_it() -> None:
    trigger = explain(news("Hungary vetoes EU sanctions on Belarus"), lexicon()).sentences[0].triggers[0]
    assert (trigger.governor, trigger.base, trigger.stage) == ("vetoes", "block", "blocked")


def test_candidates_have_a_chance_in_each_role() -> None:
    explained = explain(news("US imposes sanctions on Iran"), lexicon())
    chances = {candidate.code: candidate.chances for candidate in explained.candidates}
    assert chances["US"]["issuers"] > 0.5 > chances["US"]["targets"]
    assert chances["IR"]["targets"] > 0.5 > chances["IR"]["issuers"]


def test_background_is_named_among_what_was_dropped() -> None:
    explained = explain(news("Iran opens a new airport", "The country builds on despite sanctions."), lexicon())
    assert any("background" in dropped.because for dropped in explained.dropped)


def test_an_item_without_a_word_of_sanctions_says_so() -> None:
    explained = explain(news("Bakery wins prize"), lexicon())
    assert not explained.reading.relevant
    assert [dropped.because for dropped in explained.dropped] == ["no sanctions news: other"]
