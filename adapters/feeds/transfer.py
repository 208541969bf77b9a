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
from dataclasses import dataclass
from typing import Any

import pycurl

from adapters.feeds.addresses import is_public

_KEPT_OPEN = 100
"""Connections that are kept for a next visit."""
_LONG_HEADERS = 1 << 18
"""Bytes of all headers of an answer; news sites send long content security policies."""
_UNKNOWN_ENCODING = "Unrecognized"
"""How libcurl's word begins for a Content-Encoding that it does not know; some servers send a charset in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; headers by their names in lower case, the first of several."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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
        self.refused = self.too_long = False
        self.enough = False
        """Whether it was called off because nobody reads on: the body of a refusal is no feed."""
        self._cap = 0
        self._body = bytearray()
        self._lines: list[bytes] = []
        self._head = 0
        self._welcome = False
        options: dict[int, Any] = {
            pycurl.NOSIGNAL: 1,
            pycurl.PROXY: "",
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.WRITEFUNCTION: self._take,
            pycurl.HEADERFUNCTION: self._take_line,
        }
        trusted = ssl.get_default_verify_paths()
        # a wheel of pycurl looks for certificates where the machine had them that it was built on
        found = {pycurl.CAINFO: trusted.cafile, pycurl.CAPATH: trusted.capath}
        for option, value in (options | {option: path for option, path in found.items() if path}).items():
            curl.setopt(option, value)
        if not allow_private:
            curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_public)

    def prepare(self, url: str, headers: Sequence[str], addresses: Sequence[str], cap: int, seconds: float) -> None:
        """Set up the next request; ``addresses`` are ``host:port:address,address``."""
        curl = self.handle
        self.refused = self.too_long = self.enough = False
        self._cap = cap
        self._lines.clear()
        self._head = 0
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTPHEADER, list(headers))
        curl.setopt(pycurl.RESOLVE, list(addresses))
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(seconds * 1000)))
        self.unpack(wanted=True)

    def unpack(self, *, wanted: bool) -> None:
        """Ask for packed bodies of every kind that can be unpacked, or for none."""
        if wanted:
            self.handle.setopt(pycurl.ACCEPT_ENCODING, "")
        else:
            self.handle.unsetopt(pycurl.ACCEPT_ENCODING)

    def answer(self) -> Answer:
        """Return what came, and forget it."""
        body = bytes(self._body)
        self._body.clear()
        return Answer(self.handle.getinfo(pycurl.RESPONSE_CODE), _headers(self._lines), body)

    def forget(self) -> None:
        """Give back what a broken transfer left."""
        self._body.clear()

    def _take(self, piece: bytes) -> int | None:
        self.enough = not self._welcome
        if not self.enough:
            self._body += piece
            self.too_long = len(self._body) > self._cap
        return -1 if self.enough or self.too_long else None

    def _take_line(self, line: bytes) -> int | None:
        if line.startswith(b"HTTP/"):
            # what came before was a word on the way, such as 103 Early Hints
            self._lines.clear()
            self._welcome = line.partition(b" ")[2].startswith(b"2")
        self._lines.append(line)
        self._head += len(line)
        if self._welcome and line[:15].lower() == b"content-length:":
            self.too_long = _number(line[15:]) > self._cap
        return -1 if self._head > _LONG_HEADERS or self.too_long else None

    def _open_public(self, _: int, to: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        family, kind, protocol, address = to
        if is_public(address[0]):
            return socket.socket(family, kind, protocol)
        self.refused = True
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
        self._watched: dict[int, int] = {}
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._wake_after)
        self._multi.setopt(pycurl.M_MAXCONNECTS, _KEPT_OPEN)

    def close(self) -> None:
        """Give back all connections; transfers under way end as broken."""
        for transfer in list(self._busy.values()):
            self._end(transfer, TransferError(pycurl.E_ABORTED_BY_CALLBACK, "the service is closing"))
        if self._timer is not None:
            self._timer.cancel()
        for transfer in self._idle:
            transfer.handle.close()
        self._multi.close()
        for watched in list(self._watched):
            self._watch(pycurl.POLL_REMOVE, watched)

    async def get(
        self, url: str, *, headers: Mapping[str, str], addresses: Sequence[str], cap: int, seconds: float
    ) -> Answer:
        """Ask for an address and return the answer, whatever its status. Raises TransferError.

        `addresses` (``host:port:address,address``) are where to look for the host; `cap` counts unpacked bytes.
        """
        transfer = self._idle.pop() if self._idle else _Transfer(allow_private=self._allow_private)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"User-Agent: {self._user_agent}")
        transfer.prepare(url, lines, addresses, cap, seconds)
        try:
            return await self._run(transfer)
        except TransferError as error:
            if not str(error).startswith(_UNKNOWN_ENCODING):
                raise
            transfer.unpack(wanted=False)
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
                self._end(transfer, None if transfer.enough else _fault(transfer, code, detail))


def _fault(transfer: _Transfer, code: int, detail: str) -> TransferError:
    status = transfer.handle.getinfo(pycurl.RESPONSE_CODE)
    if transfer.too_long:
        return TooLongError(code, detail, status=status)
    if transfer.refused:
        return ClosedAddressError(code, detail, status=status)
    return TransferError(code, detail, status=status)


def _headers(lines: Sequence[bytes]) -> dict[str, str]:
    """Return an answer's headers; a line without a name is nobody's."""
    found: dict[str, str] = {}
    for line in b"".join(lines).decode("utf-8", "surrogateescape").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.lower(), value.strip())
    return found


def _number(digits: bytes) -> int:
    digits = digits.strip()
    return int(digits) if digits.isdigit() and len(digits) < 20 else 0
