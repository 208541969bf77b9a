"""All that is on disk."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.ports.feeds import FeedStore
from bot.ports.items import ItemStore
from bot.ports.lists import ListingStore
from bot.ports.outbox import OutboxStore, RoomStore
from bot.ports.rules import DraftStore, FeedbackStore, RuleStore
from bot.ports.stories import StoryStore


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
