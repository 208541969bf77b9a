"""Learning: what an encoder is taught with, and the door to who trains it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Labels = Mapping[str, Sequence[str]]
"""An encoder's heads with what each may answer: ``stage``, ``instruments``, ``roles``, ``relevant`` (yes) ..."""


KINDS = 8
"""What a piece of text may be part of, as numbers below this; 0: nothing that the lexicon knows."""
OWNERS = 9
"""Whose name a piece may be part of, as numbers below this, in order of first mention; 0: nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """An item in pieces, and its labels."""

    ids: Sequence[int]
    segments: Sequence[int]
    kinds: Sequence[int]
    owners: Sequence[int]
    focus: Sequence[int]
    codes: Mapping[str, Sequence[int]]
    relevant: bool
    lead: Mapping[str, Any] | None
    """Its first action; None for what is no sanctions news."""
    evidence: Sequence[int]
    """Pieces that show the action; none where nobody marked them."""
    written: bool = False
    """Whether it was written to teach, and is no news: of news there is less, and it matters more."""


class Trainer(Protocol):
    """Who trains an encoder: see `adapters.learning.encoding`."""

    def vocabulary(self) -> Sequence[str]:
        """Return the pieces that lessons are cut into."""
        ...

    def train(self, lessons: Sequence[Any], labels: Labels, progress: Callable[[str], None]) -> bytes:
        """Return an encoder's file."""
        ...
