"""The doors to the outside, each as small as its visitors need it. Adapters stand behind them; fakes mirror them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain import (
    Change,
    Choice,
    Code,
    Command,
    Decision,
    Delivery,
    Draft,
    Drawing,
    Feed,
    Feedback,
    FeedState,
    Finding,
    Item,
    Key,
    Known,
    Listing,
    ListingChange,
    ListState,
    Looked,
    Marks,
    Message,
    Outcome,
    Poll,
    Reading,
    Receipt,
    Recognition,
    Record,
    Request,
    Rule,
    Stage,
    Step,
    StoppedRoom,
    Story,
    Subscription,
    Trouble,
    Visit,
    Waiting,
)


class Clock(Protocol):
    """The time, aware and in UTC; the only way the shell learns it."""

    def __call__(self) -> datetime:
        """Return now."""
        ...


class Source(Protocol):
    """A kind of source: news feed, official list."""

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        """Visit a feed politely. Raises a FeedError that names what went wrong; never anything else."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


class Articles(Protocol):
    """The articles behind items' links."""

    async def text(self, link: str) -> str:
        """Return an article's text, a line for each paragraph, at most some thousand characters of it.

        One attempt, within seconds. Raises a FeedError that names what went wrong; never anything else.
        """
        ...


class Chat(Protocol):
    """A platform, or the terminal, where rooms are."""

    name: str
    """The first part of its rooms' names: ``console``, ``discord``, ``slack``."""

    async def connect(self) -> None:
        """Come online; return when messages can be sent."""
        ...

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable; never anything else."""
        ...

    async def notify(self, room: str, message: Message) -> None:
        """Tell those who look after a room something about it, where they see it although the room takes nothing.

        For instance the owner of a guild by direct message, or its system channel; whoever invited the bot to a Slack
        workspace. Nobody is pinged. Returns when at least one of them was told, within half a minute. Raises ChatError
        where nobody could be told, and never anything else; it is tried again within hours then.
        """
        ...

    async def diagnose(self, rooms: Sequence[str]) -> list[Finding]:
        """Return what was looked at: token, permissions, and each of these rooms. Needs no connection; never raises."""
        ...

    async def close(self) -> None:
        """Go offline."""
        ...


class Identity(Protocol):
    """What counts as the same item; `bot.identity` has the one that is used."""

    def marks(self, item: Item) -> Marks:
        """Return what the item is recognised by."""
        ...

    def recognise(self, item: Item, marks: Marks, candidates: Sequence[Known]) -> Recognition:
        """Tell a new item from a known one and from a known one with a changed wording."""
        ...

    def keys(self, marks: Marks) -> Iterator[Key]:
        """Return without end the keys that a new item may be given, the preferred one first."""
        ...


class FeedStore(Protocol):
    """What is remembered of feeds and of visits to them."""

    def feed_state(self, feed: Key) -> FeedState:
        """Return what is known of a feed; an empty state for a new one."""
        ...

    def feed_states(self) -> dict[Key, FeedState]:
        """Return every known feed's state."""
        ...

    def save_visit(self, visit: Visit, state: FeedState) -> None:
        """Keep one visit's evidence and the feed's state after it, in one transaction."""
        ...

    def visits(self, feed: Key | None = None, limit: int = 20) -> list[Visit]:
        """Return the latest visits, newest first: to one feed, or to all."""
        ...


class ItemStore(Protocol):
    """Items and what became of them."""

    def unseen(self, items: Iterable[Item], now: datetime) -> list[Item]:
        """Return the items never seen before, each with its key and `seen`; note the sight of the others.

        What counts as the same item is `bot.identity`'s to say. A known item whose wording has changed is returned too,
        with `edits` set; it is so until it is recorded, and never again for the same wording.
        """
        ...

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Delivery]:
        """Keep items, readings, stories, trails and pending deliveries: all or none. Returns the deliveries."""
        ...

    def item(self, key: Key) -> Item | None:
        """Return a stored item."""
        ...

    def find_item(self, link: str, scope: str = "") -> tuple[Item, Outcome, str, Key | None] | None:
        """Return the item behind a link, its outcome, why, and its story's key; of a place's own feeds or of all's."""
        ...

    def trail(self, item: Key) -> list[Step]:
        """Return an item's steps, first to last."""
        ...

    def reading(self, key: Key) -> Reading | None:
        """Return how a stored item was read."""
        ...

    def items_between(
        self, since: datetime, until: datetime, batch: int = 500
    ) -> Iterator[tuple[Item, Reading, Outcome, Key | None]]:
        """Return the items first seen from `since` to before `until`, oldest first, with what became of them."""
        ...


class StoryStore(Protocol):
    """The ledger: stories and the actions they tell."""

    def recent_stories(self, since: datetime) -> list[Story]:
        """Return stories that were last reported at or after `since`, oldest first."""
        ...

    def story(self, key: Key) -> Story | None:
        """Return one story with all its reports."""
        ...

    def stories_about(
        self, *, against: Code | None = None, by: Code | None = None, since: datetime | None = None, limit: int = 50
    ) -> list[Story]:
        """Return stories with these codes among their actions' targets and issuers, newest first."""
        ...

    def story_of(self, item: Key) -> Story | None:
        """Return the story that a stored item tells."""
        ...

    def earlier_stories(
        self,
        pairs: Iterable[tuple[Code, Code]],
        stages: Collection[Stage],
        *,
        since: datetime,
        until: datetime,
        scope: str = "",
        limit: int = 60,
    ) -> list[Story]:
        """Return stories that began from `since` to `until`, by issuer and target of their lead action, newest first.

        An issuer ``*`` is anybody; an empty issuer or target is one that is not named.
        """
        ...

    def following(self, key: Key) -> list[Story]:
        """Return the stories that follow this one or answer it, oldest first."""
        ...

    def search_stories(self, text: str, limit: int = 50) -> list[Story]:
        """Return the stories whose reports have all words of a text, newest first; by sound where none has."""
        ...

    def seed_stories(self, stories: Iterable[Story]) -> int:
        """Put the seeds' events into the ledger, replacing what an earlier start put there; returns how many."""
        ...


class OutboxStore(Protocol):
    """Deliveries on their way."""

    def due(
        self, now: datetime, limit: int = 100, *, only: Collection[str] = (), but: Collection[str] = ()
    ) -> list[Delivery]:
        """Return pending deliveries that are due, in the order in which they must be sent.

        At most one for each room and story: a follow-up waits for the post that it answers, and is given its receipt.
        Those for rooms of `only` these platforms, or of all `but` these.
        """
        ...

    def delivery(self, key: Key) -> Delivery | None:
        """Return one delivery, whatever became of it."""
        ...

    def save_delivery(self, delivery: Delivery) -> None:
        """Keep what became of a delivery."""
        ...

    def waiting(self) -> int:
        """Return how many deliveries are pending."""
        ...

    def begin(self, key: Key) -> None:
        """Note that a delivery is about to be sent: should the process die now, it may or may not have been."""
        ...

    def fresh(self, now: datetime, full: Collection[str] = ()) -> list[Waiting]:
        """Return alerts and follow-ups that are due, were never begun and may be bundled; each room's oldest first.

        Only of rooms that have several of them, and of those named in `full`.
        """
        ...

    def bundle(self, digest: Delivery, members: Sequence[Key]) -> bool:
        """Put one delivery in the place of several of its room, all or none; returns whether it was done."""
        ...

    def hold(self, keys: Sequence[Key], until: datetime) -> None:
        """Let deliveries that were never begun wait."""
        ...

    def told(self, story: Key) -> dict[str, Receipt | None]:
        """Return the rooms that were, or are about to be, told of a story."""
        ...


class Archive(Protocol):
    """The part of the store that the memory leans on: what is too old to be held, asked for when it matters."""

    def story(self, key: Key) -> Story | None:
        """As `StoryStore.story`."""
        ...

    def story_of(self, item: Key) -> Story | None:
        """As `StoryStore.story_of`."""
        ...

    def earlier_stories(
        self,
        pairs: Iterable[tuple[Code, Code]],
        stages: Collection[Stage],
        *,
        since: datetime,
        until: datetime,
        scope: str = "",
        limit: int = 60,
    ) -> list[Story]:
        """As `StoryStore.earlier_stories`."""
        ...

    def told(self, story: Key) -> Mapping[str, Receipt | None]:
        """As `OutboxStore.told`."""
        ...


class RoomStore(Protocol):
    """Rooms that take nothing, and what rooms are told that is of no story."""

    def stopped(self) -> list[StoppedRoom]:
        """Return the rooms that take nothing, by name; `due` hands out nothing for them before their `again`."""
        ...

    def stop_room(self, room: StoppedRoom) -> None:
        """Keep that a room takes nothing; `since` and `told` of one that is stopped already stay."""
        ...

    def reopen_room(self, room: str) -> bool:
        """Forget that a room was stopped; returns whether it was."""
        ...

    def note_told(self, room: str, *, told: bool = True) -> None:
        """Note whether those who look after a stopped room were told."""
        ...

    def refuse_waiting(self, room: str, before: datetime, problem: str) -> int:
        """Refuse what has waited in a room since before a moment; returns how many deliveries."""
        ...

    def put_notices(self, notices: Iterable[Delivery]) -> list[Delivery]:
        """Put notices into the outbox, all or none; returns those whose key was not there before."""
        ...

    def troubles(self) -> list[Trouble]:
        """Return the troubles of which rooms were told and which are not over."""
        ...

    def tell_troubles(self, begun: Iterable[Trouble], over: Iterable[Key], notices: Iterable[Delivery]) -> None:
        """Remember troubles as told, forget those of feeds that are well, and put notices of both into the outbox.

        All or none, so that a trouble is told once whenever the process dies.
        """
        ...

    def looked(self, since: datetime) -> Looked:
        """Return what was looked at since a moment."""
        ...


class RuleStore(Protocol):
    """Subscriptions, rules and feeds made in chat, and their history."""

    def subscriptions(self) -> list[Subscription]:
        """Return the subscriptions made in chat."""
        ...

    def rules(self) -> list[Rule]:
        """Return the rules made in chat."""
        ...

    def feeds(self) -> list[Feed]:
        """Return the feeds added in chat or by command."""
        ...

    def save_feed(self, feed: Feed) -> None:
        """Add or change a feed."""
        ...

    def remove_feed(self, key: Key) -> bool:
        """Remove a feed that was added by command; returns whether there was one."""
        ...

    def save_subscription(self, subscription: Subscription, *, by: str, at: datetime) -> None:
        """Add or change a subscription, and note who did so."""
        ...

    def remove_subscription(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a subscription, and note who did so; returns whether there was one."""
        ...

    def save_rule(self, rule: Rule, *, by: str, at: datetime) -> None:
        """Add or change a rule, and note who did so."""
        ...

    def remove_rule(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a rule, and note who did so; returns whether there was one."""
        ...

    def changes(self, limit: int = 50, *, place: str | None = None, room: str | None = None) -> list[Change]:
        """Return the latest changes, newest first: all, or those of one place and of the subscriptions of one room."""
        ...


class DraftStore(Protocol):
    """Changes that wait for a yes, and what is known of rooms."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep a draft; the same token again changes nothing. Long lapsed ones are forgotten."""
        ...

    def draft(self, token: Key) -> Draft | None:
        """Return a draft, whatever became of it."""
        ...

    def settle(self, token: Key, *, by: str, at: datetime) -> bool:
        """Make a draft's change, with its history, and mark it done, in one transaction.

        Returns False, and changes nothing, where it is not open or where what it changes is no longer as it was.
        """
        ...

    def cancel(self, token: Key) -> bool:
        """Mark an open draft cancelled; returns whether it was open."""
        ...

    def places(self) -> dict[str, str]:
        """Return the guild or workspace of each room of which it is known."""
        ...

    def note_place(self, room: str, place: str) -> None:
        """Remember to which guild or workspace a room belongs."""
        ...


class FeedbackStore(Protocol):
    """What people think of what they were told."""

    def keep_feedback(self, feedback: Feedback) -> None:
        """Keep an objection with the story's readings; one person's later word on a story replaces the earlier."""
        ...

    def feedback(self, place: str, since: datetime) -> list[Feedback]:
        """Return a place's objections from `since` on, oldest first."""
        ...

    def records(self, place: str) -> dict[Key, Record]:
        """Return how each rule that ever picked something is doing, by its key; objections are those of the place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The entries that a list no longer has."""

    removed: frozenset[str] = frozenset()
    """Those that are believed to be gone."""
    doubted: frozenset[str] = frozenset()
    """Those that a second visit has to miss too: too many went at once."""


class ListClerk(Protocol):
    """What is made of official lists; `bot.listings` has the one that is used."""

    def settle(self, kind: str, listing: Listing) -> Listing:
        """Return a listing with codes for its countries and for those whom its programmes are directed at."""
        ...

    def mark(self, listing: Listing) -> int:
        """Return a hash of all that a listing says; equal marks need no further look."""
        ...

    def missing(self, known: Collection[str], found: Collection[str], doubted: Collection[str]) -> Missing:
        """Judge the entries that are no longer there; `doubted` are those that the last visit missed already."""
        ...

    def items(self, feed: Feed, changes: Iterable[ListingChange]) -> tuple[Item, ...]:
        """Return what is news in a list's changes, as items with their actions. The same changes, the same items."""
        ...


class ListingStore(Protocol):
    """Official lists as they stood at the last visit, and every change since the first.

    A visit saves its changes before anything is told of them, and the feed's state is saved after everything was
    told. So what is still to be told is what the log holds after the state that `FeedState.body_hash` names.
    """

    def list_state(self, list_: Key) -> ListState | None:
        """Return the last state of a list that was taken in whole; None before the first."""
        ...

    def listing_marks(self, list_: Key) -> Mapping[str, int]:
        """Return the mark of every entry that stands in a list, by its uid."""
        ...

    def listing_doubts(self, list_: Key) -> frozenset[str]:
        """Return the uids that the last visit missed and did not believe gone."""
        ...

    def listings(self, list_: Key, uids: Iterable[str]) -> list[Listing]:
        """Return the entries that have these uids, in order of uid."""
        ...

    def save_listings(self, list_: Key, changes: Sequence[tuple[ListingChange, int]]) -> None:
        """Apply changes, each with its entry's new mark, and log them for the state that is being taken in."""
        ...

    def doubt_listings(self, list_: Key, uids: Collection[str]) -> None:
        """Remember which entries this visit missed, in place of those of the visit before."""
        ...

    def finish_list(self, list_: Key, *, digest: str, at: datetime) -> ListState:
        """Note that a state is taken in whole, and forget the doubts."""
        ...

    def changes_after(self, list_: Key, digest: str | None) -> list[ListingChange]:
        """Return the logged changes of the whole states after the latest with this digest; none for an unknown one."""
        ...

    def listed_counts(self, code: Code) -> Mapping[Key, Mapping[str, int]]:
        """Return how many of each kind stand in each list with this code as country or target."""
        ...

    def listing_change_counts(self, code: Code, since: datetime) -> Mapping[Key, Mapping[str, int]]:
        """Return how many of each fate each list has had with this code since then."""
        ...

    def listing_changes(self, code: Code, since: datetime, limit: int = 1000) -> list[ListingChange]:
        """Return what was added and removed with this code since then, newest first."""
        ...

    def search_listings(self, text: str, limit: int = 10) -> list[Listing]:
        """Return the entries whose names look most like a text, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class ListBooks:
    """What a source of official lists works with, so that it can tell what changed."""

    store: ListingStore
    clerk: ListClerk
    clock: Clock


class Store(
    FeedStore,
    ItemStore,
    StoryStore,
    OutboxStore,
    RoomStore,
    RuleStore,
    DraftStore,
    FeedbackStore,
    ListingStore,
    Protocol,
):
    """All that is on disk. Each public method is one short transaction; all raise StoreError and nothing else."""

    def counts(self) -> Mapping[str, int]:
        """Return how many items, stories, deliveries ... are kept."""
        ...

    def check(self) -> str:
        """Return ``ok`` or what the database's own integrity check finds."""
        ...

    def prune(self, before: datetime, limit: int = 5000, *, only: Collection[str] = ()) -> Mapping[str, int]:
        """Drop older visits, items in no story and settled deliveries; what was seen stays known.

        `only` names some of ``visits``, ``items``, ``deliveries`` and ``list_changes``; none: all. At most `limit` rows
        of each go in one call; returns how many went.
        """
        ...

    def size(self) -> int:
        """Return how many bytes the store takes on disk."""
        ...

    def backup(self, path: str) -> None:
        """Copy the store to a new file while it is in use."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


Draw = Callable[[Drawing], bytes]
"""Draws a picture as PNG, the same drawing always as the same bytes. Slow: to be called beside the loop."""

Log = Callable[..., None]
"""``log("polled", feed="ofac", items=12)``: one event with its fields."""


class Desk(Protocol):
    """Where people's questions are answered; what a chat calls."""

    @property
    def commands(self) -> Sequence[Command]:
        """Everything that may be asked, hidden commands included."""
        ...

    async def ask(self, request: Request) -> Message:
        """Answer. Never raises: what cannot be done as asked is answered in plain words, privately."""
        ...

    def parse(self, line: str) -> tuple[str, Mapping[str, str]]:
        """Split a typed line, or a button's, into a command's words and its options."""
        ...

    async def complete(self, kind: str, text: str, request: Request) -> list[Choice]:
        """Return at most 25 completions for an option of this kind, best first; quick, and never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RawConfig:
    """What the operator's files say, parsed but not judged; a missing file is an empty mapping."""

    folder: str = "config"
    """Where they lie, for messages."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    feeds: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What must be known of a chat platform to check settings for it; all else only its adapter knows."""

    name: str
    """The first part of its rooms' names."""
    room: str
    """A room as people are told to write it: ``discord:CHANNEL_ID``."""
    pattern: str
    """A regular expression for what follows ``name:``; empty where the platform is one room by itself."""
    token: str = ""
    """The environment variable that turns it on; empty: always on."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """Every variable that holds a secret, with how its value begins as far as that is known."""
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variables that hold an address, with the schemes it may have."""
    together: tuple[tuple[str, ...], ...] = ()
    """Variables that are given all or none."""
