"""Counting, checking, pruning and copying the store."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from adapters.store.codec import micros
from adapters.store.faults import translate
from adapters.store.shelf import Shelf
from bot.errors import StoreError

_COUNTED = ("feeds", "visits", "items", "sights", "stories", "reports", "deliveries", "subscriptions", "rules")
_PRUNE = (
    ("visits", "delete from visits where n in (select n from visits where at < ? limit ?)"),
    ("items", "delete from items where n in (select n from items where seen < ? and story is null limit ?)"),
    (
        "deliveries",
        "delete from deliveries where n in (select n from deliveries where created < ? and state <> 'pending' limit ?)",
    ),
)
_PRUNE_MESSAGES = """
delete from messages where id in (
    select id from messages where not exists (select 1 from deliveries where message = messages.id) limit ?
)
"""


class UpkeepShelf(Shelf):
    """What an operator needs of a store."""

    def counts(self) -> Mapping[str, int]:
        """Return how many items, stories, deliveries ... are kept; of deliveries also by state."""
        with self._db.reading() as raw:
            counts = {
                table: raw.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 - our own words
                for table in _COUNTED
            }
            states = raw.execute("select state, count(*) from deliveries group by state").fetchall()
        return counts | {f"deliveries_{state}": count for state, count in states}

    def check(self) -> str:
        """Return ``ok`` or what the database's own integrity check finds."""
        with self._db.reading() as raw:
            found = [row[0] for row in raw.execute("pragma integrity_check").fetchall()]
            loose = [f"{row[0]} row {row[1]} refers to nothing" for row in raw.execute("pragma foreign_key_check")]
        return "; ".join([*(line for line in found if line != "ok"), *loose]) or "ok"

    def prune(self, before: datetime, limit: int = 5000) -> Mapping[str, int]:
        """Drop what nobody needs any more: visits, items that are in no story, and settled deliveries.

        What was seen stays known (`sights`), and so does who was told (`posts`): nothing pruned is new again.
        Returns how many rows of each table went, `limit` at most of each, so that nobody waits for it: call it again
        while there are any.
        """
        with self._db.writing() as raw:
            gone = {table: raw.execute(statement, (micros(before), limit)).rowcount for table, statement in _PRUNE}
            if gone["deliveries"]:
                raw.execute(_PRUNE_MESSAGES, (limit,))
        return gone

    def backup(self, path: str) -> None:
        """Copy the store to a new file while it is in use. Raises StoreError where a file is already there."""
        target = Path(path)
        if target.exists():
            raise StoreError(f"{path} exists already; name a new file for the backup")
        if not target.absolute().parent.is_dir():
            raise StoreError(f"the folder of {path} does not exist; make it first")
        try:
            with closing(sqlite3.connect(path)) as copy:
                self._db.raw.backup(copy)
        except sqlite3.Error as error:
            target.unlink(missing_ok=True)
            raise translate(error, path) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
