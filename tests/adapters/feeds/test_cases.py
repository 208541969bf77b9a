"""Each file in `cases/` says in its first comment what is to be read in it."""

import json
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.fetch import Fetched
from adapters.feeds.rss import read_feed
from bot.domain import Feed, Poll
from bot.errors import FeedError, NotAFeed, TooLarge

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.xml"))
SHARED = HERE.parents[3] / "shared" / "feeds"
FEED = Feed(key="wire", url="https://feeds.example/rss", language="fr", official=True)


def read(body: bytes, charset: str | None = None) -> Poll:
    return read_feed(FEED, Fetched(status=200, body=body, final_url=FEED.url, charset=charset))


def expectation(body: bytes) -> dict[str, Any]:
    """Return the JSON in a case's first comment; it is ASCII, so that any encoding will do."""
    match = re.search(r"Description: .*?\nExpect: (\{.*?\n\})\n-->", body.decode("latin-1"), re.DOTALL)
    assert match, "a case says what to expect of it"
    expected: dict[str, Any] = json.loads(match[1])
    return expected


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_case_is_read_as_it_says(path: Path) -> None:
    expected = expectation(path.read_bytes())
    if fails := expected.pop("fails", None):
        with pytest.raises(NotAFeed, match=re.escape(fails)):
            read(path.read_bytes())
        return
    poll = read(path.read_bytes())
    assert poll.modified
    found: dict[str, Any] = {
        "items": len(poll.items),
        "feed_title": poll.title,
        "max_age_minutes": poll.max_age and poll.max_age / timedelta(minutes=1),
    }
    for item in poll.items[:1]:
        assert (item.feed, item.language, item.official) == ("wire", "fr", True)
        fields = ("guid", "link", "title", "summary", "outlet")
        found |= {field: getattr(item, field) for field in fields}
        found["date"] = item.date and item.date.isoformat()
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_feed_may_be_in_any_unicode_encoding(codec: str) -> None:
    text = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Санкции</title></item></channel></rss>'
    assert read(text.encode(codec)).items[0].title == "Санкции"


def test_the_header_s_charset_counts_where_nothing_better_is_known() -> None:
    text = "<rss version='2.0'><channel><item><title>Санкции</title></item></channel></rss>"
    assert read(text.encode("koi8-r"), "KOI8-R").items[0].title == "Санкции"
    assert read(text.encode("utf-8"), "KOI8-R").items[0].title == "Санкции"


@pytest.mark.parametrize("codec", ["punycode", "unicode_escape", "utf-7", "rot13", "no such thing", "\0"])
def test_codecs_that_do_more_than_decode_are_not_run(codec: str) -> None:
    body = rb"<rss version='2.0'><channel><item><title>\u0041+ADw-</title></item></channel></rss>"
    assert read(body + b"\xff", codec).items[0].title == r"\u0041+ADw-"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty_body"),
        (b" \n\t ", "empty_body"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "json_body"),
        (b"Service temporarily unavailable", "no_markup"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no_markup"),
        (b"<rss", "no_markup|other_xml|no_entries"),
        (b"<rss>", "no_entries"),
        (b"<channel\t</height>", "parser_failed"),
        (b"<rss version='2.0'><item " + b"a='1' " * 20_000, "endless_tag"),
    ],
)
def test_a_body_that_is_no_feed_is_a_named_failure(body: bytes, detail: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        read(body)
    assert caught.value.problem == "not_a_feed"
    assert re.match(detail, caught.value.detail)


@given(st.data())
def test_whatever_a_stranger_sends_the_answer_is_items_or_a_failure_with_a_name(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(CASES)).read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    until = data.draw(st.integers(at, min(at + 40, len(whole))))
    piece = data.draw(st.binary(max_size=20) | st.sampled_from([b"<![CDATA[", b"<item>", b"<", b"&", b"]]>", b"<!--"]))
    try:
        poll = read(whole[:at] + piece * data.draw(st.integers(1, 30)) + whole[until:])
    except FeedError:
        return
    assert all(item.title for item in poll.items)


def test_only_the_newest_of_very_many_entries_are_kept_in_the_feed_s_order() -> None:
    def entry(number: int) -> str:
        date = datetime(2026, 1, 1).astimezone() + timedelta(minutes=number)
        return f"<item><title>{number}</title><pubDate>{date:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>"

    entries = "".join(entry(number) for number in range(2_010))
    poll = read(f"<rss version='2.0'><channel>{entries}</channel></rss>".encode())
    assert [item.title for item in poll.items] == [str(number) for number in range(10, 2_010)]
    assert poll.detail == "the newest 2,000 of 2,010 entries were read"


def test_long_words_are_cut_and_long_guids_stay_apart() -> None:
    words = f"<title>{'word ' * 500}</title><description>{'x' * 9_000}</description>"
    entries = "".join(f"<item>{words}<guid>{'g' * 5_000}{ending}</guid></item>" for ending in "12")
    items = read(f"<rss version='2.0'><channel>{entries}</channel></rss>".encode()).items
    assert [len(items[0].title), len(items[0].summary)] == [500, 4_000]
    assert items[0].title.endswith("word…")
    assert len({item.guid for item in items}) == len(items) == 2
    assert all(len(item.guid) <= 500 for item in items)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared feeds are not here")
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.xml")), ids=lambda path: path.stem)
def test_real_feeds_are_read(path: Path) -> None:
    said = dict(
        re.findall(r"^\| (\S+\.xml) \|[^|]*\|\s*(\d+)", (SHARED / "README.md").read_text(encoding="utf-8"), re.M)
    )
    if path.stem == "BROKEN_straittimes_errorpage":
        with pytest.raises(NotAFeed, match="html_page"):
            read(path.read_bytes())
        return
    items = read(path.read_bytes()).items
    count = int(said[path.name])
    assert count / 2 <= len(items) <= (count or len(items))
    assert (len(items) == 0) == path.name.startswith("EMPTY")
    assert all(item.title and item.link and item.outlet for item in items)
    assert sum(item.date is not None for item in items) >= len(items) * 0.9
    assert not any(re.search(r"<\w+[ >/]|&\w+;|\s\s|[\u200b-\u200f\u202a-\u202e]", item.title) for item in items)


@pytest.mark.parametrize("entry", [b"<item>", b"<item/>", b"<atom:entry xml:lang='en'>"])
def test_a_body_of_more_entries_than_anybody_writes_is_not_parsed(entry: bytes) -> None:
    with pytest.raises(TooLarge, match="20,001 entries; at most 20,000"):
        read(b"<rss version='2.0'><channel>" + entry * 20_001 + b"</channel></rss>")


@pytest.mark.parametrize(
    ("filler", "what"),
    [(b"<a>", "tags"), (b"<category>x</category>", "tags"), (b"&", "ampersands"), (b"&lt;", "ampersands")],
)
def test_a_body_of_more_markup_than_anybody_writes_is_not_parsed(filler: bytes, what: str) -> None:
    body = b"<rss version='2.0'><channel><item><title>" + filler * 1_000_001 + b"</title></item></channel></rss>"
    began = time.monotonic()
    with pytest.raises(TooLarge, match=f"{what}; at most"):
        read(body)
    assert time.monotonic() - began < 5


ATOM_ENTRY = "<entry><id>g{0}</id><title>Ministers meet {0}</title><updated>2023-01-02T10:00:00Z</updated></entry>"


def test_of_an_endless_feed_that_takes_long_both_ends_are_read() -> None:
    entries = "".join(ATOM_ENTRY.format(n) for n in range(19_900))
    began = time.process_time()
    found = read(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{entries}</feed>".encode())
    assert time.process_time() - began < 4  # twice what it takes; all of it would take six
    guids = {item.guid for item in found.items}
    assert len(guids) == 2_000
    assert found.detail == "the first and the last of 19,900 entries were read, 5,000 in all"


def test_the_newest_of_an_endless_feed_are_read_whichever_end_they_stand_at() -> None:
    def atom(days: range) -> bytes:
        entries = "".join(ATOM_ENTRY.format(n).replace("02T10", f"{n // 700 + 1:02}T10") for n in days)
        return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{entries}</feed>".encode()

    oldest_first = {item.guid for item in read(atom(range(12_000))).items}
    newest_first = {item.guid for item in read(atom(range(11_999, -1, -1))).items}
    assert "g11999" in oldest_first & newest_first
    assert len(oldest_first) == len(newest_first) == 2_000


def test_markup_inside_cdata_is_no_markup_of_the_feeds() -> None:
    page = b"<p>Norland sanctions Sudland</p>" * 6_000
    body = (
        b"<rss version='2.0'><channel>"
        + (b"<item><title>x</title><description><![CDATA[" + page + b"]]></description></item>") * 30
    )
    assert len(read(body + b"</channel></rss>").items) == 1
