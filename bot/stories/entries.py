"""Stories prepared for being compared with a report."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain import Report, Story
from bot.stories.facts import ANYBODY, Facts, Pair, pairs_of

VOICES = 6
"""Reports of a story that a new one is compared with: its first ones and its latest ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """The words of one report, and what they weigh together."""

    words: frozenset[str]
    title: frozenset[str]
    series: frozenset[str]
    """The words that number a measure of an issuer: "package 10th"."""
    mass: float
    title_mass: float


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A story, prepared for comparing."""

    story: Story
    facts: Facts
    voices: tuple[Voice, ...]
    words: frozenset[str]
    series: frozenset[str]
    pairs: tuple[Pair, ...]


def trace_of(entry: Entry) -> Entry:
    """Return what is kept of a story once the window has passed it: its actors, and its first report's words."""
    action = entry.story.action
    pairs = (*pairs_of(action), *((ANYBODY, target) for target in action.targets))
    return replace(entry, voices=entry.voices[:1], words=frozenset(), pairs=pairs)


def speakers(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Return the first and the latest reports: what the event was at first, and what it has become."""
    if len(reports) <= VOICES:
        return reports
    half = VOICES // 2
    return (*reports[:half], *reports[-half:])
