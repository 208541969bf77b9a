"""One HTTP request after another, by libcurl: connections kept, compression unpacked, nothing decided.

libcurl asks for its sockets to be watched (`CurlMulti`), which the service's own loop does: no thread, and half of what
aiohttp costs for an answer that nothing changed (see `docs/performance.md`). Redirects, cookies, proxies, netrc and
HTTP/0.9 are off; whatever comes back is one `Answer` or one `TransferError`.

Where only public addresses may be visited, `_open_public` is handed every address just before it is connected to. So
nothing lies between the check and the connection: not a second look-up (DNS rebinding), not a cache, not a redirect,
not an odd form of an IP literal.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pycurl

from adapters.feeds.addresses import is_public
from adapters.feeds.answers import Answer, Head

_KEPT_OPEN = 100
"""Connections that are kept for a next visit."""
_UNKNOWN_ENCODING = "Unrecognized"
"""How libcurl's word begins for a Content-Encoding that it does not know; some servers send a charset in it."""


class TransferError(OSError):
    """A request that brought no whole answer."""

    def __init__(self, code: int, detail: str, *, status: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        """libcurl's, one of ``pycurl.E_...``."""
        self.status = status
        """What the server answered, where it came so far; else 0."""


class TooLongError(TransferError):
    """An answer of more bytes than were asked for."""


class ClosedAddressError(TransferError):
    """The address that a name led to is not public."""


class _Transfer:
    """One handle of libcurl with what it gets; used for one request after another."""

    def __init__(self, *, allow_private: bool) -> None:
        self.handle = curl = pycurl.Curl()
        self.done: asyncio.Future[None] | None = None
        self._refused = False
        self._cap = 0
        self._head = Head(0)
        self._body = bytearray()
        options: dict[int, Any] = {
            pycurl.NOSIGNAL: 1,
            pycurl.PROXY: "",
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.WRITEFUNCTION: self._take,
            pycurl.HEADERFUNCTION: lambda line: None if self._head.take(line) else -1,
        }
        for option, value in options.items():
            curl.setopt(option, value)
        # a wheel of pycurl looks for certificates where the machine had them that it was built on
        trusted = ssl.get_default_verify_paths()
        for option, path in ((pycurl.CAINFO, trusted.cafile), (pycurl.CAPATH, trusted.capath)):
            if path:
                curl.setopt(option, path)
        if not allow_private:
            curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_public)

    def prepare(self, url: str, headers: Sequence[str], addresses: Sequence[str]) -> None:
        """Set up a request; ``addresses`` are ``host:port:address,address``."""
        curl = self.handle
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTPHEADER, list(headers))
        curl.setopt(pycurl.RESOLVE, list(addresses))

    def begin(self, cap: int, seconds: float, *, packed: bool) -> None:
        """Begin it, or begin it anew; `packed`: whether to ask for packed bodies of every kind that can be unpacked."""
        self._refused = False
        self._cap = cap
        self._head = Head(cap)
        self._body.clear()
        self.handle.setopt(pycurl.TIMEOUT_MS, max(1, int(seconds * 1000)))
        if packed:
            self.handle.setopt(pycurl.ACCEPT_ENCODING, "")
        else:
            self.handle.unsetopt(pycurl.ACCEPT_ENCODING)

    def answer(self) -> Answer:
        """Return what came."""
        return Answer(self.handle.getinfo(pycurl.RESPONSE_CODE), self._head.headers(), bytes(self._body))

    def forget(self) -> None:
        """Let go of what came."""
        self._body.clear()

    def fault(self, code: int, detail: str) -> TransferError | None:
        """Return why a transfer broke off; None where it had said enough."""
        if self._head.enough:
            return None
        status = self.handle.getinfo(pycurl.RESPONSE_CODE)
        if self._head.too_long or len(self._body) > self._cap:
            return TooLongError(code, detail, status=status)
        return (ClosedAddressError if self._refused else TransferError)(code, detail, status=status)

    def _take(self, piece: bytes) -> int | None:
        self._body += piece
        return -1 if len(self._body) > self._cap else None

    def _open_public(self, _: int, to: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        family, kind, protocol, address = to
        if is_public(address[0]):
            # no descriptor left, or a family that the kernel lacks: libcurl's to say, and nothing may be raised here
            with suppress(OSError):
                return socket.socket(family, kind, protocol)
        else:
            self._refused = True
        return pycurl.SOCKET_BAD


class Transfers:
    """Requests of one loop; make it inside of it, and close it."""

    def __init__(self, *, user_agent: str, allow_private: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._idle: list[_Transfer] = []
        self._busy: dict[pycurl.Curl, _Transfer] = {}
        self._timer: asyncio.Handle | None = None
        self._closed = False
        self._watched: dict[int, int] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._wake_after)
        self._multi.setopt(pycurl.M_MAXCONNECTS, _KEPT_OPEN)

    def close(self) -> None:
        """Give back all connections; transfers under way end as broken."""
        self._closed = True
        for transfer in list(self._busy.values()):
            self._end(transfer, _closing())
        if self._timer is not None:
            self._timer.cancel()
        for transfer in self._idle:
            transfer.handle.close()
        self._idle.clear()
        self._multi.close()
        for watched in list(self._watched):
            self._watch(pycurl.POLL_REMOVE, watched)

    async def get(
        self, url: str, *, headers: Mapping[str, str], addresses: Sequence[str], cap: int, seconds: float
    ) -> Answer:
        """Ask for an address and return the answer, whatever its status. Raises TransferError.

        `addresses` (``host:port:address,address``) are where to look for the host; `cap` counts unpacked bytes.
        """
        if self._closed:
            raise _closing()
        until = self._loop.time() + seconds
        transfer = self._idle.pop() if self._idle else _Transfer(allow_private=self._allow_private)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        transfer.prepare(url, [*lines, f"User-Agent: {self._user_agent}"], addresses)
        try:
            transfer.begin(cap, seconds, packed=True)
            return await self._run(transfer)
        except TransferError as error:
            if not str(error).startswith(_UNKNOWN_ENCODING) or self._closed:
                raise
            transfer.begin(cap, until - self._loop.time(), packed=False)
            return await self._run(transfer)
        finally:
            transfer.forget()
            self._idle.append(transfer)

    async def _run(self, transfer: _Transfer) -> Answer:
        transfer.done = self._loop.create_future()
        self._busy[transfer.handle] = transfer
        self._multi.add_handle(transfer.handle)
        try:
            await transfer.done
        finally:
            # called off by whoever waited
            if transfer.handle in self._busy:
                self._end(transfer, None)
        return transfer.answer()

    def _end(self, transfer: _Transfer, fault: TransferError | None) -> None:
        del self._busy[transfer.handle]
        self._multi.remove_handle(transfer.handle)
        if transfer.done is None or transfer.done.done():
            return
        if fault is None:
            transfer.done.set_result(None)
        else:
            transfer.done.set_exception(fault)

    def _watch(self, events: int, descriptor: int, *_: object) -> None:
        """Watch a socket for what libcurl waits for there, and for nothing else."""
        before = self._watched.get(descriptor, 0)
        wanted = 0 if events == pycurl.POLL_REMOVE else events
        if wanted & ~before & pycurl.POLL_IN:
            self._loop.add_reader(descriptor, self._act, descriptor, pycurl.CSELECT_IN)
        if wanted & ~before & pycurl.POLL_OUT:
            self._loop.add_writer(descriptor, self._act, descriptor, pycurl.CSELECT_OUT)
        if before & ~wanted & pycurl.POLL_IN:
            self._loop.remove_reader(descriptor)
        if before & ~wanted & pycurl.POLL_OUT:
            self._loop.remove_writer(descriptor)
        if wanted:
            self._watched[descriptor] = wanted
        else:
            self._watched.pop(descriptor, None)

    def _wake_after(self, milliseconds: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if milliseconds == 0:
            self._timer = self._loop.call_soon(self._wake)
        elif milliseconds > 0:
            self._timer = self._loop.call_later(milliseconds / 1000, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._act(pycurl.SOCKET_TIMEOUT, 0)

    def _act(self, descriptor: int, events: int) -> None:
        """Let libcurl go on, and tell those whose transfers are over."""
        self._multi.socket_action(descriptor, events)
        more = 1
        while more:
            more, whole, broken = self._multi.info_read()
            for handle in whole:
                self._end(self._busy[handle], None)
            for handle, code, detail in broken:
                transfer = self._busy[handle]
                self._end(transfer, transfer.fault(code, detail))


def _closing() -> TransferError:
    return TransferError(pycurl.E_ABORTED_BY_CALLBACK, "the service is closing")
