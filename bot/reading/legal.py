"""Legal bases: which act, order, regulation or resolution a text says that sanctions rest on.

How they are written is data (``seeds/legal.toml``): patterns over flat words, with ``#`` for a number, under the name
that an action carries. Acts are cited for a measure wherever they are named near it, so a mention anywhere in a
sentence that names sanctions counts, and one elsewhere too if it stands beside the action.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.errors import SeedError
from bot.lexicon import Lexicon
from bot.reading.measures import Line, Place
from bot.reading.phrases import PhraseBook, Row

_NUMBER = "#"
_DIGITS = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class Citation:
    """A legal basis found: its name, and the first and last word of it in its sentence's row."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: str
    words: tuple[str, ...]


def legal_basis(marked: Sequence[Line], place: Place, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the legal bases cited for an action, in the order of the text, each once."""
    found = [
        citation.name
        for index, line in enumerate(marked)
        if line.triggers or abs(index - place.line) <= 1
        for citation in cited(line.row, lexicon)
    ]
    return tuple(dict.fromkeys(found))


def cited(row: Row, lexicon: Lexicon) -> tuple[Citation, ...]:
    """Return the legal bases that a sentence cites, the longest pattern at each place, in order."""
    found: list[Citation] = []
    for hit in _book(lexicon).find(row):
        citation = _match(hit.what, row, hit.first)
        if citation is not None:
            found.append(citation)
    found.sort(key=lambda citation: (citation.first, -citation.last))
    kept: list[Citation] = []
    for citation in found:
        if not kept or citation.first > kept[-1].last:
            kept.append(citation)
    return tuple(kept)


def _match(pattern: _Pattern, row: Row, first: int) -> Citation | None:
    """Return the citation if all of a pattern stands at a place, its numbers filled in."""
    there = row.words[first : first + len(pattern.words)]
    if len(there) < len(pattern.words):
        return None
    numbers = []
    for wanted, word in zip(pattern.words, there, strict=True):
        if wanted == _NUMBER:
            if not _DIGITS.fullmatch(word):
                return None
            numbers.append(word)
        elif wanted != word:
            return None
    return Citation(pattern.name.format(*numbers), first, first + len(pattern.words) - 1)


@lru_cache(maxsize=4)
def _book(lexicon: Lexicon) -> PhraseBook[_Pattern]:
    """Compile ``seeds/legal.toml``; each pattern is looked for by the words before its first number."""
    phrases = []
    for entry in lexicon.seeds.get("legal", {}).get("basis", ()):
        for pattern in _patterns(entry):
            anchor = pattern.words[: pattern.words.index(_NUMBER)] if _NUMBER in pattern.words else pattern.words
            phrases.append((" ".join(anchor), pattern))
    return PhraseBook(phrases, {}, file="seeds/legal.toml")


def _patterns(entry: Any) -> list[_Pattern]:
    """Return the patterns of one entry. Raises SeedError where name and patterns do not fit."""
    try:
        name, also = str(entry["name"]), list(entry["also"])
    except (KeyError, TypeError) as error:
        raise SeedError(f"seeds/legal.toml: every [[basis]] needs name and also; {entry!r} lacks {error}") from error
    patterns = [_Pattern(name, tuple(str(words).split())) for words in also]
    for pattern in patterns:
        if pattern.words.count(_NUMBER) != name.count("{}") or pattern.words[:1] in {(), (_NUMBER,)}:
            what = "must begin with a word and have one '#' for each '{}' of the name"
            raise SeedError(f"seeds/legal.toml: {name}: the pattern {' '.join(pattern.words)!r} {what}")
    return patterns
