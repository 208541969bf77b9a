"""Learning the heads of details (instrument, ground, count, name) from labelled actions and where their evidence is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain import Stage
from bot.lexicon import Lexicon
from bot.reading import counts, measures, names
from bot.reading.cues import Line, lines
from bot.reading.measures import Place
from bot.reading.numbers import Count
from bot.reading.teaching import Features, Fit, Labelled, Row, fit_head, word
from bot.reading.text import Sentence, sentences

STRENGTH = {measures.INSTRUMENT: 0.1, measures.GROUND: 0.1, counts.COUNT: 1.0, names.NAME: 0.3}


def details(items: Sequence[Labelled], lexicon: Lexicon, fit: Fit) -> list[Row]:
    """Return the rows of the details' heads."""
    told: dict[str, list[tuple[Features, str]]] = {head: [] for head in STRENGTH}
    for labelled in items:
        if not labelled.actions:
            continue
        told_of = sentences(labelled.item, lexicon)
        marked = lines(told_of, lexicon)
        for rank, action in enumerate(labelled.actions):
            for head, features, yes in _cases(marked, action, place(action, told_of, rank), lexicon):
                told[head].append((features, word(yes=yes)))
    return [row for head, cases in told.items() for row in fit_head(fit, head, cases, STRENGTH[head])]


def place(action: Mapping[str, Any], told_of: Sequence[Sentence], rank: int) -> Place:
    """Return where an action's evidence begins; the beginning of the item where that is not found."""
    evidence = str(action.get("evidence", ""))[:30].strip()
    line, character = next(
        ((line, at) for line, sentence in enumerate(told_of) if evidence and (at := sentence.text.find(evidence)) >= 0),
        (0, 0),
    )
    return Place(
        Stage(action["stage"]),
        line=line,
        character=character,
        counter=bool(action.get("counter")),
        rank=rank,
        issuers=tuple(action.get("issuers", ())),
    )


def _cases(
    marked: tuple[Line, ...], action: Mapping[str, Any], at: Place, lexicon: Lexicon
) -> Iterator[tuple[str, Features, bool]]:
    """Yield each candidate's head, features, and whether the action has it."""
    for head, key in ((measures.INSTRUMENT, "instruments"), (measures.GROUND, "grounds")):
        for code, features in measures.candidates(head, marked, at, lexicon).items():
            yield head, features, code in action.get(key, ())
    stated = action.get("counts", {})
    offered = counts.candidates(marked, at, lexicon)
    for line, count, features in offered:
        yield counts.COUNT, features, stated.get(count.kind) in _sums(line, count, offered)
    # lessons leave names out: none that is told there is no sign of none that is meant
    if "names" in action:
        for name, features in names.candidates(marked, at, lexicon):
            yield names.NAME, features, names.is_of(name, action["names"] or ())


def _sums(line: Line, count: Count, offered: Sequence[tuple[Line, Count, Features]]) -> set[int]:
    """Return what a count may be told as: by itself, or with another one of its kind in its sentence."""
    others = [other.number for place, other, _ in offered if place is line and other.kind == count.kind]
    return {count.number} | {count.number + number for number in others}
