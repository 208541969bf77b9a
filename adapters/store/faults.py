"""What SQLite complains of, in our words: each fault with the file and what mends it."""

import sqlite3

from bot.errors import StoreError

_HINTS = {
    "SQLITE_BUSY": "is locked by another program; close it, or wait and try again",
    "SQLITE_LOCKED": "is locked by another program; close it, or wait and try again",
    "SQLITE_FULL": "cannot grow, the disk is full; make room, then start again: nothing that was saved is lost",
    "SQLITE_READONLY": "is read-only; give this user the right to write to the file and to its folder",
    "SQLITE_NOTADB": "is no database; move it away, or name another file with --db",
    "SQLITE_CORRUPT": "is damaged; put back a backup, or try `sqlite3 FILE .recover`",
    "SQLITE_CANTOPEN": "cannot be opened; its folder must exist and this user must be able to write there",
    "SQLITE_PERM": "cannot be opened; give this user the right to read and write it",
    "SQLITE_AUTH": "cannot be opened; give this user the right to read and write it",
    "SQLITE_IOERR": "cannot be read or written; check the disk it is on",
    "SQLITE_TOOBIG": "was given a text that is too long for it",
    "SQLITE_CONSTRAINT": "refused contradictory data; this is a fault of the program, please report it",
    "SQLITE_SCHEMA": "was changed by another program meanwhile; start again",
}


def translate(error: sqlite3.Error, path: str) -> StoreError:
    """Return our error for SQLite's: which file, what is wrong, how to mend it."""
    name = getattr(error, "sqlite_errorname", "")
    for known, hint in _HINTS.items():
        if name.startswith(known):
            return StoreError(f"the database {path} {hint} ({error})")
    if isinstance(error, sqlite3.ProgrammingError):
        return StoreError(f"the database {path} is used after it was closed, or from another thread ({error})")
    return StoreError(f"the database {path} cannot be used ({error})")
