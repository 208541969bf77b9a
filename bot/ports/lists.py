"""Official lists: who keeps them, and who knows what their entries mean."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import Code, Feed, Item, Key, Listing, ListingChange, ListState
from bot.ports.outside import Clock


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
