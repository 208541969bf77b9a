"""Which earlier story a new one continues, and which it answers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice

from bot.domain import Key, Story
from bot.stories.facts import pairs_of
from bot.stories.recent import Entry, Recent
from bot.stories.score import Telling, likeness

LOOKED_AT = 200
"""Earlier stories with the same actors that are looked at, newest first."""
COMPARED = 3
"""Those of them that are compared in full: the ones that share the rarest words, and the newest."""


def followed(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of an earlier stage of the same measure, or of what a reaction is about."""
    known = recent.knowledge
    stage = telling.action.stage
    window = known.reaction_window if stage in known.remarks else known.follow_window
    earlier = recent.traces(pairs_of(telling.action), telling.at, window)
    stages = known.follows.get(stage, ())
    return _nearest(telling, (trace for trace in earlier if trace.facts.stage in stages), recent, known.least["follow"])


def answered(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of the measure that a counter-measure retaliates for: issuer and target swapped, not too old."""
    action, known = telling.action, recent.knowledge
    if action.counter:
        least = known.least["answer"]
    elif known.retaliation in action.grounds:
        least = known.least["unsaid"]
    else:
        return None
    swapped = [(target, issuer) for issuer, target in pairs_of(action) if issuer and target]
    earlier = recent.traces(swapped, telling.at, known.answer_window)
    causes = (trace for trace in earlier if trace.facts.stage in known.answerable and _is_certain(trace.story))
    return _nearest(telling, causes, recent, least)


def _is_certain(story: Story) -> bool:
    """Whether a story may be pointed at: read surely, or told by more than one."""
    return story.action.sure or len(story.reports) > 1


def _nearest(telling: Telling, earlier: Iterable[Entry], recent: Recent, least: float) -> Key | None:
    """Return the earlier story with most in common: shared rare words and measures, less for every day between."""
    ranked = [
        (-_kinship(telling, trace, recent), -trace.story.first.timestamp(), trace.story.key)
        for trace in _likely(telling, list(islice(earlier, LOOKED_AT)))
    ]
    kinship, _, key = min(ranked, default=(0.0, 0.0, ""))
    return key if key and -kinship >= least else None


def _likely(telling: Telling, traces: list[Entry]) -> list[Entry]:
    """Return the few traces worth comparing: a quick count of shared words, and the newest ones."""
    mine = telling.voice.words
    by_words = sorted(traces, key=lambda trace: (-len(mine & trace.voices[0].words), trace.story.key))
    newest = sorted(traces, key=lambda trace: (-trace.story.first.timestamp(), trace.story.key))
    chosen = {trace.story.key: trace for trace in (*by_words[:COMPARED], *newest[:COMPARED])}
    return list(chosen.values())


def _kinship(telling: Telling, trace: Entry, recent: Recent) -> float:
    features = likeness(telling, trace, recent.knowledge).features
    weights = recent.knowledge.kinship
    return math.fsum([weights.get(name, 0.0) * value for name, value in features.items()])
