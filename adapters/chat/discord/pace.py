"""How fast: one clock for every request of a bot's own, so that the limit of 50 a second is never run into.

discord.py keeps to each channel's own limit, which it learns from the answers, but not to the one over all channels:
there it sends until it is refused, and every refusal counts towards a ban. So each request takes its turn here first.
A tracing hook of aiohttp's is the one place that every request passes, retries among them; it is awaited before the
request leaves. Answers to interactions are outside of the limit and never wait.
"""

import asyncio
from types import SimpleNamespace

import aiohttp

PER_SECOND = 42.0
"""Eight less than Discord allows: requests that leave evenly do not arrive so."""
CATCHING_UP = 1
"""Turns that were missed and may be taken at once; one more is always there."""
_UNLIMITED = ("/interactions/", "/webhooks/")


class Pace:
    """Turns, evenly spaced, in the order in which they are asked for.

    Spaced by when they are taken, not by when they were due: after a moment in which this machine was busy with
    something else, what was due in it must not leave all at once. Only `CATCHING_UP` turns may.
    """

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._step = 1 / per_second
        self._gate = asyncio.Lock()
        self._waiting = 0
        self._free = 0.0
        self._paused = 0.0

    @property
    def behind(self) -> float:
        """Return for how many seconds from now all turns are taken."""
        return max(self._free, self._paused) - asyncio.get_running_loop().time() + self._waiting * self._step

    @property
    def paused(self) -> float:
        """Return for how many seconds from now no turn is given at all; 0 where they are."""
        return max(0.0, self._paused - asyncio.get_running_loop().time())

    def pause(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._paused = max(self._paused, asyncio.get_running_loop().time() + seconds)

    async def turn(self) -> None:
        """Wait for the next turn."""
        loop = asyncio.get_running_loop()
        self._waiting += 1
        try:
            async with self._gate:
                # again after each wait: a pause may have begun meanwhile
                while (wait := max(self._free, self._paused) - loop.time()) > 0:  # noqa: ASYNC110 - nobody tells us
                    await asyncio.sleep(wait)
                self._free = max(self._free, loop.time() - CATCHING_UP * self._step) + self._step
        finally:
            self._waiting -= 1

    def tracing(self, base: str) -> aiohttp.TraceConfig:
        """Return what makes a session's requests to the API at `base` take turns."""
        trace = aiohttp.TraceConfig()

        async def before(
            _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams
        ) -> None:
            url = str(request.url)
            if url.startswith(base) and not url.removeprefix(base).startswith(_UNLIMITED):
                await self.turn()

        async def after(_: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
            headers = request.response.headers
            # without Via it is no limit of the API's but a ban of the address we come from
            if request.response.status == 429 and ("X-RateLimit-Global" in headers or "Via" not in headers):
                self.pause(seconds_asked(headers.get("Retry-After")))

        trace.on_request_start.append(before)
        trace.on_request_end.append(after)
        return trace


def seconds_asked(value: str | None, default: float = 5.0) -> float:
    """Return what a Retry-After header asks for, in seconds; `default` where it says nothing that is a number."""
    try:
        return min(max(float(value or default), 0.0), 86_400.0)
    except ValueError:
        return default
