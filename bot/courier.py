"""The second errand: what is on disk goes out, each delivery once, in each room in its order.

A send is noted on disk before it begins and when its outcome is known. If the process dies in between, the delivery
is `doubtful` and the platform is asked before it is sent again. If only the second note fails (a full disk), the
outcome is kept in memory and nothing is sent again while the process lives.

Rooms are told side by side, each in its own turn and its own order. A turn is short, so that what is urgent overtakes
what is not (the store hands it out first); and a room that is slow to answer, or has a thousand deliveries waiting,
holds up nobody but itself.

A room that refuses is stopped, not written off: it may have been archived by mistake, or the bot thrown out and
invited again. What is meant for it is kept; every `AGAIN` one delivery is tried, each time another, lest a message
that is itself at fault stand for the room; the first that arrives reopens it. What has waited for as long as `give_up`
is refused. A delivery that is refused although its room takes others, and an edit, whose post may be gone, is refused
by itself. Those who look after the room are told once.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from bot import timing
from bot.digests import digest
from bot.domain import AlertKind, Delivery, DeliveryState, Key, StoppedRoom
from bot.errors import ChatError, Delayed, Doubtful, Undeliverable
from bot.ports import Chat, Clock, Log, Store
from bot.rhythm import SPAN, full_rooms, gather
from bot.watch import closed_room
from bot.wording import Wording

AGAIN = timedelta(hours=1)
"""How often a stopped room is tried."""

FEWEST_TRIES = 5
"""Nothing is given up after fewer: a clock that was put forward by a week is no reason."""

NOT_CONNECTED = timedelta(minutes=1)
"""How long what is meant for a platform that is not on waits."""

AT_ONCE = 100
"""Rooms that are told something side by side."""

IN_A_TURN = 5
"""Deliveries that a room gets before it is looked again what is due: few, so that what is urgent overtakes the rest."""

PATIENCE = 1.0
"""Seconds that rooms whose turn is over wait for slower ones, before others have theirs."""

REST = timedelta(seconds=1)
"""How long a room in which something has to wait is left alone."""


@dataclass(slots=True, kw_only=True)
class _Round:
    """One call of `deliver` on its way."""

    only: Collection[str]
    but: Collection[str]
    go_on: Callable[[], bool]
    turns: dict[str, asyncio.Task[int]] = field(default_factory=dict)
    """The rooms that are told something just now."""
    resting: dict[str, datetime] = field(default_factory=dict)
    """Rooms that are left alone, and until when."""
    broken: bool = False
    """Whether something went wrong that is no chat's fault: nothing more is begun then."""


class Courier:
    """Sends what is due, over one store."""

    def __init__(
        self,
        *,
        store: Store,
        chats: Mapping[str, Chat],
        clock: Clock,
        log: Log,
        wording: Wording,
        give_up: timedelta = timedelta(days=1),
        bursts: Mapping[str, int] | None = None,
    ) -> None:
        """Take the parts; `bursts` has for each platform how many messages a room may get within `rhythm.SPAN`."""
        self._store = store
        self._chats = chats
        self._clock = clock
        self._log = log
        self._wording = wording
        self._give_up = give_up
        self._bursts = bursts or {}
        self._sent: dict[str, list[datetime]] = {}
        """When each room was told something lately."""
        self._unsaved: dict[Key, Delivery] = {}
        """Deliveries whose outcome could not be written down yet."""
        self._in_hand: set[str] = set()
        """Rooms that are having their turn."""

    async def deliver(
        self, *, only: Collection[str] = (), but: Collection[str] = (), go_on: Callable[[], bool] = lambda: True
    ) -> int:
        """Send what is due until nothing is; returns how many were sent. Raises StoreError where the store is at fault.

        Only to rooms of `only` these platforms, or of all `but` these: a platform that does not answer need not hold up
        another; but two rounds at a time must not meet in a room. `go_on` is asked before anything more is begun.
        """
        round_ = _Round(only=only, but=but, go_on=go_on)
        sent = 0
        try:
            while True:
                if go_on() and not round_.broken:
                    self._begin(round_)
                if not round_.turns:
                    return sent
                await asyncio.wait(round_.turns.values(), timeout=PATIENCE)
                sent += self._end(round_)
        except asyncio.CancelledError:
            for turn in round_.turns.values():
                turn.cancel()
            raise
        finally:
            await asyncio.gather(*round_.turns.values(), return_exceptions=True)
            self._in_hand -= round_.turns.keys()

    def _begin(self, round_: "_Round") -> None:
        """Give each room that has none a turn, as many as there are places."""
        for delivery in list(self._unsaved.values()):
            self._save(delivery)
        now = self._clock()
        self._gather(now)
        stopped = {one.room: one for one in self._store.stopped()}
        resting = {room for room, until in round_.resting.items() if until > now}
        while len(round_.turns) < AT_ONCE:
            busy = self._in_hand | resting
            found = self._store.due(now, AT_ONCE, only=round_.only, but=round_.but, busy=busy)
            rooms: dict[str, list[Delivery]] = {}
            for delivery in found:
                rooms.setdefault(delivery.room, []).append(delivery)
            for room, deliveries in islice(rooms.items(), AT_ONCE - len(round_.turns)):
                turn = self._deliver_room(deliveries, stopped.get(room), round_)
                round_.turns[room] = asyncio.create_task(turn)
                self._in_hand.add(room)
            if len(found) < AT_ONCE:
                return

    def _end(self, round_: "_Round") -> int:
        """Take leave of the rooms whose turn is over; returns how many deliveries were sent in them."""
        sent = 0
        for room, turn in [(room, turn) for room, turn in round_.turns.items() if turn.done()]:
            del round_.turns[room]
            self._in_hand.discard(room)
            if fault := turn.exception():
                # one room's fault is not the others': they go on to their end, and nothing more is begun
                self._log("deliver_broke", room=room, error=repr(fault))
                round_.broken = True
            else:
                sent += turn.result()
        return sent

    def _gather(self, now: datetime) -> None:
        """Let one message tell what was held, or what would be a flood."""
        self._sent = {
            room: lately for room, all_ in self._sent.items() if (lately := [t for t in all_ if t > now - SPAN])
        }
        full = full_rooms(self._sent, self._bursts)
        # what a room is being told lies in somebody's hands already
        waiting = [one for one in self._store.fresh(now, full) if one.room not in self._in_hand]
        gathering = gather(waiting, self._sent, now, self._bursts)
        for until, keys in gathering.holds:
            self._store.hold(keys, until)
        for room, keys in gathering.bundles:
            self._bundle(room, keys, now)

    def _bundle(self, room: str, keys: Sequence[Key], now: datetime) -> None:
        members = [delivery for key in keys if (delivery := self._store.delivery(key))]
        stories = {one.story: story for one in members if (story := self._store.story(one.story))}
        message = digest(members, stories, self._wording, now)
        made = Delivery(
            key="", room=room, kind=AlertKind.ALERT, story=members[0].story, message=message, created=now, due=now
        )
        if self._store.bundle(made, keys):
            self._log("bundled", room=room, stories=len(members))

    async def _deliver_room(self, deliveries: Sequence[Delivery], stopped: StoppedRoom | None, round_: "_Round") -> int:
        """Send what is due in one room, up to the first that has to wait; returns how many were sent."""
        sent = 0
        for delivery in _in_turn(deliveries, stopped):
            if sent and not round_.go_on():
                break
            after = await self._attempt(delivery, stopped)
            self._save(after)
            if after.state is DeliveryState.PENDING:
                round_.resting[delivery.room] = self._clock() + REST
                break
            if after.state is DeliveryState.SENT:
                sent += 1
                if stopped is not None:
                    self._store.reopen_room(delivery.room)
                    self._log("room_reopened", room=delivery.room, since=stopped.since)
                    stopped = None
        return sent

    def _save(self, delivery: Delivery) -> None:
        """Write down what became of a delivery. Raises StoreError, and remembers it, where that fails."""
        self._unsaved[delivery.key] = delivery
        self._store.save_delivery(delivery)
        del self._unsaved[delivery.key]

    async def _attempt(self, delivery: Delivery, stopped: StoppedRoom | None) -> Delivery:
        """Try once; returns the delivery as it is afterwards. Raises StoreError, and has sent nothing then."""
        tried = replace(delivery, attempts=delivery.attempts + 1)
        platform = delivery.room.partition(":")[0]
        chat = self._chats.get(platform)
        if chat is None:
            return self._postponed(tried, f"{platform} is not connected", after=NOT_CONNECTED)
        self._store.begin(delivery.key)
        try:
            receipt = await chat.send(delivery)
        except Undeliverable as error:
            return await self._turned_away(tried, str(error), chat, stopped)
        except Delayed as error:
            return self._postponed(tried, str(error), after=error.after)
        except Doubtful as error:
            return self._postponed(replace(tried, doubtful=True), str(error), after=None)
        except Exception as error:  # noqa: BLE001 - one room's fault is not the others'
            self._log("deliver_broke", delivery=delivery.key, room=delivery.room, error=repr(error))
            return self._postponed(replace(tried, doubtful=True), repr(error), after=None)
        return self._arrived(replace(tried, state=DeliveryState.SENT, receipt=receipt, problem="", doubtful=False))

    def _arrived(self, delivery: Delivery) -> Delivery:
        now = self._clock()
        if delivery.kind in (AlertKind.ALERT, AlertKind.FOLLOW_UP):
            self._sent.setdefault(delivery.room, []).append(now)
        self._log(
            "delivered",
            delivery=delivery.key,
            room=delivery.room,
            kind=delivery.kind,
            story=delivery.story,
            delay=now - (delivery.held or delivery.created),
        )
        return delivery

    def _postponed(self, delivery: Delivery, problem: str, *, after: timedelta | None) -> Delivery:
        now = self._clock()
        waited = now - (delivery.held or delivery.created)
        if waited > self._give_up and delivery.attempts >= FEWEST_TRIES:
            return self._refused(delivery, f"given up after {self._give_up}: {problem}")
        due = timing.retry_delivery(delivery.attempts, now, after=after, jitter=random.random())
        self._log("delayed", delivery=delivery.key, room=delivery.room, kind=delivery.kind, due=due, problem=problem)
        return replace(delivery, due=due, problem=problem)

    def _refused(self, delivery: Delivery, problem: str) -> Delivery:
        self._log("refused", delivery=delivery.key, room=delivery.room, kind=delivery.kind, problem=problem)
        return replace(delivery, state=DeliveryState.REFUSED, problem=problem)

    async def _turned_away(self, delivery: Delivery, problem: str, chat: Chat, stopped: StoppedRoom | None) -> Delivery:
        """Return a refused delivery as it is afterwards, its room being stopped; or refused by itself."""
        if stopped is None and (delivery.kind is AlertKind.EDIT or delivery.refusals):
            return self._refused(delivery, problem)
        now = self._clock()
        room = StoppedRoom(room=delivery.room, reason=problem, since=now, again=now + AGAIN)
        if stopped is not None:
            room = replace(stopped, reason=problem, again=now + AGAIN)
        self._store.stop_room(room)
        self._log("room_stopped", room=room.room, since=room.since, again=room.again, problem=problem)
        if now - room.since >= self._give_up:
            self._empty(room, now)
        await self._warn(room, chat)
        return replace(delivery, refusals=delivery.refusals + 1, problem=problem)

    def _empty(self, room: StoppedRoom, now: datetime) -> None:
        """Refuse what has waited in a stopped room for long enough."""
        problem = f"given up after {self._give_up}: {room.reason}"
        if count := self._store.refuse_waiting(room.room, now - self._give_up, problem):
            self._log("room_given_up", room=room.room, refused=count, problem=problem)

    async def _warn(self, room: StoppedRoom, chat: Chat) -> None:
        """Tell those who look after a room that it was stopped: once, and rather not than twice."""
        if room.told:
            return
        self._store.note_told(room.room)
        try:
            await chat.notify(room.room, closed_room(room, self._give_up))
        except ChatError as error:
            self._store.note_told(room.room, told=False)
            self._log("admins_not_told", room=room.room, problem=str(error))


def _in_turn(deliveries: Sequence[Delivery], stopped: StoppedRoom | None) -> Sequence[Delivery]:
    """Return what a room is told in one turn, in order: of a stopped room, those first that were tried least."""
    if stopped is None:
        return deliveries[:IN_A_TURN]
    return sorted(deliveries, key=lambda one: (one.kind is AlertKind.EDIT, one.refusals))
