"""What a further report adds to a story, in words for a follow-up; and the story with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.domain import Action, Code, Reading, Report, Story
from bot.folding import fold
from bot.stories.knowledge import Knowledge

_KINDS = {
    "individuals": ("person", "people"),
    "entities": ("entity", "entities"),
    "vessels": ("vessel", "vessels"),
    "aircraft": ("aircraft", "aircraft"),
}

MOST_ALSO = 8
"""Further actions that a story keeps."""

Names = Callable[[Code], str]


def additions(story: Story, action: Action, names: Names, knowledge: Knowledge) -> tuple[str, ...]:
    """Return what an action of the same event tells that the story does not, each only where it was read surely.

    Words such as ``10 people``, ``named: X, Y``, ``Canada joins``, ``also: travel ban``.
    """
    if not action.sure or action.stage in knowledge.remarks:
        return ()
    lead = story.action
    added = []
    if _is_sure(action, "counts", knowledge):
        added += [_number(kind, n) for kind, n in sorted(action.counts.items()) if n > lead.counts.get(kind, 0)]
    if fresh := new_names(story, action.names):
        added.append(f"named: {', '.join(fresh)}")
    if action.stage is lead.stage and _is_sure(action, "issuers", knowledge):
        added += [f"{names(code)} joins" for code in _joining(lead, action, knowledge)]
    added += [f"also against {names(code)}" for code in _further_targets(lead, action, knowledge)]
    measures = [code for code in action.instruments if code not in lead.instruments and code not in knowledge.vague]
    if measures and _is_sure(action, "instruments", knowledge):
        added.append(f"also: {', '.join(code.replace('_', ' ') for code in measures)}")
    return tuple(added)


def _corrects(lead: Action, action: Action) -> bool:
    """Whether a sure reading tells otherwise what was only guessed so far.

    That mends the story and is nothing new: of a guess nothing was claimed, its alert has the outlet's own words.
    """
    return action.sure and not lead.sure and _roles(lead) != _roles(action)


def _joining(lead: Action, action: Action, knowledge: Knowledge) -> list[Code]:
    """Return the issuers that a story did not have; not "the West" for its states, nor its states for "the West"."""
    if not lead.issuers or not {*lead.targets} & {*action.targets}:
        return []
    circles = {member for code in lead.issuers for member in knowledge.circles.get(code, ())}
    known = {*lead.issuers, *lead.targets, *circles, *knowledge.circles}
    return [code for code in action.issuers if code not in known]


def _further_targets(lead: Action, action: Action, knowledge: Knowledge) -> list[Code]:
    """Return the targets that a story did not have, where a sure reading has them beside those that it had."""
    both = {*lead.targets} & {*action.targets} and {*lead.issuers} & {*action.issuers}
    if not both or action.stage is not lead.stage or not _is_sure(action, "targets", knowledge, "widen"):
        return []
    return [code for code in action.targets if code not in lead.targets and code not in knowledge.circles]


def _is_sure(action: Action, field: str, knowledge: Knowledge, least: str = "add") -> bool:
    """Whether a field was read surely enough to be told; a reading that says nothing of it is taken at its word."""
    return action.field_confidence.get(field, 1.0) >= knowledge.least[least]


def new_names(story: Story, names: Iterable[str]) -> list[str]:
    """Return the names that no report of the story has mentioned yet."""
    told = fold(" ".join((story.headline, *(f"{one.title} {one.evidence}" for one in story.reports))))
    return [name for name in _unlike(names, story.action.names) if fold(name) not in told]


def _parts(name: str) -> frozenset[str]:
    return frozenset(fold(name).split())


def grown(lead: Action, action: Action, knowledge: Knowledge) -> Action:
    """Return the lead action with what a further report adds: the larger numbers, all names, issuers and measures."""
    if action.stage in knowledge.remarks and action.stage is not lead.stage:
        return lead
    if _corrects(lead, action):
        lead = replace(lead, stage=action.stage, issuers=action.issuers, targets=action.targets, speaker=action.speaker)
        lead = replace(lead, evidence=action.evidence, field_confidence=action.field_confidence)
    one_stage = action.sure and action.stage is lead.stage
    instruments = _union(lead.instruments, action.instruments)
    stated = tuple(code for code in instruments if code not in knowledge.vague)
    return replace(
        lead,
        issuers=(*lead.issuers, *_joining(lead, action, knowledge)) if one_stage else lead.issuers,
        targets=(*lead.targets, *_further_targets(lead, action, knowledge)) or action.targets,
        speaker=lead.speaker or action.speaker,
        instruments=stated or instruments,
        grounds=_union(lead.grounds, action.grounds),
        counts=_larger(lead.counts, action.counts),
        names=(*lead.names, *_unlike(action.names, lead.names)),
        legal_basis=_union(lead.legal_basis, action.legal_basis),
        when=lead.when or action.when,
        counter=lead.counter or action.counter,
        confidence=max(lead.confidence, action.confidence),
        sure=lead.sure or action.sure,
    )


def with_report(story: Story, report: Report, reading: Reading, knowledge: Knowledge) -> Story:
    """Return the story with one more report and what was read in it."""
    lead, *also = reading.actions
    known = {_roles(one) for one in (story.action, *story.also)}
    return replace(
        story,
        action=grown(story.action, lead, knowledge),
        also=(*story.also, *(one for one in also if _roles(one) not in known))[:MOST_ALSO],
        reports=(*story.reports, report),
        first=min(story.first, report.at),
        last=max(story.last, report.at),
    )


def _roles(action: Action) -> tuple[str, frozenset[Code], frozenset[Code]]:
    """Return who does what to whom: what makes two actions one."""
    return action.stage, frozenset(action.issuers), frozenset(action.targets)


def _larger(known: Mapping[str, int], stated: Mapping[str, int]) -> dict[str, int]:
    """Return each number as the report has it that counts most: a smaller one is mostly a part ("three of them")."""
    return {kind: max(known.get(kind, 0), stated.get(kind, 0)) for kind in (*known, *stated)}


def _number(kind: str, n: int) -> str:
    one, many = _KINDS.get(kind, (kind, kind))
    return f"{n} {one if n == 1 else many}"


def _unlike(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the names that are no longer or shorter form of a known one, nor of each other."""
    others = [_parts(name) for name in known]
    fresh = []
    for name in names:
        parts = _parts(name)
        if not any(parts <= other or other <= parts for other in others):
            others.append(parts)
            fresh.append(name)
    return fresh


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
