"""What answers are made from, and what a row of the table of commands is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain import Code, Command, Feed, Key, Message, Request, Right, Rule, Story, Subscription
from bot.errors import UsageError
from bot.lexicon import Lexicon
from bot.listings import OfficialList
from bot.ports import Clock, Draw, Log, Source, Store
from bot.regimes import Regimes
from bot.rules import Names
from bot.rules.values import shown
from bot.stories import Knowledge
from bot.wording import Wording

LEDGER_LIMIT = 500
"""Stories looked through for one answer."""
PAGE = 10
"""Lines of a list on one page."""


@dataclass(slots=True)
class Hooks:
    """Whom to tell of a change, so that it is live at once. The service puts its own callbacks here."""

    audience: Callable[[], None] = lambda: None
    """Rules or subscriptions changed."""
    feeds: Callable[[], None] = lambda: None
    """Feeds changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """All that an answer is made from. What the operator's files say stands beside what the store holds."""

    store: Store
    lexicon: Lexicon
    names: Names
    wording: Wording
    clock: Clock
    log: Log
    feeds: Sequence[Feed] = ()
    subscriptions: Sequence[Subscription] = ()
    rules: Sequence[Rule] = ()
    hooks: Hooks
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By which a feed is looked at before it is added; none where nothing may be visited."""
    knowledge: Knowledge
    window: timedelta = timedelta(days=7)
    """How long after its last report a story can still grow."""
    tries: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Back-tests at a time: the service has other things to do."""
    regimes: Regimes = field(default_factory=lambda: Regimes(()))
    lists: Mapping[str, OfficialList] = field(default_factory=dict)
    """The kinds of feeds that are official lists."""
    unions: Mapping[Code, frozenset[Code]] = field(default_factory=dict)
    """Unions with law of their own, each with its members."""
    draw: Draw | None = None
    """Makes pictures; None: answers go without."""
    drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Pictures at a time: each takes some ten megabytes while it is made."""

    def code(self, name: str) -> Code:
        """Return the code of a country or issuer by any of its names. Raises UsageError with the nearest names."""
        code = self.lexicon.find(name)
        if code is None:
            nearest = ", ".join(self.lexicon.nearest(name[:100]))
            hint = f" Did you mean {nearest}?" if nearest else " Type a name or a code such as CN or EU."
            raise UsageError(f'No country or issuer is called "{shown(name)}".{hint}')
        return code

    def all_feeds(self) -> list[Feed]:
        """Return the operator's feeds and those added since; the operator's win."""
        feeds = {feed.key: feed for feed in self.store.feeds()} | {feed.key: feed for feed in self.feeds}
        return list(feeds.values())

    def feeds_for(self, request: Request) -> list[Feed]:
        """Return the feeds that whoever asks may know of."""
        return [feed for feed in self.all_feeds() if sees(request, feed.scope)]

    def stories(
        self,
        request: Request,
        *,
        against: Code | None = None,
        by: Code | None = None,
        since: datetime | None = None,
        limit: int = LEDGER_LIMIT,
    ) -> list[Story]:
        """Return the stories that whoever asks may know of, newest first; see `bot.ports.StoryStore`."""
        found = self.store.stories_about(against=against, by=by, since=since, limit=limit)
        return [story for story in found if sees(request, story.scope)]

    def story(self, request: Request, key: Key | None) -> Story | None:
        """Return a story that whoever asks may know of."""
        story = self.store.story(key) if key else None
        return story if story is not None and sees(request, story.scope) else None

    def subscriptions_for(self, request: Request) -> list[Subscription]:
        """Return what is subscribed in the room of whoever asks.

        For the operator everywhere; in all rooms of the place where the place itself is asked from, as its front page
        does.
        """
        every = [*self.subscriptions, *self.store.subscriptions()]
        if request.right >= Right.OPERATOR:
            return every
        if not whole_place(request):
            return [one for one in every if one.room == request.room]
        places = self.store.places()
        inside = f"{request.place}/"
        return [
            one for one in every if request.place in (one.place, places.get(one.room)) or one.room.startswith(inside)
        ]

    def heard_here(self, request: Request) -> tuple[list[Subscription], list[Rule]]:
        """Return the subscriptions of this very room, and the rules that reach it."""
        subscriptions = [one for one in (*self.subscriptions, *self.store.subscriptions()) if one.room == request.room]
        scopes = ("", request.place, request.room)
        return subscriptions, [rule for rule in (*self.rules, *self.store.rules()) if rule.scope in scopes]

    def rules_for(self, request: Request) -> list[Rule]:
        """Return the rules that reach whoever asks: the operator's, and those of the place."""
        return [rule for rule in (*self.rules, *self.store.rules()) if sees(request, rule.scope)]


Answer = Callable[[Office, Request], Awaitable[Message]]
Facts = Callable[[Office, Request], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A command with what answers it."""

    command: Command
    answer: Answer
    facts: Facts | None = None
    """What gives the same as plain values, for those who read JSON."""
    cost: int = 1
    """What it takes from a person's allowance; look at all of history and it is more."""


def reach(request: Request) -> Key:
    """Return how far the rules reach that are made here: the place, the room where there is none, or everywhere."""
    if request.right >= Right.OPERATOR:
        return ""
    return request.place or request.room


def whole_place(request: Request) -> bool:
    """Return whether somebody asks for a whole guild or workspace instead of one of its rooms."""
    return bool(request.place) and request.room == request.place


def sees(request: Request, scope: Key) -> bool:
    """Return whether what belongs to `scope` is any business of whoever asks."""
    return scope in ("", reach(request), request.room) or request.right >= Right.OPERATOR


def who(request: Request) -> str:
    """Return how whoever asks is called in histories."""
    if request.name and request.person:
        return f"{shown(request.name)} ({request.person})"
    return shown(request.name) or request.person or "the operator"


def number(text: str, *, what: str) -> int:
    """Return a whole number from 1 on. Raises UsageError."""
    if not (text.isdecimal() and len(text) <= 9 and int(text) > 0):
        raise UsageError(f'"{shown(text)}" is no {what}; type a whole number from 1 on.')
    return int(text)
