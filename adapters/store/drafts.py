"""Changes that wait for a yes, and to which guild or workspace a room belongs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.store.codec import dumps, loads, micros
from adapters.store.rules import Kept, apply_change, standing
from adapters.store.shelf import Shelf
from bot.domain import Draft, DraftState, Feed, Key, Rule, Subscription

_FORGOTTEN = timedelta(days=30)
"""How long a draft is kept: the buttons of an old message still say what became of it."""
_MOST = 20_000


class DraftShelf(Shelf):
    """`bot.ports.DraftStore`."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep a draft; the same token again changes nothing."""
        with self._db.writing() as raw:
            raw.execute("delete from drafts where at < ?", (micros(draft.at - _FORGOTTEN),))
            raw.execute(
                "insert or ignore into drafts (token, at, state, body) values (?, ?, ?, ?)",
                (draft.token, micros(draft.at), DraftState.OPEN, dumps(draft)),
            )
            raw.execute(
                "delete from drafts where token in (select token from drafts order by at desc limit -1 offset ?)",
                (_MOST,),
            )

    def draft(self, token: Key) -> Draft | None:
        """Return a draft, whatever became of it."""
        with self._db.reading() as raw:
            row = raw.execute("select body, state from drafts where token = ?", (token,)).fetchone()
        return _draft(*row) if row else None

    def settle(self, token: Key, *, by: str, at: datetime) -> bool:
        """Make a draft's change, with its history, and mark it done, in one transaction.

        Returns False, and changes nothing, where it is not open or where what it changes is no longer as it was.
        """
        with self._db.writing() as raw:
            row = raw.execute("select body, state from drafts where token = ?", (token,)).fetchone()
            if row is None or row[1] != DraftState.OPEN:
                return False
            draft = _draft(*row)
            if any(standing(raw, kind, key) != before for kind, key, before, _ in _changes(draft)):
                return False
            for kind, key, before, after in _changes(draft):
                apply_change(raw, kind, key, before=before, after=after, by=by, at=at)
            raw.execute("update drafts set state = ? where token = ?", (DraftState.DONE, token))
            return True

    def cancel(self, token: Key) -> bool:
        """Mark an open draft cancelled; returns whether it was open."""
        with self._db.writing() as raw:
            return (
                raw.execute(
                    "update drafts set state = ? where token = ? and state = ?",
                    (DraftState.CANCELLED, token, DraftState.OPEN),
                ).rowcount
                > 0
            )

    def places(self) -> dict[str, str]:
        """Return the guild or workspace of each room of which it is known."""
        with self._db.reading() as raw:
            return dict(raw.execute("select room, place from places order by room").fetchall())

    def note_place(self, room: str, place: str) -> None:
        """Remember to which guild or workspace a room belongs."""
        with self._db.writing() as raw:
            raw.execute("insert or replace into places (room, place) values (?, ?)", (room, place))


def _draft(body: str, state: str) -> Draft:
    return replace(loads(Draft, body), state=DraftState(state))


def _changes(draft: Draft) -> Iterator[tuple[type[Kept], Key, Kept | None, Kept | None]]:
    """Yield what a draft changes: its kind, its key, what it was and what it becomes."""
    for name, kind in (("rules", Rule), ("subscriptions", Subscription), ("feeds", Feed)):
        before: dict[Key, Kept] = {one.key: one for one in getattr(draft.before, name)}
        after: dict[Key, Kept] = {one.key: one for one in getattr(draft.after, name)}
        for key in dict.fromkeys((*before, *after)):
            yield kind, key, before.get(key), after.get(key)
