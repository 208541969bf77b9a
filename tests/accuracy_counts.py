"""How well items were read, counted: pure, from labels and readings.

An item's *lead* is its first action. A field of it is right if it is exactly what is meant, so one code too many is as
wrong as none; what was not found to be sanctions news has no field right. The other fields are counted code by code,
over pairs of meant and read actions, those that agree best in stage, issuers and targets first.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cli.items import action_fields
from bot.domain import Reading
from bot.reading.teaching import Labelled

TRIPLE = ("stage", "issuers", "targets")
SETS = ("instruments", "grounds", "counts", "names")
SILENT = "silent"
"""What stands in the place of a stage where no sanctions news was read."""
_UNNAMED = "unspecified"
"""The instrument of a measure that is not named; it is never counted."""

Fields = Mapping[str, Any]
"""An action as JSON has it."""


@dataclass(slots=True)
class Tally:
    """Hits among what was read and what was meant."""

    hits: int = 0
    read: int = 0
    meant: int = 0

    def add(self, meant: frozenset[Any], found: frozenset[Any]) -> None:
        """Count one pair of sets."""
        self.hits += len(meant & found)
        self.read += len(found)
        self.meant += len(meant)

    @property
    def precision(self) -> float | None:
        """The share of what was read that is right; None where nothing was."""
        return self.hits / self.read if self.read else None

    @property
    def recall(self) -> float | None:
        """The share of what was meant that was read; None where there was nothing."""
        return self.hits / self.meant if self.meant else None

    @property
    def f1(self) -> float | None:
        """Their harmonic mean."""
        return 2 * self.hits / (self.read + self.meant) if self.read + self.meant else None


@dataclass(slots=True)
class Accuracy:
    """What was counted over some items."""

    items: int = 0
    relevance: Tally = field(default_factory=Tally)
    leads: int = 0
    lead: Counter[str] = field(default_factory=Counter)
    """How often each of the lead's fields is right, and ``triple``: all three of `TRIPLE`."""
    triples: Tally = field(default_factory=Tally)
    sets: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in SETS})
    pairs: int = 0
    counter: int = 0
    sure: int = 0
    sure_right: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(meant stage, read stage) of the lead."""
    silence: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """(why it is no sanctions news, whether it was left silent)."""


def measure(cases: Iterable[tuple[Labelled, Reading]]) -> Accuracy:
    """Count how well items were read."""
    found = Accuracy()
    for labelled, reading in cases:
        found.items += 1
        found.relevance.add(_if(holds=labelled.relevant), _if(holds=reading.relevant))
        told = [action_fields(action) for action in reading.actions] if reading.relevant else []
        found.triples.read += len(told)
        if labelled.relevant:
            _count_lead(found, labelled.actions[0], told[0] if told else None)
            _count_all(found, labelled.actions, told)
        else:
            found.silence[str(labelled.why_not or "other"), not reading.relevant] += 1
    return found


def _if(*, holds: bool) -> frozenset[Any]:
    return frozenset({True}) if holds else frozenset()


def _count_lead(found: Accuracy, meant: Fields, told: Fields | None) -> None:
    found.leads += 1
    found.confusion[str(meant["stage"]), str(told["stage"]) if told else SILENT] += 1
    if told is None:
        return
    right = {name: _value(meant, name) == _value(told, name) for name in (*TRIPLE, "speaker")}
    right["triple"] = all(right[name] for name in TRIPLE)
    found.lead.update(name for name, holds in right.items() if holds)
    found.sure += bool(told["sure"])
    found.sure_right += bool(told["sure"]) and right["triple"]


def _count_all(found: Accuracy, meant: Sequence[Fields], told: Sequence[Fields]) -> None:
    left = Counter(map(_triple, told))
    found.triples.meant += len(meant)
    found.triples.hits += sum((Counter(map(_triple, meant)) & left).values())
    for one, other in _paired(meant, told):
        found.pairs += 1
        found.counter += bool(one.get("counter")) == bool(other.get("counter"))
        for name, tally in found.sets.items():
            tally.add(_value(one, name), _value(other, name))


def _paired(meant: Sequence[Fields], told: Sequence[Fields]) -> Iterator[tuple[Fields, Fields]]:
    """Yield pairs of actions, those that agree best first, each action once; none that agree in nothing."""
    agreements = [
        (-sum(_value(one, name) == _value(other, name) for name in TRIPLE), i, j)
        for i, one in enumerate(meant)
        for j, other in enumerate(told)
    ]
    taken: set[tuple[str, int]] = set()
    for agreement, i, j in sorted(agreements):
        if agreement and not {("meant", i), ("told", j)} & taken:
            taken |= {("meant", i), ("told", j)}
            yield meant[i], told[j]


def _triple(action: Fields) -> tuple[frozenset[Any], ...]:
    return tuple(_value(action, name) for name in TRIPLE)


def _value(action: Fields, name: str) -> frozenset[Any]:
    """Return a field's value as a set: that of one thing, of codes, of (kind, number) or of folded names."""
    value = action.get(name) or ()
    if isinstance(value, str):
        return frozenset({str(value)})
    if isinstance(value, Mapping):
        return frozenset((kind, number) for kind, number in value.items() if number)
    return frozenset(one.casefold() if name == "names" else one for one in value if one != _UNNAMED)
