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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import Action
from bot.folding import fold
from bot.stories.knowledge import Knowledge
from bot.stories.recent import Entry, Recent, Voice, pairs_of

RARE = 2.5
"""From which weight on a word is called rare: one story in ninety has it."""
_VAGUE = frozenset({"unspecified"})


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A report as it is compared: what was read in it, its words and when it came."""

    action: Action
    voice: Voice
    rarity: Mapping[str, float]
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How much a report and a story look like one event."""

    entry: Entry
    probability: float
    features: Mapping[str, float]
    shared: tuple[str, ...]
    """The rare words that both have, rarest first."""


def likeness(telling: Telling, entry: Entry, knowledge: Knowledge) -> Likeness:
    """Weigh whether a report tells a story's event."""
    shared, voice = _best_voice(telling, entry)
    features = {
        **_read_features(telling.action, entry.story.action, knowledge),
        **_word_features(telling, voice, shared),
        **_series_features(telling.voice.words, entry.words),
        "days apart": _days_apart(telling.at, entry),
    }
    weights = knowledge.weights
    score = knowledge.bias + math.fsum(weights.get(name, 0.0) * value for name, value in features.items())
    rare = sorted((word for word in shared if telling.rarity[word] >= RARE), key=lambda w: (-telling.rarity[w], w))
    return Likeness(entry, _logistic(score), features, tuple(rare))


def best(telling: Telling, recent: Recent) -> Likeness | None:
    """Return the recent story that a report is likest to; None where none has anything in common with it."""
    nominees = recent.nominate(dict(telling.rarity), telling.action, telling.at)
    found = [likeness(telling, entry, recent.knowledge) for entry in nominees]
    return min(found, key=lambda one: (-one.probability, one.entry.story.key), default=None)


def explain(like: Likeness) -> str:
    """Say in plain words what spoke for and against one event."""
    said = [name for name in like.features if name in _SAID and like.features[name]]
    if like.shared:
        said.append(f"{len(like.shared)} rare words ({', '.join(like.shared[:4])})")
    return f"{', '.join(said) or 'little in common'}, {like.probability:.2f}"


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


# --- words --------------------------------------------------------------------------------------------------------


def _best_voice(telling: Telling, entry: Entry) -> tuple[frozenset[str], Voice]:
    """Return the words shared with the story's report that is nearest, and that report."""
    scored = []
    for number, voice in enumerate(entry.voices):
        shared = telling.voice.words & voice.words
        scored.append((-_overlap(shared, telling.rarity, telling.voice.mass, voice.mass), number, shared, voice))
    _, _, shared, voice = min(scored, key=lambda row: row[:2])
    return shared, voice


def _overlap(shared: Iterable[str], rarity: Mapping[str, float], mass: float, other: float) -> float:
    return math.fsum(rarity[word] for word in shared) / math.sqrt(mass * other)


def _word_features(telling: Telling, voice: Voice, shared: frozenset[str]) -> dict[str, float]:
    mine = telling.voice
    both_titles = mine.title & voice.title
    rare = math.fsum(max(0.0, telling.rarity[word] - RARE) for word in shared)
    return {
        "words": _overlap(shared, telling.rarity, mine.mass, voice.mass),
        "titles": _overlap(both_titles, telling.rarity, mine.title_mass, voice.title_mass),
        "rare words": min(rare, 8.0),
        "numbers": float(min(2, sum(word.isdigit() and len(word) != 4 for word in shared))),
    }


def _series_features(mine: frozenset[str], theirs: frozenset[str]) -> dict[str, float]:
    """Compare "package 10" with "package 11": words with a blank are numbered measures."""
    ours = {word for word in mine if " " in word}
    others = {word for word in theirs if " " in word}
    return _answer("package", ours, others)


# --- what was read ------------------------------------------------------------------------------------------------


def _answer(what: str, mine: Iterable[str], theirs: Iterable[str]) -> dict[str, float]:
    """Return ``same WHAT`` or ``other WHAT``; nothing where one side is silent."""
    ours, others = set(mine), set(theirs)
    if not ours or not others:
        return {}
    return {f"same {what}": 1.0} if ours & others else {f"other {what}": 1.0}


def _read_features(mine: Action, theirs: Action, knowledge: Knowledge) -> dict[str, float]:
    return {
        **_answer("issuers", mine.issuers, theirs.issuers),
        **_answer("targets", mine.targets, theirs.targets),
        **_answer("speaker", mine.speaker, theirs.speaker),
        **_answer("measures", set(mine.instruments) - _VAGUE, set(theirs.instruments) - _VAGUE),
        **_answer("names", _surnames(mine.names), _surnames(theirs.names)),
        **_counts(mine.counts, theirs.counts),
        **_stage(mine, theirs, knowledge),
        "rare actors": _pair_rarity(mine, theirs, knowledge),
    }


def _surnames(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in fold(name).split()[-1:]}


def _counts(mine: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, float]:
    """Compare numbers of the same kind; outlets split one total differently, so one agreement is enough."""
    both = mine.keys() & theirs.keys()
    if not both:
        return {}
    agree = any(mine[kind] == theirs[kind] for kind in both)
    return {"same numbers": 1.0} if agree else {"other numbers": 1.0}


def _stage(mine: Action, theirs: Action, knowledge: Knowledge) -> dict[str, float]:
    if mine.stage is theirs.stage:
        return {"same stage": 1.0}
    near = frozenset((mine.stage, theirs.stage)) in knowledge.near
    return {"near stage": 1.0} if near else {"other stage": 1.0}


def _pair_rarity(mine: Action, theirs: Action, knowledge: Knowledge) -> float:
    """How telling it is that the same two actors meet: 0 for those that meet daily."""
    both = set(pairs_of(mine)) & set(pairs_of(theirs))
    shares = [knowledge.familiar_pairs.get(f"{issuer}>{target}", 1.0) for issuer, target in both if issuer and target]
    return math.log(1000 / min(shares)) / math.log(1000) if shares else 0.0


def _days_apart(at: datetime, entry: Entry) -> float:
    """How far a report is from a story's reports, in days; 0 between its first and its last."""
    gap = max(entry.story.first - at, at - entry.story.last, timedelta(0))
    return gap / timedelta(days=1)


_SAID = tuple(
    f"{answer} {what}"
    for what in ("issuers", "targets", "stage", "package", "numbers", "names", "measures", "speaker")
    for answer in ("same", "near", "other")
)
