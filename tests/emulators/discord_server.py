"""A Discord of our own on loopback: small enough to read, strict enough for the unpatched discord.py.

    async with DiscordServer() as discord:
        chat = CHATS["discord"](Kit(variables=discord.variables, ...))

REST v10 and gateway, with Discord's documented limits, rate limits and refusals; where those are not published, what
the real one has been sending for years. A fault can be put before or after any request. Where Discord's own OpenAPI
document and a validator for it lie beside the project, every request is checked against it too (`discord_spec`).
"""

import asyncio
import json
import re
import time
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.emulators.discord_limits import ApiError, Json
from tests.emulators.discord_replies import Replies
from tests.emulators.discord_rest import ROUTES, Call, Route
from tests.emulators.discord_spec import Spec, find_spec

GLOBAL = (50, 1.0)
LIMITS: Mapping[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("POST", "/webhooks/{webhook_id}/{token}"): (5, 2.0),
    ("PATCH", "/webhooks/{webhook_id}/{token}/messages/@original"): (5, 2.0),
}
OTHERS = (10, 1.0)


@dataclass(slots=True, kw_only=True)
class Trouble:
    """What goes wrong with a request; `done`: only after it was carried out. Status 0 hangs up."""

    method: str
    path: str
    status: int
    times: int = 1
    done: bool = False
    delay: float = 0.0
    body: Json | None = None
    headers: Mapping[str, str] | None = None


class DiscordServer(Replies):
    """The server; `log` has every request with its status."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Json] = []
        self.troubles: list[Trouble] = []
        self.spec: Spec | None = find_spec()
        self._buckets: dict[tuple[str, ...], list[float]] = {}
        self._recent: deque[float] = deque()
        self._runner: web.AppRunner | None = None
        self.base = ""

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment that leads a bot here."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_BASE": self.base, "DISCORD_GATEWAY_URL": self.gateway_url}

    def trouble(self, method: str, path: str, status: int, **more: Any) -> Trouble:
        """Let the next requests that fit go wrong."""
        made = Trouble(method=method, path=path, status=status, **more)
        self.troubles.append(made)
        return made

    def named(self, name: str) -> Json:
        """Return a channel by its name."""
        return next(one for one in self.channels.values() if one["name"] == name)

    def posts(self, channel: Json) -> list[Json]:
        """Return what stands in a channel, oldest first."""
        return [one for one in self.messages.values() if one["channel_id"] == channel["id"]]

    def pinged(self) -> list[Json]:
        """Return the messages that notified somebody."""
        kinds = ("mentions", "mention_roles", "mention_everyone")
        return [one for one in self.messages.values() if any(one[kind] for kind in kinds)]

    def count(self, status: int) -> int:
        """Return how many requests were answered with a status."""
        return sum(one.get("status") == status for one in self.log)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=26 * 2**20)
        app.router.add_get("/gateway/", self.socket)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._answer_request)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.base, self.gateway_url = f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drop(1001)
        if self._runner:
            await self._runner.cleanup()

    # --- one request ------------------------------------------------------------------------------------------------

    async def _answer_request(self, request: web.Request) -> web.Response:
        call = Call(method=request.method, path="/" + request.match_info["tail"], names={}, query=dict(request.query))
        entry: Json = {"method": call.method, "path": call.path, "at": time.monotonic()}
        self.log.append(entry)
        await self._read(request, call)
        entry["body"] = call.body
        trouble = self._trouble(call)
        if trouble:
            trouble.times -= 1
            await asyncio.sleep(trouble.delay)
            if not trouble.done:
                return self._fail(trouble, request, entry)
        # discord.py takes a 429 without Via for a ban of its address
        headers = {"Via": "1.1 emulator"}
        try:
            status, body = await self._carry_out(request, call, headers)
        except ApiError as error:
            status, body, headers = error.status, error.body, headers | error.headers
        if trouble:
            return self._fail(trouble, request, entry)
        entry["status"], entry["response"] = status, body
        return _response(status, body, headers)

    @staticmethod
    async def _read(request: web.Request, call: Call) -> None:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            files = [part for part in form.values() if isinstance(part, web.FileField)]
            call.files = [(part.filename, len(part.file.read())) for part in files]
            call.body = json.loads(str(form.get("payload_json", "{}")))
        elif request.can_read_body and (raw := await request.text()):
            call.body = json.loads(raw)

    async def _carry_out(self, request: web.Request, call: Call, headers: dict[str, str]) -> tuple[int, Any]:
        route = self._route(call)
        if route.auth and request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        self._limit(route, call, headers)
        if self.spec:
            self.check(self.spec.faults(call.method, call.path, call.body, call.query), call)
        return await route.handler(self, call)

    def _route(self, call: Call) -> Route:
        for route in ROUTES:
            if route.method == call.method and (found := route.pattern.match(call.path)):
                call.names = found.groupdict()
                return route
        self.check([((), "NO_SUCH_ROUTE", f"{call.method} {call.path} is not built here")], call)
        raise AssertionError("unreachable")

    def _trouble(self, call: Call) -> Trouble | None:
        fits = (one for one in self.troubles if one.times > 0 and one.method in {"*", call.method})
        return next((one for one in fits if re.search(one.path, call.path)), None)

    @staticmethod
    def _fail(trouble: Trouble, request: web.Request, entry: Json) -> web.Response:
        entry["status"] = trouble.status
        if trouble.status == 0:
            if request.transport:
                request.transport.abort()
            raise asyncio.CancelledError
        body = trouble.body if trouble.body is not None else "upstream connect error"
        headers = dict(trouble.headers if trouble.headers is not None else {"Via": "1.1 emulator"})
        return _response(trouble.status, body, headers)

    def _limit(self, route: Route, call: Call, headers: dict[str, str]) -> None:
        """Count a request, and refuse it where there were too many. Raises ApiError."""
        now = time.monotonic()
        if route.auth:
            while self._recent and self._recent[0] <= now - GLOBAL[1]:
                self._recent.popleft()
            if len(self._recent) >= GLOBAL[0]:
                raise _too_many(self._recent[0] + GLOBAL[1] - now, everywhere=True)
            self._recent.append(now)
        if route.template.endswith("/callback"):
            return
        most, window = LIMITS.get((route.method, route.template), OTHERS)
        majors = [call.names.get(name, "") for name in ("channel_id", "guild_id", "webhook_id", "token")]
        bucket = self._buckets.setdefault((route.method, route.template, *majors), [0, 0.0])
        if now >= bucket[1]:
            bucket[:] = [0, now + window]
        headers["X-RateLimit-Limit"] = str(most)
        headers["X-RateLimit-Remaining"] = str(max(most - int(bucket[0]) - 1, 0))
        headers["X-RateLimit-Reset"] = f"{time.time() + bucket[1] - now:.3f}"
        headers["X-RateLimit-Reset-After"] = f"{bucket[1] - now:.3f}"
        headers["X-RateLimit-Bucket"] = f"{zlib.crc32((route.method + route.template).encode()):08x}"
        if bucket[0] >= most:
            raise _too_many(bucket[1] - now)
        bucket[0] += 1


def _too_many(wait: float, *, everywhere: bool = False) -> ApiError:
    error = ApiError(429, 0, "You are being rate limited.")
    error.body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
    error.headers = {"Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": "global" if everywhere else "user"}
    error.headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
    return error


def _response(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    if isinstance(body, str):
        return web.Response(status=status, text=body, headers=headers)
    # exactly this content type: with a charset discord.py would not take it for JSON
    made = {**headers, "Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=made)
