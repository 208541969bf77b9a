"""What lies outside of the bot: the time, sources, articles, chats, a drawing hand, the log."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import Delivery, Drawing, Feed, FeedState, Finding, Message, Poll, Receipt


class Clock(Protocol):
    """The time, aware and in UTC; the only way the shell learns it."""

    def __call__(self) -> datetime:
        """Return now."""
        ...


class Source(Protocol):
    """A kind of source: news feed, official list."""

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        """Visit a feed politely. Raises a FeedError that names what went wrong; never anything else."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


class Articles(Protocol):
    """The articles behind items' links."""

    async def text(self, link: str) -> str:
        """Return an article's text, a line for each paragraph, at most some thousand characters of it.

        One attempt, within seconds. Raises a FeedError that names what went wrong; never anything else.
        """
        ...


class Chat(Protocol):
    """A platform, or the terminal, where rooms are."""

    name: str
    """The first part of its rooms' names: ``console``, ``discord``, ``slack``."""

    async def connect(self) -> None:
        """Come online; return when messages can be sent."""
        ...

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable; never anything else."""
        ...

    async def notify(self, room: str, message: Message) -> None:
        """Tell those who look after a room something about it, where they see it although the room takes nothing.

        For instance the owner of a guild by direct message, or its system channel; whoever invited the bot to a Slack
        workspace. Nobody is pinged. Returns when at least one of them was told, within half a minute. Raises ChatError
        where nobody could be told, and never anything else; it is tried again within hours then.
        """
        ...

    async def diagnose(self, rooms: Sequence[str]) -> list[Finding]:
        """Return what was looked at: token, permissions, and each of these rooms. Needs no connection; never raises."""
        ...

    async def close(self) -> None:
        """Go offline."""
        ...


Draw = Callable[[Drawing], bytes]
"""Draws a picture as PNG, the same drawing always as the same bytes. Slow: to be called beside the loop."""


Log = Callable[..., None]
"""``log("polled", feed="ofac", items=12)``: one event with its fields."""
