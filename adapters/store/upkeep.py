"""Counting, checking, pruning and copying the store."""

import os
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from adapters.store.codec import micros
from adapters.store.connection import MEMORY
from adapters.store.faults import translate
from adapters.store.shelf import Shelf
from bot.errors import StoreError

_COUNTED = (
    *("feeds", "visits", "items", "sights", "stories", "reports", "deliveries", "subscriptions", "rules"),
    *("listings", "list_changes"),
)
_PRUNE_CHANGES = """
delete from list_changes where n in (
    select n from list_changes c where at < ? and state < (select max(number) from list_states s where s.list = c.list)
    limit ?
)
"""
_PRUNE = (
    ("visits", "delete from visits where n in (select n from visits where at < ? limit ?)"),
    ("items", "delete from items where n in (select n from items where seen < ? and story is null limit ?)"),
    (
        "deliveries",
        "delete from deliveries where n in (select n from deliveries where created < ? and state <> 'pending' limit ?)",
    ),
    # what the last state of a list changed may still have to be told
    ("list_changes", _PRUNE_CHANGES),
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

    def prune(self, before: datetime, limit: int = 5000, *, only: Collection[str] = ()) -> Mapping[str, int]:
        """Drop what nobody needs any more: visits, items that are in no story, settled deliveries, changes of lists.

        What was seen stays known (`sights`), who was told (`posts`), and what stands in official lists (`listings`):
        nothing pruned is new again.
        `only` names some of ``visits``, ``items``, ``deliveries`` and ``list_changes``. Returns how many rows of each
        table went, `limit` at most of each, so that nobody waits for it: call it again while there are any.
        """
        chosen = [(table, statement) for table, statement in _PRUNE if table in only or not only]
        with self._db.writing() as raw:
            gone = {table: raw.execute(statement, (micros(before), limit)).rowcount for table, statement in chosen}
            if gone.get("deliveries"):
                raw.execute(_PRUNE_MESSAGES, (limit,))
        return gone

    def size(self) -> int:
        """Return how many bytes the store takes on disk, or in memory; with what is not yet in its place."""
        if self._db.path == MEMORY:
            with self._db.reading() as raw:
                return int(
                    raw.execute("pragma page_count").fetchone()[0] * raw.execute("pragma page_size").fetchone()[0]
                )
        return sum(file.stat().st_size for end in ("", "-wal") if (file := Path(self._db.path + end)).exists())

    def backup(self, path: str) -> None:
        """Copy the store to a new file while it is in use. Raises StoreError where a file is already there."""
        with closing(_target(path)) as copy:
            try:
                _copy(self._db.raw, copy, path)
            except StoreError:
                Path(path).unlink(missing_ok=True)
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def copy_database(source: str, path: str) -> int:
    """Copy the database in the file `source` to a new file while a service writes to it; returns the copy's bytes.

    Neither file's tables are touched, so that an older or a newer version's database is copied as well. The copy is
    made beside its name and checked, and gets the name when it is whole: a file of that name is a good backup.
    Raises StoreError.
    """
    if not Path(source).is_file():
        raise StoreError(f"there is no database {source}; name it with --db FILE")
    if Path(path).exists():
        raise StoreError(f"{path} exists already; name a new file for the backup")
    part = f"{path}.part"
    Path(part).unlink(missing_ok=True)
    try:
        with closing(_open(source)) as raw, closing(_target(part)) as copy:
            _copy(raw, copy, path)
        _sync(part)
        Path(part).rename(path)
    except OSError as error:
        raise StoreError(f"the backup {path} cannot be written ({error.strerror}); check the disk it is on") from error
    finally:
        Path(part).unlink(missing_ok=True)
    return Path(path).stat().st_size


def _open(source: str) -> sqlite3.Connection:
    # mode=rw: connecting to a file that vanished meanwhile must not make an empty one
    try:
        return sqlite3.connect(f"{Path(source).absolute().as_uri()}?mode=rw", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise translate(error, source) from error


def _target(path: str) -> sqlite3.Connection:
    if Path(path).exists():
        raise StoreError(f"{path} exists already; name a new file for the backup")
    if not Path(path).absolute().parent.is_dir():
        raise StoreError(f"the folder of {path} does not exist; make it first")
    try:
        return sqlite3.connect(path)
    except sqlite3.Error as error:
        raise translate(error, path) from error


def _copy(raw: sqlite3.Connection, copy: sqlite3.Connection, path: str) -> None:
    """Copy in one step: in steps, each write of the service's would make SQLite begin anew."""
    try:
        raw.backup(copy)
        # one file is easier to carry away than one with its log
        copy.execute("pragma journal_mode = delete").fetchone()
        found = copy.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise translate(error, path) from error
    if found != "ok":
        raise StoreError(f"the backup {path} is not sound ({found}): the database is damaged; put back an older backup")


def _sync(path: str) -> None:
    with Path(path).open("rb") as file:
        os.fsync(file.fileno())
