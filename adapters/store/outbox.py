"""Deliveries on their way: made with the decision, each once, handed out in the order in which a room must hear them.

What is urgent goes first: alerts and follow-ups that nobody asked to hold. What was held (digests, the night's news),
edits and notices come after them, so that ten thousand morning digests do not stand in the way of one piece of news.

A room hears of a story in turn: its first post, then what answers or changes that post. So of each room and story only
the oldest pending delivery is ever due, and `posts` remembers the first post with its receipt, once it has one. A
pending row in `posts` is also what keeps a second first post from being made, whatever asks for it. A digest
(`bundles`) is the first post of several stories at once.

Delivery keys are made of what the delivery is (story, room, kind, item, words): the same decision, recorded again,
makes the same keys and so no new delivery. Sixteen characters fit what platforms take as a nonce.
"""

import base64
import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from adapters.store.codec import dumps, loads, micros, micros_or_none, moment, moment_or_none, storable
from adapters.store.shelf import Shelf
from bot.domain import (
    Alert,
    AlertKind,
    Decision,
    Delivery,
    DeliveryState,
    Key,
    Message,
    Receipt,
)
from bot.errors import StoreError

ORPHANED = "its post was refused"
_DELIVERY = (
    "d.key, d.room, d.kind, d.story, m.body, d.created, d.due, d.state, d.attempts, d.doubtful, d.problem, d.receipt, "
    "d.held, d.refusals, p.receipt"
)
_FROM = "deliveries d join messages m on m.id = d.message left join posts p on p.story = d.story and p.room = d.room"
# The index on pending rows has them in the order wanted, so this stops at the limit however many are pending. What was
# made in the future is due as well: the clock was put back since, and nobody shall wait until it is there again.
_DUE = f"""
select {_DELIVERY} from {_FROM}
where d.state = 'pending' and (d.due <= ?1 or (d.created > ?1 and d.attempts = 0 and d.held is null))
and (substr(d.room, 1, instr(d.room || ':', ':') - 1) in (select value from json_each(?3))) = ?4
and d.room not in (select room from stopped_rooms where again > ?1 and since <= ?1)
and d.room not in (select value from json_each(?5))
and not exists (
    select 1 from deliveries e where e.state = 'pending' and e.story = d.story and e.room = d.room and e.n < d.n
)
and not exists (select 1 from deliveries g where g.key = p.delivery and g.key <> d.key and g.state = 'pending')
order by (d.held is not null or d.kind = 'edit' or d.kind = 'notice'), d.began, d.n limit ?2
"""  # noqa: S608 - our own words
_INSERT = """
insert or ignore into deliveries (key, room, kind, story, began, message, state, created, due, problem, held)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SAVE = """
update deliveries set state = ?, due = ?, attempts = ?, doubtful = ?, problem = ?, receipt = ?, refusals = ?
where key = ? and state = 'pending'
"""


class OutboxShelf(Shelf):
    """`bot.ports.OutboxStore`."""

    def due(
        self,
        now: datetime,
        limit: int = 100,
        *,
        only: Collection[str] = (),
        but: Collection[str] = (),
        busy: Collection[str] = (),
    ) -> list[Delivery]:
        """Return pending deliveries that are due: what is urgent first, and of that the oldest story's.

        At most one for each room and story. Those for rooms of `only` these platforms, or of all `but` these; none for
        the rooms that are `busy`.
        """
        asked = (micros(now), limit, json.dumps(list(only or but)), bool(only), json.dumps(list(busy)))
        with self._db.reading() as raw:
            rows = raw.execute(_DUE, asked).fetchall()
        return [_delivery(row) for row in rows]

    def delivery(self, key: Key) -> Delivery | None:
        """Return one delivery, whatever became of it."""
        with self._db.reading() as raw:
            row = raw.execute(
                f"select {_DELIVERY} from {_FROM} where d.key = ? and d.state <> 'overtaken'",  # noqa: S608 - our own words
                (key,),
            ).fetchone()
        return _delivery(row) if row else None

    def begin(self, key: Key) -> None:
        """Note that a delivery is about to be sent: should the process die now, it may or may not have been.

        It reads as `doubtful` from then on, until `save_delivery` says what became of it.
        """
        with self._db.writing() as raw:
            raw.execute("update deliveries set doubtful = 1 where key = ? and state = 'pending'", (key,))

    def save_delivery(self, delivery: Delivery) -> None:
        """Keep what became of a delivery. One that was overtaken or settled meanwhile stays as it is."""
        receipt = dumps(delivery.receipt) if delivery.receipt else None
        with self._db.writing() as raw:
            changed = raw.execute(
                _SAVE,
                (
                    delivery.state,
                    micros(delivery.due),
                    delivery.attempts,
                    delivery.doubtful,
                    storable(delivery.problem),
                    receipt,
                    delivery.refusals,
                    delivery.key,
                ),
            ).rowcount
            if changed and delivery.state is DeliveryState.SENT and delivery.story:
                _posted(raw, delivery, receipt)
            elif changed and delivery.state is DeliveryState.REFUSED and delivery.kind is AlertKind.ALERT:
                orphan(raw, delivery.key)

    def waiting(self) -> int:
        """Return how many deliveries are pending."""
        with self._db.reading() as raw:
            count: int = raw.execute("select count(*) from deliveries where state = 'pending'").fetchone()[0]
        return count

    def told(self, story: Key) -> dict[str, Receipt | None]:
        """Return the rooms that were, or are about to be, told of a story, with the receipt of the first post."""
        with self._db.reading() as raw:
            rows = raw.execute("select room, receipt from posts where story = ? order by room", (story,)).fetchall()
        return {room: _receipt(receipt) for room, receipt in rows}


def keep_deliveries(raw: sqlite3.Connection, decisions: Sequence[Decision], now: datetime) -> list[Delivery]:
    """Make a pending delivery of each alert; inside a transaction. Returns those that are new."""
    made: list[Key] = []
    words = _Words(raw)
    for decision in decisions:
        if len(decision.alerts) != len(decision.messages):
            raise StoreError(
                f"the decision on item {decision.item.key} has {len(decision.alerts)} alerts "
                f"but {len(decision.messages)} messages; each alert needs its own"
            )
        for alert, message in zip(decision.alerts, decision.messages, strict=True):
            body = words.keep(message)
            key = _delivery_key(alert, decision.item.key, body)
            if _insert(raw, key, alert, body, now):
                made.append(key)
    return _made(raw, made)


@dataclass(frozen=True, slots=True)
class _Body:
    id: int
    text: str


class _Words:
    """Messages of one record, each encoded and kept once: one alert says the same to thousands of rooms."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._kept: dict[int, tuple[Message, _Body]] = {}

    def keep(self, message: Message) -> _Body:
        # by identity: messages hold mappings and have no hash. Holding the message keeps its id from being used again.
        if id(message) not in self._kept:
            text = dumps(message)
            self._kept[id(message)] = (message, _Body(keep_message(self._raw, text), text))
        return self._kept[id(message)][1]


def keep_message(raw: sqlite3.Connection, body: str) -> int:
    """Keep a message's text once, inside a transaction; returns its number."""
    number = int.from_bytes(blake2b(body.encode(), digest_size=8).digest(), "little", signed=True)
    raw.execute("insert or ignore into messages (id, body) values (?, ?)", (number, body))
    return number


def _delivery_key(alert: Alert, item: Key, body: _Body) -> Key:
    said = "\0".join((alert.story.key, alert.room, alert.kind, item, str(body.id)))
    return base64.b32encode(blake2b(said.encode(), digest_size=10).digest()).decode().lower()


def _insert(raw: sqlite3.Connection, key: Key, alert: Alert, body: _Body, now: datetime) -> bool:
    """Put one delivery into the outbox; returns whether it is a new one that is going to be sent."""
    story, room = alert.story, alert.room
    first = raw.execute("select delivery from posts where story = ? and room = ?", (story.key, room)).fetchone()
    if alert.kind is AlertKind.ALERT and first is not None:
        return False
    if alert.kind is AlertKind.EDIT and first is not None and _in_digest(raw, first[0]):
        return False
    refusal = "" if first is not None or alert.kind is AlertKind.ALERT else _why_not(raw, alert)
    state = DeliveryState.REFUSED if refusal else DeliveryState.PENDING
    held = micros_or_none(alert.due)
    at = micros(now)
    due = at if held is None else max(held, at)
    values = (key, room, alert.kind, story.key, micros(story.first), body.id, state, at, due, refusal, held)
    if not raw.execute(_INSERT, values).rowcount:
        return False
    if alert.kind is AlertKind.ALERT:
        raw.execute("insert into posts (story, room, delivery) values (?, ?, ?)", (story.key, room, key))
    if alert.kind is AlertKind.EDIT:
        raw.execute(
            "update deliveries set state = 'overtaken' where state = 'pending' and kind = ? and story = ? and room = ? "
            "and key <> ?",
            (AlertKind.EDIT, story.key, room, key),
        )
    return not refusal


def _why_not(raw: sqlite3.Connection, alert: Alert) -> str:
    """Return why something that answers or changes a post cannot be told in a room that has no such post."""
    refused = raw.execute(
        "select 1 from deliveries where story = ? and room = ? and kind = ? and state = 'refused' limit 1",
        (alert.story.key, alert.room, AlertKind.ALERT),
    ).fetchone()
    if refused:
        return ORPHANED
    return "there is no post to edit" if alert.kind is AlertKind.EDIT else ""


def _in_digest(raw: sqlite3.Connection, delivery: Key) -> bool:
    """Return whether a post tells of other stories too, so that no single story's words may take its place."""
    return raw.execute("select 1 from bundles where digest = ? limit 1", (delivery,)).fetchone() is not None


def _posted(raw: sqlite3.Connection, delivery: Delivery, receipt: str | None) -> None:
    """Remember the room's first post of the story; later ones change nothing."""
    raw.execute(
        "insert into posts (story, room, delivery, sent, receipt) values (?, ?, ?, 1, ?) "
        "on conflict (story, room) do update set sent = 1, receipt = excluded.receipt where sent = 0",
        (delivery.story, delivery.room, delivery.key, receipt),
    )
    raw.execute(
        "update posts set sent = 1, receipt = ? where delivery = ? and sent = 0",
        (receipt, delivery.key),
    )


def orphan(raw: sqlite3.Connection, post: Key) -> None:
    """Refuse what was to follow a first post that is refused, inside a transaction."""
    orphans = raw.execute("delete from posts where delivery = ? returning story, room", (post,)).fetchall()
    raw.executemany(
        f"update deliveries set state = 'refused', problem = '{ORPHANED}' "  # noqa: S608 - our own words
        "where state = 'pending' and story = ? and room = ?",
        orphans,
    )


def _made(raw: sqlite3.Connection, keys: Sequence[Key]) -> list[Delivery]:
    """Return new deliveries as they stand at the end of the record: those that were not overtaken in it."""
    if not keys:
        return []
    rows = raw.execute(
        f"select {_DELIVERY} from {_FROM} where d.state = 'pending' "  # noqa: S608 - our own words
        "and d.key in (select value from json_each(?)) order by d.n",
        (json.dumps(keys),),
    )
    return [_delivery(row) for row in rows]


@lru_cache(maxsize=64)  # one alert goes to thousands of rooms in the same words
def _message(body: str) -> Message:
    return loads(Message, body)


def _receipt(text: str | None) -> Receipt | None:
    return None if text is None else loads(Receipt, text)


def _delivery(row: Sequence[object]) -> Delivery:
    key, room, kind, story, body, created, due, state, attempts, doubtful, problem, receipt, held, refusals, first = row
    named = AlertKind(str(kind))
    return Delivery(
        key=str(key),
        room=str(room),
        kind=named,
        story=str(story or ""),
        message=_message(str(body)),
        created=moment(int(str(created))),
        due=moment(int(str(due))),
        state=DeliveryState(str(state)),
        attempts=int(str(attempts)),
        doubtful=bool(doubtful),
        problem=str(problem),
        receipt=_receipt(None if receipt is None else str(receipt)),
        held=moment_or_none(held if isinstance(held, int) else None),
        refusals=int(str(refusals)),
        replies_to=None if named is AlertKind.ALERT or first is None else _receipt(str(first)),
    )
