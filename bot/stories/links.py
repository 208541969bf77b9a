"""Which earlier story a new one continues, and which it answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import islice

from bot.domain import Action, Key, Stage, Story
from bot.stories.entries import Entry
from bot.stories.facts import ANYBODY, Pair, pairs_of
from bot.stories.knowledge import Knowledge
from bot.stories.recent import Recent
from bot.stories.score import Telling, likeness

LOOKED_AT = 200
"""Earlier stories with the same actors that are looked at, newest first."""
COMPARED = 3
"""Those of them that are compared in full: the ones that share the rarest words, and the newest."""


def followed(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of an earlier stage of the same measure, or of what a reaction is about."""
    known = recent.knowledge
    stage = telling.action.stage
    talk = stage in known.remarks
    window, least = (known.reaction_window, "remark") if talk else (known.follow_window, "follow")
    causes = dict.fromkeys(known.follows.get(stage, ()), 0.0)
    earlier = recent.traces(pairs_of(telling.action), causes, telling.at, window)
    return _nearest(telling, earlier, causes, recent, known.least[least])


def answered(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of the measure that a counter-measure retaliates for: issuer and target swapped, not too old."""
    action, known = telling.action, recent.knowledge
    named = bool(action.issuers and action.targets)
    if not (action.counter or (named and known.retaliation in action.grounds)):
        return None
    least = known.least["answer" if action.counter and named else "unsaid"]
    earlier = recent.traces(_swapped(action, known), known.answerable, telling.at, known.answer_window)
    certain = (trace for trace in earlier if _is_certain(trace.story))
    return _nearest(telling, certain, known.answerable, recent, least)


def _swapped(action: Action, knowledge: Knowledge) -> tuple[Pair, ...]:
    """Return the pairs of actors of what an action may answer: those whom it hits, or whom a loose name for them means.

    Where it does not say whom it hits, anybody may have begun.
    """
    begun = [one for target in action.targets for one in (target, *knowledge.circles.get(target, ()))]
    loose = [name for name, members in knowledge.circles.items() if members & {*action.targets}]
    return tuple((one, issuer) for issuer in action.issuers for one in dict.fromkeys((*begun, *loose)) or (ANYBODY,))


def _is_certain(story: Story) -> bool:
    """Whether a story may be pointed at: read surely, or told by more than one."""
    return story.action.sure or len(story.reports) > 1


def _nearest(
    telling: Telling, earlier: Iterable[Entry], stages: Mapping[Stage, float], recent: Recent, least: float
) -> Key | None:
    """Return the earlier story at one of `stages` with most in common: shared rare words and measures, fewer days."""
    causes = list(islice(earlier, LOOKED_AT))
    ranked = [
        (-_kinship(telling, trace, recent) - stages[trace.facts.stage], -_began(trace), trace.story.key)
        for trace in _likely(telling, causes)
    ]
    kinship, _, key = min(ranked, default=(0.0, 0.0, ""))
    return key if key and -kinship >= least else None


def _likely(telling: Telling, traces: list[Entry]) -> list[Entry]:
    """Return the few traces worth comparing: a quick count of shared words, and the newest ones."""
    mine = telling.voice.words
    by_words = sorted(traces, key=lambda trace: (-len(mine & trace.voices[0].words), trace.story.key))
    newest = sorted(traces, key=lambda trace: (-_began(trace), trace.story.key))
    chosen = {trace.story.key: trace for trace in (*by_words[:COMPARED], *newest[:COMPARED])}
    return list(chosen.values())


def _began(trace: Entry) -> float:
    return trace.story.first.timestamp()


def _kinship(telling: Telling, trace: Entry, recent: Recent) -> float:
    features = likeness(telling, trace, recent.knowledge).features
    weights = recent.knowledge.kinship
    return math.fsum([weights.get(name, 0.0) * value for name, value in features.items()])
