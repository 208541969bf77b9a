"""The routes of a Discord of our own: channels, messages, threads and commands."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord_limits import (
    EPHEMERAL,
    HAS_THREAD,
    LOADING,
    PERMISSIONS,
    ApiError,
    Fault,
    Json,
    command_faults,
    message_faults,
)
from tests.emulators.discord_people import People
from tests.emulators.discord_world import DIRECT, FORUM, THREADS, iso, numbered, wire

Answer = tuple[int, Any]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request: what its path names, and what it brings."""

    method: str
    path: str
    names: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: list[tuple[str, int]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.names[name]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path, who answers it, and whether the bot's token is needed."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Callable[[Any, Call], Awaitable[Answer]]
    auth: bool


ROUTES: list[Route] = []
_Handler = Callable[[Any, Call], Awaitable[Answer]]


def route(method: str, template: str, *, auth: bool = True) -> Callable[[_Handler], _Handler]:
    def add(handler: _Handler) -> _Handler:
        pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template) + "$")
        ROUTES.append(Route(method, template, pattern, handler, auth))
        return handler

    return add


class Rest(People):
    """People whose world can be asked and changed over HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self.violations: list[Json] = []
        self.nonces: dict[str, str] = {}
        self.silent = False
        """Whether nobody takes direct messages."""

    def check(self, faults: Sequence[Fault], call: Call) -> None:
        """Raise ApiError, and note the violation, where there are faults."""
        if not faults:
            return
        self.violations.append({"method": call.method, "path": call.path, "faults": list(faults), "body": call.body})
        if faults[0][1].isdigit():
            raise ApiError(400, int(faults[0][1]), faults[0][2])
        raise ApiError(400, 50035, "Invalid Form Body", faults)

    # --- servers and channels ---------------------------------------------------------------------------------------

    @route("GET", "/users/@me")
    async def r_me(self, _: Call) -> Answer:
        return 200, self.bot | {
            "mfa_enabled": True,
            "locale": "en-US",
            "verified": True,
            "email": None,
            "premium_type": 0,
        }

    @route("GET", "/oauth2/applications/@me")
    @route("GET", "/applications/@me")
    async def r_application(self, _: Call) -> Answer:
        app: Json = {
            "id": self.bot["id"],
            "name": "alertbot",
            "icon": None,
            "description": "",
            "type": None,
            "team": None,
        }
        app |= {"bot": self.bot, "summary": "", "verify_key": "0" * 64, "flags": 0, "bot_public": True}
        app |= {"bot_require_code_grant": False, "owner": self.owner, "redirect_uris": []}
        return 200, app | {"approximate_guild_count": len(self.guilds)}

    @route("GET", "/guilds/{guild_id}")
    async def r_guild(self, call: Call) -> Answer:
        if call["guild_id"] not in self.guilds:
            raise ApiError(404, 10004, "Unknown Guild")
        return 200, self.guild(call["guild_id"])

    @route("GET", "/guilds/{guild_id}/members/{user_id}")
    async def r_member(self, call: Call) -> Answer:
        found = self.members[call["guild_id"]].get(call["user_id"])
        if found is None:
            raise ApiError(404, 10007, "Unknown Member")
        return 200, found

    @route("POST", "/users/@me/channels")
    async def r_direct(self, call: Call) -> Answer:
        return 200, self.add_direct(self.users[str(call.body["recipient_id"])])

    @route("GET", "/channels/{channel_id}")
    async def r_channel(self, call: Call) -> Answer:
        return 200, self.channel(call["channel_id"])

    @route("PATCH", "/channels/{channel_id}")
    async def r_channel_edit(self, call: Call) -> Answer:
        found = self.channel(call["channel_id"])
        if found["type"] not in THREADS or found["owner_id"] != self.bot["id"]:
            self.channel(found["id"], "manage_threads" if found["type"] in THREADS else "manage_channels")
        for name, value in call.body.items():
            (found["thread_metadata"] if name in {"archived", "locked"} else found)[name] = value
        self.tell("THREAD_UPDATE" if found["type"] in THREADS else "CHANNEL_UPDATE", found)
        return 200, found

    @route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
    async def r_thread(self, call: Call) -> Answer:
        message, parent = self._message(call), self.channel(call["channel_id"])
        if parent["type"] in THREADS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self.channel(parent["id"], "create_public_threads")
        if message["id"] in self.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        message["flags"] |= HAS_THREAD
        thread = self.add_thread(parent, call.body, message["id"])
        self.tell("THREAD_CREATE", thread | {"newly_created": True})
        return 201, thread

    # --- messages ---------------------------------------------------------------------------------------------------

    @route("GET", "/channels/{channel_id}/messages")
    async def r_history(self, call: Call) -> Answer:
        self.channel(call["channel_id"], "read_message_history")
        shown = [one for one in self.messages.values() if one["channel_id"] == call["channel_id"]]
        before, after = int(call.query.get("before", 1 << 63)), int(call.query.get("after", 0))
        picked = [one for one in shown if not one["flags"] & EPHEMERAL and after < int(one["id"]) < before]
        limit = int(call.query.get("limit", 50))
        # with `after` the oldest of them, otherwise the newest; always newest first
        picked = picked[:limit] if "after" in call.query else picked[-limit:]
        return 200, [wire(one) | {"nonce": None} for one in reversed(picked)]

    @route("POST", "/channels/{channel_id}/messages")
    async def r_send(self, call: Call) -> Answer:
        channel, body = self.channel(call["channel_id"], "send_messages"), call.body
        if channel["type"] == DIRECT and self.silent:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        if channel["type"] == FORUM:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel["type"] in THREADS:
            self._wake(channel)
        if body.get("embeds"):
            self.channel(channel["id"], "embed_links")
        self.check(message_faults(body, [name for name, _ in call.files]), call)
        known = self.nonces.get(str(body["nonce"])) if body.get("enforce_nonce") else None
        if known and known not in self.messages:
            raise ApiError(404, 10008, "Unknown Message")
        if known:
            return 200, wire(self.messages[known])
        made = self.make_message(channel, self.bot, body, call.files)
        self.nonces[str(body.get("nonce"))] = made["id"]
        return 200, wire(made)

    def _wake(self, thread: Json) -> None:
        """Bring an archived thread back, as a message does, but not one that is locked too."""
        meta, may = thread["thread_metadata"], self.permissions(self.bot["id"], thread)
        if meta["archived"] and meta["locked"] and not may & PERMISSIONS["manage_threads"]:
            raise ApiError(400, 50083, "Thread is archived")
        meta["archived"] = False

    @route("PATCH", "/channels/{channel_id}/messages/{message_id}")
    async def r_edit(self, call: Call) -> Answer:
        channel, found = self.channel(call["channel_id"]), self._message(call)
        if channel["type"] in THREADS and channel["thread_metadata"]["archived"]:
            raise ApiError(400, 50083, "Thread is archived")
        if found["author"]["id"] != self.bot["id"]:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        return 200, wire(self.changed(found, call.body, call))

    def _message(self, call: Call) -> Json:
        self.channel(call["channel_id"])
        found = self.messages.get(call["message_id"])
        if found is None or found["channel_id"] != call["channel_id"] or found["flags"] & EPHEMERAL:
            raise ApiError(404, 10008, "Unknown Message")
        return found

    def changed(self, message: Json, body: Json, call: Call) -> Json:
        self.check(message_faults(body, [name for name, _ in call.files], editing=True), call)
        for name in ("content", "embeds", "components"):
            if name in body:
                message[name] = body[name] or ("" if name == "content" else [])
        message["components"] = numbered(message["components"])
        message["embeds"] = [{"type": "rich"} | embed for embed in message["embeds"]]
        message["edited_timestamp"] = iso()
        message["flags"] &= ~LOADING
        return message

    # --- commands ---------------------------------------------------------------------------------------------------

    @route("GET", "/applications/{application_id}/commands")
    async def r_commands(self, _: Call) -> Answer:
        return 200, self.commands

    @route("PUT", "/applications/{application_id}/commands")
    async def r_install(self, call: Call) -> Answer:
        self.check([fault for command in call.body for fault in command_faults(command)], call)
        base: Json = {"application_id": self.bot["id"], "version": self.snowflake(), "default_member_permissions": None}
        base |= {"nsfw": False, "dm_permission": True, "name_localizations": None, "description_localizations": None}
        self.commands = [{"id": self.snowflake()} | base | command for command in call.body]
        return 200, self.commands
