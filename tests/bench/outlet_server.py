"""The server of the outlets' feeds, which `outlets.py` starts as ``python -m tests.bench.outlet_server ENTRIES``.

It prints its port, and ends when its input is closed.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.bench.news import feed_body


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


if __name__ == "__main__":
    asyncio.run(_main())
