"""Articles behind links: a real server on loopback, and a real process that takes its pages apart."""

import asyncio
import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiohttp import web

from adapters.feeds import extracting
from adapters.feeds.articles import MAX_TEXT, WebArticles, paragraphs
from adapters.feeds.fetch import Fetcher
from bot.errors import FeedError, Forbidden, NotAnArticle, Refused, TooLarge, TooSlow
from tests.adapters.feeds.server import Answer, Server, drip, endless

HTML = "text/html; charset=utf-8"
STORY = (
    "The harbour council of Port Amity imposed an asset freeze on six shipping firms on Tuesday, its clerk said.",
    "The firms carried coal past the embargo on the northern islands, according to the council’s ruling.",
    "A spokeswoman for the largest of them said that it would appeal, and that its ships had broken no rule.",
)


def page(*told: str, head: str = "") -> str:
    menu = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    body = "".join(f"<p>{line}</p>" for line in told)
    return f"<html><head><title>Port Amity</title>{head}</head><body>{menu}<article>{body}</article></body></html>"


@pytest.fixture
def articles(fetcher: Fetcher) -> WebArticles:
    return WebArticles(fetcher, fetching=1.0, extracting=10.0)


async def test_an_articles_paragraphs_come_as_lines_without_the_menu(server: Server, articles: WebArticles) -> None:
    text = await articles.text(server.says("/story", page(*STORY), Content_Type=HTML))
    assert text.splitlines() == list(STORY)


async def test_it_asks_for_pages_and_follows_redirects(server: Server, articles: WebArticles) -> None:
    server.says("/story", page(*STORY), Content_Type=HTML)
    assert await articles.text(server.redirects("/short", "/story"))
    assert [request.headers["Accept"].split(",")[0] for request in server.requests] == ["text/html"] * 2


async def test_a_page_in_an_old_encoding_is_read(server: Server, articles: WebArticles) -> None:
    told = [line.replace("Amity", "Amitié") for line in STORY]
    body = page(*told).encode("cp1252")
    text = await articles.text(server.says("/story", body, Content_Type="text/html; charset=windows-1252"))
    assert text.splitlines()[0] == told[0]


async def test_what_looks_like_markup_in_a_text_stays_text(server: Server, articles: WebArticles) -> None:
    told = (*STORY, "Ships of less than &lt;b&gt;500&lt;/b&gt; tons, such as those of Smith &amp; Sons, are spared.")
    text = await articles.text(server.says("/story", page(*told), Content_Type=HTML))
    assert text.splitlines()[-1] == "Ships of less than <b>500</b> tons, such as those of Smith & Sons, are spared."


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/json", "text/plain"])
async def test_what_is_no_page_is_named_as_such(kind: str, server: Server, articles: WebArticles) -> None:
    with pytest.raises(NotAnArticle, match=kind):
        await articles.text(server.says("/file", b"%PDF-1.7 and so on", Content_Type=kind))


@pytest.mark.parametrize("body", ["", "<html><body></body></html>", "\0\0\0", "<" * 1000])
async def test_a_page_without_an_article_is_named_as_such(body: str, server: Server, articles: WebArticles) -> None:
    with pytest.raises(NotAnArticle, match="without an article"):
        await articles.text(server.says("/page", body, Content_Type=HTML))


async def test_a_page_that_is_gone_is_refused_in_one_attempt(server: Server, articles: WebArticles) -> None:
    with pytest.raises(Refused):
        await articles.text(server.says("/gone", page(*STORY), status=410, Content_Type=HTML))
    assert len(server.requests) == 1


async def test_a_page_of_ten_megabytes_is_not_read(server: Server, articles: WebArticles) -> None:
    with pytest.raises(TooLarge):
        await articles.text(server.says("/large", b"<p>word</p>" * 1_000_000, Content_Type=HTML))


async def test_a_packed_bomb_is_cut_off(server: Server, articles: WebArticles) -> None:
    packed = gzip.compress(b"<p>word</p>" * 5_000_000)
    with pytest.raises(TooLarge):
        await articles.text(server.says("/bomb", packed, Content_Type=HTML, Content_Encoding="gzip"))


@pytest.mark.parametrize(("answer", "ends"), [(endless, TooLarge), (drip, TooSlow)])
async def test_a_page_without_end_is_cut_off(
    answer: Answer, ends: type[FeedError], server: Server, articles: WebArticles
) -> None:
    async def told_as_page(request: web.Request) -> web.StreamResponse:
        return await answer(request)

    with pytest.raises(ends):
        await articles.text(server.does("/endless", told_as_page))


@pytest.mark.parametrize("tag", ["<p>a</p>", "a<br>", "<div>", "<table><tr><td>", "<ul><li>x", "<b>x"])
async def test_a_page_made_of_tags_is_given_up_at_once(tag: str, server: Server, articles: WebArticles) -> None:
    url = server.says("/tags", tag * (1 << 19 >> 3), Content_Type=HTML)
    started = time.monotonic()
    with pytest.raises((NotAnArticle, TooLarge)):
        await articles.text(url)
    assert time.monotonic() - started < 5


async def test_a_private_address_is_not_visited(server: Server) -> None:
    url = server.says("/story", page(*STORY), Content_Type=HTML)
    async with Fetcher() as fetcher:
        with pytest.raises(Forbidden):
            await WebArticles(fetcher).text(url)
    assert server.requests == []


async def test_a_page_that_takes_too_long_to_take_apart_is_given_up(server: Server, fetcher: Fetcher) -> None:
    hasty = WebArticles(fetcher, extracting=0.001)
    with pytest.raises(TooSlow):
        await hasty.text(server.says("/story", page(*STORY), Content_Type=HTML))
    assert children() == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to look into")
async def test_no_process_outlives_a_visit_that_is_called_off(server: Server, articles: WebArticles) -> None:
    url = server.says("/story", page(*STORY), Content_Type=HTML)
    task = asyncio.create_task(articles.text(url))
    await first_child(task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to look into")
async def test_the_process_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hush")
    async with Fetcher(allow_private=True) as fetcher:
        task = asyncio.create_task(WebArticles(fetcher).text(server.says("/s", page(*STORY), Content_Type=HTML)))
        environment = look_up(await first_child(task), "environ")
        await task
    assert b"hush" not in environment


async def test_the_loop_is_free_while_a_page_is_taken_apart(server: Server, articles: WebArticles) -> None:
    url = server.says("/story", page(*STORY, *(f"Vessel {number}" for number in range(9_000))), Content_Type=HTML)
    task = asyncio.create_task(articles.text(url))
    started, longest = time.monotonic(), 0.0
    while not task.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
    assert await task
    assert longest < (time.monotonic() - started) / 2


def test_trafilatura_is_not_loaded_into_the_service() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, adapters.feeds.articles; print('trafilatura' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"


def test_a_long_text_is_cut_after_a_paragraph() -> None:
    text = paragraphs("\n".join(f"Paragraph {number} " + "word " * 50 for number in range(100)))
    assert MAX_TEXT - 400 < len(text) <= MAX_TEXT
    assert text.splitlines()[-1].endswith("word")


def test_paragraphs_hold_nothing_invisible() -> None:
    assert paragraphs("  one\u202e two\u200b \n\n\x1b[31mthree\n") == "one two\n[31mthree"


def test_too_many_tags_are_not_even_parsed() -> None:
    assert extracting.extract_text("<p>" + "<i>" * extracting.MAX_TAGS + "word " * 500) == ""


async def first_child(task: "asyncio.Task[str]") -> int:
    """Return the process in which a task has a page taken apart, as soon as there is one."""
    while not (found := [one for one in children() if b"extracting" in look_up(one, "cmdline")]):
        assert not task.done()
        await asyncio.sleep(0.002)
    return found[0]


def look_up(process: int, what: str) -> bytes:
    """Return what the system says of a process: its ``cmdline``, its ``environ``."""
    return Path(f"/proc/{process}/{what}").read_bytes()


def children() -> list[int]:
    """Return this process's children; none where the system does not say."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(one) for one in found.read_text().split()] if found.exists() else []
