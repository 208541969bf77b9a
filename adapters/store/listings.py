"""Official lists: their entries as they stand, the log of what changed, and finding names among them.

`list_changes` is only ever added to. A change is logged in the same transaction that applies it, with the number of the
state that is being taken in, one more than the last finished one; `list_states` gets its row when all of that state is
in. A visit that dies between the two goes on, the next time, where it stopped: what is applied no longer differs, and
what was logged is still there to be told. The stock of the first visit is not logged: everything would be news.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from adapters.store.codec import dumps, loads, micros, moment
from adapters.store.names import alike, filed, matches_of, wanted
from adapters.store.shelf import Shelf
from bot.domain import Code, Key, Listing, ListingChange, ListingFate, ListState

LEAST = 0.55
"""How alike a name must be to be found."""
_CANDIDATES = 200
_AT_ONCE = 500
"""Uids asked for in one statement."""

_FIND = """
select names, body from listing_names join listings on listings.n = listing_names.rowid
where listing_names match ? order by rank limit ?
"""
_SHORT = (
    "select names, body from listing_names join listings on listings.n = listing_names.rowid where names like ? limit ?"
)
_COUNTS = "select list, kind, count(*) from listing_codes where code = ? group by list, kind"
_CHANGED = """
select fate, body, list_changes.at, state
from list_change_codes join list_changes on list_changes.n = change
where code = ? and list_change_codes.at >= ? order by list_change_codes.at desc, change desc limit ?
"""
_CHANGE_COUNTS = """
select list, fate, count(*) from list_change_codes join list_changes on list_changes.n = change
where code = ? and list_change_codes.at >= ? group by list, fate
"""
_AFTER = """
select fate, body, list_changes.at, state from list_changes
join list_states on list_states.list = list_changes.list and list_states.number = state
where list_changes.list = ? and state > ? order by list_changes.n
"""


class ListingShelf(Shelf):
    """`bot.ports.ListingStore`."""

    def list_state(self, list_: Key) -> ListState | None:
        """Return the last state of a list that was taken in whole; None before the first."""
        with self._db.reading() as raw:
            return _last_state(raw, list_)

    def listing_marks(self, list_: Key) -> Mapping[str, int]:
        """Return the mark of every entry that stands in a list, by its uid."""
        with self._db.reading() as raw:
            return dict(raw.execute("select uid, mark from listings where list = ?", (list_,)).fetchall())

    def listing_doubts(self, list_: Key) -> frozenset[str]:
        """Return the uids that the last visit missed and did not believe gone."""
        with self._db.reading() as raw:
            rows = raw.execute("select uid from list_doubts where list = ?", (list_,)).fetchall()
        return frozenset(row[0] for row in rows)

    def listings(self, list_: Key, uids: Iterable[str]) -> list[Listing]:
        """Return the entries that have these uids, in order of uid."""
        asked = sorted(set(uids))
        found: list[str] = []
        with self._db.reading() as raw:
            for start in range(0, len(asked), _AT_ONCE):
                some = asked[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"select body from listings where list = ? and uid in ({marks}) order by uid"  # noqa: S608 - our own words
                found += [row[0] for row in raw.execute(query, (list_, *some))]
        return [loads(Listing, body) for body in found]

    def save_listings(self, list_: Key, changes: Sequence[tuple[ListingChange, int]]) -> None:
        """Apply changes, each with its entry's new mark, and log them for the state that is being taken in."""
        with self._db.writing() as raw:
            last = _last_state(raw, list_)
            for change, mark in changes:
                _remove(raw, list_, change.listing.uid)
                if change.fate is not ListingFate.REMOVED:
                    _add(raw, list_, change.listing, mark)
                if last is not None and change.fate is not ListingFate.CHANGED:
                    _log(raw, change, last.number + 1)

    def doubt_listings(self, list_: Key, uids: Collection[str]) -> None:
        """Remember which entries this visit missed, in place of those of the visit before."""
        with self._db.writing() as raw:
            raw.execute("delete from list_doubts where list = ?", (list_,))
            raw.executemany("insert into list_doubts (list, uid) values (?, ?)", [(list_, uid) for uid in sorted(uids)])

    def finish_list(self, list_: Key, *, digest: str, at: datetime) -> ListState:
        """Note that a state is taken in whole, and forget the doubts."""
        with self._db.writing() as raw:
            last = _last_state(raw, list_)
            entries = raw.execute("select count(*) from listings where list = ?", (list_,)).fetchone()[0]
            state = ListState(
                list=list_, number=last.number + 1 if last else 1, digest=digest, at=at, entries=int(entries)
            )
            raw.execute(
                "insert into list_states (list, number, digest, at, entries) values (?, ?, ?, ?, ?)",
                (list_, state.number, digest, micros(at), state.entries),
            )
            raw.execute("delete from list_doubts where list = ?", (list_,))
        return state

    def changes_after(self, list_: Key, digest: str | None) -> list[ListingChange]:
        """Return the logged changes of the whole states after the latest with this digest; none for an unknown one."""
        with self._db.reading() as raw:
            query = "select max(number) from list_states where list = ? and digest = ?"
            number = raw.execute(query, (list_, digest)).fetchone()[0]
            return [] if number is None else [_change(row) for row in raw.execute(_AFTER, (list_, number))]

    def listed_counts(self, code: Code) -> Mapping[Key, Mapping[str, int]]:
        """Return how many of each kind stand in each list with this code as country or target."""
        counts: dict[Key, dict[str, int]] = {}
        with self._db.reading() as raw:
            for list_, kind, number in raw.execute(_COUNTS, (code,)):
                counts.setdefault(list_, {})[kind] = number
        return counts

    def listing_change_counts(self, code: Code, since: datetime) -> Mapping[Key, Mapping[str, int]]:
        """Return how many of each fate each list has had with this code since then."""
        counts: dict[Key, dict[str, int]] = {}
        with self._db.reading() as raw:
            for list_, fate, number in raw.execute(_CHANGE_COUNTS, (code, micros(since))):
                counts.setdefault(list_, {})[fate] = number
        return counts

    def listing_changes(self, code: Code, since: datetime, limit: int = 1000) -> list[ListingChange]:
        """Return what was added and removed with this code since then, newest first."""
        with self._db.reading() as raw:
            return [_change(row) for row in raw.execute(_CHANGED, (code, micros(since), limit))]

    def search_listings(self, text: str, limit: int = 10) -> list[Listing]:
        """Return the entries whose names look most like a text, the likeliest first."""
        words = wanted(text)
        if not words:
            return []
        with self._db.reading() as raw:
            rows = _found(raw, words)
        scored = [(max(alike(words, name) for name in names.split(" | ")), names, body) for names, body in rows]
        best = sorted((row for row in scored if row[0] >= LEAST), key=lambda row: (-row[0], row[1], row[2]))[:limit]
        return [loads(Listing, body) for _, _, body in best]


def _found(raw: sqlite3.Connection, words: Sequence[str]) -> list[tuple[str, str]]:
    """Return names and bodies that may be meant, by the strictest way of looking that finds any."""
    for expression in matches_of(words):
        if rows := raw.execute(_FIND, (expression, _CANDIDATES)).fetchall():
            return rows
    # names too short for trigrams ("Li"): a scan, and the only one
    return raw.execute(_SHORT, (f"%{words[0]}%", _CANDIDATES)).fetchall()


def _last_state(raw: sqlite3.Connection, list_: Key) -> ListState | None:
    query = "select number, digest, at, entries from list_states where list = ? order by number desc limit 1"
    row = raw.execute(query, (list_,)).fetchone()
    return ListState(list=list_, number=row[0], digest=row[1], at=moment(row[2]), entries=row[3]) if row else None


def _add(raw: sqlite3.Connection, list_: Key, listing: Listing, mark: int) -> None:
    n = raw.execute(
        "insert into listings (list, uid, mark, body) values (?, ?, ?, ?)", (list_, listing.uid, mark, dumps(listing))
    ).lastrowid
    names, heard = filed((listing.name, *listing.aliases))
    raw.execute("insert into listing_names (rowid, names, sounds) values (?, ?, ?)", (n, names, heard))
    raw.executemany(
        "insert into listing_codes (code, list, kind, listing) values (?, ?, ?, ?)",
        [(code, list_, listing.kind, n) for code in _codes(listing)],
    )


def _remove(raw: sqlite3.Connection, list_: Key, uid: str) -> None:
    row = raw.execute("select n from listings where list = ? and uid = ?", (list_, uid)).fetchone()
    if row is not None:
        raw.execute("delete from listing_names where rowid = ?", row)
        raw.execute("delete from listings where n = ?", row)


def _log(raw: sqlite3.Connection, change: ListingChange, state: int) -> None:
    n = raw.execute(
        "insert into list_changes (list, state, at, fate, body) values (?, ?, ?, ?, ?)",
        (change.listing.list, state, micros(change.at), change.fate, dumps(change.listing)),
    ).lastrowid
    raw.executemany(
        "insert into list_change_codes (code, at, change) values (?, ?, ?)",
        [(code, micros(change.at), n) for code in _codes(change.listing)],
    )


def _codes(listing: Listing) -> tuple[Code, ...]:
    return tuple(dict.fromkeys((*listing.targets, *listing.countries)))


def _change(row: tuple[str, str, int, int]) -> ListingChange:
    fate, body, at, state = row
    return ListingChange(fate=ListingFate(fate), listing=loads(Listing, body), at=moment(at), state=state)
