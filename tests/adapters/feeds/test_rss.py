"""Visits to news feeds, over a real server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from adapters.feeds import POLLERS
from adapters.feeds.fetch import Fetcher
from adapters.feeds.rss import RssSource
from bot.domain import Feed, FeedState
from bot.errors import NotAFeed, Refused, Unreachable
from bot.ports import Source
from tests.adapters.feeds.server import Server, hang_up

NEW = FeedState(feed="wire")
BODY = (
    "<rss version='2.0'><channel><title>Wire</title><ttl>5</ttl>"
    "<item><title>EU lists ten banks</title></item></channel></rss>"
)
HTML = "<!DOCTYPE html><html><title>Sign in</title></html>"


@pytest.fixture
async def source(fetcher: Fetcher) -> AsyncIterator[Source]:
    source = POLLERS["rss"](fetcher)
    yield source
    await source.close()


def wire(url: str) -> Feed:
    return Feed(key="wire", url=url, outlet="The Wire")


async def test_a_first_visit_brings_items_and_what_is_to_be_remembered(server: Server, source: Source) -> None:
    url = server.says("/feed", BODY, ETag='"1"', Cache_Control="max-age=60", Content_Type="text/plain")
    poll = await source.poll(wire(url), NEW)
    assert [(item.feed, item.title, item.outlet) for item in poll.items] == [("wire", "EU lists ten banks", "The Wire")]
    assert (poll.modified, poll.status, poll.etag, poll.title) == (True, 200, '"1"', "Wire")
    assert poll.body_hash
    assert poll.max_age == timedelta(minutes=5)


async def test_a_feed_that_says_unchanged_brings_nothing_and_keeps_its_memory(server: Server, source: Source) -> None:
    url = server.says("/feed", status=304)
    poll = await source.poll(wire(url), replace(NEW, etag='"1"', body_hash="abc"))
    assert (poll.modified, poll.status, poll.items, poll.etag, poll.body_hash) == (False, 304, (), '"1"', "abc")


async def test_the_same_body_again_is_not_read_again(server: Server, source: Source) -> None:
    url = server.says("/feed", BODY, ETag='"1"')
    first = await source.poll(wire(url), NEW)
    server.says("/feed", BODY, ETag='"2"')
    again = await source.poll(wire(url), replace(NEW, body_hash=first.body_hash))
    assert (again.modified, again.items, again.etag, again.body_hash) == (False, (), '"2"', first.body_hash)
    server.says("/feed", BODY.replace("ten", "twelve"))
    changed = await source.poll(wire(url), replace(NEW, body_hash=first.body_hash))
    assert [item.title for item in changed.items] == ["EU lists twelve banks"]


async def test_a_moved_feed_says_where_to(server: Server, source: Source) -> None:
    new = server.says("/new", BODY)
    poll = await source.poll(wire(server.redirects("/old", "/new", 301)), NEW)
    assert poll.moved_to == new


async def test_relative_links_are_relative_to_where_a_redirect_led(server: Server, source: Source) -> None:
    server.says(
        "/en/feed", "<rss version='2.0'><channel><item><title>T</title><link>story</link></item></channel></rss>"
    )
    poll = await source.poll(wire(server.redirects("/feed", "/en/feed")), NEW)
    assert poll.items[0].link == server.base + "/en/story"


async def test_a_page_with_status_200_is_a_named_failure_and_no_empty_feed(server: Server, source: Source) -> None:
    with pytest.raises(NotAFeed, match="html_page: a web page titled 'Sign in'"):
        await source.poll(wire(server.says("/feed", HTML, Content_Type="application/rss+xml")), NEW)


async def test_failures_come_through_with_their_names(server: Server, source: Source) -> None:
    with pytest.raises(Refused) as refused:
        await source.poll(wire(server.says("/feed", status=429, Retry_After="7")), NEW)
    assert (refused.value.problem, refused.value.retry_after) == ("http_429", timedelta(seconds=7))
    with pytest.raises(Unreachable):
        await source.poll(wire(server.does("/drop", hang_up)), NEW)


async def test_the_loop_goes_on_while_a_large_feed_is_read(source: Source, server: Server) -> None:
    entries = "".join(f"<item><title>{number}</title></item>" for number in range(1_200))
    url = server.says("/feed", f"<rss version='2.0'><channel>{entries}</channel></rss>")
    clock = asyncio.get_running_loop().time
    ticks = [clock()]
    visit = asyncio.create_task(source.poll(wire(url), NEW))
    while not visit.done():
        await asyncio.sleep(0.001)
        ticks.append(clock())
    assert len(visit.result().items) == 1_200
    assert max(later - earlier for earlier, later in pairwise(ticks)) < (ticks[-1] - ticks[0]) / 2


async def test_many_visits_at_once_keep_their_feeds_apart(server: Server, source: Source) -> None:
    urls = [server.says(f"/{number}", BODY.replace("ten", str(number))) for number in range(20)]
    polls = await asyncio.gather(*(source.poll(wire(url), NEW) for url in urls))
    assert [poll.items[0].title for poll in polls] == [f"EU lists {number} banks" for number in range(20)]


async def test_a_closed_source_fails_in_our_words(server: Server, fetcher: Fetcher) -> None:
    source = RssSource(fetcher)
    await source.close()
    with pytest.raises(Unreachable, match="closing"):
        await source.poll(wire(server.says("/feed", BODY)), NEW)
