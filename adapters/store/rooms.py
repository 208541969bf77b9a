"""Rooms that take nothing, and notices: what rooms are told that is of no story.

A stopped room's deliveries stay pending; `due` (outbox) skips them until the room's next try. Notices are deliveries
like all others, but that their story is null: nothing is their first post, they wait for nothing, and nothing is ever
bundled with them. Whoever makes one gives it a key made of what it tells, and so it is made once.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from adapters.store.codec import dumps, micros, micros_or_none, moment, storable
from adapters.store.outbox import keep_message, orphan
from adapters.store.shelf import Shelf
from bot.domain import AlertKind, Delivery, Key, Looked, StoppedRoom, Trouble, TroubleKind

_STOP = """
insert into stopped_rooms (room, reason, since, again, told) values (?, ?, ?, ?, ?)
on conflict (room) do update set reason = excluded.reason, again = excluded.again
"""
_REFUSE = """
update deliveries set state = 'refused', problem = ?
where state = 'pending' and room = ? and max(created, coalesce(held, created)) <= ? returning key, kind
"""
_NOTICE = """
insert or ignore into deliveries (key, room, kind, began, message, state, created, due, held)
values (?, ?, 'notice', ?, ?, 'pending', ?, ?, ?)
"""
_LOOKED = """
select count(*), count(*) filter (where not good), count(distinct feed) filter (where good), coalesce(sum(fresh), 0)
from (select feed, fresh, outcome in ('new', 'nothing_new', 'unchanged') as good from visits where at >= ?)
"""


class RoomShelf(Shelf):
    """`bot.ports.RoomStore`."""

    def stopped(self) -> list[StoppedRoom]:
        """Return the rooms that take nothing, by name."""
        with self._db.reading() as raw:
            rows = raw.execute("select room, reason, since, again, told from stopped_rooms order by room").fetchall()
        return [
            StoppedRoom(room=room, reason=reason, since=moment(since), again=moment(again), told=bool(told))
            for room, reason, since, again, told in rows
        ]

    def stop_room(self, room: StoppedRoom) -> None:
        """Keep that a room takes nothing; `since` and `told` of one that is stopped already stay."""
        values = (room.room, storable(room.reason), micros(room.since), micros(room.again), room.told)
        with self._db.writing() as raw:
            raw.execute(_STOP, values)

    def reopen_room(self, room: str) -> bool:
        """Forget that a room was stopped; returns whether it was."""
        with self._db.writing() as raw:
            return raw.execute("delete from stopped_rooms where room = ?", (room,)).rowcount > 0

    def note_told(self, room: str, *, told: bool = True) -> None:
        """Note whether those who look after a stopped room were told."""
        with self._db.writing() as raw:
            raw.execute("update stopped_rooms set told = ? where room = ?", (told, room))

    def refuse_waiting(self, room: str, before: datetime, problem: str) -> int:
        """Refuse what has waited in a room since before a moment, and what was to follow it; returns how many."""
        with self._db.writing() as raw:
            rows = raw.execute(_REFUSE, (storable(problem), room, micros(before))).fetchall()
            for key, kind in rows:
                if kind == AlertKind.ALERT:
                    orphan(raw, key)
        return len(rows)

    def put_notices(self, notices: Iterable[Delivery]) -> list[Delivery]:
        """Put notices into the outbox, all or none; returns those whose key was not there before."""
        with self._db.writing() as raw:
            return [notice for notice in notices if _put(raw, notice)]

    def troubles(self) -> list[Trouble]:
        """Return the troubles of which rooms were told and which are not over."""
        with self._db.reading() as raw:
            rows = raw.execute("select feed, kind, since from troubles order by feed").fetchall()
        return [Trouble(feed=feed, kind=TroubleKind(kind), since=moment(since)) for feed, kind, since in rows]

    def tell_troubles(self, begun: Iterable[Trouble], over: Iterable[Key], notices: Iterable[Delivery]) -> None:
        """Remember troubles as told, forget those that are over, and put notices of both into the outbox."""
        with self._db.writing() as raw:
            raw.executemany("delete from troubles where feed = ?", [(feed,) for feed in over])
            raw.executemany(
                "insert or replace into troubles (feed, kind, since) values (?, ?, ?)",
                [(one.feed, one.kind, micros(one.since)) for one in begun],
            )
            for notice in notices:
                _put(raw, notice)

    def looked(self, since: datetime) -> Looked:
        """Return what was looked at since a moment."""
        at = micros(since)
        with self._db.reading() as raw:
            visits, failed, sources, items = raw.execute(_LOOKED, (at,)).fetchone()
            (stories,) = raw.execute(
                "select count(*) from stories where last >= ?1 and first >= ?1 and seeded = 0", (at,)
            ).fetchone()
        return Looked(visits=visits, failed=failed, sources=sources, items=items, stories=stories)


def _put(raw: sqlite3.Connection, notice: Delivery) -> bool:
    at = micros(notice.created)
    message = keep_message(raw, dumps(notice.message))
    values = (notice.key, notice.room, at, message, at, micros(notice.due), micros_or_none(notice.held))
    return raw.execute(_NOTICE, values).rowcount > 0
