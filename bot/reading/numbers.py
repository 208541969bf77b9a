"""Numbers with the nouns behind them, as a sentence has them: "13 members", "four Mexico-based firms", "two Russians".

Which words are numbers, and which nouns count as what, is data (``seeds/counts.toml``). A number with such a noun is a
`Count` unless the words beside it make it a toll ("12 people killed"), a measure ("a three-day summit") or a share of
others ("including two ministers", "three of the actors are ...") or a number of several kinds at once ("200 people and
firms"). Vague numbers ("more than 100") are given too, as not exact: where an item hedges a number once, it is no exact
one anywhere else in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.lexicon import Lexicon
from bot.reading.counting import Vocabulary, vocabulary
from bot.reading.text import Sentence

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+|\S")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,6}")
_OPENING = "\"'(["
_CLOSING = "\"')],;:.-"
_INSIDE = "-'\"()"
_SPAN = 8
"""How far behind a number its noun may stand, in words and signs."""
_PART = 8
"""How far behind "including" a number is still told of a part."""
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something: ``kind`` as in `bot.domain.Action.counts`; the characters of its sentence."""

    kind: str
    number: int
    start: int
    end: int
    exact: bool = True
    further: bool = False
    """Whether these are others than those counted before in the sentence ("two banks ... and three others")."""


def find(sentence: Sentence, lexicon: Lexicon) -> tuple[Count, ...]:
    """Return the counts in a sentence, in order, those that are not exact among them."""
    known = vocabulary(lexicon)
    reader = _Reader(sentence.folded, known)
    at = 0
    while at < len(reader.words):
        word = reader.words[at]
        if word not in known.starters and not word[0].isdecimal():  # all but a few words end here
            at += 1
            continue
        number, after = reader.number(at)
        if number and not reader.is_measure(after) and (count := reader.counted(at, after, number)):
            reader.found.append(count)
        at = after
    return tuple(reader.found)


class _Reader:
    """A sentence as words and signs, and the questions that counting asks of it."""

    def __init__(self, folded: str, vocabulary: Vocabulary) -> None:
        matches = list(_TOKEN.finditer(folded))
        self.words = [match.group() for match in matches]
        self.spans = [match.span() for match in matches]
        self.known = vocabulary
        self.found: list[Count] = []

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

    def is_measure(self, after: int) -> bool:
        """Whether a number is grown together with the word behind it ("a three-day summit", "the 15-nation bloc")."""
        return self.touching(after - 1, after=True) == "-" and self.touching(after, after=True) != ""

    def counted(self, at: int, after: int, number: int) -> Count | None:
        """Return what a number counts, unless its surroundings make it a toll or a share of others."""
        told = [count for count in self.found if count.exact]
        others, same = self.has(after, after + 2, "others"), self.is_same(at, after, told)
        kind, end = (told[-1].kind, after) if same else self.noun(at, after, number, told)
        if not kind or self.ends(at, "before") or (self.begins(end, "after") and not self.begins(end, "done_to")):
            return None
        if self.is_share(at, after, (kind, end), told):
            return None
        if others and not told and self.is_added(at, alone=self.begins(after, "alone")):
            number += 1
        if (singular := self.singular(end)) > end:
            number, end = number + 1, singular
        exact = not self.ends(at, "vague")
        if exact and self.is_mixed(end, kind):
            return None
        return Count(
            kind, number, self.spans[at][0], self.spans[end - 1][1], exact, further=same or (others and bool(told))
        )

    def is_same(self, at: int, after: int, told: Sequence[Count]) -> bool:
        """Whether a number counts more of what was counted before: "three firms in China and one from Belarus"."""
        return bool(told) and (self.word(at - 1),) in self.known.context["joint"] and self.begins(after, "same")

    def is_added(self, at: int, *, alone: bool) -> bool:
        """Whether a number stands behind one who is named: "X and four others"; in headlines "X, four others"."""
        return (self.word(at - 1),) in self.known.context["joint"] or (alone and self.word(at - 1) == ",")

    def is_share(self, at: int, after: int, noun: tuple[str, int], told: Sequence[Count]) -> bool:
        """Whether those counted are only some of those meant: of a number told already, or of one that is not told."""
        kind, end = noun
        if told and (self.begins(end, "partial_after") or self.ends(at, "partial_before")):
            return True
        if at == 0 and self.begins(after, "some"):
            return True
        for place in range(at - 1, max(-1, at - _PART - 1), -1):
            if self.ends(place + 1, "parts"):
                if not told:
                    return not self.is_split(end, kind)
                return told[-1].start < self.spans[place][0] and any(count.kind == kind for count in told)
        return False

    def is_split(self, end: int, kind: str) -> bool:
        """Whether a noun is joined to one of another kind with a number of its own: so a whole is told by its kinds."""
        if (self.word(end),) not in self.known.context["joint"]:
            return False
        number, after = self.number(end + 1)
        return number is not None and self.noun(end + 1, after, number, ())[0] not in {"", kind}

    def singular(self, end: int) -> int:
        """Return the word behind one more of a people that is joined to others ("two Russians and a Ukrainian")."""
        if not self.known.is_people(self.word(end - 1)) or (self.word(end),) not in self.known.context["joint"]:
            return end
        at = end + 1 + ((self.word(end + 1),) in self.known.context["article"])
        alone = at + 1 >= len(self.words) or self.stops(at + 1)
        single = self.known.is_person(self.word(at)) and not self.known.is_people(self.word(at))
        return at + 1 if alone and single else end

    def noun(self, at: int, after: int, number: int, told: Sequence[Count]) -> tuple[str, int]:
        """Return the kind of count that the noun behind a number names and the word behind it; "" for none."""
        known = self.known
        if self.words[after - 1] in known.groups:
            return self.kind_before(at), after
        if self.begins(after, "alone"):
            return self.kind_of_others(at, told), after + 1
        if self.begins(after, "partial_after"):
            under = any((word,) in known.context["hit"] for word in self.words[after + 2 : after + _SPAN])
            return self.kind_before(at) if under else "", after + 2
        end = after
        while end < min(len(self.words), after + _SPAN) and not self.stops(end):
            word = self.words[end]
            kind = (known.single if number == 1 else known.nouns).get(word, "")
            if kind and self.word(end + 1) != "'":
                return kind, end + 1
            end += 1
        return self.shared(after, end, told) or self.bare(at, after, end)

    def shared(self, after: int, end: int, told: Sequence[Count]) -> tuple[str, int] | None:
        """Return the noun of the next number, where both share it: "nine Iranian and two Syrian officials"."""
        if end - 1 <= after or (self.word(end - 1),) not in self.known.context["joint"]:
            return None
        if not all(self.describes(at) for at in range(after, end - 1)):
            return None
        number, behind = self.number(end)
        kind, _ = self.noun(end, behind, number, told) if number else ("", 0)
        return (kind, end - 1) if kind else None

    def stops(self, at: int) -> bool:
        """Whether a number's noun cannot stand at or behind a word."""
        word = self.words[at]
        if word == "," or (word,) in self.known.context["joint"]:
            return not self.describes(at - 1) or (word == "," and not self.describes(at + 1))
        if (word,) in self.known.context["stop"] or (word,) in self.known.context["thing"]:
            return True
        if not (word.isalnum() or word in _INSIDE) or (word == "-" and not self.touching(at - 1, after=True)):
            return True
        return word in self.known.numbers or (word.isdecimal() and not self.touching(at - 1))

    def describes(self, at: int) -> bool:
        """Whether a word only describes the noun that is still to come ("regional and party officials")."""
        word = self.word(at)
        return (word,) in self.known.context["adjective"] or (
            self.known.is_name(word) and not self.known.is_people(word)
        )

    def bare(self, at: int, after: int, end: int) -> tuple[str, int]:
        """Read a number without a noun, up to where the search for one ended: "3 Chinese", "bars six"."""
        if (self.word(end),) in self.known.context["thing"]:
            return "", after
        for place in range(end - 1, after - 1, -1):
            last = place == end - 1 and (self.word(end),) not in self.known.context["joint"]
            if self.known.is_people(self.words[place]) or (last and self.known.is_person(self.words[place])):
                return "individuals", place + 1
        bare = end == after or (end == after + 1 and self.word(after) == "more")
        if bare and (self.word(at - 1),) in self.known.context["hit"]:
            return "individuals", after
        return "", after

    def is_mixed(self, end: int, kind: str) -> bool:
        """Whether the noun is joined to one of another kind that the number counts too ("200 people and firms")."""
        if (self.word(end),) not in self.known.context["together"]:
            return False
        for at in range(end + 1, min(len(self.words), end + 2 if self.word(end) == "," else end + 4)):
            if self.number(at)[0] is not None or (self.word(at),) in self.known.context["partial_before"]:
                return False
            if self.word(at) in self.known.nouns:
                return self.known.nouns[self.word(at)] != kind
            if self.stops(at):
                return False
        return False

    def kind_before(self, at: int) -> str:
        """Return what "others" are: of the kind of the noun right before, persons otherwise."""
        for place in range(at - 2, max(-1, at - 5), -1):
            if kind := self.known.single.get(self.words[place]) or self.known.nouns.get(self.words[place]):
                return kind
        return "individuals"

    def kind_of_others(self, at: int, told: Sequence[Count]) -> str:
        """Return what "others" are: those counted before or named right before, the same; "" for others of a thing."""
        if told:
            return told[-1].kind
        return (
            self.kind_before(at)
            if self.is_added(at, alone=True) or self.ends(at, "hit") or self.ends(at, "aim")
            else ""
        )

    def has(self, first: int, end: int, kind: str) -> bool:
        return any((word,) in self.known.context[kind] for word in self.words[first:end])

    def ends(self, at: int, kind: str) -> bool:
        return any(tuple(self.words[max(0, at - size) : at]) in self.known.context[kind] for size in (1, 2, 3))

    def begins(self, at: int, kind: str) -> bool:
        return any(tuple(self.words[at : at + size]) in self.known.context[kind] for size in (1, 2))
