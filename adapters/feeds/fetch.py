"""One polite GET: validators sent, caps on time and size, redirects followed by hand, every failure in our own words.

A server on the other side may be slow, huge, broken or hostile, so that nothing here waits, reads or follows without
end:

* **time** counts from when a visit's turn comes, over all its redirects and its whole body; a drip of bytes does not
  reset it. Waiting for one's turn (2 at a time to a host, 100 in all) is our own doing and does not count.
* **size** is counted in unpacked bytes while they arrive. libcurl unpacks in bounded steps, so that a small bomb is
  cut off after the cap and one step, not after it has gone off.
* **redirects**: each hop is judged like the first address; only a chain that is permanent all along moves a feed.
* **state**: no cookies are kept, no proxy or netrc is taken from the environment.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from weakref import WeakValueDictionary

from yarl import URL

from adapters.feeds.addresses import check_url, closed, is_literal, is_public
from adapters.feeds.answers import Answer
from adapters.feeds.faults import in_our_words, refusal
from adapters.feeds.freshness import max_age
from adapters.feeds.names import Names, Resolver
from adapters.feeds.transfer import TooLongError, Transfers
from bot.errors import Forbidden, TooLarge, Unreachable

USER_AGENT = f"Sanctionwire/{version('sanctionwire')} (feed reader)"
ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
MAX_REDIRECTS = 5
_MIB = 1 << 20
_LONGEST_VALIDATOR = 1_000
_PERMANENT = {301, 308}
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a visit brought: a body (200), or word that nothing changed (304, empty body)."""

    status: int
    final_url: str
    body: bytes = b""
    moved_to: str | None = None
    """The new address, where the whole way there was marked as permanent."""
    etag: str | None = None
    last_modified: str | None = None
    max_age: timedelta | None = None
    content_type: str = ""
    """The media type alone, in lower case."""
    charset: str | None = None
    """What the Content-Type header claims; often wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hop:
    """One answer on the way: either the end of it, or where to go next."""

    headers: Mapping[str, str]
    status: int
    body: bytes = b""
    onward: str | None = None
    content_type: str = ""
    charset: str | None = None


class Fetcher:
    """The one client of all sources; make it once, share it, close it. Safe to use from many tasks of one loop.

    `timeout` is in seconds, for a whole visit; `max_bytes` counts unpacked bytes; `names` makes what looks names up;
    `allow_private` opens loopback and private networks.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        user_agent: str = USER_AGENT,
        timeout: float = 20.0,
        max_bytes: int = 10 * _MIB,
        per_host: int = 2,
        limit: int = 100,
        names: Callable[[], Resolver] = Names,
    ) -> None:
        self._allow_private = allow_private
        self._user_agent = user_agent
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._per_host = per_host
        self._names = names
        self._all = asyncio.Semaphore(limit)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._out: tuple[Resolver, Transfers] | None = None
        self._closed = False

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give back all connections; visits still under way end as Unreachable."""
        self._closed = True
        if self._out is not None:
            names, transfers = self._out
            transfers.close()
            names.close()
            self._out = None

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT_FEED,
        max_bytes: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - a budget over several requests, not one wait
    ) -> Fetched:
        """Visit an address, following redirects. Raises a FeedError that names what went wrong, and nothing else.

        `max_bytes` and `timeout` (seconds) override the fetcher's own for one visit: official lists are larger than
        feeds.
        """
        headers = {"Accept": accept} | _validators(etag, last_modified)
        here = check_url(url, allow_private=self._allow_private).with_fragment(None)
        left = self._timeout if timeout is None else timeout
        cap = self._max_bytes if max_bytes is None else max_bytes
        moved = True
        for hops in range(MAX_REDIRECTS + 1):
            # first this host's place, then one of all: a queue at one host must not use up the places of all
            async with self._places(here.host or ""), self._all:
                started = asyncio.get_running_loop().time()
                hop = await self._hop(here, headers, cap, left)
                left -= asyncio.get_running_loop().time() - started
            if hop.onward is None:
                return _fetched(hop, here, headers, moved=moved and hops > 0)
            moved = moved and hop.status in _PERMANENT
            here = check_url(hop.onward, allow_private=self._allow_private).with_fragment(None)
        raise Forbidden(f"{URL(url).host} redirects more than {MAX_REDIRECTS} times", problem="redirect_loop")

    def _places(self, host: str) -> asyncio.Semaphore:
        """Return the places at a host; they last for as long as somebody has or awaits one."""
        places = self._hosts.get(host)
        if places is None:
            places = self._hosts[host] = asyncio.Semaphore(self._per_host)
        return places

    async def _hop(self, url: URL, headers: Mapping[str, str], cap: int, seconds: float) -> _Hop:
        """Make one request, in at most so many seconds."""
        names, transfers = self._open()
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        try:
            found = await self._addresses(names, url, seconds)
            left = until - loop.time()
            answer = await transfers.get(str(url), headers=headers, addresses=found, cap=cap, seconds=left)
        except TooLongError as error:
            raise TooLarge(f"{url.host} sends more than {cap:,} bytes", status=error.status) from error
        except (OSError, UnicodeError) as error:
            raise in_our_words(url, error, seconds) from error
        return _judged(url, answer, headers)

    async def _addresses(self, names: Resolver, url: URL, seconds: float) -> Sequence[str]:
        """Return where libcurl is to look for a host. Raises OSError, and Forbidden where no address may be visited."""
        host = url.raw_host or ""
        if is_literal(host):
            return ()
        async with asyncio.timeout(seconds):
            found = await names.addresses(host)
        # a zone ("fe80::1%eth0") is nothing that libcurl takes
        allowed = [one for one in found if "%" not in one and (self._allow_private or is_public(one))]
        if not allowed:
            raise Forbidden(closed(str(url.host)))
        # the plus lets it be forgotten after a while
        return [f"+{host}:{url.port}:{','.join(allowed)}"]

    def _open(self) -> tuple[Resolver, Transfers]:
        """Make the way out on first use: it belongs to the loop that runs then."""
        if self._closed:
            raise Unreachable("the service is closing; nothing is visited any more")
        if self._out is None:
            transfers = Transfers(user_agent=self._user_agent, allow_private=self._allow_private)
            self._out = self._names(), transfers
        return self._out


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the headers that ask for news only."""
    sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in sent.items() if value}


def _is_conditional(headers: Mapping[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _judged(url: URL, answer: Answer, asked: Mapping[str, str]) -> _Hop:
    """Judge an answer. Raises Refused for a status that is no success, Forbidden for a redirect to no address."""
    status, headers = answer.status, answer.headers
    if status == HTTPStatus.NOT_MODIFIED and _is_conditional(asked):
        return _Hop(headers=headers, status=status)
    if status in _REDIRECTS and "location" in headers:
        try:
            return _Hop(headers=headers, status=status, onward=str(url.join(URL(headers["location"]))))
        except ValueError as error:
            raise Forbidden(f"{url.host}: no address to visit") from error
    if not 200 <= status < 300:
        raise refusal(url, answer)
    content_type, charset = _kind(headers.get("content-type", ""))
    return _Hop(headers=headers, status=status, body=answer.body, content_type=content_type, charset=charset)


def _kind(header: str) -> tuple[str, str | None]:
    """Return the media type and the charset that a Content-Type header claims."""
    if not header:
        return "application/octet-stream", None
    message = Message()
    message["Content-Type"] = header.encode("ascii", "replace").decode()
    try:
        charset = message.get_param("charset")
    except (TypeError, ValueError):  # pieces of RFC 2231 that do not fit together
        charset = None
    return message.get_content_type(), charset if isinstance(charset, str) else None


def _fetched(hop: _Hop, here: URL, asked: Mapping[str, str], *, moved: bool) -> Fetched:
    """Sum the visit up; a 304 need not repeat its validators, so the ones we asked with stay good."""
    unchanged = hop.status == 304
    return Fetched(
        status=hop.status,
        final_url=str(here),
        body=hop.body,
        moved_to=str(here) if moved else None,
        etag=_kept(hop.headers.get("etag")) or (asked.get("If-None-Match") if unchanged else None),
        last_modified=_kept(hop.headers.get("last-modified"))
        or (asked.get("If-Modified-Since") if unchanged else None),
        max_age=max_age(hop.headers, datetime.now(UTC)),
        content_type=hop.content_type,
        charset=hop.charset,
    )


def _kept(validator: str | None) -> str | None:
    """Pass a validator only if it can be stored and sent back as it came."""
    if not validator or len(validator) > _LONGEST_VALIDATOR or not (validator.isascii() and validator.isprintable()):
        return None
    return validator
