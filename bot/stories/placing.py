"""place(item, reading, recent) -> Placement: a known story, grown or as it was, or a new one. Pure; changes nothing."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain import Action, Item, Key, Reading, Report, Stage, Story
from bot.stories.facts import facts_of
from bot.stories.growth import Names, additions, with_report
from bot.stories.links import answered, followed
from bot.stories.recent import Recent
from bot.stories.score import Likeness, Telling, best, explain, likeness
from bot.stories.words import words_of

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_KEY_LENGTH = 8


class Placed(StrEnum):
    """What a report is to the stories known so far."""

    NEW = "new"
    GROWN = "grown"
    """It adds something worth telling to a known story."""
    SAME = "same"
    """Another report of a known story, or a corrected one; nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a report belongs, and why."""

    verdict: Placed
    story: Story
    """As it is after this report."""
    because: str
    added: tuple[str, ...] = ()
    """What is new, in words for a follow-up."""


def place(item: Item, reading: Reading, recent: Recent, *, names: Names) -> Placement:
    """Find the story that a report tells, or begin one.

    `reading` must have an action; its first decides, further ones go to the story's `also`. `names` gives a code's
    name in words.
    """
    telling = _telling(item, reading.actions[0], recent)
    report = _report(item, reading.actions[0], telling)
    if item.edits and (before := recent.telling(item.edits)) is not None:
        corrected = _correct(before, item, reading, telling, recent)
        if corrected is not None:
            return corrected
    like = best(telling, recent)
    if like is None or like.probability < recent.knowledge.threshold:
        return _new(reading, item, report, telling, like, recent, names)
    story = like.entry.story
    added = additions(story, reading.actions[0], names, recent.knowledge)
    return Placement(
        verdict=Placed.GROWN if added else Placed.SAME,
        story=with_report(story, report, reading, recent.knowledge),
        because=f"same event as {story.key}: {explain(like, telling)}"
        + (f"; new: {'; '.join(added)}" if added else ""),
        added=added,
    )


def echo(item: Item, reading: Reading, recent: Recent) -> Placement | None:
    """Return the recent story that an item tells although no action was read in it; None for most.

    The reading misses some reports; where it hesitated and the words are those of a known event, the item is one more
    source of it. It adds nothing else, and never begins a story.
    """
    known = recent.knowledge
    if reading.actions or reading.confidence > known.least["doubt"]:
        return None
    nothing = Action(stage=Stage.CONTEXT, field_confidence=dict.fromkeys(("stage", "issuers", "targets"), 0.0))
    telling = _telling(item, nothing, recent)
    like = best(telling, recent)
    if like is None or like.probability < known.least["echo"]:
        return None
    story, report = like.entry.story, _report(item, nothing, telling)
    return Placement(
        verdict=Placed.SAME,
        story=with_report(story, report, Reading(relevant=True, actions=(nothing,)), known),
        because=f"no action was read, but it echoes {story.key}: {explain(like, telling)}",
    )


def _telling(item: Item, action: Action, recent: Recent) -> Telling:
    words = words_of(item.title, item.summary or item.text[:400], recent.knowledge)
    return Telling(
        action=action,
        facts=facts_of(action, recent.knowledge),
        voice=recent.voice(item.title, words),
        rarity=recent.rarity(words),
        crowd=recent.crowd(action),
        at=_time(item, recent),
    )


def _time(item: Item, recent: Recent) -> datetime:
    """Return when an item was published, where its feed says so credibly; else when it was first seen.

    After an outage a week's items are all seen at once, and only their dates tell Monday's event from Tuesday's; but a
    date in the future, or older than the window, is rather a mistake than a fact.
    """
    seen = item.seen or item.date or _NO_TIME
    return item.date if item.date is not None and seen - recent.window <= item.date <= seen else seen


def _report(item: Item, action: Action, telling: Telling) -> Report:
    return Report(
        item=item.key,
        outlet=item.outlet,
        link=item.link,
        title=item.title,
        at=telling.at,
        official=item.official,
        evidence=action.evidence,
        words=tuple(telling.rarity),
    )


def _new(
    reading: Reading, item: Item, report: Report, telling: Telling, like: Likeness | None, recent: Recent, names: Names
) -> Placement:
    lead, *also = reading.actions
    story = Story(
        key=_fresh_key(item, lead, recent),
        action=lead,
        also=tuple(also),
        headline=item.title,
        reports=(report,),
        first=report.at,
        last=report.at,
        follows=followed(telling, recent),
        answers=answered(telling, recent),
    )
    return Placement(verdict=Placed.NEW, story=story, because=_why_new(telling, like, names))


def _why_new(telling: Telling, like: Likeness | None, names: Names) -> str:
    if like is None:
        who = " and ".join(map(names, telling.action.issuers)) or "an unnamed issuer"
        whom = " and ".join(map(names, telling.action.targets)) or "an unnamed target"
        return f"no recent story has anything of {who} against {whom}"
    return f"no recent story is the same event; nearest is {like.entry.story.key}: {explain(like, telling)}"


def _correct(before: Story, item: Item, reading: Reading, telling: Telling, recent: Recent) -> Placement | None:
    """Return the story with its report replaced; None where the outlet re-used the page for another event.

    The corrected report keeps its first version's time: when it was corrected says nothing about the event.
    """
    old = next(report for report in before.reports if report.item == item.edits)
    dated = replace(telling, at=old.at)
    if likeness(dated, recent.prepared(before), recent.knowledge).probability < recent.knowledge.least["correct"]:
        return None
    report = _report(item, reading.actions[0], dated)
    reports = tuple(report if one is old else one for one in before.reports)
    sole = len(reports) == 1
    story = replace(
        before,
        action=reading.actions[0] if sole else _overruled(before.action, reading.actions[0]),
        also=reading.actions[1:] if sole else before.also,
        headline=reports[0].title,
        reports=reports,
    )
    return Placement(verdict=Placed.SAME, story=story, because=f"{before.key} corrected by its outlet")


def _overruled(lead: Action, action: Action) -> Action:
    """Return the lead action with what a corrected report says now."""
    return replace(
        lead,
        counts={**lead.counts, **action.counts},
        names=tuple(dict.fromkeys((*lead.names, *action.names))),
    )


def _fresh_key(item: Item, lead: Action, recent: Recent) -> Key:
    """Return a short key, the same for the same first report, that no remembered story has."""
    seed = "\n".join((item.key or item.link, item.title, lead.stage, ",".join(lead.issuers), ",".join(lead.targets)))
    for ordinal in range(1_000):
        digest = hashlib.sha256(f"{seed}\n{ordinal}".encode()).digest()
        key = base64.b32encode(digest).decode().lower()[:_KEY_LENGTH]
        if recent.get(key) is None:
            return key
    raise AssertionError("a thousand keys of 40 bits cannot all be taken")
