"""The gateway of a Discord of our own: sessions, HELLO, IDENTIFY, RESUME, heartbeats, compression, intents."""

import asyncio
import copy
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.discord_limits import Json
from tests.emulators.discord_world import World

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
IDENTIFY_EVERY = 5.0
HEARTBEAT_MS = 41_250
_NEEDS = {"GUILD": 1 << 0, "CHANNEL": 1 << 0, "THREAD": 1 << 0, "MESSAGE": 1 << 9}


class Session:
    """What a client is told, kept for one that comes back."""

    def __init__(self, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.seq = 0
        self.told: deque[Json] = deque(maxlen=1000)
        self.line: Line | None = None


class Line:
    """One websocket and what waits to go out on it."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.request = request
        self.out: asyncio.Queue[Json] = asyncio.Queue()
        self.session: Session | None = None
        self.ended_by_us = False

    async def pump(self) -> None:
        packer = zlib.compressobj() if self.request.query.get("compress") == "zlib-stream" else None
        while True:
            payload = json.dumps(await self.out.get()).encode()
            if packer:
                await self.ws.send_bytes(packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH))
            else:
                await self.ws.send_str(payload.decode())

    def say(self, op: int, data: Any = None) -> None:
        self.out.put_nowait({"op": op, "t": None, "s": None, "d": data})

    async def hang_up(self, code: int) -> None:
        self.ended_by_us = True
        await self.ws.close(code=code)


class Gateway(World):
    """A world that tells connected bots what happens in it."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "emulator.bot.token"
        self.gateway_url = ""
        self.sessions: dict[str, Session] = {}
        self.lines: set[Line] = set()
        self.opened: list[float] = []
        self.identified: list[Json] = []
        self.resumed: list[bool] = []
        self._last_identify = 0.0
        self.closed = False
        """Whether nobody is let in."""

    def tell(self, event: str, data: Json, only: Session | None = None) -> None:
        """Tell every session that asked for such events, or one alone."""
        need = _NEEDS.get(event.split("_")[0], 0)
        for session in [only] if only else list(self.sessions.values()):
            if only or not need or session.intents & need:
                session.seq += 1
                session.told.append({"op": 0, "t": event, "s": session.seq, "d": copy.deepcopy(data)})
                if session.line and not session.line.ws.closed:
                    session.line.out.put_nowait(session.told[-1])

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if self.closed:
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=0, compress=False)
        await ws.prepare(request)
        line = Line(ws, request)
        self.lines.add(line)
        self.opened.append(time.monotonic())
        pump = asyncio.create_task(line.pump())
        line.say(10, {"heartbeat_interval": HEARTBEAT_MS, "_trace": ["emulator"]})
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._heard(line, json.loads(message.data))
        finally:
            pump.cancel()
            self.lines.discard(line)
            self._left(line)
        return ws

    def _left(self, line: Line) -> None:
        session = line.session
        if session and session.line is line:
            session.line = None
            if line.ws.close_code in {1000, 1001} and not line.ended_by_us:
                self.sessions.pop(session.id, None)  # the client said goodbye: not to be resumed

    async def _heard(self, line: Line, message: Json) -> None:
        ops: dict[int, Callable[[Line, Any], Awaitable[None]]] = {1: self._beat, 2: self._identify, 6: self._resume}
        if message["op"] in ops:
            await ops[message["op"]](line, message.get("d"))
        elif line.session is None:
            await line.hang_up(4003)

    async def _beat(self, line: Line, _: Any) -> None:
        line.say(11)

    async def _identify(self, line: Line, data: Json) -> None:
        self.identified.append({"intents": data["intents"], "at": time.monotonic()})
        if data["token"] != self.token:
            await line.hang_up(4004)
        elif data["intents"] & PRIVILEGED:
            await line.hang_up(4014)
        elif time.monotonic() - self._last_identify < IDENTIFY_EVERY:
            line.say(9, data=False)
        else:
            self._last_identify = time.monotonic()
            self._begin(line, Session(data["intents"]))

    def _begin(self, line: Line, session: Session) -> None:
        line.session, session.line = session, line
        self.sessions[session.id] = session
        ready: Json = {
            "v": 10,
            "user": self.bot | {"mfa_enabled": True, "verified": True, "email": None, "locale": "en-US"},
        }
        ready |= {"guilds": [{"id": guild, "unavailable": True} for guild in self.guilds], "session_id": session.id}
        ready |= {"resume_gateway_url": self.gateway_url, "private_channels": [], "relationships": [], "presences": []}
        ready |= {"session_type": "normal", "application": {"id": self.bot["id"], "flags": 0}}
        self.tell("READY", ready, session)
        for guild in self.guilds:
            self.tell("GUILD_CREATE", self.guild_create(guild) | {"unavailable": False}, session)

    async def _resume(self, line: Line, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        self.resumed.append(session is not None)
        if session is None or data["token"] != self.token:
            line.say(9, data=False)
            return
        line.session, session.line = session, line
        for told in list(session.told):
            if told["s"] > (data["seq"] or 0):
                line.out.put_nowait(told)
        self.tell("RESUMED", {"_trace": ["emulator"]}, session)

    def let_in(self) -> None:
        """Let the next client in at once, as if the last had come long ago."""
        self._last_identify = 0.0

    # --- breaking it ------------------------------------------------------------------------------------------------

    async def drop(self, code: int = 4000, *, forget: bool = False) -> None:
        """Hang up on every client; `forget` their sessions too, so that none can be resumed."""
        for line in list(self.lines):
            if forget and line.session:
                self.sessions.pop(line.session.id, None)
            await line.hang_up(code)

    def abort(self) -> None:
        """Let every connection break off in the middle."""
        for line in list(self.lines):
            if line.request.transport:
                line.request.transport.abort()

    def invalidate(self) -> None:
        """End every session."""
        for line in list(self.lines):
            if line.session:
                self.sessions.pop(line.session.id, None)
            line.say(9, data=False)
