"""Socket Mode, watched over.

slack_sdk mends a lost connection by itself, mostly within a tenth of a second. What it does not mend: an address that
was refused once is tried for ever, though it is good for one try; a request for a new address that fails after Slack
announced a refresh leaves the old connection, on which nothing comes any more (python-slack-sdk#1446, #1922); and an
aborted connection is noticed at the next ping. So a watch looks twice a second, and puts a new client in the place of
one that has been unwell for longer than the library's own remedy takes.
"""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from adapters.chat.slack import calls
from bot.ports import Log

PING = 5
"""Seconds between pings."""
LOOK = 0.5
UNWELL = 1.5
"""Seconds after which the library is not expected to mend a connection any more."""
OPENING = 4.5
"""Seconds that opening a connection may take at first: less than PING, after which slack_sdk tries the same, spent
address again. Each further try is given as much more, up to LONGEST_PAUSE, for a line may just be slow."""
LONGEST_PAUSE = 30.0
CLOSING = 0.8


class SocketLink:
    """One connection to Slack, kept up."""

    def __init__(self, app: AsyncApp, token: str, log: Log) -> None:
        self._app = app
        self._token = token
        self._log = log
        self._handler: AsyncSocketModeHandler | None = None
        self._watch: asyncio.Task[None] | None = None
        self._leaving: float | None = None
        """When Slack announced that it will close the connection; None after a new one said hello."""

    async def connect(self) -> None:
        """Open a connection. Raises what slack_sdk and aiohttp raise, at once: a wrong token gets no second try."""
        self._handler = await self._opened(2 * OPENING)
        self._watch = asyncio.create_task(self._watch_over(), name="slack socket watch")

    async def close(self) -> None:
        """Close the connection."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._handler is not None:
            await _shut(self._handler)
            self._handler = None

    async def _opened(self, within: float) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=PING)
        client = handler.client
        client.proxy = self._app.client.proxy
        client.on_message_listeners.append(self._heard)
        try:
            async with asyncio.timeout(within):
                client.wss_uri = await client.issue_new_wss_url()
                await client.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await _shut(handler)
            raise
        self._leaving = None
        return handler

    async def _heard(self, message: aiohttp.WSMessage) -> None:
        """Note Slack's hello and its announcement to go."""
        if message.type is aiohttp.WSMsgType.TEXT:
            with contextlib.suppress(ValueError, AttributeError):
                kind = json.loads(message.data).get("type")
                if kind == "hello":
                    self._leaving = None
                elif kind == "disconnect":
                    self._leaving = asyncio.get_running_loop().time()

    async def _watch_over(self) -> None:
        unwell: float | None = None
        while True:
            await asyncio.sleep(LOOK)
            now = asyncio.get_running_loop().time()
            if await self._is_well(now):
                unwell = None
            elif unwell is None:
                unwell = now
            elif now - unwell >= UNWELL:
                await self._renew()
                unwell = None

    async def _is_well(self, now: float) -> bool:
        if self._handler is None:
            return False
        return await self._handler.client.is_connected() and (self._leaving is None or now - self._leaving < UNWELL)

    async def _renew(self) -> None:
        """Put a new client in the old one's place, trying until it is there."""
        self._log("slack_socket_lost")
        if self._handler is not None:
            await _shut(self._handler)
            self._handler = None
        pause, within = 0.5, OPENING
        while self._handler is None:
            try:
                self._handler = await self._opened(within)
            except calls.FAILURES as error:
                failed = calls.failure(error, "Socket Mode")
                self._log("slack_socket_refused", problem=str(failed), again=pause)
                await asyncio.sleep(pause)
                pause, within = min(2 * pause, LONGEST_PAUSE), min(within + OPENING, LONGEST_PAUSE)
        self._log("slack_socket_restored")


async def _shut(handler: AsyncSocketModeHandler) -> None:
    """Close a client for good, and leave none of its tasks behind, however its connection fares."""
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = False
    helpers: list[Any] = [client.message_processor, client.current_session_monitor, client.message_receiver]
    for helper in helpers:
        if helper is not None:
            helper.cancel()
    await asyncio.gather(*(helper for helper in helpers if helper is not None), return_exceptions=True)
    if client.current_session is not None:
        with contextlib.suppress(*calls.FAILURES, RuntimeError):
            async with asyncio.timeout(CLOSING):
                await client.current_session.close()
    await client.aiohttp_client_session.close()
