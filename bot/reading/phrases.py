"""Cue phrases of the seeds, all found in one pass over a sentence.

A phrase is written as in ``seeds/instruments.toml``: words side by side, in any case; ``*`` at a word's end takes any
ending; `` .. `` stands for up to `GAP` words ("froze .. asset*" finds "froze the tycoon's assets"). Sentences are compared as
rows of flat words, so punctuation parts words and does nothing else: "asset-freeze" is "asset freeze", "U.S." is "u s".

A phrase is cut into *pieces* wherever something of unknown length may stand: after ``*`` within it, and at ``..``. All pieces
of all phrases stand in one Aho-Corasick automaton; a phrase of several pieces is a *chain*, put together from their places.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

import ahocorasick_rs

from bot.errors import SeedError
from bot.folding import flatten, fold

GAP = 6
"""How many words ``..`` may stand for."""
_WORD = re.compile(r"\S+")
_Span = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as flat words, and the character of the sentence where each begins."""

    words: tuple[str, ...]
    starts: tuple[int, ...]

    def at(self, character: int) -> int:
        """Return which word a character of the sentence belongs to; the first for one before all words."""
        return max(0, bisect_right(self.starts, character) - 1)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found: what it stands for, and its first and last word."""

    what: T
    first: int
    last: int


def row(folded: str) -> Row:
    """Return a folded sentence as a row of flat words."""
    found = [(match.group(), match.start()) for match in _WORD.finditer(flatten(folded))]
    return Row(tuple(word for word, _ in found), tuple(start for _, start in found))


@dataclass(frozen=True, slots=True)
class _Chain(Generic[T]):
    """A phrase as the numbers of its pieces, and how many words may stand before each but the first."""

    pieces: tuple[int, ...]
    gaps: tuple[int, ...]
    what: T


class PhraseBook(Generic[T]):
    """Phrases with what each stands for, compiled once."""

    def __init__(self, phrases: Iterable[tuple[str, T]], *, file: str) -> None:
        """Take phrases with their meaning. Raises SeedError for one that cannot be read, naming `file`."""
        self._pieces: dict[str, int] = {}
        self._chains: dict[int, list[_Chain[T]]] = {}
        for phrase, what in phrases:
            chain = self._chain(phrase, what, file)
            self._chains.setdefault(chain.pieces[0], []).append(chain)
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._pieces), store_patterns=False)

    def _chain(self, phrase: str, what: T, file: str) -> _Chain[T]:
        """Cut a phrase into pieces. A closed piece ends in a blank, an open one in the middle of a word."""
        pieces: list[str] = []
        gaps: list[int] = []
        for part in phrase.split(" .. "):
            gap = GAP
            words: list[str] = []
            for word in part.split():
                plain = flatten(fold(word.removesuffix("*"))).split()
                if not plain or "*" in word[:-1]:
                    raise SeedError(
                        f"{file}: cannot read {phrase!r}: words, '*' at a word's end and ' .. ' are all there is"
                    )
                words += plain
                if word.endswith("*"):
                    pieces.append(f" {' '.join(words)}")
                    gaps.append(gap)
                    gap, words = 0, []
            if words:
                pieces.append(f" {' '.join(words)} ")
                gaps.append(gap)
        if not pieces:
            raise SeedError(f"{file}: an empty phrase; remove it")
        return _Chain(tuple(self._pieces.setdefault(piece, len(self._pieces)) for piece in pieces), tuple(gaps), what)

    def find(self, row: Row) -> list[Hit[T]]:
        """Return every phrase found in a sentence, overlapping ones too, in order of their first and last word."""
        places = self._places(row)
        found = [
            Hit(chain.what, first, last)
            for piece, spans in places.items()
            for chain in self._chains.get(piece, ())
            for first, start in spans
            if (last := _follow(chain.pieces, chain.gaps, places, start)) >= 0
        ]
        return sorted(found, key=lambda hit: (hit.first, hit.last))

    def _places(self, row: Row) -> dict[int, list[_Span]]:
        """Return where each piece that occurs stands, as first and last word."""
        text = f" {' '.join(row.words)} "
        begins = list(accumulate((len(word) + 1 for word in row.words), initial=1))
        places: dict[int, list[_Span]] = {}
        for piece, start, stop in self._automaton.find_matches_as_indexes(text, overlapping=True):
            last = bisect_right(begins, stop - 1 - (text[stop - 1] == " ")) - 1
            places.setdefault(piece, []).append((bisect_right(begins, start + 1) - 1, last))
        return places


def _follow(pieces: tuple[int, ...], gaps: tuple[int, ...], places: dict[int, list[_Span]], last: int) -> int:
    """Return the last word of a chain whose first piece ends with the word `last`; -1 where a piece is missing."""
    for piece, gap in zip(pieces[1:], gaps[1:], strict=True):
        after = [span for span in places.get(piece, ()) if 1 <= span[0] - last <= gap + 1]
        if not after:
            return -1
        last = min(after)[1]
    return last
