"""What a rule line would do: a back-test over stored history, by the very code that decides live.

Stored items are decided again in the order in which they came, with the readings of old, twice side by side: once for
the room as it is, once for the room as it would be. What each of the two is told is counted, so the counts are those
that a replay of the same items sends. Decided again, and not looked up, because a watch rule makes stories of items
that were none, and those take part in what is one story and what are two.

The week before the period is decided too and not counted: a story that the room knows by then is no news in it. A
feed's first visit brings items of old; those from before the period are not counted either.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.alerts import Audience, subject_of
from bot.decision import Memory, decide
from bot.domain import AlertKind, Decision, Item, Key, Outcome, Reading, Story
from bot.lexicon import Lexicon
from bot.rules import Query, Subject, compile_rules, mark, matches
from bot.stories import Knowledge, Recent
from bot.wording import Wording

PERIOD = timedelta(days=30)
EXAMPLES = 5
_BREATH = 8
"""Items decided before the event loop has its turn: some milliseconds, and where all are news still less than 50."""

Remembered = tuple[Item, Reading, Outcome, Key | None]
"""An item as the store remembers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is to be tried: one line, in one room, as it is and as it would be."""

    room: str
    query: Query
    before: Audience
    after: Audience
    everything: bool = True
    """Whether the line looks at all items, as rules do, or only at those with sanctions news, as a subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One item that the line picks."""

    item: Item
    marked: str
    """The title with the words that were found in brackets."""
    because: str


@dataclass(slots=True, kw_only=True)
class Result:
    """What a line picks, and what the room would hear by it."""

    looked: int = 0
    """Items in the period."""
    items: int = 0
    """Items that the line picks."""
    stories: set[Key] = field(default_factory=set)
    """Stories that it picks: those of the items as they would be placed."""
    now: dict[Key, Story] = field(default_factory=dict)
    """What the room heard as it is: an alert for each."""
    then: dict[Key, Story] = field(default_factory=dict)
    """What it would have heard."""
    examples: list[Example] = field(default_factory=list)
    """The newest, one of each story."""

    @property
    def more(self) -> list[Story]:
        """The stories that only the changed room hears, newest first."""
        return _newest(self.then, self.now)

    @property
    def fewer(self) -> list[Story]:
        """The stories that it no longer hears, newest first."""
        return _newest(self.now, self.then)


def _newest(these: Mapping[Key, Story], but: Mapping[Key, Story]) -> list[Story]:
    found = [story for key, story in these.items() if key not in but]
    return sorted(found, key=lambda story: (story.first, story.key), reverse=True)


class _Room:
    """One of the two rooms, with a memory of its own."""

    def __init__(self, audience: Audience, room: str, recent: Recent, stories: Iterable[Story]) -> None:
        self.memory = Memory(recent=recent, audience=audience)
        self.memory.renew(stories)
        self._room = room

    def take(self, item: Item, reading: Reading, lexicon: Lexicon, wording: Wording) -> Decision:
        """Decide one item."""
        self.memory.forget(item.seen or _when(item))
        decision = decide(item, self.memory, lexicon, wording, reading=reading)
        self.memory.remember(decision)
        return decision

    def told(self, decision: Decision) -> bool:
        """Return whether the room is alerted."""
        return any(one.room == self._room and one.kind is AlertKind.ALERT for one in decision.alerts)


class _Run:
    """One back-test on its way."""

    def __init__(self, trial: Trial, since: datetime, before: _Room, after: _Room) -> None:
        self.result = Result()
        self._trial = trial
        self._since = since
        self._before = before
        self._after = after
        self._line = compile_rules([("line", trial.query)])
        self._newest: dict[Key, Example] = {}

    def take(self, item: Item, reading: Reading, lexicon: Lexicon, wording: Wording) -> None:
        """Decide one item in both rooms, and count what follows if it lies in the period."""
        was = self._before.take(item, reading, lexicon, wording)
        would = self._after.take(item, reading, lexicon, wording)
        if _when(item) < self._since:
            return
        self.result.looked += 1
        if self._before.told(was) and was.story:
            self.result.now[was.story.key] = was.story
        if self._after.told(would) and would.story:
            self.result.then[would.story.key] = would.story
        subject = _subject(self._trial, item, reading, would)
        if subject is not None and self._line.judge(subject, without_actions=self._trial.everything):
            self._note(item, subject, would)

    def _note(self, item: Item, subject: Subject, would: Decision) -> None:
        """Count an item that the line picks, and keep it as an example while it is one of the newest."""
        self.result.items += 1
        key = would.story.key if would.story else item.key
        if would.story:
            self.result.stories.add(key)
        self._newest.pop(key, None)
        query = self._trial.query
        verdict = matches(query, subject, without_actions=self._trial.everything)
        self._newest[key] = Example(item=item, marked=marked(query, item.title), because=verdict.because)
        if len(self._newest) > EXAMPLES:
            self._newest.pop(next(iter(self._newest)))

    def end(self) -> Result:
        """Return what came of it."""
        self.result.examples = list(reversed(self._newest.values()))
        return self.result


async def backtest(
    history: Iterable[Remembered],
    trial: Trial,
    since: datetime,
    *,
    stories: Sequence[Story] = (),
    knowledge: Knowledge,
    window: timedelta,
    lexicon: Lexicon,
    wording: Wording,
) -> Result:
    """Try a line over history, oldest item first; items from before `since` only prepare. Others run meanwhile.

    `stories` are those that began before the history does.
    """
    before, after = (
        _Room(audience, trial.room, Recent(knowledge=knowledge, window=window), stories)
        for audience in (trial.before, trial.after)
    )
    run = _Run(trial, since, before, after)
    for number, (item, reading, _, _) in enumerate(history):
        if number % _BREATH == 0:
            await asyncio.sleep(0)
        run.take(item, reading, lexicon, wording)
    return run.end()


def _subject(trial: Trial, item: Item, reading: Reading, would: Decision) -> Subject | None:
    """Return what the line looks at, as `decide` has it; None for what a subscription never sees."""
    if would.story is None and not trial.everything:
        return None
    plain = subject_of(item, reading)
    if would.story is None or (not reading.relevant and trial.after.watches(plain)):
        return plain if trial.everything else None
    return subject_of(item, reading, would.story)


def marked(query: Query, text: str) -> str:
    """Return a text with what a query looks for in brackets."""
    shown, at = [], 0
    for start, stop in mark(query, text):
        shown += [text[at:start], "[", text[start:stop], "]"]
        at = stop
    return "".join([*shown, text[at:]])


def _when(item: Item) -> datetime:
    """Return when an item was news: when it was seen, or published where that is earlier."""
    seen = item.seen or item.date
    if seen is None:
        raise ValueError(f"the item {item.key!r} was never seen")
    return min(seen, item.date) if item.date else seen
