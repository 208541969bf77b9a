"""The linear model at run time: named features in, logits out, and the reasons for them.

A *head* is one question (``relevant``, ``stage``, ``issuer``, ``instrument`` ...); a *label* one of its answers. A
label's logit is its bias plus the sum of ``weight x value`` over the features of the case at hand: nothing else happens
here, so each answer can be explained as the sum of named reasons. Heads with one label (yes or no) and multi-label
heads (``instrument``, ``ground``: any number of labels hold) put each logit through `probability`; heads whose labels
exclude one another (``stage``) through `shares`.

Feature names say what they are in words, parts split by ``:`` (``cue:freeze:title``, ``gram:new sanctions @``); values
are mostly 1.0. What the file has no weight for counts nothing, so features may be offered generously.

The file (``seeds/weights.jsonl``; what `learn` writes and `Weights.parse` reads) has one JSON object a line, sorted:
``{"head": "stage", "label": "eased", "bias": -0.31, "weights": {"cue:lift": 1.204, ...}}``.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import SeedError

Features = Mapping[str, float]
LOUD = 0.2
"""How much a weight must be to count as a reason."""
_BITS = 40
_SCALE = 1 << 20
_HALF = 1 << (_BITS - 1)
_MASK = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: each head's labels with their biases, and what each feature adds to which label.

    `told[head]` has each label's weights by feature, in the labels' order. Heads that were tallied once are packed from
    then on (see `tally`), and what was told of them, three times as large, is let go.
    """

    labels: Mapping[str, tuple[str, ...]]
    biases: Mapping[str, tuple[float, ...]]
    told: dict[str, list[Mapping[str, float]]]
    _packed: dict[tuple[str, ...], "_Packed"] = field(default_factory=dict, repr=False, compare=False)
    _loud: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, rows: str | Iterable[Mapping[str, Any]]) -> "Weights":
        """Build from the weights file's text, or from its rows. Raises SeedError where a row is no such row."""
        labels: dict[str, list[str]] = {}
        biases: dict[str, list[float]] = {}
        told: dict[str, list[Mapping[str, float]]] = {}
        for number, row in enumerate(_each(rows), 1):
            try:
                head, label, bias = str(row["head"]), str(row["label"]), float(row["bias"])
                weights = {sys.intern(str(name)): float(weight) for name, weight in row["weights"].items()}
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise SeedError(
                    f"seeds/weights: row {number} is no row of weights ({error}); run `learn` again"
                ) from error
            labels.setdefault(head, []).append(label)
            biases.setdefault(head, []).append(bias)
            told.setdefault(head, []).append(weights)
        return cls(
            {head: tuple(found) for head, found in labels.items()},
            {head: tuple(found) for head, found in biases.items()},
            told,
        )

    def score(self, head: str, features: Features) -> dict[str, float]:
        """Return each label's logit, in the file's order; empty for a head that was never learned."""
        told = self.told.get(head)
        if told is None:
            return self._unpacked(head, features)
        logits = {}
        for label, logit, weights in zip(self.labels[head], self.biases[head], told, strict=True):
            for name, value in features.items():
                weight = weights.get(name)
                if weight is not None:
                    logit += weight * value
            logits[label] = logit
        return logits

    def _unpacked(self, head: str, features: Features) -> dict[str, float]:
        """Return the logits of a head that was packed, for features that all have the value 1."""
        found = (packed.tally(features) for heads, packed in self._packed.items() if head in heads)
        return next(found, {}).get(head, {})

    def tally(self, heads: tuple[str, ...], names: Iterable[str]) -> dict[str, dict[str, float]]:
        """Return what `score` returns for several heads at once, for features that all have the value 1: in one go."""
        packed = self._packed.get(heads)
        if packed is None:
            packed = self._packed[heads] = _Packed(self, heads)
            self._let_go(heads)
        return packed.tally(names)

    def _let_go(self, heads: tuple[str, ...]) -> None:
        """Drop what packed heads hold twice, but for the loud weights, of which reasons are made."""
        for head in heads:
            for label in self.labels.get(head, ()):
                self._loudest(head, label)
        for head in heads:
            self.told.pop(head, None)

    def reasons(self, head: str, label: str, features: Features, most: int = 3) -> list[tuple[str, float]]:
        """Return the features that speak loudest for or against a label, as (name, contribution), the loudest first.

        Only weights of `LOUD` and more are looked at: there are few, and no reason worth telling is smaller.
        """
        if label not in self.labels.get(head, ()):
            return []
        loud = self._loudest(head, label)
        parts = [(name, round(loud[name] * features[name], 3)) for name in loud.keys() & features.keys()]
        return sorted(parts, key=lambda part: (-abs(part[1]), part[0]))[:most]

    def _loudest(self, head: str, label: str) -> dict[str, float]:
        """Return a label's weights of `LOUD` and more, gathered once."""
        loud = self._loud.get((head, label))
        if loud is None:
            weights = self.told[head][self.labels[head].index(label)]
            loud = {name: weight for name, weight in weights.items() if abs(weight) >= LOUD}
            self._loud[head, label] = loud
        return loud


class _Packed:
    """Several heads' weights, all those of a feature in one whole number: one addition a feature, whatever the labels.

    A weight is kept in `_BITS` bits as a multiple of 1 / `_SCALE`. Sums may be negative, so each field is read with the
    borrow of the one below given back.
    """

    def __init__(self, weights: Weights, heads: tuple[str, ...]) -> None:
        self._heads = [(head, weights.labels[head]) for head in heads if head in weights.labels]
        self._columns: dict[str, int] = {}
        self._bias = 0
        shift = 0
        for head, _ in self._heads:
            for bias, told in zip(weights.biases[head], weights.told[head], strict=True):
                self._bias += round(bias * _SCALE) << shift
                for name, weight in told.items():
                    self._columns[name] = self._columns.get(name, 0) + (round(weight * _SCALE) << shift)
                shift += _BITS

    def tally(self, names: Iterable[str]) -> dict[str, dict[str, float]]:
        """Add up and unpack."""
        # as a loop in Python it takes twice as long
        total = sum(filter(None, map(self._columns.get, names)), self._bias)
        found: dict[str, dict[str, float]] = {}
        for head, labels in self._heads:
            found[head] = {}
            for label in labels:
                field_value = ((total + _HALF) & _MASK) - _HALF
                total = (total - field_value) >> _BITS
                found[head][label] = field_value / _SCALE
        return found


def parsed_rows(rows: str | Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the weights file's rows, if they are not rows yet. Raises SeedError for a line that is no JSON."""
    return [dict(row) for row in _each(rows)]


def _each(rows: str | Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield one row after the other, so that the file is never in memory twice."""
    if not isinstance(rows, str):
        yield from rows
        return
    for number, line in enumerate(rows.split("\n"), 1):
        if not line:
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            raise SeedError(f"seeds/weights.jsonl: line {number} is no JSON ({error}); run `learn` again") from error


NO_WEIGHTS = Weights({}, {}, {})
"""What a bot has learned that was never taught: nothing."""


def probability(logit: float) -> float:
    """Return the probability that a logit stands for."""
    if logit < -60:
        return 0.0
    return 1 / (1 + math.exp(-logit))


def shares(logits: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities of labels that exclude one another (softmax); empty for none."""
    if not logits:
        return {}
    top = max(logits.values())
    powers = {label: math.exp(logit - top) for label, logit in logits.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}
