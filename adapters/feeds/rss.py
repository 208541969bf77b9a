"""News feeds: RSS 0.9 to 2.0, RDF and Atom, from bytes to clean items.

feedparser reads the structure of all but plain feeds (those are read by `quick`), and nothing else: it never fetches,
its sanitiser and link resolver are off (two thirds of its time), and it is handed text that this package has decoded
and judged. It works in one thread of its own: the loop stays free, and one thread's memory is reused where many would
each keep their own (feedparser#287). Large bodies are read in a process of their own (`apart`).
"""

import asyncio
import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from time import struct_time
from typing import Any
from urllib.parse import urlsplit

import feedparser

from adapters.feeds import quick
from adapters.feeds.apart import LARGE, Apart
from adapters.feeds.charset import decode
from adapters.feeds.cleaning import plain, shorten, web_link
from adapters.feeds.fetch import Fetched, Fetcher
from adapters.feeds.freshness import LONGEST
from adapters.feeds.sniffing import THOROUGH, breaks_off, check_is_feed, check_size, ends, is_complete
from bot.domain import Feed, FeedState, Item, Poll
from bot.errors import NotAFeed, Unreachable

MAX_TITLE = 500
MAX_SUMMARY = 4_000
MAX_NAME = 200
MAX_GUID = 500
MAX_ITEMS = 2_000
WORDS_OF_A_TITLE = 120
"""Characters of a summary that stand in for a missing title."""

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# feedparser's strict parser gives up at the first bare ampersand, and its loose one reads AT&T as "AT&T;";
# a numeric reference beyond Unicode breaks it
_BARE_AMPERSAND = re.compile(r"&(?!(?:\w{1,32}|#\d{1,6}|#[xX](?:10[\da-fA-F]{4}|[\da-fA-F]{1,5}));)")
_CDATA = "<![CDATA["
_SLICE = 1 << 18
"""Characters that one regular expression is run over at a time: while it runs, the loop has to wait."""
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}

Parsed = Mapping[str, Any]
"""feedparser's dictionaries, which have no types."""


class RssSource:
    """Polls news feeds. Unchanged bodies are known by their hash and not parsed again."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._parser = ThreadPoolExecutor(1, thread_name_prefix="feedparser")
        self._apart = Apart()
        self._closed = False

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        """Visit a feed. Raises a FeedError: what the fetcher raises, or NotAFeed for a body that is none."""
        fetched = await self._fetcher.get(feed.url, etag=state.etag, last_modified=state.last_modified)
        digest = blake2b(fetched.body, digest_size=16).hexdigest()
        if fetched.status == 304 or digest == state.body_hash:
            return _bare(fetched, modified=False, body_hash=state.body_hash)
        if self._closed:
            raise Unreachable("the service is closing; nothing is read any more")
        if len(fetched.body) >= LARGE:
            read = await self._apart.read(feed, fetched)
        else:
            read = await asyncio.get_running_loop().run_in_executor(self._parser, read_feed, feed, fetched)
        return replace(read, body_hash=digest)

    async def close(self) -> None:
        """Let go of the parser's thread; the fetcher is its maker's to close."""
        self._closed = True
        self._parser.shutdown(wait=False, cancel_futures=True)


def read_feed(feed: Feed, fetched: Fetched) -> Poll:
    """Read a body: pure and slow (tens of milliseconds), so to be run beside the loop. Raises a FeedError."""
    text = decode(fetched.body, fetched.charset)
    check_is_feed(text)
    about, entries, cut = _quickly(text) or _thoroughly(text)
    channel = _channel(feed, fetched, about)
    items, detail = _newest(_distinct(_items(entries, feed, channel)))
    return replace(
        _bare(fetched, modified=True),
        items=items,
        title=channel.title,
        detail=cut or detail,
        max_age=max(filter(None, (fetched.max_age, _own_pace(about))), default=None),
    )


def _quickly(text: str) -> tuple[Parsed, Sequence[Parsed], str] | None:
    found = quick.parse(text)
    return (*found, "") if found else None


def _thoroughly(text: str) -> tuple[Parsed, Sequence[Parsed], str]:
    """Return what a feed says of itself, its entries as feedparser reads them, and how many were cut away, in words.

    Raises NotAFeed where there are none, TooLarge where it would take too long.
    """
    text, had = ends(text, THOROUGH.entries)
    check_size(text, THOROUGH)
    parsed = _parsed(text)
    # the entry in which a download broke off has half a title, and would come back as another one
    entries = parsed.entries[:-1] if breaks_off(text) else parsed.entries
    if not entries and (not parsed.version or (parsed.bozo and not is_complete(text))):
        raise NotAFeed(f"no_entries: the body begins like a feed and breaks off or falls apart: {_fault(parsed)}")
    cut = f"the first and the last of {had:,} entries were read, {THOROUGH.entries:,} in all" if had else ""
    return parsed.feed, entries, cut


def _parsed(text: str) -> feedparser.FeedParserDict:
    try:
        return feedparser.parse(
            _mended(text).encode("utf-8", "replace"),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # whatever a parser without types finds to raise, on whatever a stranger wrote
        raise NotAFeed(f"parser_failed: {type(error).__name__}: {shorten(str(error), MAX_NAME)}") from error


def _mended(text: str) -> str:
    """Take out what makes most ill-formed feeds so: control characters, and ampersands that begin no entity."""
    first, *rest = "".join(_CONTROLS.sub("", piece) for piece in _slices(text)).split(_CDATA)
    pieces = [_escaped(first)]
    for part in rest:
        inside, end, outside = part.partition("]]>")
        pieces += (_CDATA, inside, end, _escaped(outside))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return "".join(_BARE_AMPERSAND.sub("&amp;", piece) for piece in _slices(text))


def _slices(text: str) -> Iterator[str]:
    """Cut a long text before tags, where no entity can be cut in two."""
    start = 0
    while start < len(text):
        cut = text.find("<", start + _SLICE)
        end = cut if cut > 0 else len(text)
        yield text[start:end]
        start = end


@dataclass(frozen=True, slots=True)
class _Channel:
    """What a feed says of itself, and what its entries' links are relative to."""

    title: str
    outlet: str
    base: str
    hosts: frozenset[str]


def _bare(fetched: Fetched, *, modified: bool, body_hash: str | None = None) -> Poll:
    return Poll(
        modified=modified,
        status=fetched.status,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=body_hash,
        max_age=fetched.max_age,
        moved_to=fetched.moved_to,
    )


def _channel(feed: Feed, fetched: Fetched, about: Parsed) -> _Channel:
    title = plain(_text(about, "title"), MAX_NAME)
    base = web_link(_text(about, "link"), fetched.final_url) or fetched.final_url
    hosts = frozenset(_site(url) for url in (feed.url, fetched.final_url, base))
    return _Channel(title, feed.outlet or title or _site(feed.url), base, hosts)


def _items(entries: Iterable[Parsed], feed: Feed, channel: _Channel) -> Iterator[Item]:
    """Clean the entries, in the feed's order; one without any words says nothing and is left out."""
    for entry in entries:
        summary = plain(_summary(entry), MAX_SUMMARY)
        title = plain(_text(entry, "title"), MAX_TITLE) or shorten(summary, WORDS_OF_A_TITLE)
        if not title:
            continue
        outlet = _source(entry, channel)
        yield Item(
            feed=feed.key,
            guid=_guid(_text(entry, "id")),
            link=web_link(_text(entry, "feedburner_origlink") or _text(entry, "link"), channel.base),
            # aggregators add the outlet's name to the headline, which is then no longer the outlet's headline
            title=title.removesuffix(f" - {outlet}") or title,
            summary=summary,
            date=_date(entry),
            outlet=outlet or channel.outlet,
            language=feed.language,
            official=feed.official,
        )


def _distinct(items: Iterable[Item]) -> list[Item]:
    """Drop entries that stand in the body twice. A guid used again for other words is another entry."""
    return list({(item.link or item.guid, item.title): item for item in reversed([*items])}.values())[::-1]


def _newest(items: list[Item]) -> tuple[tuple[Item, ...], str]:
    """Keep the newest entries of an endless feed, in their order, and say so; undated ones count as oldest."""
    if len(items) <= MAX_ITEMS:
        return tuple(items), ""
    long_ago = datetime.min.replace(tzinfo=UTC)
    newest = sorted(range(len(items)), key=lambda place: items[place].date or long_ago, reverse=True)[:MAX_ITEMS]
    return tuple(
        items[place] for place in sorted(newest)
    ), f"the newest {MAX_ITEMS:,} of {len(items):,} entries were read"


def _text(parsed: Parsed, name: str) -> str:
    """Return one of feedparser's fields. Not by its own get(): that maps missing names to others, with a warning."""
    value = dict.get(parsed, name) if isinstance(parsed, dict) else None
    return value if isinstance(value, str) else ""


def _summary(entry: Parsed) -> str:
    if summary := _text(entry, "summary"):
        return summary
    contents = entry.get("content") or ()
    return max((_text(content, "value") for content in contents), key=len, default="")


def _guid(text: str) -> str:
    """Return the entry's own identifier; one too long to store is told apart by its hash."""
    guid = " ".join(text.split())
    if len(guid) <= MAX_GUID:
        return guid
    return guid[: MAX_GUID // 2] + blake2b(guid.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _source(entry: Parsed, channel: _Channel) -> str:
    """Return the outlet that an aggregator names in an entry; empty where the entry's source is the feed itself."""
    source = entry.get("source")
    if not source:
        return ""
    site = _site(_text(source, "href") or _text(source, "url") or _text(source, "link"))
    return "" if not site or site in channel.hosts else plain(_text(source, "title"), MAX_NAME)


def _site(url: str) -> str:
    """Return an address's host without its www; empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _date(entry: Parsed) -> datetime | None:
    """Return when the entry was published, else updated, in UTC; None for no date and for one that cannot be true."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = dict.get(entry, name) if isinstance(entry, dict) else None
        if not isinstance(moment, struct_time) or not _FIRST_YEAR <= moment.tm_year <= _LAST_YEAR:
            continue
        try:
            return datetime.fromtimestamp(calendar.timegm(moment), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _own_pace(about: Parsed) -> timedelta | None:
    """Return how often the feed itself says it changes: RSS ttl (minutes), or the syndication module's period."""
    ttl = _text(about, "ttl").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) <= len("99999"):
        return min(timedelta(minutes=int(ttl)), LONGEST) or None
    period = _PERIODS.get(_text(about, "sy_updateperiod").strip().lower())
    times = _text(about, "sy_updatefrequency").strip() or "1"
    if period is None or not (times.isascii() and times.isdigit() and len(times) <= len("999")):
        return None
    return min(period / max(int(times), 1), LONGEST)


def _fault(parsed: Parsed) -> str:
    return shorten(" ".join(str(parsed.get("bozo_exception") or "not one entry, no known version").split()), MAX_NAME)
