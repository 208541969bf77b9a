"""The store: everything the bot remembers, in one SQLite file.

    connection   one connection, short transactions, one service for each file      migrations   the tables
    sights       what is new                       items     what was read           stories      the ledger
    outbox       what is to be said                feeds     what was looked at      rules        what people made
    bundles      several deliveries in one             drafts    what waits for a yes     feedback what people think
    rooms        rooms that take nothing, and notices  upkeep    counting, pruning, copying
    listings     official lists, what changed in them  names   finding a name in another spelling
    codec        our words to JSON and back        faults    SQLite's complaints in our words

Used from one thread. Each public method is one short transaction, and raises StoreError and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from adapters.store.bundles import BundleShelf
from adapters.store.connection import Connection
from adapters.store.drafts import DraftShelf
from adapters.store.feedback import FeedbackShelf, keep_hits
from adapters.store.feeds import FeedShelf
from adapters.store.items import ItemShelf, keep_items
from adapters.store.listings import ListingShelf
from adapters.store.outbox import OutboxShelf, keep_deliveries
from adapters.store.rooms import RoomShelf
from adapters.store.rules import RuleShelf
from adapters.store.sights import SightShelf, keep_sights
from adapters.store.stories import StoryShelf, keep_stories
from adapters.store.upkeep import UpkeepShelf
from bot.domain import Decision, Delivery
from bot.ports import Identity

__all__ = ["SqliteStore", "open_store"]


class SqliteStore(
    FeedShelf,
    ItemShelf,
    SightShelf,
    StoryShelf,
    OutboxShelf,
    BundleShelf,
    RoomShelf,
    RuleShelf,
    DraftShelf,
    FeedbackShelf,
    ListingShelf,
    UpkeepShelf,
):
    """`bot.ports.Store` on one SQLite file."""

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Delivery]:
        """Keep items, readings, stories, trails and pending deliveries: all of them, or none.

        Returns the deliveries that are new. Recording the same decisions again changes nothing and returns none.
        """
        # of a story that grew several times in one batch, only what it came to is written
        stories = {alert.story.key: alert.story for decision in decisions for alert in decision.alerts}
        stories |= {decision.story.key: decision.story for decision in decisions if decision.story}
        with self._db.writing() as raw:
            keep_items(raw, decisions, now)
            keep_sights(raw, self._identity, decisions, now)
            keep_stories(raw, list(stories.values()))
            keep_hits(raw, decisions, now)
            return keep_deliveries(raw, decisions, now)


def open_store(path: str | Path, identity: Identity, *, service: bool = False) -> SqliteStore:
    """Open the store in `path` (``:memory:`` for one that is forgotten), making or updating its tables.

    `identity` says what counts as the same item. A `service` is alone on its file: a second one is refused, while
    readers and short commands may open it beside the first. Raises StoreError, which says how to mend it.
    """
    return SqliteStore(Connection(str(path), service=service), identity)
