"""Feeds and items: what is visited, what is found there, and how an item is recognised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.actions import Action
from bot.domain.base import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source that is polled: a news feed or an official list."""

    key: Key
    url: str
    kind: str = "rss"
    every: timedelta = timedelta(minutes=10)
    outlet: str = ""
    language: str = "en"
    official: bool = False
    paused: bool = False
    scope: str = ""
    """The guild, workspace or room that added it, and whose rooms alone hear of it; empty: the operator's, for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between visits."""

    feed: Key
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    stocked: bool = False
    """Whether the first good visit, which takes stock and tells nobody, is behind us."""
    failures: int = 0
    """Visits that failed in a row; 0 after a good one."""
    problem: str | None = None
    """The name of the last visit's failure, e.g. ``not_a_feed``; None after a good one."""
    detail: str = ""
    last_visit: datetime | None = None
    last_good: datetime | None = None
    next_visit: datetime | None = None
    newest: datetime | None = None
    """The date of the newest item ever seen in the feed."""
    failing_since: datetime | None = None
    """When the first of the `failures` was; None after a good visit."""
    lulls: "tuple[Lull, ...]" = ()
    """How long the feed was silent before it had news, for each of the last days on which it had some."""


@dataclass(frozen=True, slots=True)
class Lull:
    """The longest silence that ended on a day."""

    day: date
    length: timedelta


class TroubleKind(StrEnum):
    """Why a source's silence is no evidence."""

    DEAD = "dead"
    """No visit to it has succeeded for a day."""
    CHANGED = "changed"
    """What is read well at its address is no longer what it was: a web page in place of a feed, other columns."""
    SILENT = "silent"
    """It can be read, and has had nothing new for longer than is usual for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that is not as it should be, as rooms are told once."""

    feed: Key
    kind: TroubleKind
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed, cleaned: plain text, no markup, whitespace collapsed."""

    key: Key = ""
    """Given by the store when the item is first seen."""
    feed: Key = ""
    guid: str = ""
    link: str = ""
    title: str
    summary: str = ""
    text: str = ""
    """The article's text, where it was fetched or given; mostly empty."""
    date: datetime | None = None
    """When the outlet says it was published."""
    seen: datetime | None = None
    """When it was first read; never before this bot knew the feed."""
    outlet: str = ""
    language: str = "en"
    official: bool = False
    edits: Key = ""
    """The known item that this is a changed wording of, which is its own key then; empty for a new item."""
    scope: str = ""
    """The place whose own feed it came from, where it is nobody else's to hear; empty: everybody's."""
    actions: tuple[Action, ...] = ()
    """What the source itself states, as an official list does; where there are any, nothing is left to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an item is recognised by: 64-bit hashes, each 0 where the item says nothing that could identify it."""

    guid: int
    """The feed with the guid; a guid means nothing outside its feed."""
    link: int
    """The canonical link."""
    title: int
    """The folded title."""
    headline: int
    """The folded title with the outlet, or with the feed where no outlet is named."""
    body: int
    """The folded summary."""
    face: int
    """All of these and the feed: equal faces need no further look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One face that a known item has shown in one feed."""

    feed: Key
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A known item, as far as it takes to recognise it."""

    key: Key
    feed: Key
    """The feed that brought it first."""
    sights: tuple[Sight, ...]
    title: str = ""
    """Its latest title; empty when the item itself was pruned."""
    date: datetime | None = None
    seen: datetime | None = None
    claimed: bool = False
    """Whether another entry of the same visit to the same feed is this item already."""


class Sameness(StrEnum):
    """How an item stands to what is known."""

    NEW = "new"
    SAME = "same"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Whether an item is known, as which one, and why."""

    sameness: Sameness
    of: Key = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one good visit to a source brought."""

    items: tuple[Item, ...] = ()
    modified: bool = True
    """False: the source said, or its body's hash showed, that nothing changed; items is empty then."""
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    max_age: timedelta | None = None
    """How long the source asks not to be visited again (Cache-Control, Retry-After, RSS ttl)."""
    moved_to: str | None = None
    """The new address after a permanent redirect."""
    title: str = ""
    """What the feed calls itself."""
    detail: str = ""
    """What else a person should know of the visit, e.g. that only the newest entries were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One row of evidence that somebody looked: what a visit to a feed found."""

    feed: Key
    at: datetime
    outcome: str
    """``new``, ``nothing_new``, ``unchanged``, or the name of a failure."""
    status: int | None = None
    items: int = 0
    fresh: int = 0
    newest: datetime | None = None
    detail: str = ""
    due: datetime | None = None
    """When the next visit is due."""
