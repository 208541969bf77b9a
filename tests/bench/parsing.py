"""Who waits while a large feed is parsed: a task that only sleeps tells how late it was woken."""

import asyncio
import time

import pytest

from adapters.feeds import quick
from adapters.feeds.fetch import Fetched, Fetcher
from adapters.feeds.rss import RssSource, read_feed
from bot.domain import Feed, FeedState
from tests.bench.news import feed_body
from tests.bench.table import Row, by_turns, times

FEED = Feed(key="wire", url="https://wire.example/rss")
MEGABYTES = 10
_ENTRY = 575
"""Bytes of an entry, about."""
_NAP = 0.002


class _Shows(Fetcher):
    """A fetcher that has a body already."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    async def get(self, url: str, **_: object) -> Fetched:
        return Fetched(status=200, final_url=url, body=self._body)


def measure(*, megabytes: int = MEGABYTES) -> list[Row]:
    """Return how long the loop was held up at worst, and how much quicker plain feeds are read than by feedparser."""
    body = feed_body(1, megabytes * (1 << 20) // _ENTRY, 0)
    small = feed_body(2, 600, 0)
    worst = max(asyncio.run(_lag(one)) for one in (body, small))
    ratio = _by_feedparser()
    return [
        Row(
            name=f"the longest wait while feeds of {len(body) >> 20} and {len(small) / 2**20:.1f} MB are read",
            measured=f"{worst * 1000:.0f} ms",
            wanted="at most 50 ms",
            value=worst,
            floor=0.05,
        ),
        Row(
            name="parsing plain RSS: processor time of feedparser by ours",
            measured=times(ratio),
            wanted="at least 2",
            value=ratio,
            floor=2.0,
            more=True,
        ),
    ]


async def _lag(body: bytes) -> float:
    source = RssSource(_Shows(body))
    late: list[float] = []

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_NAP)
            late.append(time.perf_counter() - began - _NAP)

    watchdog = asyncio.create_task(watch())
    await asyncio.sleep(0.05)
    late.clear()
    found = await source.poll(FEED, FeedState(feed=FEED.key))
    watchdog.cancel()
    await source.close()
    assert found.items
    return max(late)


def _by_feedparser(count: int = 30) -> float:
    bodies = [feed_body(n, 30, 0) for n in range(count)]

    def read_all() -> None:
        for body in bodies:
            read_feed(FEED, Fetched(status=200, final_url=FEED.url, body=body))

    def thoroughly() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(quick, "parse", lambda _: None)
            read_all()

    taken = by_turns({"ours": read_all, "feedparser": thoroughly})
    return taken["feedparser"] / taken["ours"]
