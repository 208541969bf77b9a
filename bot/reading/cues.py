"""Cues: what the seeds know of measures and reasons, found in an item's sentences.

``seeds/instruments.toml`` and ``seeds/grounds.toml`` give each code phrases of three strengths: *cues* state it,
*broad* ones mostly mean it, *hints* point to it in company. `lines` finds them all, with the sanctions words of the
language file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.errors import SeedError
from bot.lexicon import Lexicon
from bot.reading.mentions import Mention
from bot.reading.phrases import Hit, PhraseBook, Row, row
from bot.reading.text import Sentence

INSTRUMENT = "instrument"
GROUND = "ground"
_FILES = {INSTRUMENT: "instruments", GROUND: "grounds"}
STRENGTHS = {"cues": "cue", "broad": "broad", "hints": "hint"}
"""The lists of a code's table in the seeds, and what a phrase of each is called."""
_TRIGGERS = ("sanction", "measure", "maybe")


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase stands for: a code, and how firmly (`STRENGTHS`); sanctions words have the head ``trigger``."""

    head: str
    code: str
    strength: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the cues found in it; `triggers` are the words that name a sanctions measure."""

    sentence: Sentence
    row: Row
    cues: tuple[Hit[Cue], ...]
    triggers: tuple[int, ...]
    part: str
    """``t`` title, ``s`` the first sentence after it, ``b`` any later one."""
    mentions: Sequence[Mention] | None = None
    """Who is named in it, where that is known already."""


@dataclass(frozen=True, slots=True)
class Book:
    """The cues of all questions in one, and the words that tie a measure to its reason, with their kind."""

    phrases: PhraseBook[Cue]
    connectors: Mapping[str, str]


def lines(
    sentences: Sequence[Sentence], lexicon: Lexicon, mentions: Sequence[Sequence[Mention]] | None = None
) -> tuple[Line, ...]:
    """Mark an item's sentences, once for all its actions; `mentions` are theirs, where they were scanned before."""
    book = compiled(lexicon)
    marked = []
    for index, sentence in enumerate(sentences):
        words = row(sentence.folded)
        found = book.phrases.find(words)
        triggers = sorted({hit.first for hit in found if hit.what.head == "trigger"})
        cues = tuple(hit for hit in found if hit.what.head != "trigger")
        part = "t" if sentence.part == "title" else "s" if index <= 1 else "b"
        named = mentions[index] if mentions is not None else None
        marked.append(Line(sentence, words, cues, tuple(triggers), part, named))
    return tuple(marked)


def bucket(distance: int) -> str:
    """Return a distance in words as one of few sizes."""
    for limit in (1, 2, 5, 9):
        if distance <= limit:
            return str(limit)
    return "far"


# --- the seeds ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def compiled(lexicon: Lexicon) -> Book:
    """Compile the cues of a lexicon's seeds, once."""
    phrases = [(cue.phrase, cue) for head in _FILES for cue in _cues(head, lexicon.seeds)]
    for kind in _TRIGGERS:
        phrases += [
            (phrase, Cue("trigger", kind, strength="cue", phrase=phrase))
            for phrase in lexicon.language["cues"].get(kind, ())
        ]
    table = lexicon.seeds.get("grounds", {}).get("connectors", {})
    connectors = {word: kind for kind, words in table.items() for word in words}
    sets = {
        name: words for stem in _FILES.values() for name, words in lexicon.seeds.get(stem, {}).get("sets", {}).items()
    }
    return Book(PhraseBook(phrases, sets, file="seeds/instruments.toml or grounds.toml"), connectors)


def _cues(head: str, seeds: Mapping[str, Any]) -> Iterator[Cue]:
    """Yield the cues and hints of one question's file."""
    stem = _FILES[head]
    for entry in seeds.get(stem, {}).get(stem, ()):
        for key, strength in STRENGTHS.items():
            phrases = entry.get(key, [])
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
                raise SeedError(f"seeds/{stem}.toml: {entry.get('code')}: {key} must be a list of phrases")
            for phrase in phrases:
                yield Cue(head, str(entry["code"]), strength=strength, phrase=phrase)
