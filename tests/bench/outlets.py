"""The server of feeds: many outlets on one port of loopback, in a process of its own: its work is not counted."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from aiohttp import web

from tests.bench.news import feed_body

ENTRIES = 30
"""Of a feed."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """The server as its visitors see it."""

    base: str

    def url(self, feed: int) -> str:
        """Return the address of the n-th feed."""
        return f"{self.base}/feed/{feed}"

    def publish(self, feeds: int) -> None:
        """Let the first so many feeds have one new entry more."""
        self._tell(f"publish={feeds}")

    def validators(self, *, on: bool) -> None:
        """Let the server answer 304 to what it has sent before, or not."""
        self._tell(f"validators={int(on)}")

    def _tell(self, what: str) -> None:
        with urlopen(f"{self.base}/tell?{what}", timeout=60) as answer:
            answer.read()


class _Server:
    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._editions: dict[int, int] = {}
        self._bodies: dict[tuple[int, int], bytes] = {}
        self._validators = True

    async def feed(self, request: web.Request) -> web.Response:
        feed = int(request.match_info["feed"])
        edition = self._editions.get(feed, 0)
        etag = f'"{edition}"'
        if self._validators and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        if (feed, edition) not in self._bodies:
            self._bodies[feed, edition] = feed_body(feed, self._entries, edition)
        headers = {"ETag": etag} if self._validators else {}
        return web.Response(body=self._bodies[feed, edition], content_type="application/rss+xml", headers=headers)

    async def tell(self, request: web.Request) -> web.Response:
        for feed in range(int(request.query.get("publish", "0"))):
            self._editions[feed] = self._editions.get(feed, 0) + 1
            # made ahead, so that no visitor waits for it
            self._bodies[feed, self._editions[feed]] = feed_body(feed, self._entries, self._editions[feed])
        if "validators" in request.query:
            self._validators = request.query["validators"] == "1"
        return web.Response()


@asynccontextmanager
async def _serving(entries: int) -> AsyncIterator[int]:
    server = _Server(entries)
    app = web.Application()
    app.add_routes([web.get("/feed/{feed}", server.feed), web.get("/tell", server.tell)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


async def _main() -> None:
    async with _serving(int(sys.argv[1])) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        # whoever started this ends it by closing its input
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def outlets(entries: int = ENTRIES) -> Iterator[Outlets]:
    """Run the server for as long as the block takes; each feed has so many entries."""
    command = [sys.executable, "-m", "tests.bench.outlets", str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield Outlets(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_main())
