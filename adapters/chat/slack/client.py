"""SlackChat: one workspace, with Socket Mode by default, signed HTTP where that is configured, or posting alone.

SLACK_BOT_TOKEN                            posts only: nobody can ask anything
SLACK_BOT_TOKEN, SLACK_APP_TOKEN           Socket Mode: commands, buttons, App Home, with no public address
SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET      the same by signed HTTP requests to SLACK_EVENTS_URL
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from adapters.chat.slack.checking import check
from adapters.chat.slack.listening import Listener, make_app
from adapters.chat.slack.notices import Notices
from adapters.chat.slack.people import Groups, People
from adapters.chat.slack.sending import Sender
from adapters.chat.slack.socketmode import SocketLink
from adapters.chat.slack.talking import Talk
from adapters.chat.slack.web import WebLink
from bot.domain import Delivery, Finding, Message, Receipt
from bot.errors import ChatError, Delayed, Undeliverable
from bot.ports import Desk, Log

BASE = "https://slack.com/api/"
TRIES = 5
"""How often Slack is tried at the start before that is given up."""
CALL = aiohttp.ClientTimeout(total=60, connect=10)
"""How long one call may go on; `send` gives its caller an answer long before."""
CLOSING = 1.8
"""Seconds in which everything is closed."""


class Link(Protocol):
    """What brings Slack's events."""

    async def connect(self) -> None:
        """Begin to listen."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...


@dataclass(slots=True)
class _Online:
    """What there is while the chat is online."""

    session: aiohttp.ClientSession
    client: AsyncWebClient
    sender: Sender
    notices: Notices
    link: Link | None = None
    listener: Listener | None = None


class SlackChat:
    """The chat whose rooms are the channels of one workspace."""

    name = "slack"

    def __init__(
        self, variables: Mapping[str, str], *, desk: Desk | None = None, admins: str = "", log: Log | None = None
    ) -> None:
        self._variables = variables
        self._desk = desk
        self._admins = admins
        self._log = log or _silent
        self._online: _Online | None = None

    async def connect(self) -> None:
        """Come online. Raises ChatError where Slack refuses the tokens or cannot be reached."""
        session = aiohttp.ClientSession(timeout=CALL)
        client = calls.make_client(
            self._variables["SLACK_BOT_TOKEN"], self._variables.get("SLACK_API_BASE") or BASE, session
        )
        try:
            identity = await self._introduced(client)
            groups = Groups(client, self._log)
            people = People(client, identity["team"], self._admins, groups, self._log)
            sender = Sender(client, identity["team"], groups, self._log)
            notices = Notices(client, identity["team"], people, self._log)
            self._online = _Online(session, client, sender, notices)
            await self._listen(self._online, identity, people)
        except BaseException:
            self._online = None
            await session.close()
            raise
        self._log("slack_online", team=identity["team"], mode=self._mode())

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable."""
        if not delivery.room.startswith("slack:"):
            raise Undeliverable(f"{delivery.room[:100]}: Slack's rooms are written slack:TEAM_ID/CHANNEL_ID")
        if self._online is None:
            raise Delayed(f"{delivery.room}: not connected to Slack")
        return await self._online.sender.send(delivery)

    async def notify(self, room: str, message: Message) -> None:
        """Tell those who look after a room, in person. Raises ChatError where nobody could be told."""
        if self._online is None:
            raise ChatError(f"{room}: not connected to Slack")
        await self._online.notices.notify(room, message)

    async def diagnose(self, rooms: Iterable[str] = ()) -> list[Finding]:
        """Check the tokens, what they allow, and whether each room can be posted to. Needs no connection."""
        async with aiohttp.ClientSession(timeout=CALL) as session:
            base = self._variables.get("SLACK_API_BASE") or BASE
            client = calls.make_client(self._variables["SLACK_BOT_TOKEN"], base, session)
            return await check(
                client,
                rooms,
                app_token=self._variables.get("SLACK_APP_TOKEN", ""),
                mode=self._mode(),
                group=self._admins,
            )

    async def close(self) -> None:
        """Go offline, within two seconds whatever Slack does."""
        online, self._online = self._online, None
        if online is None:
            return
        ends = [one.close() for one in (online.link, online.listener, online.sender) if one is not None]
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(CLOSING):
                await asyncio.gather(*ends, return_exceptions=True)
        await online.session.close()

    @property
    def address(self) -> str:
        """Where Slack's requests are received in HTTP mode; empty otherwise."""
        link = self._online.link if self._online else None
        return link.address if isinstance(link, WebLink) else ""

    def _mode(self) -> str:
        if self._desk is None:
            return "posts only"
        if self._variables.get("SLACK_APP_TOKEN"):
            return "socket mode"
        return "http" if self._variables.get("SLACK_SIGNING_SECRET") else "posts only"

    async def _introduced(self, client: AsyncWebClient) -> Mapping[str, str]:
        """Return who the token is. A refusal is told at once; a Slack that cannot be reached is tried a while."""
        for attempt in range(1, TRIES + 1):
            try:
                answer = await client.auth_test()
                return {
                    "team": str(answer["team_id"]),
                    "user": str(answer.get("user_id") or ""),
                    "bot": str(answer.get("bot_id") or ""),
                    "token": self._variables["SLACK_BOT_TOKEN"],
                }
            except calls.FAILURES as error:
                failed = calls.failure(error, "slack")
                if isinstance(failed, Undeliverable) or attempt == TRIES:
                    raise ChatError(str(failed)) from error
                wait = failed.after.total_seconds() if isinstance(failed, Delayed) and failed.after else attempt
                self._log("slack_unreachable", problem=str(failed), again=wait)
            await asyncio.sleep(min(wait, 30))
        raise ChatError("slack: cannot be reached")

    async def _listen(self, online: _Online, identity: Mapping[str, str], people: People) -> None:
        """Let people ask, by whichever way is configured."""
        mode = self._mode()
        if self._desk is None or mode == "posts only":
            what = "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) to let people ask"
            self._log("slack_posts_only", hint=what)
            return
        talk = Talk(online.client, self._desk, people, identity["team"], self._log)
        secret = self._variables.get("SLACK_SIGNING_SECRET", "")
        app = make_app(online.client, identity, secret)
        online.listener = Listener(online.client, talk, self._log)
        online.listener.listen(app)
        link: SocketLink | WebLink
        if mode == "socket mode":
            link = SocketLink(app, self._variables["SLACK_APP_TOKEN"], self._log)
        else:
            link = WebLink(app, secret, self._variables.get("SLACK_EVENTS_URL", ""), self._log)
        try:
            await link.connect()
        except calls.FAILURES as error:
            raise ChatError(_unlinked(error)) from error
        online.link = link


def _unlinked(error: Exception) -> str:
    if calls.error_of(error) in {"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked"}:
        return (
            f"slack: SLACK_APP_TOKEN opens no connection ({calls.error_of(error)}): "
            "make an app-level token with the scope connections:write; it begins with xapp-"
        )
    return str(calls.failure(error, "slack: Socket Mode"))


def _silent(*_: Any, **__: Any) -> None:
    """Log nothing."""
