"""Who somebody is and what they may do; which user group goes by which handle.

Workspace admins and owners may do everything, and so may the members of the user group that the settings name. Whoever
cannot be looked up may ask, and change nothing. Answers are kept for a minute, so that a right that was taken away
does not last, and a busy channel costs no calls.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import calls
from bot.domain import Message, Right
from bot.ports import Log

KEPT = 60.0
"""Seconds for which an answer of Slack's is believed."""
PATIENCE = 2.0
"""Seconds for which a lookup may hold up an answer."""
MOST = 5_000
"""People remembered at a time."""

_GROUP_ID = re.compile(r"S[A-Z0-9]{6,40}")
_PASTED = re.compile(r"<!subteam\^(S[A-Z0-9]{2,40})(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody."""

    name: str
    right: Right


class Groups:
    """User groups by their handles. Asked only where a setting or a rule names one, for that takes a scope more."""

    def __init__(self, client: AsyncWebClient, log: Log) -> None:
        self._client = client
        self._log = log
        self._ids: Mapping[str, str] = {}
        self._asked = float("-inf")

    async def id_of(self, handle: str) -> str:
        """Return the id of a user group, by its handle or as it is pasted; empty where there is none."""
        if found := _PASTED.fullmatch(handle.strip()):
            return found[1]
        plain = handle.strip().lstrip("@")
        if _GROUP_ID.fullmatch(plain):
            return plain
        if time.monotonic() - self._asked > KEPT:
            self._asked = time.monotonic()
            await self._ask()
        return self._ids.get(plain.casefold(), "")

    async def named(self, message: Message) -> Message:
        """Return a message whose mentions are the groups' ids, as far as Slack knows them."""
        if not message.mentions:
            return message
        ids = [await self.id_of(mention) or mention for mention in message.mentions]
        return replace(message, mentions=tuple(ids))

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.usergroups_list()
            self._ids = {str(group["handle"]).casefold(): str(group["id"]) for group in answer.get("usergroups") or []}
        except calls.FAILURES as error:
            self._log("slack_groups_unknown", error=str(calls.failure(error, "user groups")))


class People:
    """Who asks, in one workspace."""

    def __init__(self, client: AsyncWebClient, team: str, admins: str, groups: Groups, log: Log) -> None:
        self._client = client
        self._team = team
        self._admins = admins
        self._groups = groups
        self._log = log
        self._known: dict[str, tuple[float, Person]] = {}
        self._members: tuple[float, frozenset[str]] = (float("-inf"), frozenset())

    async def who(self, user: str) -> Person:
        """Return who somebody is; with no right beyond asking where Slack does not say."""
        at, person = self._known.get(user, (float("-inf"), Person("", Right.ALL)))
        if time.monotonic() - at < KEPT:
            return person
        try:
            async with asyncio.timeout(PATIENCE):
                person = await self._look_up(user)
        except calls.FAILURES as error:
            self._log("slack_person_unknown", person=user, error=str(calls.failure(error, "users.info")))
            return Person("", Right.ALL)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[user] = (time.monotonic(), person)
        return person

    async def _look_up(self, user: str) -> Person:
        found = (await self._client.users_info(user=user))["user"]
        # somebody of another workspace, in a shared channel, is no admin here, whatever they are at home
        stranger = found.get("team_id", self._team) != self._team or bool(found.get("is_stranger"))
        admin = not stranger and any(found.get(mark) for mark in ("is_admin", "is_owner", "is_primary_owner"))
        admin = admin or user in await self.group()
        name = found.get("real_name") or found.get("name") or user
        return Person(name=str(name), right=Right.ADMIN if admin else Right.ALL)

    async def group(self) -> frozenset[str]:
        """Return the members of the group that the settings name; nobody where they name none."""
        if not self._admins:
            return frozenset()
        at, members = self._members
        if time.monotonic() - at < KEPT:
            return members
        group = await self._groups.id_of(self._admins)
        if group:
            answer = await self._client.usergroups_users_list(usergroup=group)
            members = frozenset(map(str, answer.get("users") or []))
        else:
            members = frozenset()
            self._log("slack_group_unknown", group=self._admins)
        self._members = (time.monotonic(), members)
        return members
