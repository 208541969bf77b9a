"""What was read in a report, prepared once for being compared with many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain import Action, Code, Stage
from bot.folding import fold
from bot.stories.knowledge import Knowledge

Pair = tuple[Code, Code]
ANYBODY = "*"
"""The issuer of a pair where it does not matter who it is."""


_CONTRADICTIONS = {
    "other issuers": "issuers",
    "other targets": "targets",
    "later stage": "stage",
    "other stage": "stage",
    "remark on a measure": "stage",
}
_NEVER_CERTAIN = 0.005
_DOUBTED = ("stage", "issuers", "targets")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """An action's fields as sets."""

    stage: Stage
    issuers: frozenset[Code]
    targets: frozenset[Code]
    meant_issuers: frozenset[Code]
    """The issuers, and those whom a loose name among them may mean."""
    meant_targets: frozenset[Code]
    speaker: frozenset[Code]
    measures: frozenset[str]
    """The instruments that say what is done."""
    names: frozenset[str]
    """The last word of each name, folded: first names and titles come and go."""
    counts: Mapping[str, int]
    answers: bool
    """Whether it says of itself that it retaliates."""
    sureness: Mapping[str, float]
    """How surely ``stage``, ``issuers`` and ``targets`` were read, 0 to 1: a doubtful difference weighs less."""
    rarity: Mapping[Pair, float]
    """Each named issuer with each named target, and how telling it is that they meet: 0 daily, 1 hardly ever."""


def facts_of(action: Action, knowledge: Knowledge) -> Facts:
    """Prepare an action for comparing."""
    return Facts(
        stage=action.stage,
        issuers=frozenset(action.issuers),
        targets=frozenset(action.targets),
        meant_issuers=_meant(action.issuers, knowledge),
        meant_targets=_meant(action.targets, knowledge),
        speaker=frozenset(action.speaker),
        measures=frozenset(action.instruments) - knowledge.vague,
        names=frozenset(word for name in action.names for word in fold(name).split()[-1:]),
        counts=action.counts,
        answers=action.counter or knowledge.retaliation in action.grounds,
        sureness={field: action.field_confidence.get(field, 1.0) for field in _DOUBTED},
        rarity={pair: _rarity(pair, knowledge) for pair in pairs_of(action) if all(pair)},
    )


def pairs_of(action: Action) -> tuple[Pair, ...]:
    """Return each issuer with each target; an unnamed side is empty."""
    return tuple((issuer, target) for issuer in action.issuers or ("",) for target in action.targets or ("",))


def compare(mine: Facts, theirs: Facts, knowledge: Knowledge) -> dict[str, float]:
    """Return what two actions say alike and what they say differently; what one of them leaves open is no feature."""
    found: dict[str, float] = {}
    sure = {field: mine.sureness[field] * theirs.sureness[field] for field in _DOUBTED}
    _actors("issuers", mine.issuers, theirs.issuers, mine.meant_issuers, theirs.meant_issuers, found)
    _actors("targets", mine.targets, theirs.targets, mine.meant_targets, theirs.meant_targets, found)
    _roles(mine, theirs, found)
    answer("speaker", mine.speaker, theirs.speaker, found)
    answer("measures", mine.measures, theirs.measures, found)
    answer("names", mine.names, theirs.names, found)
    _counts(mine.counts, theirs.counts, found)
    _stage(mine.stage, theirs.stage, knowledge, found)
    for feature, field in _CONTRADICTIONS.items():
        if feature in found:
            found[feature] = _contradiction(sure[field])
    meetings = mine.rarity.keys() & theirs.rarity.keys()
    if meetings:
        found["rare actors"] = max(mine.rarity[pair] for pair in meetings)
    return found


def _roles(mine: Facts, theirs: Facts, found: dict[str, float]) -> None:
    """Notice who stands on the other side in the other reading.

    Roles are misread more often than names, so one actor on the wrong side speaks for the same event. Both sides
    swapped is a reply, where either reading says that it is one.
    """
    acts = not mine.issuers.isdisjoint(theirs.targets)
    suffers = not mine.targets.isdisjoint(theirs.issuers)
    if acts and suffers:
        found["reply" if mine.answers or theirs.answers else "swapped roles"] = 1.0
    elif acts or suffers:
        found["crossed roles"] = 1.0


def answer(what: str, mine: frozenset[str], theirs: frozenset[str], found: dict[str, float]) -> None:
    """Note ``same WHAT`` or ``other WHAT``; nothing where one side is silent."""
    if mine and theirs:
        found[f"other {what}" if mine.isdisjoint(theirs) else f"same {what}"] = 1.0


def _actors(
    what: str,
    mine: frozenset[Code],
    theirs: frozenset[Code],
    my_meant: frozenset[Code],
    their_meant: frozenset[Code],
    found: dict[str, float],
) -> None:
    """Compare one side; "the West" and one of its states may be the same, which tells less than a name."""
    if mine and theirs:
        if not mine.isdisjoint(theirs):
            found[f"same {what}"] = 1.0
        else:
            found[f"other {what}" if my_meant.isdisjoint(their_meant) else f"near {what}"] = 1.0


def _counts(mine: Mapping[str, int], theirs: Mapping[str, int], found: dict[str, float]) -> None:
    """Compare numbers of the same kind; outlets split one total differently, so one agreement is enough."""
    both = mine.keys() & theirs.keys()
    if both:
        found["same numbers" if any(mine[kind] == theirs[kind] for kind in both) else "other numbers"] = 1.0


def _stage(mine: Stage, theirs: Stage, knowledge: Knowledge, found: dict[str, float]) -> None:
    """Compare the stage of a report with that of a story.

    Remarks on measures (context, condemnation) are many, and are not the measure itself. A stage that may come after
    the story's may be news, one that comes before it is rather a report that came late.
    """
    if mine is theirs:
        found[_same(mine, knowledge)] = 1.0
    elif (mine in knowledge.remarks) is not (theirs in knowledge.remarks):
        found["remark on a measure"] = 1.0
    elif mine not in knowledge.remarks and theirs in knowledge.follows.get(mine, ()):
        found["later stage"] = 1.0
    else:
        found["near stage" if frozenset((mine, theirs)) in knowledge.near else "other stage"] = 1.0


def _same(stage: Stage, knowledge: Knowledge) -> str:
    """Name the agreement of two stages: any day has many remarks and plans about the same two actors, few deeds."""
    if stage in knowledge.remarks:
        return "same remark"
    return "same plan" if stage in knowledge.plans else "same stage"


def _contradiction(sure: float) -> float:
    """How much a difference tells that was read with this sureness: minus the logarithm of the odds of a misreading.

    0 for mere guesses, 0.7 for an even chance that one side was misread, 5.3 where both readings are certain.
    """
    return -math.log(1 - sure + _NEVER_CERTAIN)


def _meant(codes: Iterable[Code], knowledge: Knowledge) -> frozenset[Code]:
    return frozenset(one for code in codes for one in (code, *knowledge.circles.get(code, ())))


def _rarity(pair: Pair, knowledge: Knowledge) -> float:
    share = knowledge.familiar_pairs.get(f"{pair[0]}>{pair[1]}", 1.0)
    return math.log(1000 / max(share, 1.0)) / math.log(1000)
