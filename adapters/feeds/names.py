"""Names of hosts and their addresses: looked up in threads of their own, remembered for a while.

libcurl could look names up itself, but waits for a look-up under way whenever a transfer is called off, and with it
everything else that the service does; a few dead name servers would stop it. So it is told addresses, never names.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

_LOOKUPS = 100
"""As many as there are visits at once: names that nobody answers for must not keep others waiting."""
_REMEMBERED = 300.0
"""Seconds."""
_MOST = 10_000


class Resolver(Protocol):
    """Whoever knows the addresses of names."""

    async def addresses(self, host: str) -> Sequence[str]:
        """Return a name's addresses in the order of preference. Raises OSError, or UnicodeError for what is no name."""

    def close(self) -> None:
        """Let go of what it holds."""


class Names:
    """The system's resolver. Make it, and use it, inside one loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="names")
        self._closed = False
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    async def addresses(self, host: str) -> Sequence[str]:
        """Return a name's addresses, in the system's order of preference."""
        loop = asyncio.get_running_loop()
        until, known = self._known.get(host, (0.0, ()))
        if loop.time() < until:
            return known
        try:
            found = await loop.run_in_executor(self._threads, _look_up, host)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._closed and task and not task.cancelling():
                # it was the look-up that was called off, and not whoever waits for it
                raise OSError("the service is closing") from None
            raise
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[host] = loop.time() + _REMEMBERED, found
        return found

    def close(self) -> None:
        """Let go of the threads; look-ups under way end by themselves."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    # an address may come once for each protocol
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
