"""How the emulator and a bot reach each other: the Web API's server, sockets, signed HTTP requests, response URLs."""

import asyncio
import hashlib
import hmac
import io
import json
import secrets
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import WSMsgType, web

from tests.emulators.slack_api import WebApi
from tests.emulators.slack_limits import Json
from tests.emulators.slack_world import Refused, World

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
DEADLINE = 3.0
RESPONSE_USES = 5


@dataclass
class Sent:
    """One envelope, and how it was acknowledged."""

    kind: str
    payload: Json
    envelope: str = field(default_factory=lambda: secrets.token_hex(8))
    acked: bool = False
    took: float = 0.0
    acks: int = 0
    reply: Json | None = None
    status: int | None = None
    """Of the answer, in HTTP mode."""
    attempts: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


class Wire:
    """Both ways to a bot and back; with `request_url` HTTP requests go there, else envelopes over a socket."""

    def __init__(self, request_url: str = "", redeliveries: int = 1) -> None:
        self.world = World()
        self.api = WebApi(self.world)
        self.request_url = request_url
        self.redeliveries = redeliveries
        self.sent: list[Sent] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.refusing = False
        self.base = ""
        self.hooks: dict[str, Json] = {}

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        app = web.Application(client_max_size=4 * 2**20)
        app.router.add_route("*", "/api/{method}", self.api.answer)
        app.router.add_post("/hooks/{token}", self._hook)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/link/", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = self.api.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for socket in list(self.sockets):
            await socket.close(code=1001)
        await self._http.close()
        await self._runner.cleanup()

    # --- on the wire ----------------------------------------------------------------------------------------------

    async def send(self, kind: str, payload: Json) -> Sent:
        """Send an envelope and wait for its acknowledgement; events are sent again where none comes."""
        sent = Sent(kind, payload)
        self.sent.append(sent)
        for _ in range(1 + (self.redeliveries if kind == "events_api" else 0)):
            sent.attempts += 1
            began = time.monotonic()
            if self.request_url:
                await self._over_http(sent)
            elif self.sockets:
                await self._over_socket(sent)
            sent.took = time.monotonic() - began
            if sent.acked:
                break
        return sent

    async def _over_socket(self, sent: Sent) -> None:
        envelope: Json = {"envelope_id": sent.envelope, "type": sent.kind, "payload": sent.payload}
        envelope |= {"accepts_response_payload": sent.kind != "events_api", "retry_attempt": sent.attempts - 1}
        try:
            await self.sockets[-1].send_json(envelope)
            await asyncio.wait_for(sent.done.wait(), DEADLINE)
        except (TimeoutError, ConnectionError):
            return

    async def _over_http(self, sent: Sent) -> None:
        if sent.kind == "events_api":
            kind, body = "application/json", json.dumps(sent.payload)
        else:
            fields = sent.payload if sent.kind == "slash_commands" else {"payload": json.dumps(sent.payload)}
            kind, body = "application/x-www-form-urlencoded", urllib.parse.urlencode(fields)
        sent.status, text = await self.request(body, {"Content-Type": kind, **signed(body)})
        sent.acked = sent.status == 200
        sent.acks += sent.acked
        if sent.acked and text.startswith("{"):
            sent.reply = json.loads(text)

    async def request(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        """Send one HTTP request to the bot; returns the status and the answer."""
        limit = aiohttp.ClientTimeout(total=DEADLINE)
        async with self._http.post(
            self.request_url, data=io.BytesIO(body.encode()), headers=headers, timeout=limit
        ) as answer:
            return answer.status, await answer.text()

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.api.tickets.pop(request.query.get("ticket", ""), None) is None or self.refusing:
            return web.Response(status=408, text="link disabled")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acked(json.loads(message.data))
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
        return socket

    def _acked(self, frame: Json) -> None:
        sent = next(one for one in reversed(self.sent) if one.envelope == frame.get("envelope_id"))
        sent.acks += 1
        sent.acked, sent.reply = True, frame.get("payload")
        if sent.reply and sent.kind == "events_api":
            self.world.note("socket", "an event takes no answer")
        sent.done.set()

    async def trouble(self, action: str) -> None:
        """Do to the connections what Slack or the network does: refresh, drop, abort."""
        for socket in list(self.sockets):
            if action == "refresh":
                self.sockets.remove(socket)
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
            elif action == "drop":
                await socket.close(code=1000)
            elif socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def _upload(self, request: web.Request) -> web.Response:
        self.world.upload(request.match_info["file"], await request.read())
        return web.Response(text="OK")

    async def _hook(self, request: web.Request) -> web.Response:
        """Take what is sent to a response_url."""
        hook, content = self.hooks[request.match_info["token"]], await request.json()
        self.api.calls.append(("response_url", content))
        hook["uses"] += 1
        if hook["uses"] > RESPONSE_USES:
            self.world.note("response_url", "used more than five times")
            return web.Response(status=404, text="used_url")
        channel = self.world.channels[hook["channel"]]
        try:
            self.world.check(content, "response_url")
        except Refused as refused:
            return web.Response(status=400, text=refused.body["error"])
        messages = self.world.messages[channel["id"]]
        old = next((one for one in messages if one["ts"] == hook["ts"]), None)
        if content.get("replace_original") and old:
            self.world.fill(old, content)
        else:
            self.world.post(channel, content, to=None if content.get("response_type") == "in_channel" else hook["user"])
        return web.Response(text="ok")


def signed(body: str, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return the headers by which Slack proves that a request is its own."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
