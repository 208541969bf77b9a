"""Word pieces: a page cut up as the encoder knows text, with where names and measures stand among the pieces.

The encoder's vocabulary holds common words whole and the rest in pieces ("blacklist" + "##ed"): a word is cut greedily,
the longest known beginning first, as in BERT. What cannot be cut is the unknown piece. Text is taken folded, so that
accents, capitals and kinds of quotes are gone before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from bot.domain import Code
from bot.ports import KINDS, OWNERS
from bot.reading.page import Page
from bot.reading.text import Part

MOST = 80
"""Pieces of an item that are read: a title and what follows it at once; more would cost and tell little."""
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST = 40
"""Characters from which on a word is none."""
_MEMO = 10_000
_KINDS = {
    "name": 1, "adjective": 2, "prefix": 2, "capital": 3, "place": 3, "person": 4, "former": 4, "body": 5, "group": 6,
}  # fmt: skip
"""What a piece may be part of, by the form of the mention (`lexicon.Name.form`); 0 is nothing of the kind."""
TRIGGER = KINDS - 1
"""The kind of a piece that begins the name of a measure."""


class Word(NamedTuple):
    """A word of an item: where it stands in its part, and among the pieces."""

    text: str
    part: Part
    start: int
    end: int
    first: int
    """Its first piece."""
    behind: int
    """The piece behind its last."""


@dataclass(slots=True)
class Cut:
    """An item in pieces."""

    ids: list[int] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    """0 for the title, 1 for what follows it."""
    kinds: list[int] = field(default_factory=list)
    """What each piece is part of, as the lexicon knows it: that Sunak is a person of some government."""
    owners: list[int] = field(default_factory=list)
    """Whose name each piece is part of: 1 for the code that is named first; so that all names of one are one."""
    codes: dict[Code, list[int]] = field(default_factory=dict)
    """Each code that is named to the pieces that name it, in order of first mention."""
    words: list["Word"] = field(default_factory=list)
    triggers: list[int] = field(default_factory=list)
    """Pieces that begin the name of a measure."""

    @property
    def focus(self) -> Sequence[int]:
        """Where the news is looked for: at the measures' names; without one, all over the title."""
        return self.triggers or [at for at, segment in enumerate(self.segments) if not segment]


class Pieces:
    """The encoder's vocabulary: `pieces[id]`; those that go on with a word begin with ``##``."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._ids: Mapping[str, int] = {piece: at for at, piece in enumerate(pieces)}
        self._begin, self._end, self._unknown = (self._ids[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self.hidden = self._ids["[MASK]"]
        """Stands for a word that is not shown."""
        self._memo: dict[str, tuple[int, ...]] = {}

    def cut(self, page: Page) -> Cut:
        """Cut an item's title and what follows it, up to `MOST` pieces."""
        cut = Cut([self._begin], [0], [0])
        for part, scan in page.scans():
            segment = int(part == "s")
            places: list[tuple[int, int]] = []
            sentence = scan.sentence
            for match in _WORD.finditer(sentence.folded):
                ids = self._ids_of(match.group())
                if len(cut.ids) + len(ids) >= MOST:
                    break
                places += [(match.start(), at) for at in range(len(cut.ids), len(cut.ids) + len(ids))]
                span = sentence.start + match.start(), sentence.start + match.end()
                cut.words.append(Word(match.group(), sentence.part, *span, len(cut.ids), len(cut.ids) + len(ids)))
                cut.ids += ids
                cut.segments += [segment] * len(ids)
                cut.kinds += [0] * len(ids)
            for mention in scan.mentions:
                named = [at for start, at in places if mention.start <= start < mention.end]
                for code in mention.codes if named else ():
                    cut.codes.setdefault(code, []).extend(named)
                for at in named if mention.codes else ():
                    cut.kinds[at] = _KINDS.get(mention.form, 0)
            begins = {scan.starts[at] for at in scan.triggers}
            cut.triggers += [at for start, at in places if start in begins]
        cut.ids.append(self._end)
        cut.segments.append(cut.segments[-1])
        cut.kinds.append(0)
        for at in cut.triggers:
            cut.kinds[at] = TRIGGER
        cut.owners = _owners(cut)
        return cut

    def _ids_of(self, word: str) -> tuple[int, ...]:
        """Return a word's pieces."""
        ids = self._memo.get(word)
        if ids is None:
            if len(self._memo) > _MEMO:
                self._memo.clear()
            ids = self._memo[word] = self._greedily(word)
        return ids

    def _greedily(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST:
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self._ids), 0)
            if not end:
                break
            found.append(self._ids[mark + word[start:end]])
            start = end
        return tuple(found) if found and start == len(word) else (self._unknown,)


def _owners(cut: Cut) -> list[int]:
    """Return for each piece the number of the code that it names; where several share it, of the first."""
    owners = [0] * len(cut.ids)
    for number, places in enumerate(islice(cut.codes.values(), OWNERS - 1), start=1):
        for at in places:
            owners[at] = owners[at] or number
    return owners
