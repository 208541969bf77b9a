"""Back-tests, asked for and put in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import briefs
from bot.alerts import Audience
from bot.backtest import PERIOD, Example, Remembered, Result, Trial, backtest
from bot.commands.office import Office, sees
from bot.domain import Message, Request, Rule, Subscription
from bot.rules import Query

LISTED = 5
"""Stories named of those that would be heard, or no longer."""
STRIDE = 100
"""Items looked at between two words on how far it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What makes a room hear: its subscriptions, and the rules that reach it."""

    subscriptions: Sequence[Subscription] = ()
    rules: Sequence[Rule] = ()

    def without(self, *keys: str) -> "Heard":
        """Return it without the subscriptions and rules of these keys."""
        return Heard(
            subscriptions=[one for one in self.subscriptions if one.key not in keys],
            rules=[one for one in self.rules if one.key not in keys],
        )

    def and_(self, *made: Subscription | Rule) -> "Heard":
        """Return it with these, in place of what has their keys."""
        kept = self.without(*(one.key for one in made))
        return Heard(
            subscriptions=[*kept.subscriptions, *(one for one in made if isinstance(one, Subscription))],
            rules=[*kept.rules, *(one for one in made if isinstance(one, Rule))],
        )


def heard_here(office: Office, request: Request) -> Heard:
    """Return what makes the room of whoever asks hear."""
    subscriptions, rules = office.heard_here(request)
    return Heard(subscriptions=subscriptions, rules=rules)


async def tried(office: Office, request: Request, query: Query, after: Heard, *, everything: bool) -> Result:
    """Try what the room would hear in place of what it hears now, over the last 30 days."""
    now = office.clock()
    since = now - PERIOD
    start = since - office.window
    stories = [
        story
        for story in office.store.recent_stories(start - office.window)
        if story.first < start and sees(request, story.scope)
    ]
    trial = Trial(
        room=request.room,
        query=query,
        before=audience(office, request, heard_here(office, request)),
        after=audience(office, request, after),
        everything=everything,
    )
    if request.meanwhile and office.tries.locked():
        request.meanwhile(Message(title="Looking back …", lines=("Others are trying rules too; yours is next.",)))
    async with office.tries:
        return await backtest(
            _visible(office, request, start, now),
            trial,
            since,
            stories=stories,
            knowledge=office.knowledge,
            window=office.window,
            lexicon=office.lexicon,
            wording=office.wording,
        )


def _visible(office: Office, request: Request, since: datetime, until: datetime) -> Iterator[Remembered]:
    """Yield the items that this place hears of, those of its own feeds marked as such."""
    scopes = {feed.key: feed.scope for feed in office.all_feeds() if feed.scope}
    for item, reading, outcome, story in _reported(office, request, since, until):
        scope = scopes.get(item.feed, "")
        if sees(request, scope):
            yield (replace(item, scope=scope) if scope else item), reading, outcome, story


def _reported(office: Office, request: Request, since: datetime, until: datetime) -> Iterator[Remembered]:
    """Yield what is remembered, and tell whoever asks how far that has come."""
    history = office.store.items_between(since, until)
    if request.meanwhile is None:
        yield from history
        return
    total = office.store.count_between(since, until)
    for number, one in enumerate(history):
        if number % STRIDE == 0:
            request.meanwhile(_how_far(number, total))
        yield one


def _how_far(looked: int, total: int) -> Message:
    done = f"Looked at {looked:,} of {total:,} items ({looked / max(total, 1):.0%})."
    return Message(title="Looking back …", lines=(done,), private=True)


def audience(office: Office, request: Request, heard: Heard) -> Audience:
    """Return one room as an audience."""
    places = {request.room: request.place} if request.place else {}
    feeds = {feed.key: feed.scope for feed in office.all_feeds() if feed.scope}
    return Audience(heard.subscriptions, heard.rules, office.names, places=places, feeds=feeds)


def picks(result: Result) -> str:
    """Say what a line picks."""
    if not result.looked:
        return f"No item of the last {PERIOD.days} days is stored yet, so there is nothing to try it on."
    picked = f"{count(result.items, 'item')} in {count(len(result.stories), 'story')}" if result.items else "none"
    return f"Of the {count(result.looked, 'item')} of the last {PERIOD.days} days it picks {picked}."


def heard(result: Result, office: Office) -> list[str]:
    """Say what the room would have heard, and name what is more and what is fewer."""
    now, then = len(result.now), len(result.then)
    if not result.more and not result.fewer:
        return [f"This channel would have heard the same as now: {count(now, 'story')}."]
    instead = f" instead of {now}" if now else ""
    lines = [f"This channel would have heard {count(then, 'story')}{instead}:"]
    for sign, stories in (("+", result.more), ("−", result.fewer)):
        lines += [f"{sign} {briefs.story_line(story, office.wording)}" for story in stories[:LISTED]]
        if len(stories) > LISTED:
            lines.append(f"{sign} … and {len(stories) - LISTED} more")
    return lines


def examples(found: Iterable[Example]) -> list[str]:
    """List examples with the words that were found marked, or with what else made the line pick them."""
    lines = [
        f"• {_outlet(one)}{briefs.cut(one.marked)}" + ("" if "[" in one.marked else f" ({briefs.cut(one.because)})")
        for one in found
    ]
    return ["Such as:", *lines] if lines else []


def _outlet(example: Example) -> str:
    when = example.item.date or example.item.seen
    said = " ".join(filter(None, (f"{when.day} {when:%b}" if when else "", example.item.outlet)))
    return f"{said}: " if said else ""


def told(office: Office, result: Result) -> tuple[str, ...]:
    """Put a result in words; where nothing was looked at, nothing would be heard differently."""
    if not result.looked:
        return (picks(result),)
    return (picks(result), *heard(result, office), *examples(result.examples))


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"
