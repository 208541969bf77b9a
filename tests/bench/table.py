"""Rounds by turns, medians, ratios, and the Markdown they are shown in."""

import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 3


def is_busy() -> bool:
    """Whether more wants to run than there are processors."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what was measured, what is wanted, and whether it is so."""

    name: str
    measured: str
    wanted: str
    value: float
    """What `wanted` is about: a ratio, or seconds, or whatever `measured` says."""
    floor: float
    """The worst value that is good enough."""
    more: bool = False
    """Whether more is better."""

    @property
    def holds(self) -> bool:
        """Return whether the value is good enough."""
        return self.value >= self.floor if self.more else self.value <= self.floor

    def fails_loosely(self, slack: float) -> bool:
        """Return whether the value is worse than good enough by more than a factor: what a test may insist on."""
        return self.value < self.floor / slack if self.more else self.value > self.floor * slack


def by_turns(sides: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Run each side once in every round, and return the median of each in seconds of processor time.

    By turns, so that a machine that is busy for a while is so for all sides alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(processor(side))
    return {name: median(seconds) for name, seconds in taken.items()}


def processor(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes, threads included, children not."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def markdown(rows: Sequence[Row]) -> str:
    """Return the table."""
    lines = ["| what | measured | wanted | |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.measured} | {row.wanted} | {'yes' if row.holds else '**no**'} |" for row in rows]
    return "\n".join(lines)


def times(ratio: float) -> str:
    """Return a ratio as people read it."""
    return f"{ratio:,.0f} times" if ratio >= 10 else f"{ratio:.1f} times"
