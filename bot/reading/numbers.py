"""Numbers with the nouns behind them, as a sentence has them: "13 members", "four Mexico-based firms", "two Russians".

Which words are numbers, and which nouns count as what, is data (``seeds/counts.toml``). A number with such a noun is a
`Count` unless the words beside it make it vague ("more than 100"), a toll ("12 people killed"), a share of one told
already ("including two ministers") or a number of several kinds at once ("200 people and firms").
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.errors import SeedError
from bot.lexicon import Lexicon
from bot.reading.text import Sentence

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+|\S")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,6}")
_OPENING = "\"'(["
_CLOSING = "\"')],;:.-"
_INSIDE = "-'\"()"
_SPAN = 8
"""How far behind a number its noun may stand, in words and signs."""
_CONTEXTS = [
    "vague",
    "before",
    "after",
    "partial_before",
    "partial_after",
    "article",
    "joint",
    "others",
    "alone",
    "stop",
    "hit",
    "adjective",
]
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something: ``kind`` as in `bot.domain.Action.counts`; the characters of its sentence."""

    kind: str
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What ``seeds/counts.toml`` knows, ready to be looked up."""

    nouns: Mapping[str, str]
    single: Mapping[str, str]
    numbers: Mapping[str, int]
    groups: Mapping[str, int]
    times: Mapping[str, int]
    context: Mapping[str, frozenset[tuple[str, ...]]]
    is_people: Callable[[str], bool]
    is_person: Callable[[str], bool]


def find(sentence: Sentence, lexicon: Lexicon) -> tuple[Count, ...]:
    """Return the counts in a sentence, in order."""
    reader = _Reader(sentence.folded, _vocabulary(lexicon))
    found: list[Count] = []
    at = 0
    while at < len(reader.words):
        number, after = reader.number(at)
        if number is not None and (count := reader.counted(at, after, number, first=not found)):
            found.append(count)
        at = after
    return tuple(found)


class _Reader:
    """A sentence as words and signs, and the questions that counting asks of it."""

    def __init__(self, folded: str, vocabulary: Vocabulary) -> None:
        matches = list(_TOKEN.finditer(folded))
        self.words = [match.group() for match in matches]
        self.spans = [match.span() for match in matches]
        self.known = vocabulary

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def number(self, at: int) -> tuple[int | None, int]:
        """Return the number that begins at a word and the word behind it; None where no plain number begins."""
        word, known = self.word(at), self.known
        value: int | None
        after = at + 1
        if word[:1].isdecimal():
            value = self.digits(at)
        elif word in known.numbers:
            value = known.numbers[word]
            if value >= 20 and self.word(after) == "-" and self.word(after + 1) in known.numbers:
                value, after = value + known.numbers[self.word(after + 1)], after + 2
        elif word in known.groups:
            return known.groups[word], after
        elif (word,) in known.context["article"] and self.word(after) in known.times:
            value = 1
        else:
            return None, after
        while value is not None and self.word(after) in known.times:
            value, after = value * known.times[self.word(after)], after + 1
        return value, after

    def digits(self, at: int) -> int | None:
        """Return a number in digits; None for money, years, ordinals, shares and parts of names ("MS-13")."""
        if not _NUMBER.fullmatch(self.words[at]):
            return None
        before, after = self.touching(at - 1), self.touching(at, after=True)
        if (before and before not in _OPENING) or (after and after not in _CLOSING):
            return None
        value = int(self.words[at].replace(",", ""))
        return None if value in _YEARS and "," not in self.words[at] else value

    def touching(self, at: int, *, after: bool = False) -> str:
        """Return the word at (or behind) a place if no blank parts it from its neighbour."""
        if at < 0 or at + 1 >= len(self.words) or self.spans[at][1] != self.spans[at + 1][0]:
            return ""
        return self.words[at + 1] if after else self.words[at]

    def counted(self, at: int, after: int, number: int, *, first: bool) -> Count | None:
        """Return what a number counts, unless its surroundings make it vague, a toll or a share of another."""
        kind, end = self.noun(at, after, number)
        if not kind or not number or self.ends(at, "vague") or self.ends(at, "before") or self.begins(end, "after"):
            return None
        if not first and (self.begins(end, "partial_after") or self.ends(at, "partial_before")):
            return None
        if self.is_mixed(end, kind):
            return None
        if first and (self.word(at - 1),) in self.known.context["joint"] and self.has(after, end, "others"):
            number += 1
        return Count(kind, number, self.spans[at][0], self.spans[end - 1][1])

    def noun(self, at: int, after: int, number: int) -> tuple[str, int]:
        """Return the kind of count that the noun behind a number names and the word behind it; "" for none."""
        known = self.known
        if self.words[after - 1] in known.groups or self.begins(after, "alone"):
            return self.kind_before(at), after + (self.words[after - 1] not in known.groups)
        end = after
        while end < min(len(self.words), after + _SPAN) and not self.stops(end):
            word = self.words[end]
            kind = (known.single if number == 1 else known.nouns).get(word, "")
            if kind and self.word(end + 1) != "'":
                return kind, end + 1
            end += 1
        return self.bare(at, after, end)

    def stops(self, at: int) -> bool:
        """Whether a number's noun cannot stand at or behind a word."""
        word = self.words[at]
        if (word,) in self.known.context["joint"] and self.describes(at - 1):
            return False
        if (word,) in self.known.context["stop"] or not (word.isalnum() or word in _INSIDE):
            return True
        return word in self.known.numbers or (word.isdecimal() and not self.touching(at - 1))

    def describes(self, at: int) -> bool:
        """Whether a word only describes the noun that is still to come ("regional and party officials")."""
        return (self.word(at),) in self.known.context["adjective"] or self.known.is_person(self.word(at))

    def bare(self, at: int, after: int, end: int) -> tuple[str, int]:
        """Read a number without a noun, up to where the search for one ended: "3 Chinese", "bars six"."""
        for place in range(end - 1, after - 1, -1):
            last = place == end - 1 and (self.word(end),) not in self.known.context["joint"]
            if self.known.is_people(self.words[place]) or (last and self.known.is_person(self.words[place])):
                return "individuals", place + 1
        if end == after and (self.word(at - 1),) in self.known.context["hit"]:
            return "individuals", after
        return "", after

    def is_mixed(self, end: int, kind: str) -> bool:
        """Whether the noun is joined to one of another kind that the number counts too ("200 people and firms")."""
        if (self.word(end),) not in self.known.context["joint"]:
            return False
        for at in (end + 1, end + 2):
            if self.number(at)[0] is not None or (self.word(at),) in self.known.context["partial_before"]:
                return False
            if self.word(at) in self.known.nouns:
                return self.known.nouns[self.word(at)] != kind
        return False

    def kind_before(self, at: int) -> str:
        """Return what "others" are: of the kind of the noun right before, persons otherwise."""
        for place in range(at - 2, max(-1, at - 5), -1):
            if kind := self.known.single.get(self.words[place]) or self.known.nouns.get(self.words[place]):
                return kind
        return "individuals"

    def has(self, first: int, end: int, kind: str) -> bool:
        return any((word,) in self.known.context[kind] for word in self.words[first:end])

    def ends(self, at: int, kind: str) -> bool:
        return any(tuple(self.words[max(0, at - size) : at]) in self.known.context[kind] for size in (1, 2, 3))

    def begins(self, at: int, kind: str) -> bool:
        return any(tuple(self.words[at : at + size]) in self.known.context[kind] for size in (1, 2))


# --- the seeds ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _vocabulary(lexicon: Lexicon) -> Vocabulary:
    """Compile ``seeds/counts.toml``. Raises SeedError where it does not hold."""
    seed: Mapping[str, Any] = lexicon.seeds.get("counts", {})

    def is_person(word: str) -> bool:
        return any(name.form == "adjective" for name in lexicon.names.get(word, ()))

    def is_people(word: str) -> bool:
        # A demonym in the plural: both "russians" and "russian" are words for what is Russian.
        return is_person(word) and is_person(word[:-1])

    def kinds(table: str) -> dict[str, str]:
        return {noun: kind for kind, nouns in seed.get(table, {}).items() for noun in nouns}

    try:
        return Vocabulary(
            nouns=kinds("nouns"),
            single=kinds("single"),
            numbers={word: int(value) for word, value in seed.get("numbers", {}).items()},
            groups={word: int(value) for word, value in seed.get("groups", {}).items()},
            times={word: int(value) for word, value in seed.get("times", {}).items()},
            context={
                name: frozenset(tuple(phrase.split()) for phrase in seed.get("context", {}).get(name, ()))
                for name in _CONTEXTS
            },
            is_people=is_people,
            is_person=is_person,
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise SeedError(f"seeds/counts.toml: {error}; see the notes at its top for the form of each table") from error
