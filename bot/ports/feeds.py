"""Feeds on disk: their state, and the evidence of visits."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain import FeedState, Key, Visit


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

    def save_visits(self, ended: Sequence[tuple[Visit, FeedState]]) -> None:
        """Keep the evidence of many visits and their feeds' states after them, in one transaction."""
        ...

    def visits(self, feed: Key | None = None, limit: int = 20) -> list[Visit]:
        """Return the latest visits, newest first: to one feed, or to all."""
        ...
