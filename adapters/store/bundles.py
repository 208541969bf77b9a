"""Digests: one delivery in the place of several.

What is bundled was never begun (`begin`), so no platform can have it already; and it is bundled in one transaction
before anything is sent, under a key made of its members. So a digest is told once, as any delivery is.
"""

import base64
import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import blake2b

from adapters.store.codec import dumps, micros, moment_or_none
from adapters.store.outbox import keep_message
from adapters.store.shelf import Shelf
from bot.domain import AlertKind, Delivery, Key, Waiting

_NEW = """
state = 'pending' and attempts = 0 and doubtful = 0 and due <= ?1 and kind not in ('edit', 'notice')
and not exists (select 1 from bundles where digest = d.key)
"""
# One alert for each of ten thousand rooms is nothing to bundle, and is not even looked at.
_FRESH = f"""
select key, room, held from deliveries d where {_NEW} and (
    room in (select room from deliveries d where {_NEW} group by room having count(*) > 1)
    or room in (select value from json_each(?2))
) order by room, n
"""  # noqa: S608 - our own words
_MEMBER = """
select story, kind, began from deliveries
where key = ? and room = ? and state = 'pending' and attempts = 0 and doubtful = 0
and kind not in ('edit', 'notice')
"""
_INSERT = """
insert into deliveries (key, room, kind, story, began, message, state, created, due, held)
values (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)
"""


class BundleShelf(Shelf):
    """The part of `bot.ports.OutboxStore` that holds and bundles."""

    def fresh(self, now: datetime, full: Collection[str] = ()) -> list[Waiting]:
        """Return alerts and follow-ups that are due and were never begun; each room's oldest first.

        Only of rooms that have several of them, and of those named in `full`.
        """
        with self._db.reading() as raw:
            rows = raw.execute(_FRESH, (micros(now), json.dumps(list(full)))).fetchall()
        return [Waiting(key=key, room=room, held=moment_or_none(held)) for key, room, held in rows]

    def bundle(self, digest: Delivery, members: Sequence[Key]) -> bool:
        """Put one delivery in the place of several of its room, all or none; returns whether it was done.

        The digest is the first post of every story of which a member was the first post. Its own key and story do not
        matter: they are made of the members'.
        """
        with self._db.writing() as raw:
            rows = [raw.execute(_MEMBER, (key, digest.room)).fetchone() for key in members]
            if not rows or None in rows:
                return False
            key = _digest_key(members)
            at = micros(digest.created)
            began = min(began for _, _, began in rows)
            message = keep_message(raw, dumps(digest.message))
            raw.execute(
                _INSERT, (key, digest.room, AlertKind.ALERT, rows[0][0], began, message, at, micros(digest.due), at)
            )
            _take_over(raw, key, digest.room, members, [story for story, kind, _ in rows if kind == AlertKind.ALERT])
        return True

    def hold(self, keys: Sequence[Key], until: datetime) -> None:
        """Let deliveries that were never begun wait."""
        when = micros(until)
        with self._db.writing() as raw:
            raw.executemany(
                "update deliveries set due = ?, held = ? "
                "where key = ? and state = 'pending' and attempts = 0 and doubtful = 0",
                [(when, when, key) for key in keys],
            )


def _digest_key(members: Sequence[Key]) -> Key:
    said = "\0".join(("digest", *members))
    return base64.b32encode(blake2b(said.encode(), digest_size=10).digest()).decode().lower()


def _take_over(raw: sqlite3.Connection, digest: Key, room: str, members: Sequence[Key], stories: Sequence[Key]) -> None:
    """Let the digest stand for its members: they are not sent, and it is their stories' post."""
    raw.executemany("insert into bundles (digest, member) values (?, ?)", [(digest, key) for key in members])
    raw.executemany("update deliveries set state = 'overtaken' where key = ?", [(key,) for key in members])
    raw.executemany("update posts set delivery = ? where delivery = ?", [(digest, key) for key in members])
    # edits that waited for their post: the digest was worded with what they say
    raw.executemany(
        "update deliveries set state = 'overtaken' where state = 'pending' and kind = 'edit' "
        "and story = ? and room = ?",
        [(story, room) for story in stories],
    )
