"""Measures: what a sanctions action does (instruments) and why (grounds), as far as the text says so.

Both questions are answered alike. The seeds give each code phrases: *cues* state it, *broad* ones mostly mean it,
*hints* point to it in company. Each code with any of them in the item is a *candidate*, and one linear model a
question (heads ``instrument`` and ``ground``, label ``yes``) weighs it: a cue in the sentence of the action, near a
sanctions word, tied to it by "over" or "accused of" rather than "amid" or "after", alone or beside other codes' cues.
Features come twice, plain and with the code before them (``aggression>via:setting``): what holds for all codes is
learned from all of them, and a code departs from it only as far as its own cases say. So the rare ones, with a dozen
cases each, stand on what the frequent ones taught.

Nothing is inferred from actors or years: the features know no country. Without weights a cue alone decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain import Code, Stage
from bot.lexicon import Lexicon
from bot.reading.cues import GROUND, INSTRUMENT, Cue, Line, bucket, compiled, lines
from bot.reading.model import Weights, probability
from bot.reading.phrases import Hit

__all__ = ["GROUND", "INSTRUMENT", "Line", "Place", "bucket", "candidates", "decide", "grounds", "instruments", "lines"]

Features = dict[str, float]

YES = "yes"
UNSPECIFIED = "unspecified"
RETALIATION = "retaliation"
OTHER = "other"
THRESHOLDS = {INSTRUMENT: 0.42, GROUND: 0.35}
"""From which probability on a candidate is taken: where cross-validated F1 is best."""
_REASONS = frozenset({"reason", "accused", "link"})
_NEAR = 2
_BESIDE = 4
_REACH = 12
"""Words up to which a connector between sanctions word and cue can tie the two."""


@dataclass(frozen=True, slots=True)
class Place:
    """The action whose measures are asked for: what is known of it, and where it stands."""

    stage: Stage
    line: int = 0
    """Which sentence of the item shows it."""
    character: int = 0
    """Where in that sentence it begins."""
    counter: bool = False
    rank: int = 0
    """0 for the item's lead action."""
    issuers: tuple[Code, ...] = ()
    """Who acts: their people are not those hit."""


def candidates(head: str, marked: Sequence[Line], place: Place, lexicon: Lexicon) -> dict[str, Features]:
    """Describe each code that the item offers for a question, in the order in which they first occur."""
    connectors = compiled(lexicon).connectors
    offered = _offered(head, marked)
    unnamed = head == GROUND and any(_gives_unnamed_reason(line, connectors) for line in marked)
    if unnamed:
        offered.setdefault(OTHER, [])
    if head == GROUND and place.counter:
        offered.setdefault(RETALIATION, [])
    stated = [code for code, hits in offered.items() if any(hit.what.strength == "cue" for _, hit in hits)]
    here = marked[place.line] if place.line < len(marked) else None
    described = {}
    for code, hits in offered.items():
        shared = {*_of_action(place), *_of_company(code, stated)}
        if unnamed:
            shared.add("unnamed reason")
        own: set[str] = set()
        for line, hit in hits:
            shared.update(_of_place(line, hit, place, connectors, here=line is here))
            own.update(_of_words(line, hit, alone=not stated))
        described[code] = _features(code, shared, own, [other for other in stated if other != code])
    return described


def _offered(head: str, marked: Sequence[Line]) -> dict[str, list[tuple[Line, Hit[Cue]]]]:
    """Return the codes of a question that have any phrase in the item, with those phrases."""
    offered: dict[str, list[tuple[Line, Hit[Cue]]]] = {}
    for line in marked:
        for hit in line.cues:
            if hit.what.head == head:
                offered.setdefault(hit.what.code, []).append((line, hit))
    return offered


def decide(
    head: str, marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights
) -> tuple[tuple[str, float, Features], ...]:
    """Return the codes that hold, each with its probability and the features that speak for it, the surest first."""
    chosen = []
    for code, features in candidates(head, marked, place, lexicon).items():
        logits = weights.score(head, features)
        chance = probability(logits[YES]) if YES in logits else float("cue" in features)
        if chance >= THRESHOLDS[head]:
            chosen.append((code, chance, features))
    return tuple(sorted(chosen, key=lambda entry: (-entry[1], entry[0])))


def instruments(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> tuple[str, ...]:
    """Return the instruments that the text states for an action, ``unspecified`` where it states none."""
    return tuple(code for code, _, _ in decide(INSTRUMENT, marked, place, lexicon, weights)) or (UNSPECIFIED,)


def grounds(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> tuple[str, ...]:
    """Return the grounds that the text states for an action; mostly none."""
    return tuple(code for code, _, _ in decide(GROUND, marked, place, lexicon, weights))


# --- features -----------------------------------------------------------------------------------------------------


def _of_action(place: Place) -> Iterator[str]:
    yield f"stage:{place.stage}"
    if place.counter:
        yield "counter"
    if place.rank:
        yield "later"


def _of_company(code: str, stated: Sequence[str]) -> Iterator[str]:
    """Whether the code is stated at all, first, alone."""
    if code not in stated:
        yield "not stated"
        yield f"not stated, others:{min(2, len(stated))}"
        return
    yield "cue"
    yield f"others:{min(2, len(stated) - 1)}"
    if stated[0] == code:
        yield "first"


def _of_place(line: Line, hit: Hit[Cue], place: Place, connectors: Mapping[str, str], *, here: bool) -> Iterator[str]:
    """Where a phrase stands: in which part, towards the sanctions words, towards the action."""
    strength = hit.what.strength
    yield f"{strength}@{line.part}"
    yield from (f"{strength} {name}" for name in _of_hit(line, hit, connectors))
    if here:
        yield from (f"{strength} {name}" for name in _of_distance(hit, line, place))


def _of_hit(line: Line, hit: Hit[Cue], connectors: Mapping[str, str]) -> Iterator[str]:
    """Where a cue stands among the sanctions words of its sentence, and what ties it to them."""
    if hit.what.strength == "hint":
        return
    words = line.row.words
    before = [at for at in line.triggers if at < hit.first]
    after = [at for at in line.triggers if at > hit.last]
    if not line.triggers:
        yield "no trigger"
    elif len(before) + len(after) < len(line.triggers):
        yield "is trigger"
    if before:
        yield f"after trigger:{bucket(hit.first - before[-1])}"
        if hit.first - before[-1] < _REACH:
            for word in words[before[-1] + 1 : hit.first]:
                if word in connectors:
                    yield f"between:{connectors[word]}"
    if after:
        yield f"before trigger:{bucket(after[0] - hit.last)}"
    for word in reversed(words[max(0, hit.first - 5) : hit.first]):
        if word in connectors:
            yield f"via:{connectors[word]}"
            break
    end = line.row.starts[hit.last] + len(words[hit.last])
    if line.part == "t" and line.sentence.folded[end : end + 1] == ":":
        yield "topic"


def _gives_unnamed_reason(line: Line, connectors: Mapping[str, str]) -> bool:
    """Whether "over", "accused of" and the like follow a sanctions word and no ground's cue follows them."""
    for at, word in enumerate(line.row.words):
        if connectors.get(word) in _REASONS and any(0 < at - trigger < _REACH for trigger in line.triggers):
            near = (hit for hit in line.cues if hit.what.head == GROUND and hit.what.strength != "hint")
            if not any(at < hit.first <= at + _REACH for hit in near):
                return True
    return False


def _of_distance(hit: Hit[Cue], line: Line, place: Place) -> Iterator[str]:
    """How far a cue stands from the place where the action itself begins."""
    yield "here"
    distance = hit.first - line.row.at(place.character)
    yield f"from action:{'before' if distance < -3 else 'at' if distance < 4 else 'near' if distance < 13 else 'far'}"


def _of_words(line: Line, hit: Hit[Cue], *, alone: bool) -> Iterator[str]:
    """Name the phrase itself, its very form, and the other cues that lie over it or beside it."""
    cue = hit.what
    yield f"{cue.strength}:{cue.code}:{cue.phrase}"
    if cue.strength == "hint":
        return
    if alone:
        yield f"alone:{cue.code}:{cue.phrase}"
    if hit.last - hit.first < 2:
        yield f"form:{cue.code}:{' '.join(line.row.words[hit.first : hit.last + 1])}"
    if not any(_is_rival(hit, other) for other in line.cues):
        yield f"free:{cue.code}:{cue.phrase}"
    for other in line.cues:
        if other.what.strength != "cue" or other.what.code == cue.code:
            continue
        if other.what.head != cue.head and other.first <= hit.last + _BESIDE and other.last >= hit.first - _BESIDE:
            yield f"beside:{cue.code}:{other.what.code}"
        elif other.what.head == cue.head and other.first <= hit.last and other.last >= hit.first:
            yield f"over:{cue.code}:{other.what.code}"


def _is_rival(hit: Hit[Cue], other: Hit[Cue]) -> bool:
    """Whether another code of the same question may own a phrase: "arms embargo" is no plain "embargo"."""
    if other.what.head != hit.what.head or other.what.code == hit.what.code or other.what.strength == "hint":
        return False
    return other.first <= hit.last + _NEAR and other.last >= hit.first - _NEAR


def _features(code: str, shared: Iterable[str], own: Iterable[str], others: Iterable[str]) -> Features:
    """Put names together: shared ones twice, plain and as the code's own."""
    features = {f"code:{code}": 1.0}
    for name in sorted(shared):
        features[name] = 1.0
        features[f"{code}>{name}"] = 1.0
    for name in sorted(own):
        features[name] = 1.0
    for other in others:
        features[f"with:{code}:{other}"] = 1.0
    return features
