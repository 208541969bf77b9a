"""What learning is fed with: labelled items, and the door to who fits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain import Item, WhyNot
from bot.reading.judging import YES

Row = dict[str, Any]
"""One head's label in the weights file: see `model.py`."""
Features = Mapping[str, float]


class Fit(Protocol):
    """A learner of one head: see `adapters.learning.fit`."""

    def __call__(
        self,
        head: str,
        cases: Sequence[Features],
        labels: Sequence[str],
        *,
        strength: float = ...,
        seen: int = ...,
        weights: Sequence[float] | None = ...,
    ) -> list[Row]:
        """Return the head's rows of weights."""
        ...


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item with what it means; `actions` as `labels.md` of the project's evaluation has them."""

    item: Item
    relevant: bool
    why_not: WhyNot | None = None
    actions: tuple[Mapping[str, Any], ...] = ()
    given: bool = False
    """Whether it is teaching material only (the seeds' examples): learned from, not counted in figures."""


def fit_head(
    fit: Fit,
    head: str,
    told: Sequence[tuple[Features, str]],
    strength: float,
    *,
    balance: float = 0.0,
    weights: Sequence[float] | None = None,
) -> list[Row]:
    """Learn one head; a head whose cases all have one answer cannot be learned, and is left out.

    `balance` lifts rare answers: 0 weighs each case alike, 1 each answer. `weights` says what each case matters
    instead.
    """
    cases, labels = [features for features, _ in told], [label for _, label in told]
    if len(set(labels)) < 2:
        return []
    if balance:
        shares = {label: count / len(labels) for label, count in Counter(labels).items()}
        mean = sum(share ** (1 - balance) for share in shares.values())
        weights = [shares[label] ** -balance / mean for label in labels]
    return fit(head, cases, labels, strength=strength, weights=weights)


def word(*, yes: bool) -> str:
    """Return the label of a head that is asked yes or no."""
    return YES if yes else "no"
