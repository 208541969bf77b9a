"""Counting, checking, pruning and copying the store."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from adapters.store.codec import micros
from adapters.store.shelf import Shelf
from bot.errors import StoreError

_COUNTED = ("feeds", "visits", "items", "sights", "stories", "reports", "deliveries", "subscriptions", "rules")
_PRUNE = (
    ("visits", "delete from visits where at < ?"),
    ("items", "delete from items where seen < ? and story is null"),
    ("deliveries", "delete from deliveries where created < ? and state <> 'pending'"),
)


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

    def prune(self, before: datetime) -> Mapping[str, int]:
        """Drop what nobody needs any more: visits, items that are in no story, and settled deliveries.

        What was seen stays known (`sights`), and so does who was told (`posts`): nothing pruned is new again.
        Returns how many rows of each table went.
        """
        with self._db.writing() as raw:
            gone = {table: raw.execute(statement, (micros(before),)).rowcount for table, statement in _PRUNE}
            raw.execute("delete from messages where id not in (select message from deliveries)")
        return gone

    def backup(self, path: str) -> None:
        """Copy the store to a new file while it is in use. Raises StoreError where a file is already there."""
        if Path(path).exists():
            raise StoreError(f"{path} exists already; name a new file for the backup")
        if not Path(path).absolute().parent.is_dir():
            raise StoreError(f"the folder of {path} does not exist; make it first")
        with self._db.translated():
            copy = sqlite3.connect(path)
            try:
                self._db.raw.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
