"""decide(item, memory, ...) -> Decision: the brain. No clock, no network, no files; reads the memory, changes nothing.

`extract`, `explain`, `replay`, a rule's back-test and the service itself are calls to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts import Audience, Heard, choose, subject_of
from bot.domain import Action, Alert, AlertKind, Decision, Item, Key, Message, Outcome, Reading, Stage, Step, Story
from bot.lexicon import Lexicon
from bot.messages import word
from bot.ports import Archive
from bot.reading import read_all
from bot.stories import Placed, Placement, Recent, echo, place
from bot.wording import Wording

NOWHERE = "nowhere"
"""The outcome of placing an item that belongs to no story and begins none."""


@dataclass(slots=True)
class Memory:
    """What the brain remembers between items: recent stories, who was told of them, and who listens.

    With an `archive` it holds only what is recent, and looks the rest up when an item needs it.
    """

    recent: Recent
    audience: Audience
    told: dict[Key, set[str]] = field(default_factory=dict)
    """The rooms that were told of a story, as far as somebody asked."""
    own: dict[str, Recent] = field(default_factory=dict)
    """The stories of a place's own feeds, by the place: they never mix with everybody's."""
    archive: Archive | None = None

    def recent_of(self, scope: str) -> Recent:
        """Return the stories among which an item of a scope has its place."""
        if not scope:
            return self.recent
        if scope not in self.own:
            self.own[scope] = self._empty(scope)
        return self.own[scope]

    def _empty(self, scope: str = "") -> Recent:
        known, window = self.recent.knowledge, self.recent.window
        return Recent(knowledge=known, window=window, archive=self.archive, scope=scope)

    def renew(self, stories: Iterable[Story], archive: Archive | None = None) -> None:
        """Forget everything about stories and start from these; what is older, and who was told, the archive knows."""
        self.archive = archive
        self.recent, self.own, self.told = self._empty(), {}, {}
        for story in stories:
            self.recent_of(story.scope).add(story)

    def rooms_told(self, story: Key) -> set[str]:
        """Return the rooms that were told of a story; more may be added to them."""
        if story not in self.told:
            self.told[story] = set(self.archive.told(story)) if self.archive else set()
        return self.told[story]

    def forget(self, now: datetime) -> None:
        """Drop what is too old to matter."""
        everyone = (self.recent, *self.own.values())
        for recent in everyone:
            recent.forget(now)
        if len(self.told) > 2 * sum(map(len, everyone)) + 1000:
            self.told = {key: rooms for key, rooms in self.told.items() if any(key in one for one in everyone)}

    def remember(self, decision: Decision) -> None:
        """Take in what was decided, so that the next item is judged in its light."""
        if decision.story is not None:
            self.recent_of(decision.story.scope).add(decision.story)
        for alert in decision.alerts:
            self.rooms_told(alert.story.key).add(alert.room)


def decide(
    item: Item,
    memory: Memory,
    lexicon: Lexicon,
    wording: Wording,
    *,
    stock: bool = False,
    now: datetime | None = None,
    reading: Reading | None = None,
) -> Decision:
    """Read an item, place it among the stories, choose who hears of it and word it.

    With `stock` (the first visit to a feed) its story is kept and nobody is told. `now` is for the rhythms of rooms:
    without it, all are told at once. Who decides many items has read them together (`readings_of`); a back-test knows
    the `reading` of old.
    """
    reading = reading or readings_of([item], lexicon)[0]
    trail = [_read_step(reading)]
    recent = memory.recent_of(item.scope)
    placement, heard = _place(item, reading, memory, lexicon)
    if placement is not None:
        trail.append(_place_step(placement, reading, recent))
    if placement is None or trail[-1].outcome == NOWHERE:
        return Decision(
            item=item, reading=reading, outcome=Outcome.SILENT, because=trail[-1].because, trail=tuple(trail)
        )
    subject = subject_of(item, reading, placement.story if heard else None)
    told = memory.rooms_told(placement.story.key)
    judged = memory.audience.judge(subject)
    alerts, steps = choose(
        _heard(item, placement, recent), subject, memory.audience, told, stock=stock, judged=judged, now=now
    )
    trail.extend(steps)
    return Decision(
        item=item,
        reading=reading,
        outcome=_outcome(placement, alerts),
        because=_because(placement, steps, alerts),
        story=placement.story,
        alerts=alerts,
        messages=_word_all(alerts, recent, wording),
        trail=tuple(trail),
        rules=judged.rules,
    )


def readings_of(items: Sequence[Item], lexicon: Lexicon) -> list[Reading]:
    """Return for each item what its source itself states, as official lists do, or else what is read."""
    told = iter(read_all([item for item in items if not item.actions], lexicon))
    return [Reading(relevant=True, actions=item.actions) if item.actions else next(told) for item in items]


def _place(item: Item, reading: Reading, memory: Memory, lexicon: Lexicon) -> tuple[Placement | None, bool]:
    """Return where an item belongs, None for nowhere, and whether rules look at the actions of its story.

    Without sanctions news in it, an item still belongs somewhere if a watch rule asks for it, or if it echoes a story.
    """
    recent = memory.recent_of(item.scope)
    if reading.relevant:
        return _owned(item, place(item, reading, recent, names=lexicon.short)), True
    watched = _watched(item, reading, memory.audience)
    if watched is not None:
        return _owned(item, place(item, watched, recent, names=lexicon.short)), False
    found = echo(item, reading, recent)
    return (_owned(item, found) if found else None), True


def _owned(item: Item, placement: Placement) -> Placement:
    """Return a placement whose story belongs to whom its item belongs to."""
    if placement.story.scope == item.scope:
        return placement
    return replace(placement, story=replace(placement.story, scope=item.scope))


def _place_step(placement: Placement, reading: Reading, recent: Recent) -> Step:
    """Return where an item was placed and why; nowhere, if it would begin a story and is too doubtful for that."""
    if placement.verdict is Placed.NEW and reading.relevant and reading.confidence < recent.knowledge.least["begin"]:
        because = f"sanctions news to {reading.confidence:.0%} only: too doubtful to begin a story"
        return Step(verb="place", outcome=NOWHERE, because=because)
    return Step(verb="place", outcome=placement.verdict, because=placement.because)


def _word_all(alerts: Iterable[Alert], recent: Recent, wording: Wording) -> tuple[Message, ...]:
    """Word alerts, those that say the same only once: thousands of rooms share one message."""
    worded: dict[object, Message] = {}
    messages = []
    for alert in alerts:
        same = (alert.kind, alert.flags, alert.mentions, alert.added)
        if same not in worded:
            answered, followed = alert.story.answers, alert.story.follows
            worded[same] = word(
                alert,
                wording,
                answered=recent.get(answered) if answered else None,
                followed=recent.get(followed) if followed else None,
            )
        messages.append(worded[same])
    return tuple(messages)


def _read_step(reading: Reading) -> Step:
    if not reading.relevant:
        # a reason without a weight is one in plain words; what features weighed, `explain` shows
        plain = next((one.name for one in reading.reasons if one.weight is None), "")
        because = plain or f"{reading.why_not}: {reading.confidence:.0%} sure that it is no sanctions news"
        return Step(verb="read", outcome="no sanctions news", because=because)
    lead = reading.actions[0]
    roles = f"{'/'.join(lead.issuers) or '?'} -> {'/'.join(lead.targets) or '?'}"
    return Step(verb="read", outcome=f"{lead.stage} {roles}", because=lead.evidence or "no single phrase")


def _watched(item: Item, reading: Reading, audience: Audience) -> Reading | None:
    """Return a stand-in reading for an item without sanctions news that a watch rule asks for."""
    if not audience.watching or not audience.watches(subject_of(item, reading)):
        return None
    stand_in = Action(stage=Stage.CONTEXT, confidence=0.0, sure=False, evidence=item.title)
    return Reading(relevant=True, actions=(stand_in,))


def _heard(item: Item, placement: Placement, recent: Recent) -> Heard:
    before: Story | None = recent.get(placement.story.key)
    outlets = {report.outlet for report in before.reports} if before else set()
    another = any(report.outlet not in outlets for report in placement.story.reports)
    return Heard(story=placement.story, added=placement.added, changed=another or bool(item.edits))


def _outcome(placement: Placement, alerts: tuple[Alert, ...]) -> Outcome:
    if any(alert.kind is AlertKind.ALERT for alert in alerts):
        return Outcome.ALERT
    if alerts:
        return Outcome.UPDATE
    return Outcome.SILENT if placement.verdict is Placed.NEW else Outcome.REPEAT


def _because(placement: Placement, steps: tuple[Step, ...], alerts: tuple[Alert, ...]) -> str:
    if placement.verdict is Placed.NEW and not alerts:
        return steps[-1].because if steps else placement.because
    return placement.because
