"""The Web API of the emulator: tokens, scopes, limits, faults to order, and the methods that a bot calls."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.emulators.slack_limits import PER_MINUTE, SCOPES, Json
from tests.emulators.slack_world import BOT, BOT_USER, TEAM, Refused, World, wire

BOT_TOKEN = "xoxb-emulator-bot"
APP_TOKEN = "xapp-1-A0EMULATOR-1-emulator"
TRIGGER_LIFE = 3.0


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls of a method, from the `after`th on."""

    method: str
    status: int = 200
    """0: the connection is closed instead of an answer."""
    error: str = "internal_error"
    retry_after: int = 1
    times: int = 1
    delay: float = 0.0
    commit: bool = False
    """Whether the call is carried out all the same."""

    def __str__(self) -> str:
        return f"{self.method} {self.status} {self.error}{' after all' * self.commit} x{self.times}"


class WebApi:
    """What answers under ``/api/``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: list[tuple[str, Json]] = []
        self.faults: list[Fault] = []
        self.scopes = {*SCOPES.values(), "groups:read", "groups:history", "commands"}
        self.post_burst = 3.0
        self.base = ""
        self.triggers: dict[str, Json] = {}
        self.tickets: dict[str, float] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.info": lambda a: {"channel": wire(world.channel(a.get("channel")))},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": self._person,
            "users.list": lambda a: {"members": list(world.people.values())},
            "usergroups.list": self._groups,
            "usergroups.users.list": self._group,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": lambda a: {"files": json.loads(a["files"])},
            "views.open": self._open,
            "views.update": self._view_update,
            "views.publish": lambda a: {"view": wire(world.make_view(a["view"], a["user_id"]))},
        }

    def called(self, method: str) -> list[Json]:
        """Return what a method was called with, first to last."""
        return [given for name, given in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name, given, token = request.match_info["method"], *await _given(request)
        self.calls.append((name, given))
        fault = next((one for one in self.faults if one.times > 0 and one.method in ("*", name)), None)
        if fault:
            fault.times -= 1
            await asyncio.sleep(fault.delay)
            if not fault.commit:
                return _broken(request, fault)
        body, status, headers = {"ok": True}, 200, {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        try:
            self._admit(name, given, token)
            body |= self._methods[name](given)
        except Refused as refused:
            body = refused.body
            if wait := body.pop("_retry", 0):
                status, headers = 429, headers | {"Retry-After": str(wait)}
        return _broken(request, fault) if fault else web.json_response(body, status=status, headers=headers)

    def _admit(self, name: str, given: Json, token: str) -> None:
        if name not in self._methods:
            raise Refused("unknown_method")
        if token not in (BOT_TOKEN, APP_TOKEN):
            raise Refused("invalid_auth")
        if (name == "apps.connections.open") != (token == APP_TOKEN):
            raise Refused("not_allowed_token_type")
        scope = SCOPES.get(name)
        if scope and self.world.channels.get(str(given.get("channel")), {}).get("is_private"):
            scope = scope.replace("channels:", "groups:")
        if scope:
            self.world.scopes_used.add(scope)
            if scope not in self.scopes:
                raise Refused("missing_scope", needed=scope)
        self._tier(name)

    def _tier(self, name: str) -> None:
        recent, now = self._recent[name], time.time()
        while recent and recent[0] < now - 60:
            recent.popleft()
        if len(recent) >= PER_MINUTE.get(name, 1000):
            raise Refused("ratelimited", _retry=max(1, round(recent[0] + 60 - now + 0.49)))
        recent.append(now)

    def _bucket(self, channel: str) -> None:
        """A message a second in each channel, and short bursts."""
        now = time.time()
        level, last = self._buckets.get(channel, (self.post_burst, now))
        level = min(self.post_burst, level + now - last)
        self._buckets[channel] = (level - 1 if level >= 1 else level, now)
        if level < 1:
            raise Refused("ratelimited", _retry=1)

    # --- methods --------------------------------------------------------------------------------------------------

    def _auth(self, _: Json) -> Json:
        return {"team": "Emulator", "team_id": TEAM, "user": "alertbot", "user_id": BOT_USER, "bot_id": BOT}

    def _connections_open(self, _: Json) -> Json:
        ticket = self.world.new_id("K")
        self.tickets[ticket] = time.time()
        return {"url": f"{self.base.replace('http', 'ws', 1)}/link/?ticket={ticket}"}

    def _post(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"), writing=True)
        self._bucket(channel["id"])
        self.world.check(given, "chat.postMessage")
        message = self.world.post(channel, given)
        return {"channel": channel["id"], "ts": message["ts"], "message": wire(message)}

    def _update(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"), writing=True, as_member=False)
        message = self.world.message(channel, given.get("ts"))
        self.world.check(given, "chat.update", edited=True)
        self.world.fill(message, given)
        message["edited"] = {"user": BOT_USER, "ts": self.world.stamp()}
        return {"channel": channel["id"], "ts": message["ts"], "text": message["text"]}

    def _history(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"))
        if not channel["is_member"]:
            raise Refused("not_in_channel")
        shown = [one for one in self._since(channel, given) if one.get("thread_ts", one["ts"]) == one["ts"]][::-1]
        return _page(shown, given)

    def _replies(self, given: Json) -> Json:
        channel = self.world.channel(given.get("channel"))
        shown = [one for one in self._since(channel, given) if given.get("ts") in (one["ts"], one.get("thread_ts"))]
        if not shown:
            raise Refused("thread_not_found")
        return _page(shown, given)

    def _since(self, channel: Json, given: Json) -> list[Json]:
        oldest = float(given.get("oldest") or 0)
        messages = [one for one in self.world.messages[channel["id"]] if not one["_to"] and float(one["ts"]) >= oldest]
        whole = str(given.get("include_all_metadata")).lower() in ("1", "true")
        return [{key: one[key] for key in one if key != "metadata" or whole} for one in messages]

    def _person(self, given: Json) -> Json:
        if given.get("user") not in self.world.people:
            raise Refused("user_not_found")
        return {"user": self.world.people[given["user"]]}

    def _groups(self, _: Json) -> Json:
        return {"usergroups": [{"id": group_id(handle), "handle": handle} for handle in self.world.groups]}

    def _group(self, given: Json) -> Json:
        handle = next((one for one in self.world.groups if group_id(one) == given.get("usergroup")), None)
        if handle is None:
            raise Refused("no_such_subteam")
        return {"users": [self.world.person(name)["id"] for name in self.world.groups[handle]]}

    def _upload_url(self, _: Json) -> Json:
        file = self.world.new_id("F")
        return {"upload_url": f"{self.base}/upload/{file}", "file_id": file}

    def _open(self, given: Json) -> Json:
        trigger = self.triggers.get(str(given.get("trigger_id")))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if time.time() - trigger["at"] > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        if trigger["used"]:
            raise Refused("exchanged_trigger_id")
        trigger["used"] = True
        return {"view": wire(self.world.make_view(given["view"], trigger["user"]))}

    def _view_update(self, given: Json) -> Json:
        old = self.world.views.get(str(given.get("view_id")))
        if old is None or not old["_open"]:
            raise Refused("not_found")
        return {"view": wire(self.world.make_view(given["view"], old["_user"], old["id"]))}


def group_id(handle: str) -> str:
    """Return the id of the user group that goes by a handle."""
    return "S" + "".join(sign for sign in handle.upper() if sign.isalnum()).ljust(8, "0")


def _page(shown: list[Json], given: Json) -> Json:
    start, size = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    more = str(start + size) if start + size < len(shown) else ""
    return {"messages": shown[start : start + size], "response_metadata": {"next_cursor": more}}


async def _given(request: web.Request) -> tuple[Json, str]:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.text() or "{}")
    elif request.can_read_body:
        given |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    for key in ("blocks", "view", "metadata"):
        if isinstance(given.get(key), str):
            given[key] = json.loads(given[key])
    token: Any = given.pop("token", None) or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return given, str(token)


def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.status == 429:
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.status >= 500:
        return web.Response(status=fault.status, text="<html>upstream error</html>", content_type="text/html")
    return web.json_response({"ok": False, "error": fault.error})
