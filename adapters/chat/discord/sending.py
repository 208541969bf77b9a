"""A delivery -> one post, edit or follow-up; each exactly once, in a room's own order.

Once. A post carries its delivery's key twice: as nonce, by which Discord itself knows a repetition for some minutes,
and at the end of its footer. Where an attempt may have gone through (`doubtful`: no answer came, or the process died
before it could be kept), the room's history is looked through first.

In order. One request at a time for each room. `send` waits only so long; what is under way then is not broken off,
since nobody could say afterwards whether it arrived: it goes on, the caller hears Doubtful, and the next attempt at the
same delivery joins it.

discord.py waits out 429s by itself, and repeats 500, 502 and 504; 503 and broken connections come back as faults.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Literal, TypeVar
from weakref import WeakValueDictionary

import discord

from adapters.chat.discord import faults, wire
from adapters.chat.discord.pace import Pace
from adapters.chat.discord.render import Post, render
from adapters.chat.discord.tasks import break_off
from adapters.chat.discord.text import clean
from bot.domain import AlertKind, Delivery, Receipt
from bot.errors import Delayed, Doubtful, Undeliverable

PATIENCE = 10.0
"""Seconds that `send` waits for an answer, not counting the wait for its turn."""
LONGEST_NONCE = 25
HISTORY = 300
"""Posts of a room that are looked through for one of ours."""
EARLIER = timedelta(minutes=2)
"""How far Discord's clock may be behind ours."""
ARCHIVE_AFTER: Literal[10_080] = 10_080
"""Minutes of silence after which Discord archives a story's thread: a week."""

_ROOM = re.compile(r"discord:([0-9]{1,20})")
_NO_THREAD_HERE = {
    faults.WRONG_KIND,
    faults.MISSING_ACCESS,
    faults.MISSING_PERMISSIONS,
    faults.TOO_MANY_THREADS,
    faults.UNKNOWN_MESSAGE,
}
"""Why a post cannot have a thread: it stands in a thread itself, we may not, there are too many, or it was deleted."""

Made = TypeVar("Made")


class Sender:
    """Sends deliveries with whatever client is online."""

    def __init__(
        self, online: Callable[[], discord.Client], pace: Pace, arrived: Callable[[discord.Client, int], None]
    ) -> None:
        """`online` returns the client or raises Delayed; `arrived` hears of every room in which something arrived."""
        self._online = online
        self._pace = pace
        self._arrived = arrived
        self._under_way: dict[str, asyncio.Task[Receipt]] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable."""
        room = room_id(delivery.room)
        task = self._under_way.get(delivery.key)
        if task is None and (wait := self._pace.paused) > 1:
            raise Delayed("Discord asks this machine to wait", after=timedelta(seconds=wait))
        if task is None:
            task = asyncio.create_task(self._in_turn(room, delivery), name=f"discord {delivery.key}")
            self._under_way[delivery.key] = task
            task.add_done_callback(lambda done: self._ended(delivery.key, done))
        while not task.done():
            await asyncio.wait({task}, timeout=PATIENCE)
            if not task.done() and (self._pace.behind <= 0 or self._pace.paused):
                raise Doubtful(f"no answer from Discord within {PATIENCE:.0f} s; the attempt goes on")
        return task.result()

    async def close(self) -> None:
        """Break off what is under way."""
        await break_off(self._under_way.values())

    def _ended(self, key: str, task: asyncio.Task[Receipt]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio calls it no forgotten one where the caller has gone

    async def _in_turn(self, room: int, delivery: Delivery) -> Receipt:
        async with self._turns.setdefault(room, asyncio.Lock()):
            client = self._online()
            try:
                receipt = await self._carry_out(client, room, delivery)
            except asyncio.CancelledError:
                raise Doubtful("the program stopped while Discord was being asked") from None
            except faults.RAISED as error:
                raise faults.fault(error) from error
            self._arrived(client, room)
            return receipt

    async def _carry_out(self, client: discord.Client, room: int, delivery: Delivery) -> Receipt:
        post = render(delivery.message, delivery.key)
        first = delivery.replies_to or Receipt()
        if delivery.kind is AlertKind.EDIT:
            return await _edit(client, room, first, post)
        if delivery.kind is AlertKind.FOLLOW_UP and first.message.isdigit():
            return await self._follow_up(client, room, delivery, post, first)
        return Receipt(message=await self._post(client, room, delivery, post))

    async def _post(self, client: discord.Client, channel: int, delivery: Delivery, post: Post, under: int = 0) -> str:
        """Post into a channel, under another post or not, or find that it stands there already; returns its id."""
        place = client.get_partial_messageable(channel)
        if delivery.doubtful and (found := await _find(place, delivery)):
            return found
        extra: dict[str, Any] = {"nonce": nonce(delivery.key), "allowed_mentions": wire.pings(post)}
        if under:
            extra["reference"] = discord.MessageReference(
                message_id=under, channel_id=channel, fail_if_not_exists=False
            )
        message = await _unarchiving(client, channel, lambda: place.send(**wire.to_send(post), **extra))
        return str(message.id)

    async def _follow_up(
        self, client: discord.Client, room: int, delivery: Delivery, post: Post, first: Receipt
    ) -> Receipt:
        """Post into the thread of the first post; where it can have none, into its room as a reply to it."""
        thread = await _thread(client, room, first, delivery)
        if thread:
            try:
                message = await self._post(client, thread, delivery, post)
                return Receipt(message=message, thread=str(thread))
            except discord.HTTPException as error:
                if error.code not in {faults.UNKNOWN_CHANNEL, *_NO_THREAD_HERE}:
                    raise
        return Receipt(message=await self._post(client, room, delivery, post, under=int(first.message)))


def room_id(room: str) -> int:
    """Return the channel behind a room's name. Raises Undeliverable."""
    found = _ROOM.fullmatch(room)
    if found is None:
        raise Undeliverable(f"{clean(room, 100)}: Discord's rooms are written discord:CHANNEL_ID")
    return int(found[1])


def nonce(key: str) -> str:
    """Return what Discord is to know a delivery by: its key, or a digest of one that is too long."""
    if len(key) <= LONGEST_NONCE and key.isascii():
        return key
    return blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()


async def _find(place: discord.PartialMessageable, delivery: Delivery) -> str:
    """Return the id of a delivery's post where it already stands, or an empty string.

    Without the permission to read the history there is only the nonce, which holds for some minutes.
    """
    mark, known = clean(delivery.key, 36), nonce(delivery.key)
    try:
        async for message in place.history(limit=HISTORY, after=delivery.created - EARLIER):
            foots = [embed.footer.text or "" for embed in message.embeds]
            if message.nonce == known or (mark and any(foot.split(" · ")[-1] == mark for foot in foots)):
                return str(message.id)
    except discord.Forbidden as error:
        if error.code not in {faults.MISSING_ACCESS, faults.MISSING_PERMISSIONS}:
            raise
    return ""


async def _edit(client: discord.Client, room: int, first: Receipt, post: Post) -> Receipt:
    if not first.message.isdigit():
        raise Undeliverable("there is no post to change: it is not known how Discord calls it")
    message = client.get_partial_messageable(room).get_partial_message(int(first.message))
    await _unarchiving(client, room, lambda: message.edit(**wire.to_edit(post), allowed_mentions=wire.NOBODY))
    return first


async def _thread(client: discord.Client, room: int, first: Receipt, delivery: Delivery) -> int:
    """Return the thread of a story's first post, made where it is missing; 0 where it can have none.

    A thread has the id of the post that it belongs to. So it needs no looking up, and two that make it at once make
    the same one: the second is told that it exists.
    """
    if first.thread.isdigit():
        return int(first.thread)
    post = int(first.message)
    if isinstance(client.get_channel(post), discord.Thread):
        return post
    name = clean(delivery.message.title, 90) or "Follow-up"
    try:
        await client.http.start_thread_with_message(room, post, name=name, auto_archive_duration=ARCHIVE_AFTER)
    except discord.HTTPException as error:
        if error.code == faults.THREAD_EXISTS:
            return post
        if error.code in _NO_THREAD_HERE:
            return 0
        raise
    return post


async def _unarchiving(client: discord.Client, channel: int, attempt: Callable[[], Awaitable[Made]]) -> Made:
    """Attempt something in a channel; where that is an archived thread, bring it back if we may, and try again."""
    try:
        return await attempt()
    except discord.HTTPException as error:
        if error.code not in {faults.ARCHIVED, faults.THREAD_LOCKED}:
            raise
        try:
            await client.http.edit_channel(channel, archived=False)
        except discord.Forbidden:
            raise error from None
    return await attempt()
