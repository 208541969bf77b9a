"""Telling new items from known ones: look-ups by mark, as few as can be.

Nearly always an item shows a face that is known to the byte; one indexed look-up for a whole visit finds those. Only
what is left is compared with candidates, and of these the few latest for each mark suffice: a feed that gives one guid,
link or title to thousands of items must not make the thousandth slow.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.store.codec import micros, moment_or_none
from adapters.store.shelf import Shelf
from bot.domain import Decision, Item, Key, Known, Marks, Sameness, Sight
from bot.ports import Identity

_CHUNK = 1000
_CANDIDATES = 8
"""Known items looked at for each mark, the latest."""
_FEW = 3
_FACES = 24
"""Faces remembered of one item in one feed; a feed with a counter in its links would add one at each visit."""

_BY_MARK = {
    name: f"select item from sights where {name} = ? order by at desc limit {_CANDIDATES * 2}"  # noqa: S608 - our own words
    for name in ("guid", "link", "headline")
}
_HITS = {
    name: f"select distinct {name} from sights where {name} in (select value from json_each(?))"  # noqa: S608 - our own words
    for name in _BY_MARK
}
_HOLDERS = "select distinct item from sights where item in (select value from json_each(?))"
_HOLDER = "select 1 from sights where item = ? limit 1"
_MET = "select face, item from sights where face in (select value from json_each(?))"
_KNOWN = """
select s.item, s.feed, s.guid, s.link, s.title, s.headline, s.body, s.face, s.at, i.title, i.date, i.seen
from sights s left join items i on i.key = s.item
where s.item in (select value from json_each(?)) order by s.item, s.home desc, s.at, s.face
"""
_INSERT = """
insert or ignore into sights (face, item, feed, guid, link, title, headline, body, at, home)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(slots=True)
class _Visit:
    """One call of `unseen` on its way: what was found so far, and who is taken."""

    fresh: list[Item] = field(default_factory=list)
    known: list[tuple[Key, Item, Marks]] = field(default_factory=list)
    """Faces of known items that are new to us."""
    here: dict[int, list[Known]] = field(default_factory=dict)
    """The fresh items so far, by mark."""
    claimed: set[tuple[Key, Key]] = field(default_factory=set)
    """(feed, item): known items that an entry of this visit is already."""
    keys: set[Key] = field(default_factory=set)
    """Keys that were given in this visit."""
    held: dict[Key, bool] = field(default_factory=dict)
    """The first key of each item with whether a known item has it, asked for all together."""


class SightShelf(Shelf):
    """What was seen before, and in which guise."""

    def unseen(self, items: Iterable[Item], now: datetime) -> list[Item]:
        """Return the items never seen before, with key and `seen`, and known ones in a new wording, with `edits`.

        The order is kept. Other new guises of known items (other feed, other guid, other link) are noted.
        """
        visit = _Visit()
        marked = [(item, self._identity.marks(item)) for item in items]
        with self._db.reading() as raw:
            left = _unmet(raw, marked, visit)
            for start in range(0, len(left), _CHUNK):
                _compare(raw, self._identity, left[start : start + _CHUNK], visit, now)
        if visit.known:
            with self._db.writing() as raw:
                for key, item, marks in visit.known:
                    _note(raw, key, item.feed, marks, now)
        return visit.fresh


def keep_sights(raw: sqlite3.Connection, identity: Identity, decisions: Sequence[Decision], now: datetime) -> None:
    """Make the faces of recorded items known; inside a transaction."""
    at = micros(now)
    rows = []
    for decision in decisions:
        item = decision.item
        rows.append(_row(item.key, item.feed, identity.marks(item), at, home=not item.edits))
    raw.executemany(_INSERT, rows)


def _unmet(raw: sqlite3.Connection, marked: Sequence[tuple[Item, Marks]], visit: _Visit) -> list[tuple[Item, Marks]]:
    """Return the items whose face is not known; the others claim theirs."""
    left = []
    for start in range(0, len(marked), _CHUNK):
        chunk = marked[start : start + _CHUNK]
        met: dict[int, Key] = dict(raw.execute(_MET, (json.dumps([marks.face for _, marks in chunk]),)))
        for item, marks in chunk:
            if marks.face in met:
                visit.claimed.add((item.feed, met[marks.face]))
            else:
                left.append((item, marks))
    return left


def _compare(
    raw: sqlite3.Connection, identity: Identity, left: Sequence[tuple[Item, Marks]], visit: _Visit, now: datetime
) -> None:
    """Sort items of unknown face into new ones, reworded ones, and known ones in another guise."""
    # for a few, asking beforehand which marks are known at all costs more than it saves
    hits = None
    if len(left) > _FEW:
        hits = {name: _hits(raw, name, left) for name in _BY_MARK}
        visit.held |= _held(raw, [next(iter(identity.keys(marks))) for _, marks in left])
    for item, marks in left:
        candidates = [*_stored(raw, marks, hits, item.feed, visit), *_in_visit(marks, item.feed, visit)]
        found = identity.recognise(item, marks, candidates)
        if found.sameness is Sameness.NEW:
            _welcome(raw, identity, item, marks, visit, now)
            continue
        visit.claimed.add((item.feed, found.of))
        if found.sameness is Sameness.EDITED:
            seen = next((known.seen for known in candidates if known.key == found.of), None)
            visit.fresh.append(replace(item, key=found.of, edits=found.of, seen=seen or now))
        elif found.of not in visit.keys:
            visit.known.append((found.of, item, marks))


def _hits(raw: sqlite3.Connection, name: str, left: Sequence[tuple[Item, Marks]]) -> set[int]:
    wanted = json.dumps([mark for _, marks in left if (mark := getattr(marks, name))])
    return {mark for (mark,) in raw.execute(_HITS[name], (wanted,))} if wanted != "[]" else set()


def _stored(
    raw: sqlite3.Connection, marks: Marks, hits: dict[str, set[int]] | None, feed: Key, visit: _Visit
) -> Iterator[Known]:
    """Return the known items that share a mark."""
    keys: dict[Key, None] = {}
    for name, statement in _BY_MARK.items():
        mark = getattr(marks, name)
        if mark in hits[name] if hits is not None else mark:
            keys.update(dict.fromkeys(key for (key,) in raw.execute(statement, (mark,))))
    if not keys:
        return
    sights: dict[Key, list[tuple[object, ...]]] = {}
    for row in raw.execute(_KNOWN, (json.dumps(list(keys)),)):
        sights.setdefault(row[0], []).append(row)
    for key, rows in sights.items():
        yield _known(key, rows, claimed=(feed, key) in visit.claimed)


def _known(key: Key, rows: Sequence[Sequence[object]], *, claimed: bool) -> Known:
    title, date, seen = rows[0][9:12]
    return Known(
        key=key,
        feed=str(rows[0][1]),
        sights=tuple(Sight(feed=str(row[1]), marks=_marks(row[2:8])) for row in rows),
        title=str(title or ""),
        date=moment_or_none(date if isinstance(date, int) else None),
        seen=moment_or_none(seen if isinstance(seen, int) else None),
        claimed=claimed,
    )


def _marks(row: Sequence[object]) -> Marks:
    guid, link, title, headline, body, face = (value if isinstance(value, int) else 0 for value in row)
    return Marks(guid=guid, link=link, title=title, headline=headline, body=body, face=face)


def _in_visit(marks: Marks, feed: Key, visit: _Visit) -> list[Known]:
    """Return the fresh items of this very visit that share a mark; each stands in it as an entry of its own."""
    found: dict[Key, Known] = {}
    for mark in (marks.guid, marks.link, marks.headline):
        for known in visit.here.get(mark, ()) if mark else ():
            found[known.key] = replace(known, claimed=(feed, known.key) in visit.claimed)
    return list(found.values())


def _welcome(
    raw: sqlite3.Connection, identity: Identity, item: Item, marks: Marks, visit: _Visit, now: datetime
) -> None:
    """Give a new item its key, and let the rest of the visit know it."""
    key = next(key for key in identity.keys(marks) if key not in visit.keys and not _taken(raw, key, visit))
    visit.keys.add(key)
    visit.claimed.add((item.feed, key))
    visit.fresh.append(replace(item, key=key, seen=now, edits=""))
    known = Known(
        key=key,
        feed=item.feed,
        sights=(Sight(feed=item.feed, marks=marks),),
        title=item.title,
        date=item.date,
        seen=now,
    )
    for mark in {marks.guid, marks.link, marks.headline} - {0}:
        others = visit.here.setdefault(mark, [])
        others.append(known)
        del others[:-_CANDIDATES]


def _held(raw: sqlite3.Connection, keys: Sequence[Key]) -> dict[Key, bool]:
    """Return of each key whether a known item has it."""
    found = {key for (key,) in raw.execute(_HOLDERS, (json.dumps(keys),))}
    return {key: key in found for key in keys}


def _taken(raw: sqlite3.Connection, key: Key, visit: _Visit) -> bool:
    held = visit.held.get(key)
    if held is None:
        held = visit.held[key] = raw.execute(_HOLDER, (key,)).fetchone() is not None
    return held


def _note(raw: sqlite3.Connection, key: Key, feed: Key, marks: Marks, now: datetime) -> None:
    """Keep a new face of a known item; the oldest but the first gives way where there are too many."""
    faces = raw.execute(
        "select face from sights where item = ? and feed = ? order by home, at, face", (key, feed)
    ).fetchall()
    if len(faces) >= _FACES:
        raw.execute("delete from sights where face = ?", faces[0])
    raw.execute(_INSERT, _row(key, feed, marks, micros(now), home=False))


def _row(key: Key, feed: Key, marks: Marks, at: int, *, home: bool) -> tuple[object, ...]:
    # a mark of 0 says nothing, and is left out of the indexes as null
    optional = (marks.guid, marks.link, marks.title, marks.headline, marks.body)
    return (marks.face, key, feed, *(mark or None for mark in optional), at, home)
