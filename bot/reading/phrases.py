"""Cue phrases of the seeds, all found in one pass over a sentence.

A phrase is written as in ``seeds/instruments.toml``: words side by side, in any case; ``*`` at a word's end takes any
ending; `` .. `` stands for up to `GAP` words ("froze .. asset*" finds "froze the tycoon's assets"). Sentences are
compared as rows of flat words, so punctuation parts words and does nothing else: "asset-freeze" is "asset freeze",
"U.S." is "u s".

A name in braces stands for any phrase of a set ("{ban} .. {commodity}"), so that one line covers what a language can
say; sets hold plain phrases only.

A phrase is cut into *pieces* wherever something of unknown length may stand: after ``*`` within it, at ``..`` and
around sets. All pieces of all phrases stand in one Aho-Corasick automaton; a phrase of several pieces is a *chain*,
put together from the places of its pieces or of any member of its sets.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

from bot.errors import SeedError
from bot.folding import flatten, fold

GAP = 6
"""How many words ``..`` may stand for."""
_WORD = re.compile(r"\S+")
_Span = tuple[int, int]
_PLACE = attrgetter("first", "last")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as flat words, and the character of the sentence where each begins."""

    words: tuple[str, ...]
    starts: tuple[int, ...]

    def at(self, character: int) -> int:
        """Return which word a character of the sentence belongs to; the first for one before all words."""
        return max(0, bisect_right(self.starts, character) - 1)


class Hit(NamedTuple, Generic[T]):
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
    """A phrase as the numbers of its pieces or sets, and how many words may stand before each but the first."""

    links: tuple[int, ...]
    gaps: tuple[int, ...]
    what: T


class PhraseBook(Generic[T]):
    """Phrases with what each stands for, compiled once."""

    def __init__(self, phrases: Iterable[tuple[str, T]], sets: Mapping[str, Iterable[str]], *, file: str) -> None:
        """Take phrases with their meaning. Raises SeedError for one that cannot be read, naming `file`."""
        self._file = file
        self._links: dict[str, int] = {}
        self._pieces: dict[str, list[int]] = {}
        self._chains: dict[int, list[_Chain[T]]] = {}
        for name, members in sets.items():
            for member in members:
                self._into_set(name, member)
        for phrase, what in phrases:
            chain = self._chain(phrase, what)
            self._chains.setdefault(chain.links[0], []).append(chain)
        self._members = list(self._pieces.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._pieces), store_patterns=False)

    def _into_set(self, name: str, member: str) -> None:
        pieces = self._cut(member)
        if len(pieces) != 1 or pieces[0][0].startswith("{"):
            raise SeedError(f"{self._file}: set {name!r}: {member!r} is no plain phrase; '*' may stand at its end only")
        self._pieces.setdefault(pieces[0][0], []).append(self._link(f"{{{name}}}"))

    def _link(self, piece: str) -> int:
        return self._links.setdefault(piece, len(self._links))

    def _chain(self, phrase: str, what: T) -> _Chain[T]:
        """Return a phrase as a chain; its own pieces are links of their own, sets are known by now."""
        pieces = self._cut(phrase)
        for piece, _ in pieces:
            if piece.startswith("{"):
                if piece not in self._links:
                    raise SeedError(f"{self._file}: {phrase!r}: there is no set {piece}; define it or mend its name")
            elif piece not in self._links:
                self._pieces.setdefault(piece, []).append(self._link(piece))
        return _Chain(tuple(self._links[piece] for piece, _ in pieces), tuple(gap for _, gap in pieces), what)

    def _cut(self, phrase: str) -> list[tuple[str, int]]:
        """Return a phrase's pieces with the gap before each. A closed piece ends in a blank, an open one in a word."""
        pieces: list[tuple[str, int]] = []
        for part in phrase.split(" .. "):
            gap = GAP
            words: list[str] = []
            for word in part.split():
                if word.startswith("{") and word.endswith("}"):
                    pieces += [(f" {' '.join(words)} ", gap), (word, 0)] if words else [(word, gap)]
                    gap, words = 0, []
                    continue
                words += self._plain(word, phrase)
                if word.endswith("*"):
                    pieces.append((f" {' '.join(words)}", gap))
                    gap, words = 0, []
            if words:
                pieces.append((f" {' '.join(words)} ", gap))
        if not pieces:
            raise SeedError(f"{self._file}: an empty phrase; remove it")
        return pieces

    def _plain(self, word: str, phrase: str) -> list[str]:
        plain = flatten(fold(word.removesuffix("*"))).split()
        if not plain or set(word[:-1]) & set("*{}"):
            allowed = "words, '*' at a word's end, ' .. ' and '{set}'"
            raise SeedError(f"{self._file}: cannot read the phrase {phrase!r}; {allowed} is all there is")
        return plain

    def find(self, row: Row) -> list[Hit[T]]:
        """Return every phrase found in a sentence, overlapping ones too, in order of their first and last word."""
        places = self._places(row)
        found: list[Hit[T]] = []
        for link, spans in places.items():
            for chain in self._chains.get(link, ()):
                links = chain.links
                if len(links) == 1:
                    found += [Hit(chain.what, first, last) for first, last in spans]
                elif links[1] in places:  # most chains end here: asked before anything dearer
                    ends = ((first, _follow(links, chain.gaps, places, last)) for first, last in spans)
                    found += [Hit(chain.what, first, last) for first, last in ends if last >= 0]
        found.sort(key=_PLACE)
        return found

    def _places(self, row: Row) -> dict[int, list[_Span]]:
        """Return where each link that occurs stands, as first and last word."""
        text = f" {' '.join(row.words)} "
        begins = list(accumulate((len(word) + 1 for word in row.words), initial=1))
        places: dict[int, list[_Span]] = {}
        for piece, start, stop in self._automaton.find_matches_as_indexes(text, overlapping=True):
            last = bisect_right(begins, stop - 1 - (text[stop - 1] == " ")) - 1
            span = (bisect_right(begins, start + 1) - 1, last)
            for link in self._members[piece]:
                places.setdefault(link, []).append(span)
        return places


def _follow(links: tuple[int, ...], gaps: tuple[int, ...], places: dict[int, list[_Span]], last: int) -> int:
    """Return the last word of a chain whose first link ends with the word `last`; -1 where a link is missing."""
    for link, gap in zip(links[1:], gaps[1:], strict=True):
        after = [span for span in places.get(link, ()) if 1 <= span[0] - last <= gap + 1]
        if not after:
            return -1
        last = min(after)[1]
    return last
