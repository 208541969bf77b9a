"""One polite GET, against a real server on loopback that does all that servers do."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from adapters.feeds.fetch import MAX_REDIRECTS, Fetcher
from bot.errors import FeedError, Forbidden, Refused, TooLarge, TooSlow, Unreachable
from tests.adapters.feeds.server import Answer, Server, drip, endless, hang_up, serving, silence


async def test_a_body_comes_with_its_validators_and_freshness(server: Server, fetcher: Fetcher) -> None:
    url = server.says(
        "/feed",
        "<rss/>",
        ETag='W/"1"',
        Last_Modified="Tue, 17 Feb 2026 18:00:00 GMT",
        Cache_Control="public, max-age=300",
        Age="100",
        Content_Type="Application/RSS+XML; charset=windows-1251",
    )
    fetched = await fetcher.get(url)
    assert (fetched.status, fetched.body, fetched.final_url, fetched.moved_to) == (200, b"<rss/>", url, None)
    assert (fetched.etag, fetched.last_modified) == ('W/"1"', "Tue, 17 Feb 2026 18:00:00 GMT")
    assert fetched.max_age == timedelta(seconds=200)
    assert (fetched.content_type, fetched.charset) == ("application/rss+xml", "windows-1251")


async def test_validators_are_sent_back_and_304_keeps_them(server: Server, fetcher: Fetcher) -> None:
    url = server.says("/feed", status=304)
    fetched = await fetcher.get(url, etag='"1"', last_modified="Tue, 17 Feb 2026 18:00:00 GMT")
    assert server.requests[0].headers["If-None-Match"] == '"1"'
    assert server.requests[0].headers["If-Modified-Since"] == "Tue, 17 Feb 2026 18:00:00 GMT"
    assert (fetched.status, fetched.body, fetched.etag) == (304, b"", '"1"')
    assert fetched.last_modified == "Tue, 17 Feb 2026 18:00:00 GMT"


async def test_a_304_that_nobody_asked_for_is_a_failure(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Refused) as caught:
        await fetcher.get(server.says("/feed", status=304))
    assert caught.value.problem == "http_304"


async def test_it_says_who_it_is_and_that_it_wants_feeds(server: Server, fetcher: Fetcher) -> None:
    await fetcher.get(server.says("/feed", "x"))
    headers = server.requests[0].headers
    assert headers["User-Agent"].startswith("Sanctionwire/")
    assert "application/atom+xml" in headers["Accept"]
    assert "gzip" in headers["Accept-Encoding"]


async def test_validators_that_could_not_be_sent_back_are_not_kept(server: Server, fetcher: Fetcher) -> None:
    long = await fetcher.get(server.says("/long", "x", ETag='"' + "e" * 2_000 + '"'))
    odd = await fetcher.get(server.says("/odd", "x", ETag='"é"'))
    assert (long.etag, odd.etag) == (None, None)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"<rss/>")),
        ("deflate", zlib.compress(b"<rss/>")),
        ("deflate", zlib.compress(b"<rss/>")[2:-4]),
    ],
)
async def test_packed_bodies_are_unpacked(encoding: str, packed: bytes, server: Server, fetcher: Fetcher) -> None:
    assert (await fetcher.get(server.says("/feed", packed, Content_Encoding=encoding))).body == b"<rss/>"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_body_that_cannot_be_unpacked_is_unreachable(encoding: str, server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        await fetcher.get(server.says("/feed", b"\xff\xffnonsense", Content_Encoding=encoding))


async def test_a_body_in_an_encoding_that_is_none_is_asked_for_once_more_as_it_is(
    server: Server, fetcher: Fetcher
) -> None:
    async def careless(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<rss/>", headers={"Content-Encoding": "utf-8"})

    assert (await fetcher.get(server.does("/feed", careless))).body == b"<rss/>"
    assert len(server.requests) == 2


async def test_asking_once_more_has_the_time_that_is_left(server: Server, fetcher: Fetcher) -> None:
    async def careless(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.Response(body=b"<rss/>", headers={"Content-Encoding": "utf-8"})

    with pytest.raises(TooSlow):
        await fetcher.get(server.does("/feed", careless), timeout=0.5)


async def test_a_gzip_bomb_is_cut_off_while_it_unpacks(server: Server, fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    url = server.says("/bomb", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await fetcher.get(url)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


async def test_an_endless_body_is_cut_off(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(TooLarge, match="more than 100,000 bytes"):
        await fetcher.get(server.does("/endless", endless))


async def test_a_304_may_say_how_large_the_body_would_be(server: Server, fetcher: Fetcher) -> None:
    async def unchanged(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 200000\r\n\r\n")
        request.transport.close()
        return web.Response()

    assert (await fetcher.get(server.does("/feed", unchanged), etag='"1"')).status == 304


def raw(server: Server, path: str, head: bytes, *, closes: bool = True) -> str:
    """Return an address that answers with just these bytes."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(head)
        if closes:
            request.transport.close()
        await asyncio.sleep(5)
        raise AssertionError("nobody waits for a body")

    return server.does(path, answer)


BROKEN_BODIES = [
    b"Content-Length: 1000\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\nzz",
    b"Content-Encoding: gzip\r\n\r\nno gzip at all",
]


@pytest.mark.parametrize("body", BROKEN_BODIES)
async def test_of_a_refusal_only_the_head_matters(body: bytes, server: Server, fetcher: Fetcher) -> None:
    url = raw(server, "/busy", b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\n" + body)
    with pytest.raises(Refused) as caught:
        await fetcher.get(url)
    assert (caught.value.status, caught.value.retry_after) == (429, timedelta(seconds=60))


@pytest.mark.parametrize("body", BROKEN_BODIES)
async def test_of_a_redirect_only_the_head_matters(body: bytes, server: Server, fetcher: Fetcher) -> None:
    server.says("/here", "x")
    url = raw(server, "/there", b"HTTP/1.1 302 Found\r\nLocation: /here\r\n" + body, closes=False)
    assert (await fetcher.get(url)).body == b"x"


async def test_a_head_without_a_status_is_no_answer(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        await fetcher.get(raw(server, "/odd", b"\r\n\r\nx"))


async def test_a_body_that_was_packed_over_and_over_is_not_unpacked(server: Server, fetcher: Fetcher) -> None:
    packed = b"<rss/>"
    for _ in range(3):
        packed = gzip.compress(packed)
    with pytest.raises(Unreachable, match="cannot be unpacked"):
        await fetcher.get(server.says("/bomb", packed, Content_Encoding="gzip, gzip, gzip"))


async def test_a_trailer_says_nothing_of_the_answer(server: Server, fetcher: Fetcher) -> None:
    head = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: "1"\r\n\r\n'
    body = b'1\r\nx\r\n0\r\nHTTP/1.1 404: no\r\nETag: "2"\r\nContent-Length: 999999999\r\n\r\n'
    fetched = await fetcher.get(raw(server, "/feed", head + body))
    assert (fetched.status, fetched.body, fetched.etag) == (200, b"x", '"1"')


@pytest.mark.parametrize("value", [b"charset*=x'y'%FF%; charset*0*=a; charset*1=b", b"text/xml; charset=\xff\xc3\xa9"])
async def test_a_content_type_that_is_none_harms_nothing(value: bytes, server: Server, fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: " + value + b"\r\n\r\nx"
    assert (await fetcher.get(raw(server, "/feed", head))).body == b"x"


async def test_a_word_on_the_way_is_not_taken_for_the_answer(server: Server, fetcher: Fetcher) -> None:
    async def hinting(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b'HTTP/1.1 103 Early Hints\r\nETag: "early"\r\n\r\n')
        return web.Response(text="x", headers={"ETag": '"late"'})

    fetched = await fetcher.get(server.does("/feed", hinting))
    assert (fetched.status, fetched.body, fetched.etag) == (200, b"x", '"late"')


async def test_headers_without_end_are_cut_off(server: Server, fetcher: Fetcher) -> None:
    async def babble(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 90_000 + b"\r\n" * 1)
        request.transport.write(b"".join(b"X%d: " % n + b"y" * 90_000 + b"\r\n" for n in range(20)))
        return web.Response()

    with pytest.raises(Unreachable):
        await fetcher.get(server.does("/feed", babble))


async def test_a_body_that_announces_too_much_is_not_read(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(TooLarge):
        await fetcher.get(server.says("/big", bytes(100_001)))


async def test_one_visit_may_have_caps_of_its_own(server: Server, fetcher: Fetcher) -> None:
    url = server.says("/list", bytes(200_000))
    assert len((await fetcher.get(url, max_bytes=200_000)).body) == 200_000


@pytest.mark.parametrize("handler", [drip, silence])
async def test_neither_a_drip_nor_silence_outlasts_the_time_cap(handler: Answer, server: Server) -> None:
    async with Fetcher(allow_private=True, timeout=0.1) as fetcher:
        with pytest.raises(TooSlow, match=r"0\.1 seconds"):
            await fetcher.get(server.does("/slow", handler))


async def test_redirects_share_one_time_cap(server: Server, fetcher: Fetcher) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response(status=302, headers={"Location": f"/{int(request.path[1:]) + 1}"})

    for step in range(MAX_REDIRECTS):
        server.does(f"/{step}", late)
    with pytest.raises(TooSlow):
        await fetcher.get(server.base + "/0", timeout=0.25)


async def test_waiting_for_a_turn_is_not_taken_for_slowness(server: Server) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response(text="x")

    url = server.does("/feed", late)
    async with Fetcher(allow_private=True, timeout=0.15) as fetcher:
        await asyncio.gather(*(fetcher.get(url) for _ in range(8)))
    assert server.busiest == 2


async def test_the_number_of_visits_at_once_is_bounded_over_all_hosts(server: Server) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.Response(text="x")

    server.does("/feed", late)
    port = server.base.rpartition(":")[2]
    async with Fetcher(allow_private=True, limit=3) as fetcher:
        hosts = ["127.0.0.1", "localhost"] * 4
        await asyncio.gather(*(fetcher.get(f"http://{host}:{port}/feed") for host in hosts))
    assert server.busiest == 3


async def test_a_line_dropped_in_the_middle_is_unreachable(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable, match="broke off"):
        await fetcher.get(server.does("/drop", hang_up))


async def test_a_closed_port_is_unreachable(fetcher: Fetcher) -> None:
    async with serving() as gone:
        url = gone.base
    with pytest.raises(Unreachable, match="no connection"):
        await fetcher.get(url)


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    async with Fetcher(names=Rebound) as fetcher:
        with pytest.raises(Unreachable, match="no such name"):
            await fetcher.get("http://news.example/feed")


async def test_a_server_without_tls_is_unreachable_by_https(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable, match="no secure connection"):
        await fetcher.get(server.base.replace("http:", "https:"))


async def test_an_answer_that_is_no_http_is_unreachable(fetcher: Fetcher) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    other = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with other:
        port = other.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await fetcher.get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("status", "problem"), [(404, "http_404"), (410, "http_410"), (503, "http_503"), (599, "http_599")]
)
async def test_a_status_that_is_no_success_has_its_own_name(
    status: int, problem: str, server: Server, fetcher: Fetcher
) -> None:
    with pytest.raises(Refused) as caught:
        await fetcher.get(server.says("/feed", "go away", status=status))
    assert (caught.value.problem, caught.value.status, caught.value.retry_after) == (problem, status, None)


async def test_retry_after_is_carried_in_seconds_or_as_a_date(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Refused) as seconds:
        await fetcher.get(server.says("/seconds", status=429, Retry_After="120"))
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with pytest.raises(Refused) as date:
        await fetcher.get(server.says("/date", status=503, Retry_After=later))
    assert seconds.value.retry_after == timedelta(seconds=120)
    assert date.value.retry_after is not None
    assert timedelta(minutes=59) < date.value.retry_after <= timedelta(hours=1)


async def test_a_challenge_behind_a_403_is_named(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Refused, match="with a challenge page"):
        await fetcher.get(server.says("/feed", "<html>", status=403, cf_mitigated="challenge"))


async def test_a_feed_moves_only_when_the_whole_way_is_permanent(server: Server, fetcher: Fetcher) -> None:
    server.says("/new", "x")
    server.redirects("/half", "/new", 308)
    assert (await fetcher.get(server.redirects("/all", "/half", 301))).moved_to == server.base + "/new"
    mixed = await fetcher.get(server.redirects("/mixed", "/half", 302))
    assert (mixed.moved_to, mixed.final_url) == (None, server.base + "/new")


async def test_redirects_in_a_circle_end(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(Forbidden) as caught:
        await fetcher.get(server.redirects("/circle", "/circle"))
    assert caught.value.problem == "redirect_loop"
    assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://example.org/feed", "http://me:secret@example.org/", "http://[::1"]
)
async def test_a_redirect_to_no_address_of_ours_is_forbidden(to: str, server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(FeedError) as caught:
        await fetcher.get(server.redirects("/away", to))
    assert "secret" not in str(caught.value)
    assert len(server.requests) == 1


async def test_cookies_are_not_kept(server: Server, fetcher: Fetcher) -> None:
    url = server.says("/feed", "x", Set_Cookie="who=me; Path=/")
    await fetcher.get(url)
    await fetcher.get(url)
    assert "Cookie" not in server.requests[1].headers


async def test_private_literals_are_forbidden_before_any_connection(server: Server) -> None:
    async with Fetcher() as fetcher:
        with pytest.raises(Forbidden, match="allow_private"):
            await fetcher.get(server.says("/feed", "x"))
    assert server.requests == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1"])
async def test_a_name_that_leads_to_a_private_address_is_forbidden(host: str, server: Server) -> None:
    server.says("/feed", "x")
    port = server.base.rpartition(":")[2]
    async with Fetcher() as fetcher:
        with pytest.raises(Forbidden):
            await fetcher.get(f"http://{host}:{port}/feed")
    assert server.requests == []


class Rebound:
    """A name server in an attacker's hands."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts

    async def addresses(self, host: str) -> Sequence[str]:
        if not self.hosts:
            raise OSError("Name or service not known")
        return self.hosts

    def close(self) -> None:
        pass


@pytest.mark.parametrize("hosts", [("127.0.0.1",), ("127.0.0.1", "127.0.0.2")])
async def test_whatever_a_name_server_says_no_private_socket_is_opened(hosts: tuple[str, ...], server: Server) -> None:
    server.says("/feed", "x")
    port = server.base.rpartition(":")[2]
    async with Fetcher(names=lambda: Rebound(*hosts)) as fetcher:
        with pytest.raises(Forbidden, match=r"news\.example"):
            await fetcher.get(f"http://news.example:{port}/feed")
    assert server.requests == []


def stuck(server: Server) -> tuple[str, asyncio.Event]:
    """Return an address that never answers, and what is set once it was asked."""
    asked = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.set()
        return await silence(request)

    return server.does("/stuck", answer), asked


async def test_a_visit_that_is_called_off_leaves_the_others_alone(server: Server, fetcher: Fetcher) -> None:
    url, asked = stuck(server)
    called_off = asyncio.create_task(fetcher.get(url))
    await asked.wait()
    called_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await called_off
    assert (await fetcher.get(server.says("/feed", "x"))).body == b"x"


async def test_a_visit_under_way_when_all_is_closed_is_unreachable(server: Server) -> None:
    fetcher = Fetcher(allow_private=True)
    url, asked = stuck(server)
    visit = asyncio.create_task(fetcher.get(url))
    await asked.wait()
    await fetcher.close()
    with pytest.raises(Unreachable, match="closing"):
        await visit


async def test_closing_while_a_name_is_looked_up_ends_the_visit_as_any_other() -> None:
    asked = asyncio.Event()

    class Slow(Rebound):
        async def addresses(self, host: str) -> Sequence[str]:
            asked.set()
            await asyncio.sleep(0.05)
            return ("127.0.0.1",)

    fetcher = Fetcher(allow_private=True, names=Slow)
    visit = asyncio.create_task(fetcher.get("http://news.example:9/"))
    await asked.wait()
    await fetcher.close()
    with pytest.raises(Unreachable, match="closing"):
        await visit


async def test_an_address_with_a_zone_does_not_spoil_the_others(server: Server) -> None:
    server.says("/feed", "x")
    port = server.base.rpartition(":")[2]
    async with Fetcher(allow_private=True, names=lambda: Rebound("fe80::1%lo", "127.0.0.1")) as fetcher:
        assert (await fetcher.get(f"http://news.example:{port}/feed")).body == b"x"


async def test_a_server_that_dropped_the_line_meanwhile_is_asked_again(server: Server, fetcher: Fetcher) -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        response = web.Response(text="x")
        assert request.transport is not None
        asyncio.get_running_loop().call_later(0.02, request.transport.abort)
        return response

    url = server.does("/feed", once)
    assert (await fetcher.get(url)).body == b"x"
    await asyncio.sleep(0.05)
    assert (await fetcher.get(url)).body == b"x"


async def test_after_closing_nothing_is_visited(server: Server) -> None:
    fetcher = Fetcher(allow_private=True)
    await fetcher.get(server.says("/feed", "x"))
    await fetcher.close()
    with pytest.raises(Unreachable, match="closing"):
        await fetcher.get(server.base + "/feed")
