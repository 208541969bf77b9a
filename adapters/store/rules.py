"""Subscriptions and rules made in chat, and the history of their changes."""

import sqlite3
from datetime import datetime
from typing import Any, TypeVar

from adapters.store.codec import dumps, loads, micros, moment
from adapters.store.connection import Connection
from adapters.store.shelf import Shelf
from bot.domain import Change, Feed, Key, Rule, Subscription
from bot.ports import Identity

Kept = Rule | Subscription | Feed
_T = TypeVar("_T", Rule, Subscription)

_CHANGES = "select n, at, by, kind, key, before, after from changes"


class RuleShelf(Shelf):
    """`bot.ports.RuleStore`, but for the feeds. Every change leaves a row that says who, when, and what was before."""

    def __init__(self, connection: Connection, identity: Identity) -> None:
        super().__init__(connection, identity)
        self._kept: dict[type, tuple[int, list[Any]]] = {}
        """Decoded, with the number of the latest change: between two changes the same is asked many times."""

    def subscriptions(self) -> list[Subscription]:
        """Return the subscriptions made in chat, by key."""
        return self._every(Subscription)

    def rules(self) -> list[Rule]:
        """Return the rules made in chat, by key."""
        return self._every(Rule)

    def save_subscription(self, subscription: Subscription, *, by: str, at: datetime) -> None:
        """Add or change a subscription."""
        self._save(subscription, by, at)

    def save_rule(self, rule: Rule, *, by: str, at: datetime) -> None:
        """Add or change a rule."""
        self._save(rule, by, at)

    def remove_subscription(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a subscription; returns whether there was one."""
        return self._remove(Subscription, key, by, at)

    def remove_rule(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a rule; returns whether there was one."""
        return self._remove(Rule, key, by, at)

    def changes(self, limit: int = 50, *, place: str | None = None, room: str | None = None) -> list[Change]:
        """Return the latest changes, newest first: all, or those of one place and of the subscriptions of one room."""
        with self._db.reading() as raw:
            if place is None and room is None:
                rows = raw.execute(f"{_CHANGES} order by n desc limit ?", (limit,)).fetchall()
            else:
                rows = raw.execute(
                    f"{_CHANGES} where place = ? or room = ? order by n desc limit ?", (place, room, limit)
                ).fetchall()
        return [_change(*row) for row in rows]

    def _every(self, kind: type[_T]) -> list[_T]:
        with self._db.reading() as raw:
            (latest,) = raw.execute("select coalesce(max(n), 0) from changes").fetchone()
            known, kept = self._kept.get(kind, (-1, []))
            if known != latest:
                kept = [loads(kind, body) for (body,) in raw.execute(_SQL[kind]["every"])]
                self._kept[kind] = (latest, kept)
        return list(kept)

    def _save(self, value: Rule | Subscription, by: str, at: datetime) -> None:
        with self._db.writing() as raw:
            before = standing(raw, type(value), value.key)
            apply_change(raw, type(value), value.key, before=before, after=value, by=by, at=at)

    def _remove(self, kind: type[Rule | Subscription], key: Key, by: str, at: datetime) -> bool:
        with self._db.writing() as raw:
            before = standing(raw, kind, key)
            if before is not None:
                apply_change(raw, kind, key, before=before, after=None, by=by, at=at)
        return before is not None


_SQL: dict[type, dict[str, str]] = {
    Rule: {
        "every": "select body from rules order by key",
        "one": "select body from rules where key = ?",
        "save": "insert or replace into rules (key, scope, body) values (?, ?, ?)",
        "remove": "delete from rules where key = ?",
    },
    Subscription: {
        "every": "select body from subscriptions order by key",
        "one": "select body from subscriptions where key = ?",
        "save": "insert or replace into subscriptions (key, room, body) values (?, ?, ?)",
        "remove": "delete from subscriptions where key = ?",
    },
    Feed: {
        "one": "select body from feeds where key = ?",
        "save": "insert or replace into feeds (key, body) values (?1, ?3)",
        "remove": "delete from feeds where key = ?",
    },
}
_NAMES: dict[type, str] = {Rule: "rule", Subscription: "subscription", Feed: "feed"}
_KINDS: dict[str, type[Rule] | type[Subscription] | type[Feed]] = {
    "rule": Rule,
    "subscription": Subscription,
    "feed": Feed,
}


def standing(raw: sqlite3.Connection, kind: type[Kept], key: Key) -> Kept | None:
    """Return a rule, subscription or feed as it is now; inside a transaction."""
    row = raw.execute(_SQL[kind]["one"], (key,)).fetchone()
    return loads(kind, row[0]) if row else None


def apply_change(
    raw: sqlite3.Connection,
    kind: type[Kept],
    key: Key,
    *,
    before: Kept | None,
    after: Kept | None,
    by: str,
    at: datetime,
) -> None:
    """Add, change or remove one thing, and note who did so; inside a transaction."""
    body = None if after is None else dumps(after)
    place, room = _whose(after or before)
    if body is None:
        raw.execute(_SQL[kind]["remove"], (key,))
    else:
        raw.execute(_SQL[kind]["save"], (key, room or place, body))
    raw.execute(
        "insert into changes (at, by, kind, key, before, after, place, room) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (micros(at), by, _NAMES[kind], key, None if before is None else dumps(before), body, place, room),
    )


def _whose(value: Kept | None) -> tuple[str, str]:
    """Return the place that something belongs to, and the room, for what belongs to one room."""
    if isinstance(value, Subscription):
        return value.place, value.room
    return (value.scope if value is not None else ""), ""


def _change(n: int, at: int, by: str, kind: str, key: Key, before: str | None, after: str | None) -> Change:
    read = _KINDS[kind]
    return Change(
        n=n,
        at=moment(at),
        by=by,
        key=key,
        before=None if before is None else loads(read, before),
        after=None if after is None else loads(read, after),
    )
