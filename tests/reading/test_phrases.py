"""Phrases of the seeds: what they find, and what is wrong with those that cannot be read."""

import pytest

from bot.errors import SeedError
from bot.folding import fold
from bot.reading.phrases import PhraseBook, row


def found(phrase: str, text: str, **sets: list[str]) -> list[tuple[int, int]]:
    book = PhraseBook([(phrase, "hit")], sets, file="seeds/test.toml")
    return [(hit.first, hit.last) for hit in book.find(row(fold(text)))]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("asset freeze", "an Asset Freeze was agreed"),
        ("asset freez*", "asset-freezes"),
        ("u.s. embargo*", "the U.S. embargoes"),
        ("froze .. asset*", "it froze the tycoon's many assets"),
        ("den* entry", "was denied entry"),
        ("{ban} .. {goods}", "bans all Russian gold"),
        ("{goods} ban*", "the gold banned"),
        ("élan vital", "Elan Vital"),
    ],
)
def test_a_phrase_is_found_as_newsrooms_write_it(phrase: str, text: str) -> None:
    assert found(phrase, text, ban=["ban", "bans"], goods=["gold", "rough diamonds"])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ban", "bank"),
        ("ban", "Durban"),
        ("swift", "swiftly"),
        ("den* entry", "denied him any entry"),
        ("froze .. asset*", "froze one two three four five six seven assets"),
        ("froze .. asset*", "assets it froze"),
        ("{ban} .. {goods}", "bans silver"),
    ],
)
def test_a_phrase_is_not_found_where_it_does_not_stand(phrase: str, text: str) -> None:
    assert not found(phrase, text, ban=["ban", "bans"], goods=["gold"])


def test_a_hit_knows_its_first_and_last_word() -> None:
    assert found("froze .. asset*", "Bern froze Gaddafi's assets") == [(1, 4)]


def test_a_word_of_a_row_is_found_by_its_character() -> None:
    sentence = row(fold("US bans gold"))
    assert [sentence.at(0), sentence.at(4), sentence.at(8), sentence.at(99)] == [0, 1, 2, 2]


@pytest.mark.parametrize("phrase", ["a*b", "..", "{ban", "$", ""])
def test_a_phrase_that_cannot_be_read_is_named_with_its_file(phrase: str) -> None:
    with pytest.raises(SeedError, match=r"seeds/test\.toml"):
        found(phrase, "text")


def test_a_phrase_with_an_unknown_set_is_named() -> None:
    with pytest.raises(SeedError, match=r"there is no set \{fish\}"):
        found("{fish} ban", "text")


def test_a_set_holds_plain_phrases_only() -> None:
    with pytest.raises(SeedError, match="set 'ban'"):
        found("{ban}", "text", ban=["out* law"])
