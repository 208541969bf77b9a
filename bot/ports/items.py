"""Items on disk, and what counts as the same one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import Decision, Delivery, Item, Key, Known, Marks, Outcome, Reading, Recognition, Step


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

    def count_between(self, since: datetime, until: datetime) -> int:
        """Return how many items `items_between` goes through."""
        ...
