"""A real HTTP server on loopback that misbehaves on demand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers each path as it was told to; remembers the requests it got."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[web.Request] = []
        self.base = ""
        self.busy = self.busiest = 0

    def says(self, path: str, body: bytes | str = b"", *, status: int = 200, **headers: str) -> str:
        """Answer a path with a body and headers (``Retry_After`` for Retry-After); returns its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        payload = body.encode() if isinstance(body, str) else body

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(body=payload, status=status, headers=named)

        return self.does(path, answer)

    def does(self, path: str, answer: Answer) -> str:
        """Answer a path by a handler; returns its address."""
        self.answers[path] = answer
        return self.base + path

    def redirects(self, path: str, to: str, status: int = 302) -> str:
        """Answer a path with a redirect; returns its address."""
        return self.says(path, status=status, Location=to)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            return await self.answers[request.path](request)
        finally:
            self.busy -= 1


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """Run a server on a free port of 127.0.0.1."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


async def drip(request: web.Request) -> web.StreamResponse:
    """Send a byte every 20 ms for ever: never idle, never done."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.02)


async def endless(request: web.Request) -> web.StreamResponse:
    """Send as fast as it can, for ever."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65_536)


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Promise a thousand bytes, send ten and drop the line."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"<rss><chan")
    assert request.transport is not None
    request.transport.abort()
    return response


async def silence(request: web.Request) -> web.StreamResponse:
    """Take the request and never answer."""
    await asyncio.sleep(60)
    raise AssertionError("unreachable")
