"""The way out: names looked up in threads of their own, sockets opened only to addresses that may be visited.

The judgement sits in aiohttp's `socket_factory`, which is handed every address just before it is connected to. So
nothing lies between the check and the connection: not a second look-up (DNS rebinding), not the DNS cache, not a
redirect, not an IP literal, which aiohttp never shows to a resolver.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.feeds.addresses import is_public

_LOOKUPS = 16
_REMEMBER_NAMES = 300
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class ClosedAddressError(OSError):
    """The address that a name led to is not public.

    An OSError with one wording, because aiohttp tries a name's addresses in a race that keeps nothing else.
    """

    def __init__(self) -> None:
        super().__init__("private or reserved address")


class Names(AbstractResolver):
    """Looks names up in its own threads.

    aiohttp's resolver uses the loop's default pool, where a few dead name servers would hold up everybody else's work.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return a name's addresses in the system's order of preference. Raises OSError."""
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=family_, proto=protocol, flags=_NUMERIC
            )
            for family_, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Let go of the threads; look-ups under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def make_connector(names: AbstractResolver, *, allow_private: bool) -> aiohttp.TCPConnector:
    """Build the connector of a session; must be called inside a running loop.

    It sets no limits of its own: `Fetcher` counts its visits, so that time spent in a queue is not taken for
    slowness.
    """
    return aiohttp.TCPConnector(
        limit=0,
        resolver=names,
        ttl_dns_cache=_REMEMBER_NAMES,
        socket_factory=None if allow_private else _open_public,
    )


def _open_public(target: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]) -> socket.socket:
    family, kind, protocol, _, address = target
    if not is_public(address[0]):
        raise ClosedAddressError
    return socket.socket(family, kind, protocol)
