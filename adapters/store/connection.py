"""The one connection to the file: how it is opened, guarded and used.

Every write starts with BEGIN IMMEDIATE. A plain BEGIN becomes a writer in mid-transaction, and SQLite answers
"locked" to that at once, without the patience of `busy_timeout`, when another process has written meanwhile.

Two services on one file would both deliver what is pending. So a service holds a lock for as long as it lives: an
exclusive transaction on an empty file beside the database, which every platform's SQLite can do and which the
operating system ends with the process, however it ends. Readers and short commands need no such lock.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.store.faults import translate
from adapters.store.migrations import STEPS, applied, apply
from bot.errors import StoreError

MEMORY = ":memory:"
_PATIENCE = 5.0
"""Seconds to wait for another process's write; ours take milliseconds."""
_PRAGMAS = (
    "pragma journal_mode = wal",
    "pragma synchronous = normal",
    "pragma foreign_keys = on",
    "pragma temp_store = memory",
    # kilobytes; four times as many made no difference with a million items, the system keeps the file in memory anyway
    "pragma cache_size = -2000",
    # indexes of hashes are written to all over; the longer the log, the fewer times a page goes to its place
    "pragma wal_autocheckpoint = 4000",
)


class ServiceLock:
    """Held by the one process that serves a database."""

    def __init__(self, path: str) -> None:
        self._path = f"{path}.lock"
        self._connection: sqlite3.Connection | None = None

    def take(self, otherwise: str) -> None:
        """Take the lock. Raises a StoreError that says `otherwise` when another process holds it."""
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        try:
            connection.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise StoreError(otherwise) from error
            raise
        self._connection = connection

    def release(self) -> None:
        """Give the lock back, if it is held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Transaction:
    """A block between begin and commit; a class, as it is entered thousands of times a second."""

    __slots__ = ("_begin", "_connection", "_raw")

    def __init__(self, connection: "Connection", begin: str) -> None:
        self._connection = connection
        self._begin = begin
        self._raw = connection.raw

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._raw.execute(self._begin)
        except sqlite3.Error as error:
            raise translate(error, self._connection.path) from error
        return self._raw

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            try:
                self._raw.execute("commit")
            except sqlite3.Error as fault:
                self._roll_back()
                raise translate(fault, self._connection.path) from fault
            return
        self._roll_back()
        if isinstance(error, sqlite3.Error):
            raise translate(error, self._connection.path) from error

    def _roll_back(self) -> None:
        # the fault itself, a full disk for one, may have ended the transaction already
        if self._raw.in_transaction:
            with suppress(sqlite3.Error):
                self._raw.execute("rollback")


class Connection:
    """A database that is open: short transactions, and every fault translated."""

    def __init__(self, path: str, *, service: bool) -> None:
        self.path = path
        self.lock = ServiceLock(path)
        self._raw: sqlite3.Connection | None = None
        if path != MEMORY and not Path(path).absolute().parent.is_dir():
            raise StoreError(f"the folder of {path} does not exist; make it, or name another file with --db")
        try:
            with self.translated():
                if service and path != MEMORY:
                    self.lock.take(f"another sanctionwire serves {path}; stop it, or give this one its own --db FILE")
                self._open(service=service)
        except StoreError:
            self.close()
            raise

    def _open(self, *, service: bool) -> None:
        self._raw = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, cached_statements=256)
        for pragma in _PRAGMAS:
            self._raw.execute(pragma).fetchall()
        self._migrate(service=service)

    def _migrate(self, *, service: bool) -> None:
        """Bring the tables up to date in one transaction. Raises StoreError where a newer version has been."""
        there = applied(self.raw)
        strange = [name for name in there if name not in STEPS]
        if strange:
            raise StoreError(
                f"a newer sanctionwire wrote {self.path} (it has {', '.join(strange)}); "
                "update this one, or name another file with --db"
            )
        if len(there) == len(STEPS):
            return
        alone = ServiceLock(self.path)
        if not service and there:
            alone.take(
                f"an older sanctionwire serves {self.path}; stop it, so that the database can be brought up to date"
            )
        try:
            with self.writing():
                apply(self.raw)
        finally:
            alone.release()

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, for use inside `reading` and `writing`."""
        if self._raw is None:
            raise StoreError(f"the database {self.path} is closed")
        return self._raw

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what SQLite raises into StoreError."""
        try:
            yield
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    def reading(self) -> "_Transaction":
        """Run a block on one consistent state of the database."""
        return _Transaction(self, "begin")

    def writing(self) -> "_Transaction":
        """Run a block that happens as a whole or not at all."""
        return _Transaction(self, "begin immediate")

    def close(self) -> None:
        """Let go of the file and of the lock."""
        if self._raw is not None:
            with self.translated():
                self._raw.close()
            self._raw = None
        self.lock.release()
