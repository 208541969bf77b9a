"""Which earlier story a new one continues, and which it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from bot.domain import Action, Key, Stage, Story
from bot.stories.recent import Pair, Recent, pairs_of
from bot.stories.score import Telling, likeness

_EACH = 60
"""Earlier stories of one pair of actors that are looked at, newest first."""
_REACTIONS = (Stage.CONDEMNED, Stage.CONTEXT)


def followed(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of an earlier stage of the same measure, or of what a reaction is about."""
    known = recent.knowledge
    stage = telling.action.stage
    window = known.reaction_window if stage in _REACTIONS else known.follow_window
    earlier = [
        story
        for story in _newest(recent.traces(pairs_of(telling.action), telling.at, window))
        if story.action.stage in known.follows.get(stage, ())
    ]
    return _likest(telling, earlier, recent, known.least["follow"])


def answered(telling: Telling, recent: Recent) -> Key | None:
    """Return the story of the measure that a counter-measure retaliates for: issuer and target swapped, not too old."""
    action = telling.action
    if not (action.counter or "retaliation" in action.grounds):
        return None
    swapped: list[Pair] = [(target, issuer) for issuer, target in pairs_of(action) if issuer and target]
    earlier = [
        story
        for story in _newest(recent.traces(swapped, telling.at, recent.knowledge.answer_window))
        if story.action.stage in recent.knowledge.answerable
    ]
    return _likest(telling, earlier, recent, recent.knowledge.least["answer"])


def _newest(stories: Iterator[Story]) -> Iterable[Story]:
    return islice(stories, _EACH)


def _likest(telling: Telling, earlier: Iterable[Story], recent: Recent, least: float) -> Key | None:
    """Return the earlier story with most in common: shared rare words and measures, less for every day between."""
    ranked = sorted((-_kinship(telling, story, recent), story.first, story.key) for story in earlier)
    if not ranked or -ranked[0][0] < least:
        return None
    return ranked[0][2]


def _kinship(telling: Telling, story: Story, recent: Recent) -> float:
    like = likeness(telling, recent.prepared(story), recent.knowledge)
    weights = recent.knowledge.kinship
    return sum(weights.get(name, 0.0) * value for name, value in sorted(like.features.items()))


def shares_actor(first: Action, second: Action) -> bool:
    """Whether two actions have an issuer or a target in common."""
    return bool({*first.issuers, *first.targets} & {*second.issuers, *second.targets})
