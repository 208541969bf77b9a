"""The quick parser reads what it reads as feedparser does, over every feed file there is, and leaves it the rest."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds import quick, rss
from adapters.feeds.charset import decode
from adapters.feeds.fetch import Fetched
from bot.domain import Feed, Poll
from bot.errors import FeedError

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared" / "feeds"
FILES = sorted([*(HERE / "cases").glob("*.xml"), *(SHARED.glob("*.xml") if SHARED.is_dir() else ())])
FEED = Feed(key="wire", url="https://feeds.example/rss")

ITEM = """
<title>EU lists 12 firms &amp; a bank</title><link>https://wire.example/a?b=1</link><guid>https://wire.example/a?b=1</guid>
<description><![CDATA[<p>Twelve firms</p>]]></description><pubDate>Mon, 02 Mar 2026 09:00:00 +0100</pubDate>
"""


def feed(item: str = ITEM, channel: str = "", root: str = "", head: str = "") -> str:
    spaces = "".join(
        f' xmlns:{name}="{uri}"'
        for name, uri in {
            "content": "http://purl.org/rss/1.0/modules/content/",
            "dc": "http://purl.org/dc/elements/1.1/",
            "media": "http://search.yahoo.com/mrss/",
            "atom": "http://www.w3.org/2005/Atom",
        }.items()
    )
    return (
        f'{head}<rss version="2.0"{spaces}{root}><channel><title>The Wire</title><link>https://wire.example/</link>'
        f"<description>News</description>{channel}<item>{item}</item></channel></rss>"
    )


def read(body: bytes) -> Poll:
    return rss.read_feed(FEED, Fetched(status=200, body=body, final_url=FEED.url))


def read_by_feedparser(body: bytes, monkeypatch: pytest.MonkeyPatch) -> Poll:
    with monkeypatch.context() as patched:
        patched.setattr(quick, "parse", lambda _: None)
        return read(body)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_feed_file_is_read_alike_by_both_parsers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = path.read_bytes()
    with suppress(FeedError):
        assert read_by_feedparser(body, monkeypatch) == read(body)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real feed files are not here")
def test_most_real_rss_feeds_are_plain() -> None:
    texts = [decode(path.read_bytes()) for path in SHARED.glob("*.xml")]
    plain = [text for text in texts if quick.parse(text) is not None]
    assert len(plain) >= len(texts) / 2


def test_a_plain_feed_is_read_quickly() -> None:
    assert quick.parse(feed()) is not None


PLAIN = [
    feed(ITEM.replace("Mon, 02 Mar 2026 09:00:00 +0100", "2 Mar 2026 23:59:59 GMT")),
    feed(ITEM.replace("<guid>", '<guid isPermaLink="false">').replace("?b=1</guid>", "</guid>")),
    feed(ITEM + "<content:encoded><![CDATA[<p>In full</p>]]></content:encoded>"),
    feed("<content:encoded>first</content:encoded>" + ITEM),
    feed(ITEM.replace("<![CDATA[<p>Twelve firms</p>]]>", "") + "<content:encoded>in its place</content:encoded>"),
    feed(ITEM.replace("EU", "Ã‰lysÃ©e")),
    feed(ITEM.replace("EU", "caf\u00c3\u00a9")),
    feed(ITEM.replace("EU", "Élysée – “x”")),
    feed(ITEM.replace("EU", "&lt;b&gt;EU&lt;/b&gt; &amp;amp; &#8217;")),
    feed(ITEM + "<dc:creator>A</dc:creator><category>B</category><media:thumbnail url='https://x.example/y.jpg'/>"),
    feed(ITEM + "<media:content url='https://x.example/y.jpg'/><media:description>A picture</media:description>"),
    feed(channel="<ttl>60</ttl><atom:link rel='self' href='https://wire.example/rss'/>"),
    feed(
        channel="<image><url>https://x.example/y.png</url><title>Other</title><link>https://z.example/</link></image>"
    ),
    feed(head='<?xml version="1.0" encoding="windows-1251"?>'),
    feed(ITEM.replace("Mon, 02 Mar 2026 09:00:00 +0100", "2026-03-02T09:00:00Z")),
    feed(ITEM.replace("Mon, 02 Mar 2026 09:00:00 +0100", "Mon, 2 Mar 2026 9:00 EST")),
    feed(ITEM.replace("Mon, 02 Mar 2026 09:00:00 +0100", "yesterday")),
    feed(ITEM + "<dc:date>2020-01-01</dc:date><atom:link rel='standout' href='https://x.example/'/>"),
    feed(
        ITEM + "<media:group><media:title>Another</media:title><media:content url='https://x.example/'>"
        "<media:description>A caption</media:description></media:content></media:group>"
    ),
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_read_quickly_is_what_feedparser_reads(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert quick.parse(text) is not None
    assert read(text.encode()) == read_by_feedparser(text.encode(), monkeypatch)


LEFT = {
    "a document type": feed(head="<!DOCTYPE rss>"),
    "a base": feed(root=' xml:base="https://elsewhere.example/"'),
    "a bare ampersand": feed(ITEM.replace("&amp;", "&")),
    "a second title": feed(ITEM + "<title>Another</title>"),
    "a caption's title before the title": feed("<media:title>Another</media:title>" + ITEM),
    "a caption before the description": feed("<media:description>Another</media:description>" + ITEM),
    "a caption after the full text": feed(
        "<content:encoded>x</content:encoded><media:description>y</media:description>"
    ),
    "a date in another namespace before the date": feed("<dc:date>2020-01-01</dc:date>" + ITEM),
    "an Atom link": feed(ITEM + "<atom:link href='https://other.example/'/>"),
    "an Atom link of the channel": feed(channel="<atom:link href='https://other.example/'/>"),
    "a source": feed(ITEM + "<source url='https://other.example/'>Other</source>"),
    "markup outside of CDATA": feed(ITEM.replace("EU", "<b>EU</b>")),
    "a typed description": feed(ITEM.replace("<description>", "<description type='text/plain'>")),
    "a relative link": feed(ITEM.replace("<link>https://wire.example", "<link>")),
    "no link": feed(ITEM.replace("<link>https://wire.example/a?b=1</link>", "")),
    "a day that there is not": feed(ITEM.replace("02 Mar", "31 Feb")),
    "a letter of Windows": feed(ITEM.replace("EU", "EU&#146;s")),
    "what nobody has heard of": feed(ITEM + "<media:player>Another</media:player>"),
    "another version": feed().replace('version="2.0"', 'version="0.91"'),
    "Atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>',
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_leaves_a_choice_is_left_to_feedparser(text: str) -> None:
    assert quick.parse(text) is None


def _fields() -> Iterator[st.SearchStrategy[str]]:
    words = st.text(alphabet="aé’&<>;#1 /?=:\n\x85-", max_size=12)
    for name in (
        *("title", "link", "guid", "description", "pubDate", "content:encoded", "dc:creator", "category"),
        *("media:title", "media:description", "dc:date", "updated"),
    ):
        values = words | st.sampled_from(
            ["https://a.example/b", "Mon, 02 Mar 2026 09:00:00 GMT", "Tue, 3 Mar 2026 1:00 EST", "&lt;p&gt;x", ""]
        )
        yield st.builds(lambda value, name=name: f"<{name}>{value}</{name}>", values)


@given(parts=st.lists(st.one_of(*_fields()), max_size=8))
def test_whatever_stands_in_an_entry_both_parsers_read_alike(parts: list[str]) -> None:
    body = feed("".join(parts), channel="<ttl>5</ttl>").encode()
    with pytest.MonkeyPatch.context() as patched, suppress(FeedError):
        expected: Any = read_by_feedparser(body, patched)
        assert read(body) == expected
