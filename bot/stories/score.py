"""Do a report and a story tell the same event? A linear score of named features, so that its sum can be explained.

Theory. Words alone rank two reports of one event and two events between the same actors no better than chance; what
was read alone cannot tell Monday's listing from Tuesday's. Each is evidence, and each can be wrong: a headline may
name no issuer, a stage may be misread. So nothing is a gate; every agreement and contradiction has a weight in log
odds (`seeds/stories.toml`, fitted by logistic regression on labelled pairs), and strong words outweigh a misread stage
while another number of package outweighs strong words.

Three answers for each thing that was read: both say the same, both say something and differ, or one says nothing;
only the first two are features, since silence is no evidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import Action
from bot.stories.entries import Entry, Voice
from bot.stories.facts import Facts, answer, compare
from bot.stories.knowledge import Knowledge
from bot.stories.recent import Recent

RARE = 2.5
"""From which weight on a word is called rare: one story in ninety has it."""
ENOUGH = 0.8
"""From which share of common words on more of them tell no more: headlines have templates."""
MANY = 12.0
"""The same for what rare words weigh together."""
PATIENCE = 1.5
"""Days: outlets tell an event within these; what comes later is rather its sequel."""
OFTEN = 16
"""Reports from which on a story is no likelier to be the one that is told again."""
BEYOND_DOUBT = 0.99
"""From which probability on no other nominee is looked at: they come likeliest first."""
_YEAR = 4  # digits: years are in every report


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A report as it is compared: what was read in it, its words and when it came."""

    action: Action
    facts: Facts
    voice: Voice
    rarity: Mapping[str, float]
    crowd: float
    """How many recent stories have the same two actors, as a power of two: agreeing with one of many tells less."""
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How much a report and a story look like one event."""

    entry: Entry
    probability: float
    features: Mapping[str, float]
    shared: frozenset[str]
    """The words that both have."""


def likeness(telling: Telling, entry: Entry, knowledge: Knowledge) -> Likeness:
    """Weigh whether a report tells a story's event."""
    shared, voice = _best_voice(telling, entry)
    features = compare(telling.facts, entry.facts, knowledge)
    answer("package", telling.voice.series, entry.series, features)
    _compare_words(telling, voice, shared, features)
    if "rare actors" in features:
        features["crowded actors"] = telling.crowd
    features["told often"] = math.log2(min(len(entry.story.reports) or 1, OFTEN))
    features["days apart"] = days = _days_apart(telling.at, entry)
    features["days of silence"] = max(0.0, days - PATIENCE)
    weights = knowledge.weights
    score = knowledge.bias + math.fsum([weights.get(name, 0.0) * features[name] for name in features])
    return Likeness(entry, _logistic(score), features, shared)


def best(telling: Telling, recent: Recent) -> Likeness | None:
    """Return the recent story that a report is likest to; None where none has anything in common with it."""
    found: list[Likeness] = []
    for entry in recent.nominate(dict(telling.rarity), telling.action, telling.at):
        found.append(likeness(telling, entry, recent.knowledge))
        if found[-1].probability > BEYOND_DOUBT:
            break
    return min(found, key=lambda one: (-one.probability, one.entry.story.key), default=None)


def explain(like: Likeness, telling: Telling) -> str:
    """Say in plain words what spoke for and against one event."""
    said = [name for name in like.features if name in _SAID and like.features[name]]
    rarity = telling.rarity
    rare = sorted((word for word in like.shared if rarity[word] >= RARE), key=lambda word: (-rarity[word], word))
    if rare:
        words = "word" if len(rare) == 1 else "words"
        said.append(f"{len(rare)} rare {words} ({', '.join(rare[:4])})")
    return f"{', '.join(said) or 'little in common'}, {like.probability:.2f}"


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


# --- words --------------------------------------------------------------------------------------------------------


def _best_voice(telling: Telling, entry: Entry) -> tuple[frozenset[str], Voice]:
    """Return the words shared with the story's report that is nearest, and that report."""
    best_overlap = -1.0
    for voice in entry.voices:
        shared = telling.voice.words & voice.words
        overlap = math.fsum([telling.rarity[word] for word in shared]) / math.sqrt(voice.mass)
        if overlap > best_overlap:
            best_overlap, best_shared, best_voice = overlap, shared, voice
    return best_shared, best_voice


def _compare_words(telling: Telling, voice: Voice, shared: frozenset[str], found: dict[str, float]) -> None:
    mine, rarity = telling.voice, telling.rarity
    weights = {word: rarity[word] for word in shared}
    both_titles = math.fsum([weights[word] for word in mine.title & voice.title])
    across = math.fsum([weights[word] for word in shared if word in mine.title or word in voice.title])
    rare = math.fsum([weight - RARE for weight in weights.values() if weight > RARE])
    found["words"] = min(ENOUGH, math.fsum(weights.values()) / math.sqrt(mine.mass * voice.mass))
    found["titles"] = min(ENOUGH, both_titles / math.sqrt(mine.title_mass * voice.title_mass))
    found["title in text"] = min(1.0, across / min(mine.title_mass, voice.title_mass))
    found["rare words"] = min(MANY, rare)
    found["numbers"] = float(min(2, len([word for word in shared if word.isdigit() and len(word) != _YEAR])))


def _days_apart(at: datetime, entry: Entry) -> float:
    """How far a report is from a story's reports, in days; 0 between its first and its last."""
    gap = max(entry.story.first - at, at - entry.story.last, timedelta(0))
    return gap / timedelta(days=1)


_COMPARED = ("issuers", "targets", "stage", "plan", "remark", "package", "numbers", "names", "measures", "speaker")
_SAID = frozenset({"reply", *(f"{how} {what}" for what in _COMPARED for how in ("same", "near", "later", "other"))})
