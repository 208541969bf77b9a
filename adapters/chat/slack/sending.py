"""A delivery -> a post, an edit or a reply; each exactly once, in a room's own order.

Once. Slack takes no nonce, so every post carries its delivery's key in its metadata. Where an attempt may have gone
through (`doubtful`, or a delivery older than this process, whose predecessor may have died between sending and
remembering), the room is looked through for that key before anything is sent. A call that takes long is not broken
off, for then nobody could say whether it still arrives: `send` answers Doubtful, the call goes on, and the next attempt
at the same delivery joins it.

In order. One call at a time for each room, at the pace that Slack allows; no room waits for another.

A message too long for one post goes on in replies to it, each with a key of its own (``KEY/2``).
"""

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from adapters.chat.slack.pace import PATIENCE as TURN
from adapters.chat.slack.pace import Pace, posting, tier
from adapters.chat.slack.people import Groups
from adapters.chat.slack.render import Post, render
from adapters.chat.slack.text import clean
from bot.domain import AlertKind, Delivery, Receipt
from bot.errors import ChatError, Delayed, Doubtful, Undeliverable
from bot.ports import Log

EVENT = "sanctionwire_delivery"
PATIENCE = 10.0
"""Seconds that `send` waits for Slack's answer once the call is under way."""
EARLIER = timedelta(minutes=5)
"""How far Slack's clock may be behind ours."""
PAGES = 5
PER_PAGE = 200

_ROOM = re.compile(r"slack:([A-Z0-9]{1,40})/([A-Z0-9]{1,40})")


class Sender:
    """Sends deliveries into one workspace."""

    def __init__(self, client: AsyncWebClient, team: str, groups: Groups, log: Log) -> None:
        self._client = client
        self._team = team
        self._posting, self._editing, self._looking = (
            posting(time.monotonic),
            tier(time.monotonic),
            tier(time.monotonic),
        )
        self._groups = groups
        self._log = log
        self._began = datetime.now(UTC)
        self._under_way: dict[str, asyncio.Task[Receipt]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable."""
        channel = channel_of(delivery.room, self._team)
        task = self._under_way.get(delivery.key)
        if task is None:
            task = asyncio.create_task(self._in_turn(channel, delivery), name=f"slack {delivery.key}")
            self._under_way[delivery.key] = task
            task.add_done_callback(lambda done: self._ended(delivery.key, done))
        await asyncio.wait({task}, timeout=PATIENCE + TURN)
        if not task.done():
            raise Doubtful(f"{delivery.room}: no answer from Slack within {PATIENCE:.0f} s; the attempt goes on")
        return task.result()

    async def close(self) -> None:
        """Break off what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[Receipt]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio calls it no forgotten one where the caller has gone

    async def _in_turn(self, channel: str, delivery: Delivery) -> Receipt:
        async with self._turns.setdefault(channel, asyncio.Lock()):
            try:
                return await self._carry_out(channel, delivery)
            except asyncio.CancelledError:
                raise Doubtful(f"{delivery.room}: the program stopped while Slack was being asked") from None
            except calls.FAILURES as error:
                pace = self._editing if delivery.kind is AlertKind.EDIT else self._posting
                raise self._failed(channel, delivery, error, pace) from error

    def _failed(self, channel: str, delivery: Delivery, error: Exception, pace: Pace) -> ChatError:
        failed = calls.failure(error, delivery.room)
        if isinstance(failed, Delayed) and failed.after is not None:
            pace.rest(channel, failed.after.total_seconds())
        if isinstance(failed, Undeliverable):
            self._log("slack_refused", room=delivery.room, delivery=delivery.key, problem=str(failed))
        return failed

    async def _carry_out(self, channel: str, delivery: Delivery) -> Receipt:
        posts = render(await self._groups.named(delivery.message))
        first = delivery.replies_to or Receipt()
        if delivery.kind is AlertKind.EDIT:
            return await self._edit(channel, first, posts[0])
        thread = (first.thread or first.message) if delivery.kind is AlertKind.FOLLOW_UP else ""
        known = await self._known(channel, delivery, thread)
        top = known.get(delivery.key) or await self._post(channel, delivery.key, posts[0], thread)
        for number, post in enumerate(posts[1:], 2):
            try:
                await self._further(channel, f"{delivery.key}/{number}", post, thread or top, known)
            except (Delayed, *calls.FAILURES) as error:
                raise Doubtful(f"{delivery.room}: {number - 1} of {len(posts)} posts arrived ({error})") from error
        return Receipt(message=top, thread=thread)

    async def _further(self, channel: str, key: str, post: Post, thread: str, known: Mapping[str, str]) -> None:
        """Post a further part of a message, unless it stands there; waiting for one's own turn is no failure here."""
        if key in known:
            return
        await asyncio.sleep(self._posting.claim(channel, math.inf))
        await self._call(channel, key, post, thread)

    async def _post(self, channel: str, key: str, post: Post, thread: str) -> str:
        """Post, and return how Slack calls the post."""
        await _turn(self._posting, channel)
        try:
            return await self._call(channel, key, post, thread)
        except calls.FAILURES as error:
            if not thread or not calls.is_orphaned(error):
                raise
        # the post that it answers was deleted: it is told all the same
        return await self._call(channel, key, post, "")

    async def _call(self, channel: str, key: str, post: Post, thread: str) -> str:
        said: dict[str, Any] = {
            "channel": channel,
            "text": post.text,
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            **({"thread_ts": thread} if thread else {}),
        }
        try:
            answer = await self._client.chat_postMessage(**said, blocks=post.blocks)
        except calls.FAILURES as error:
            if not calls.is_unlaid(error):
                raise
            # better a plain alert than none; what was wrong with its layout stands in the log
            self._log("slack_layout_refused", channel=channel, delivery=key, error=str(error))
            answer = await self._client.chat_postMessage(**said)
        return str(answer["ts"])

    async def _edit(self, channel: str, first: Receipt, post: Post) -> Receipt:
        """Change a post. Doing so twice changes nothing, so no doubt needs to be cleared first."""
        if not first.message:
            raise Undeliverable(f"slack {channel}: there is no post to change: it is not known how Slack calls it")
        await _turn(self._editing, channel)
        await self._client.chat_update(channel=channel, ts=first.message, text=post.text, blocks=post.blocks)
        return first

    # --- has it arrived? ------------------------------------------------------------------------------------------

    async def _known(self, channel: str, delivery: Delivery, thread: str) -> Mapping[str, str]:
        """Return which parts of a delivery stand in the room already, with how Slack calls them."""
        if not delivery.doubtful and delivery.created >= self._began:
            return {}
        since = f"{(delivery.created - EARLIER).timestamp():.6f}"
        try:
            found = await self._keys(channel, thread, since)
            top = found.get(delivery.key)
            return found | await self._keys(channel, top, since) if top and not thread else found
        except calls.FAILURES as error:
            if channel.startswith("D") and calls.needed_scope(error):
                return {}  # a person's own channel: scopes to read those are not asked for
            raise self._unseen(channel, delivery, error) from error

    async def _keys(self, channel: str, thread: str, since: str) -> dict[str, str]:
        found: dict[str, str] = {}
        async for message in self._messages(channel, thread, since):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT:
                found.setdefault(str(metadata.get("event_payload", {}).get("key")), str(message["ts"]))
        return found

    async def _messages(self, channel: str, thread: str, since: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield a channel's messages, newest first, or a thread's."""
        asked: dict[str, Any] = {"channel": channel, "oldest": since, "limit": PER_PAGE, "include_all_metadata": True}
        for _ in range(PAGES):
            await _turn(self._looking, channel)
            try:
                if thread:
                    answer = await self._client.conversations_replies(**asked, ts=thread)
                else:
                    answer = await self._client.conversations_history(**asked)
            except calls.FAILURES as error:
                if thread and calls.is_orphaned(error):
                    return
                raise
            for message in answer.get("messages") or []:
                yield message
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return

    def _unseen(self, channel: str, delivery: Delivery, error: Exception) -> ChatError:
        """Return what it means that a room could not be looked through: nothing is sent on the chance."""
        if scope := calls.needed_scope(error):
            what = f"whether it was posted already cannot be seen without the scope {scope}; add it, reinstall the app"
            return Delayed(f"{delivery.room}: {what}", after=calls.LATER)
        failed = self._failed(channel, delivery, error, self._looking)
        return Delayed(str(failed), after=None) if isinstance(failed, Doubtful) else failed


def channel_of(room: str, team: str) -> str:
    """Return the channel behind a room's name. Raises Undeliverable."""
    found = _ROOM.fullmatch(room)
    if found is None:
        raise Undeliverable(f"{clean(room, 100)}: Slack's rooms are written slack:TEAM_ID/CHANNEL_ID")
    if found[1] != team:
        raise Undeliverable(f"{room}: the bot's token is for the workspace {team}, not for {found[1]}")
    return found[2]


async def _turn(pace: Pace, channel: str) -> None:
    """Wait for one's turn. Raises Delayed where that takes longer than anybody should wait."""
    wait = pace.claim(channel)
    if wait > TURN:
        raise Delayed(f"slack {channel}: its turn comes in {wait:.0f} s", after=timedelta(seconds=wait))
    await asyncio.sleep(wait)
