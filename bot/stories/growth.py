"""What a further report adds to a story, in words for a follow-up; and the story with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.domain import Action, Code, Report, Story
from bot.folding import fold

_VAGUE = frozenset({"unspecified"})
_KINDS = {
    "individuals": ("person", "people"),
    "entities": ("entity", "entities"),
    "vessels": ("vessel", "vessels"),
    "aircraft": ("aircraft", "aircraft"),
}

Names = Callable[[Code], str]


def additions(story: Story, action: Action, names: Names, *, least: float) -> tuple[str, ...]:
    """Return what an action of the same event tells that the story does not, each only where it was read surely.

    Words such as ``10 people``, ``named: X, Y``, ``Canada joins``, ``also: travel ban``.
    """
    if not action.sure:
        return ()
    lead = story.action
    added = []
    if sure_of(action, "counts", least):
        added += [_number(kind, n) for kind, n in sorted(action.counts.items()) if lead.counts.get(kind) != n]
    if fresh := new_names(story, action.names):
        added.append(f"named: {', '.join(fresh)}")
    if lead.issuers and action.stage is lead.stage and sure_of(action, "issuers", least):
        added += [f"{names(code)} joins" for code in action.issuers if code not in lead.issuers]
    measures = [code for code in action.instruments if code not in (*lead.instruments, *_VAGUE)]
    if measures and sure_of(action, "instruments", least):
        added.append(f"also: {', '.join(code.replace('_', ' ') for code in measures)}")
    return tuple(added)


def sure_of(action: Action, field: str, least: float) -> bool:
    """Whether a field was read surely enough to be told; a reading that says nothing of it is taken at its word."""
    return action.field_confidence.get(field, 1.0) >= least


def new_names(story: Story, names: Iterable[str]) -> list[str]:
    """Return the names that no report of the story has mentioned yet."""
    known = {word for name in story.action.names for word in fold(name).split()}
    told = fold(" ".join((story.headline, *(f"{one.title} {one.evidence}" for one in story.reports))))
    return [name for name in names if fold(name) not in told and not known.issuperset(fold(name).split())]


def grown(lead: Action, action: Action) -> Action:
    """Return the lead action with what a further report adds: the newest numbers, all names, issuers and measures."""
    instruments = _union(lead.instruments, action.instruments)
    stated = tuple(code for code in instruments if code not in _VAGUE)
    return replace(
        lead,
        issuers=_union(lead.issuers, action.issuers) if action.stage is lead.stage else lead.issuers,
        targets=lead.targets or action.targets,
        speaker=lead.speaker or action.speaker,
        instruments=stated or instruments,
        grounds=_union(lead.grounds, action.grounds),
        counts={**lead.counts, **action.counts},
        names=_union(lead.names, action.names),
        legal_basis=_union(lead.legal_basis, action.legal_basis),
        when=lead.when or action.when,
        counter=lead.counter or action.counter,
        confidence=max(lead.confidence, action.confidence),
        sure=lead.sure or action.sure,
    )


def with_report(story: Story, report: Report, action: Action, also: Iterable[Action]) -> Story:
    """Return the story with one more report and what was read in it."""
    known = {roles(one) for one in (story.action, *story.also)}
    return replace(
        story,
        action=grown(story.action, action),
        also=(*story.also, *(one for one in also if roles(one) not in known)),
        reports=(*story.reports, report),
        first=min(story.first, report.at),
        last=max(story.last, report.at),
    )


def roles(action: Action) -> tuple[str, frozenset[Code], frozenset[Code]]:
    """Return who does what to whom: what makes two actions one."""
    return action.stage, frozenset(action.issuers), frozenset(action.targets)


def _number(kind: str, n: int) -> str:
    one, many = _KINDS.get(kind, (kind, kind))
    return f"{n} {one if n == 1 else many}"


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def counts_differ(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether any number changed."""
    return any(before.get(kind) != n for kind, n in after.items())
