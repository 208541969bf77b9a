"""Subscriptions and rules made in chat, and the history of their changes."""

import sqlite3
from datetime import datetime
from typing import TypeVar

from adapters.store.codec import dumps, loads, micros, moment
from adapters.store.shelf import Shelf
from bot.domain import Change, Key, Rule, Subscription

_T = TypeVar("_T", Rule, Subscription)


class RuleShelf(Shelf):
    """`bot.ports.RuleStore`, but for the feeds. Every change leaves a row that says who, when, and what was before."""

    def subscriptions(self) -> list[Subscription]:
        """Return the subscriptions made in chat, by key."""
        return self._every(Subscription)

    def rules(self) -> list[Rule]:
        """Return the rules made in chat, by key."""
        return self._every(Rule)

    def save_subscription(self, subscription: Subscription, *, by: str, at: datetime) -> None:
        """Add or change a subscription."""
        self._save(subscription, subscription.room, by, at)

    def save_rule(self, rule: Rule, *, by: str, at: datetime) -> None:
        """Add or change a rule."""
        self._save(rule, rule.scope, by, at)

    def remove_subscription(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a subscription; returns whether there was one."""
        return self._remove(Subscription, key, by, at)

    def remove_rule(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a rule; returns whether there was one."""
        return self._remove(Rule, key, by, at)

    def changes(self, limit: int = 50) -> list[Change]:
        """Return the latest changes of rules and subscriptions, newest first."""
        with self._db.reading() as raw:
            rows = raw.execute(
                "select n, at, by, kind, key, before, after from changes order by n desc limit ?", (limit,)
            ).fetchall()
        return [_change(*row) for row in rows]

    def _every(self, kind: type[_T]) -> list[_T]:
        with self._db.reading() as raw:
            rows = raw.execute(_SQL[kind]["every"]).fetchall()
        return [loads(kind, body) for (body,) in rows]

    def _save(self, value: Rule | Subscription, place: str, by: str, at: datetime) -> None:
        kind, body = type(value), dumps(value)
        with self._db.writing() as raw:
            before = _body(raw, kind, value.key)
            raw.execute(_SQL[kind]["save"], (value.key, place, body))
            _note(raw, kind, value.key, by, at, before, body)

    def _remove(self, kind: type[Rule | Subscription], key: Key, by: str, at: datetime) -> bool:
        with self._db.writing() as raw:
            before = _body(raw, kind, key)
            if before is None:
                return False
            raw.execute(_SQL[kind]["remove"], (key,))
            _note(raw, kind, key, by, at, before, None)
            return True


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
}
_NAMES: dict[type, str] = {Rule: "rule", Subscription: "subscription"}
_KINDS: dict[str, type[Rule] | type[Subscription]] = {"rule": Rule, "subscription": Subscription}


def _body(raw: sqlite3.Connection, kind: type, key: Key) -> str | None:
    row = raw.execute(_SQL[kind]["one"], (key,)).fetchone()
    return row[0] if row else None


def _note(
    raw: sqlite3.Connection, kind: type, key: Key, by: str, at: datetime, before: str | None, after: str | None
) -> None:
    raw.execute(
        "insert into changes (at, by, kind, key, before, after) values (?, ?, ?, ?, ?, ?)",
        (micros(at), by, _NAMES[kind], key, before, after),
    )


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
