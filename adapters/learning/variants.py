"""Variants of lessons: the same news with other names in it, and titles alone, for an encoder to learn from a teacher.

A small network learns what a large one knows from how it answers, and the more it is asked, the more of it (Jiao et al.
2020, "TinyBERT", learn from twenty variants of each sentence). A variant costs nobody a label: who is named instead of
whom is known, and the rest the teacher says.

Names are exchanged by what they are: an adjective for an adjective, a capital for a capital, all of one actor's in an
item. Who comes instead is drawn from those who have the same role in other lessons, so that who usually does what to
whom stays as it is in the news.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import Code
from bot.ports import Lesson

_ROLES = ("issuers", "targets")
_OTHER = "other"
_RENAMED = 4
"""Variants with other names, of an item that is news."""
_OF_WRITTEN = 0.4, 0.2
"""Shares of what was written to teach of which there is a variant with other names, and a title alone: there is more of
it than of news, and it has more names as it is."""
_TRIES = 4
_Span = tuple[int, int, int]
"""A name in an item: its first piece, the piece behind it, what kind of name it is."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Whom the lessons name, how, and in which role."""

    forms: Mapping[Code, Mapping[int, Sequence[tuple[int, ...]]]]
    """Actor to kind of name to names in pieces, as often as they were met."""
    acting: Mapping[str, Sequence[Code]]
    """Role to who has it, as often as somebody has."""


def variants(lessons: Sequence[Lesson], seed: int = 1) -> list[Lesson]:
    """Return more lessons made of these, marked as written; deterministic."""
    lot = random.Random(seed)
    names = _names(lessons)
    return [replace(variant, written=True) for lesson in lessons for variant in _of_one(lesson, names, lot)]


def _of_one(lesson: Lesson, names: _Names, lot: random.Random) -> Iterator[Lesson]:
    renames, titles = _OF_WRITTEN if lesson.written else (1.0, 1.0)
    if lot.random() < renames:
        tried = (_renamed(lesson, names, lot) for _ in range(1 if lesson.written else _RENAMED))
        yield from (renamed for renamed in tried if renamed is not None)
    if 1 in lesson.segments and lot.random() < titles:
        yield _title_alone(lesson)


def _names(lessons: Sequence[Lesson]) -> _Names:
    forms: dict[Code, dict[int, list[tuple[int, ...]]]] = defaultdict(lambda: defaultdict(list))
    acting: dict[str, list[Code]] = defaultdict(list)
    for lesson in lessons:
        for code in lesson.codes:
            for first, behind, kind in _spans(lesson, code) or ():
                forms[code][kind].append(tuple(lesson.ids[first:behind]))
            acting[_role(lesson, code)].append(code)
    return _Names(forms, acting)


def _role(lesson: Lesson, code: Code) -> str:
    return next((role for role in _ROLES if code in (lesson.lead or {}).get(role, ())), _OTHER)


def _spans(lesson: Lesson, code: Code) -> list[_Span] | None:
    """Return where an actor is named; None where a name is another's too, or also part of a measure's."""
    places = sorted(set(lesson.codes[code]))
    others = {at for other, told in lesson.codes.items() if other != code for at in told}
    spans: list[_Span] = []
    for at in places:
        kind = lesson.kinds[at]
        if at in others or not kind:
            return None
        if spans and spans[-1][1] == at and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], at + 1, kind)
        else:
            spans.append((at, at + 1, kind))
    return spans


def _renamed(lesson: Lesson, names: _Names, lot: random.Random) -> Lesson | None:
    """Return a lesson in which one or two actors are others; None where nobody can be exchanged."""
    codes = [code for code in lesson.codes if _spans(lesson, code)]
    lot.shuffle(codes)
    changed = lesson
    for code in codes[: lot.choice((1, 2))]:
        instead = _instead(changed, code, names, lot)
        if instead is not None:
            changed = _exchanged(changed, code, instead, names, lot)
    return None if changed is lesson else changed


def _instead(lesson: Lesson, code: Code, names: _Names, lot: random.Random) -> Code | None:
    """Draw who may stand there instead: somebody of that role who is not there yet, with names of each kind needed."""
    kinds = {kind for _, _, kind in _spans(lesson, code) or ()}
    drawn = (lot.choice(names.acting[_role(lesson, code)]) for _ in range(_TRIES))
    return next((other for other in drawn if other not in lesson.codes and kinds <= names.forms[other].keys()), None)


def _exchanged(lesson: Lesson, code: Code, other: Code, names: _Names, lot: random.Random) -> Lesson:
    """Put another actor's names where one's stand, and the other into the labels."""
    ids: list[int] = []
    moved: dict[int, list[int]] = {}
    """Where each old piece's successors are; the first of a name has them all."""
    begins = {first: (behind, kind) for first, behind, kind in _spans(lesson, code) or ()}
    taken = {kind: lot.choice(names.forms[other][kind]) for _, kind in begins.values()}
    source: list[int] = []
    at = 0
    while at < len(lesson.ids):
        behind, kind = begins.get(at, (at + 1, 0))
        pieces = taken[kind] if at in begins else (lesson.ids[at],)
        moved[at] = list(range(len(ids), len(ids) + len(pieces)))
        ids += pieces
        source += [at] * len(pieces)
        at = behind
    return replace(
        lesson,
        ids=ids,
        segments=[lesson.segments[at] for at in source],
        kinds=[lesson.kinds[at] for at in source],
        owners=[lesson.owners[at] for at in source],
        focus=_moved(lesson.focus, moved),
        codes={other if one == code else one: _moved(places, moved) for one, places in lesson.codes.items()},
        evidence=_moved(lesson.evidence, moved),
        lead=_relabelled(lesson.lead, code, other),
    )


def _moved(places: Sequence[int], moved: Mapping[int, Sequence[int]]) -> list[int]:
    return [new for old in places for new in moved.get(old, ())]


def _relabelled(lead: Mapping[str, Any] | None, code: Code, other: Code) -> dict[str, Any] | None:
    if lead is None:
        return None
    told = {role: [other if one == code else one for one in lead.get(role) or ()] for role in (*_ROLES, "speaker")}
    return {**lead, **told}


def _title_alone(lesson: Lesson) -> Lesson:
    """Return an item without what follows its title; who is named only there cannot be asked about."""
    count = lesson.segments.index(1)
    end = lesson.ids[-1]
    kept = {code: [at for at in places if at < count] for code, places in lesson.codes.items()}
    # numbers of owners go by first mention, so those of the title stay
    return replace(
        lesson,
        ids=[*lesson.ids[:count], end],
        segments=[0] * (count + 1),
        kinds=[*lesson.kinds[:count], 0],
        owners=[*lesson.owners[:count], 0],
        focus=[at for at in lesson.focus if at < count] or list(range(count)),
        codes={code: places for code, places in kept.items() if places},
        evidence=[at for at in lesson.evidence if at < count],
    )
