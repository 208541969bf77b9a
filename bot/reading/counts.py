"""Counts: how many persons, firms, ships and planes an action hits, where the text says so exactly.

Sentences give numbers with their nouns (`numbers.find`). Which of them are the action's own, and not those of the
lawmakers who ask for it, a linear model weighs (head ``count``) from where they stand towards sanctions words and
action; without weights all are taken. The first sentence with a count of a kind wins, the title before all; within it
numbers of one kind that stand side by side add up ("two Russians and one Ukrainian").
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from bot.domain import Stage
from bot.lexicon import Lexicon
from bot.reading.counting import vocabulary
from bot.reading.measures import YES, Line, Place, bucket
from bot.reading.mentions import TRIGGERS, scanner
from bot.reading.model import Weights, probability
from bot.reading.numbers import Count, find

COUNT = "count"
THRESHOLD = 0.35
"""From which probability on a count is taken to be the action's."""
_DEEDS = frozenset({Stage.IMPOSED, Stage.ENFORCED, Stage.EASED, Stage.EXTENDED})
"""Stages at which something is done to those counted."""
_OWN_DEEDS = frozenset(
    {"call", "says", "seek", "propose", "threat", "condemn", "evade", "leave", "deal", "drop", "not", "hurt", "talk"}
)
"""Kinds of word by which it is those counted who act: they speak, ask, trade or get away."""
_VERB = 5
"""Words behind a count among which its verb is looked for."""
_ACTORS = frozenset({"subject, talk", "they act"})
"""Features of those who do something where nothing is done to them: "Two exchanges still serve ..."."""
_CHAIN = 6
"""Words that may part two numbers that are told of one action."""


def counts(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> dict[str, int]:
    """Return the exact numbers stated for an action, by kind; empty where there are none."""
    offered = candidates(marked, place, lexicon)
    logits = [weights.score(COUNT, features).get(YES) for _, _, features in offered]
    return taken([(line, count) for line, count, _ in offered], [_chance(logit) for logit in logits])


def taken(offered: Sequence[tuple[Line, Count]], chances: Sequence[float]) -> dict[str, int]:
    """Return the counts that are an action's, summed: what is joined to one that is taken is taken with it."""
    sums: dict[str, tuple[Line, Count, int]] = {}
    for at, (line, count) in enumerate(offered):
        if max(chances[first] for first in _chain(offered, at)) < THRESHOLD:
            continue
        before = sums.get(count.kind)
        if before is None:
            sums[count.kind] = line, count, count.number
        elif before[0] is line and (count.further or _are_joined(line, before[1], count)):
            sums[count.kind] = line, count, before[2] + count.number
    return {kind: number for kind, (_, _, number) in sums.items()}


def _chance(logit: float | None) -> float:
    return 1.0 if logit is None else probability(logit)


def _chain(offered: Sequence[tuple[Line, Count]], at: int) -> Iterator[int]:
    """Yield a count and its neighbours that are joined to it ("365 people and 36 firms")."""
    yield at
    line, count = offered[at]
    if at and offered[at - 1][0] is line and _are_joined(line, offered[at - 1][1], count, _CHAIN):
        yield at - 1
    if at + 1 < len(offered) and offered[at + 1][0] is line and _are_joined(line, count, offered[at + 1][1], _CHAIN):
        yield at + 1


def _are_joined(line: Line, first: Count, second: Count, reach: int = 2) -> bool:
    """Whether two counts of a sentence stand side by side: "two Russians and one Ukrainian"."""
    return 0 < line.row.at(second.start) - line.row.at(first.end - 1) <= reach


def candidates(
    marked: Sequence[Line], place: Place, lexicon: Lexicon
) -> tuple[tuple[Line, Count, dict[str, float]], ...]:
    """Return every count of an item with the features that tell whether it is the action's; the title's first."""
    if place.stage is Stage.CONDEMNED:
        return ()  # a number belongs to the measure, not to the outcry over it
    told = [find(line.sentence, lexicon) for line in marked]
    hedged = {count.number for found in told for count in found if not count.exact}
    offered = []
    for index, line in sorted(enumerate(marked), key=lambda entry: (entry[1].part != "t", entry[0])):
        if place.rank and index != place.line:
            continue  # a number is told of the action it stands beside, not of each that follows
        found = [count for count in told[index] if count.number not in hedged]
        for rank, count in enumerate(found):
            if count.number > 1 or len(found) > 1:
                names = [
                    *_features(line, count, rank, place, here=index == place.line),
                    *_company(line, count, place, lexicon),
                ]
                if not _ACTORS.issubset(names):
                    offered.append((line, count, dict.fromkeys(names, 1.0)))
    return tuple(offered)


def _features(line: Line, count: Count, rank: int, place: Place, *, here: bool) -> Iterator[str]:
    """Describe a count: where it stands towards the sanctions words and the action, and what touches it."""
    first, last = line.row.at(count.start), line.row.at(count.end - 1)
    yield f"kind:{count.kind}"
    yield f"@{line.part}"
    yield f"rank:{min(2, rank)}"
    yield f"stage:{place.stage}"
    if not line.triggers:
        yield "no trigger"
    if count.number == 1:
        yield "one"
    if here:
        yield "here"
        yield f"from action:{'before' if first + 1 < line.row.at(place.character) else 'after'}"
    before = [at for at in line.triggers if at <= first]
    after = [at for at in line.triggers if at > last]
    yield f"after trigger:{bucket(first - before[-1]) if before else 'none'}"
    yield f"before trigger:{bucket(after[0] - last) if after else 'none'}"


def _company(line: Line, count: Count, place: Place, lexicon: Lexicon) -> Iterator[str]:
    """Name the kinds of word around a count: whether a measure is aimed at those counted, or it is they who act."""
    scan = scanner(lexicon).scan(line.sentence, None)
    first, behind = bisect_left(scan.starts, count.start), bisect_left(scan.starts, count.end)
    if not first:
        yield "subject" if place.stage in _DEEDS else "subject, talk"
    elif scan.words[first - 1] in vocabulary(lexicon).aims:
        yield "aimed"
    yield from (f"ahead:{kind}" for kind in scan.kinds[max(0, first - 2) : first] if kind in lexicon.language["cues"])
    yield from (f"behind:{kind}" for kind in scan.kinds[behind : behind + 3] if kind in lexicon.language["cues"])
    if any(count.start <= scan.starts[at] < count.end for at in scan.triggers):
        return  # "two sanctioned clerics leave": they are hit, whatever they do
    deeds = (kind for kind in scan.kinds[behind : behind + _VERB] if kind in _OWN_DEEDS or kind in TRIGGERS)
    if next(deeds, "") in _OWN_DEEDS:
        yield "they act"
