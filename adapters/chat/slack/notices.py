"""A word to those who look after a room that takes nothing any more: in person, for the room itself cannot be told.

Whoever made the channel comes first, then the members of the user group that the settings name, then the workspace's
owners and admins. Three of them are told and no more: it is a notice, not an alarm.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from adapters.chat.slack.people import People
from adapters.chat.slack.render import Post, render
from adapters.chat.slack.sending import channel_of
from bot.domain import Message
from bot.errors import ChatError
from bot.ports import Log

TOLD = 3
"""People who are told."""
PATIENCE = 25.0
"""Seconds within which somebody must have been."""
PAGES = 5
PER_PAGE = 200


class Notices:
    """Tells people of one workspace, in their own message tab of the app."""

    def __init__(self, client: AsyncWebClient, team: str, people: People, log: Log) -> None:
        self._client = client
        self._team = team
        self._people = people
        self._log = log

    async def notify(self, room: str, message: Message) -> None:
        """Tell those who look after a room. Raises ChatError where nobody could be told."""
        channel = channel_of(room, self._team)
        post = render(replace(message, mentions=()))[0]
        told: set[str] = set()
        problem = f"{room}: nobody is known who looks after it"
        try:
            async with asyncio.timeout(PATIENCE):
                async for user in self._keepers(channel):
                    if user not in told and (failed := await self._told(user, post)):
                        problem = failed
                    else:
                        told.add(user)
                    if len(told) >= TOLD:
                        break
        except calls.FAILURES as error:
            problem = str(calls.failure(error, room))
        if not told:
            raise ChatError(problem)
        self._log("slack_notified", room=room, people=len(told))

    async def _told(self, user: str, post: Post) -> str:
        """Tell one person; returns what went wrong, if anything did."""
        try:
            await self._client.chat_postMessage(channel=user, text=post.text, blocks=post.blocks)
        except calls.FAILURES as error:
            return str(calls.failure(error, f"slack {user}"))
        return ""

    async def _keepers(self, channel: str) -> AsyncIterator[str]:
        """Yield who looks after a channel, the nearest first; some of them twice."""
        try:
            found = (await self._client.conversations_info(channel=channel))["channel"]
            creator = (await self._client.users_info(user=found["creator"]))["user"]
            if _is_person(creator):
                yield str(creator["id"])
        except calls.FAILURES as error:
            # a room that is gone has no maker to be asked for
            self._log("slack_maker_unknown", channel=channel, problem=calls.error_of(error))
        for member in sorted(await self._people.group()):
            yield member
        async for admin in self._admins():
            yield admin

    async def _admins(self) -> AsyncIterator[str]:
        cursor = ""
        for _ in range(PAGES):
            answer = await self._client.users_list(limit=PER_PAGE, cursor=cursor or None)
            for user in answer.get("members") or []:
                if _is_person(user) and any(user.get(mark) for mark in ("is_primary_owner", "is_owner", "is_admin")):
                    yield str(user["id"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _is_person(user: dict[str, Any]) -> bool:
    return not user.get("is_bot") and not user.get("deleted")
