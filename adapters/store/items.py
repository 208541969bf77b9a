"""Items, how they were read, and what became of them."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from adapters.store.codec import dumps, loads, micros, micros_or_none, moment, moment_or_none, storable, to_json
from adapters.store.shelf import Shelf
from bot.domain import Decision, Item, Key, Outcome, Reading, Step
from bot.errors import StoreError

_Row = tuple[object, ...]
_ITEM = "key, feed, guid, link, title, summary, text, date, seen, outlet, language, official"
_FATE = "relevant, why_not, outcome, because, story, reading, trail"
_COLUMNS = f"{_ITEM}, {_FATE}"
# A later record of the same item is a replay or a new wording. Either way the first sight and the row's place stay.
_UPSERT = f"""
insert into items ({_COLUMNS}) values ({", ".join("?" * 19)})
on conflict (key) do update set
    {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ") if name not in ("key", "feed", "seen"))}
"""  # noqa: S608 - our own words
_PAGE = f"""
select n, seen, {_ITEM}, outcome, story, reading from items
where (seen, n) > (?, ?) and seen < ? order by seen, n limit ?
"""  # noqa: S608 - our own words


class ItemShelf(Shelf):
    """The reading half of `bot.ports.ItemStore`; `sights` says what is new, `record` keeps it."""

    def item(self, key: Key) -> Item | None:
        """Return a stored item."""
        with self._db.reading() as raw:
            row = raw.execute(f"select {_ITEM} from items where key = ?", (key,)).fetchone()  # noqa: S608 - our own words
        return _item(row) if row else None

    def reading(self, key: Key) -> Reading | None:
        """Return how a stored item was read."""
        with self._db.reading() as raw:
            row = raw.execute("select reading from items where key = ?", (key,)).fetchone()
        return loads(Reading, row[0]) if row else None

    def trail(self, item: Key) -> list[Step]:
        """Return an item's steps, first to last."""
        with self._db.reading() as raw:
            row = raw.execute("select trail from items where key = ?", (item,)).fetchone()
        return _steps(row[0]) if row else []

    def find_item(self, link: str, scope: str = "") -> tuple[Item, Outcome, str, Key | None] | None:
        """Return the item behind a link, its outcome, why, and its story's key; of a place's own feeds or of all's.

        Forgiving: http for https, tracking parameters and the like do not matter. Of several, the one seen last.
        """
        mark = self._identity.marks(Item(title="", link=link, scope=scope)).link
        with self._db.reading() as raw:
            row = raw.execute(
                f"select {_ITEM}, outcome, because, story from items where key in "  # noqa: S608 - our own words
                "(select item from sights where link = ?) order by seen desc, n desc limit 1",
                (mark,),
            ).fetchone()
        return (_item(row[:12]), Outcome(row[12]), row[13], row[14]) if row else None

    def items_between(
        self, since: datetime, until: datetime, batch: int = 500
    ) -> Iterator[tuple[Item, Reading, Outcome, Key | None]]:
        """Return the items first seen from `since` to before `until`, oldest first, with what became of them.

        Read in batches, each its own short transaction, so that a long look at history holds up nobody.
        """
        at, n = micros(since), 0
        while True:
            with self._db.reading() as raw:
                rows = raw.execute(_PAGE, (at, n, micros(until), batch)).fetchall()
            for _, _, *row in rows:
                yield _item(row[:12]), loads(Reading, row[14]), Outcome(row[12]), row[13]
            if len(rows) < batch:
                return
            n, at = rows[-1][:2]

    def count_between(self, since: datetime, until: datetime) -> int:
        """Return how many items `items_between` goes through."""
        asked = "select count(*) from items where seen >= ? and seen < ?"
        with self._db.reading() as raw:
            return int(raw.execute(asked, (micros(since), micros(until))).fetchone()[0])


def keep_items(raw: sqlite3.Connection, decisions: Sequence[Decision], now: datetime) -> None:
    """Keep each decision's item with its reading, outcome and trail; inside a transaction."""
    rows = []
    for decision in decisions:
        if not decision.item.key:
            raise StoreError(f"the item {decision.item.title!r} has no key: it must come from `unseen`")
        rows.append(
            _item_row(decision.item, now) + (_revised(raw, decision) if decision.item.edits else _fate(decision))
        )
    raw.executemany(_UPSERT, rows)


def _item_row(item: Item, now: datetime) -> _Row:
    return (
        item.key,
        item.feed,
        storable(item.guid),
        storable(item.link),
        storable(item.title),
        storable(item.summary),
        storable(item.text),
        micros_or_none(item.date),
        micros(item.seen or now),
        storable(item.outlet),
        item.language,
        item.official,
    )


def _fate(decision: Decision) -> _Row:
    reading = decision.reading
    # a watch rule tells of an item in which no action was read: the story is the alert's alone then
    told = decision.story or next((alert.story for alert in decision.alerts), None)
    return (
        reading.relevant,
        reading.why_not,
        decision.outcome,
        storable(decision.because),
        told.key if told else None,
        dumps(reading) if reading.actions else _dump_silence(reading),
        _dump_steps(decision.trail),
    )


@lru_cache(maxsize=256)  # nine items of ten are silent for one of a few reasons
def _dump_silence(reading: Reading) -> str:
    """Return a reading without actions, which alone can be compared, as JSON."""
    return dumps(reading)


def _revised(raw: sqlite3.Connection, decision: Decision) -> _Row:
    """Return the fate of an item whose wording changed: what was told of it stays its outcome, and its trail grows."""
    row = raw.execute("select outcome, because, story, trail from items where key = ?", (decision.item.key,)).fetchone()
    fate = _fate(decision)
    if row is None:
        return fate
    outcome, because, story, trail = row
    told_before = outcome in (Outcome.ALERT, Outcome.UPDATE) and decision.outcome is not Outcome.ALERT
    before, after = _steps(trail), list(decision.trail)
    steps = tuple(before if after and before[-len(after) :] == after else before + after)
    kept = (outcome, because) if told_before else fate[2:4]
    return (*fate[:2], *kept, fate[4] or story, fate[5], _dump_steps(steps))


@lru_cache(maxsize=256)
def _dump_steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return "[]"
    plain = [(step.verb, step.outcome, step.because) for step in steps]
    return storable(to_json(plain))


def _steps(text: str) -> list[Step]:
    return [Step(verb=verb, outcome=outcome, because=because) for verb, outcome, because in json.loads(text)]


def _item(row: Sequence[object]) -> Item:
    key, feed, guid, link, title, summary, text, date, seen, outlet, language, official = row
    return Item(
        key=str(key),
        feed=str(feed),
        guid=str(guid),
        link=str(link),
        title=str(title),
        summary=str(summary),
        text=str(text),
        date=moment_or_none(date if isinstance(date, int) else None),
        seen=moment(seen) if isinstance(seen, int) else None,
        outlet=str(outlet),
        language=str(language),
        official=bool(official),
    )
