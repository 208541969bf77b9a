"""Feeds, their states, and the evidence of visits."""

from collections.abc import Sequence

from adapters.store.codec import dumps, loads, micros, micros_or_none, moment, moment_or_none
from adapters.store.connection import Connection
from adapters.store.shelf import Shelf
from bot.domain import Feed, FeedState, Key, Visit
from bot.ports import Identity

_VISIT = "feed, at, outcome, status, items, fresh, newest, detail"
_INSERT_VISIT = f"insert into visits ({_VISIT}) values (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own words


class FeedShelf(Shelf):
    """`bot.ports.FeedStore`, and the feeds that were added by command."""

    def __init__(self, connection: Connection, identity: Identity) -> None:
        super().__init__(connection, identity)
        self._known: dict[Key, tuple[int, FeedState]] = {}
        """Each feed's state as it was last written or read, with the hash of its text: nobody else changes most."""

    def feed_state(self, feed: Key) -> FeedState:
        """Return what is known of a feed; an empty state for a new one."""
        with self._db.translated():
            # a single statement is consistent by itself
            row = self._db.raw.execute("select body from feed_states where feed = ?", (feed,)).fetchone()
        if row is None:
            return FeedState(feed=feed)
        known = self._known.get(feed)
        if known is None or known[0] != hash(row[0]):
            known = self._known[feed] = (hash(row[0]), loads(FeedState, row[0]))
        return known[1]

    def feed_states(self) -> dict[Key, FeedState]:
        """Return every known feed's state."""
        with self._db.reading() as raw:
            rows = raw.execute("select feed, body from feed_states order by feed").fetchall()
        return {feed: loads(FeedState, body) for feed, body in rows}

    def save_visit(self, visit: Visit, state: FeedState) -> None:
        """Keep one visit's evidence and the feed's state after it, in one transaction."""
        self.save_visits([(visit, state)])

    def save_visits(self, ended: Sequence[tuple[Visit, FeedState]]) -> None:
        """Keep the evidence of many visits and their feeds' states after them, in one transaction."""
        bodies = {state.feed: (dumps(state), state) for _, state in ended}
        with self._db.writing() as raw:
            raw.executemany(_INSERT_VISIT, [_visit_row(visit) for visit, _ in ended])
            raw.executemany(
                "insert or replace into feed_states (feed, body) values (?, ?)",
                [(feed, body) for feed, (body, _) in bodies.items()],
            )
        self._known.update((feed, (hash(body), state)) for feed, (body, state) in bodies.items())

    def visits(self, feed: Key | None = None, limit: int = 20) -> list[Visit]:
        """Return the latest visits, newest first: to one feed, or to all."""
        where, order = ("feed = ?", "at desc, n desc") if feed is not None else ("?1 is null", "n desc")
        with self._db.reading() as raw:
            rows = raw.execute(
                f"select {_VISIT} from visits where {where} order by {order} limit ?2",  # noqa: S608 - our own words
                (feed, limit),
            ).fetchall()
        return [_visit(row) for row in rows]

    def feeds(self) -> list[Feed]:
        """Return the feeds added in chat or by command."""
        with self._db.reading() as raw:
            rows = raw.execute("select body from feeds order by key").fetchall()
        return [loads(Feed, body) for (body,) in rows]

    def save_feed(self, feed: Feed) -> None:
        """Add or change a feed."""
        with self._db.writing() as raw:
            raw.execute("insert or replace into feeds (key, body) values (?, ?)", (feed.key, dumps(feed)))

    def remove_feed(self, key: Key) -> bool:
        """Remove a feed that was added by command; its items and visits stay. Returns whether there was one."""
        with self._db.writing() as raw:
            return raw.execute("delete from feeds where key = ?", (key,)).rowcount > 0


def _visit_row(visit: Visit) -> tuple[object, ...]:
    return (
        visit.feed,
        micros(visit.at),
        visit.outcome,
        visit.status,
        visit.items,
        visit.fresh,
        micros_or_none(visit.newest),
        visit.detail,
    )


def _visit(row: tuple[str, int, str, int | None, int, int, int | None, str]) -> Visit:
    feed, at, outcome, status, items, fresh, newest, detail = row
    return Visit(
        feed=feed,
        at=moment(at),
        outcome=outcome,
        status=status,
        items=items,
        fresh=fresh,
        newest=moment_or_none(newest),
        detail=detail,
    )
