"""The text of an article, behind its link: one polite GET, and a process of its own that takes the page apart.

An item's link is a stranger's word, so it is visited by the shared `Fetcher` with all its rules (public addresses
only, two at a time to a host, redirects judged hop by hop), once, and not for long. Only web pages are looked at, and
only of a size that news pages have. What comes back is plain paragraphs, cut where the news is told: further down is
background, and other stories.
"""

import asyncio
import sys
from html import escape
from pathlib import Path

from adapters.feeds.charset import decode
from adapters.feeds.cleaning import plain
from adapters.feeds.fetch import Fetched, Fetcher
from bot.errors import NotAnArticle, TooSlow

ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9"
MAX_BYTES = 3 << 20
"""Of one page, unpacked; the largest news pages, scripts and all, have two million."""
MAX_TEXT = 8_000
"""Characters of an article's text that are kept: some twenty paragraphs."""
FETCHING = 4.0
"""Seconds that a page may take to come."""
EXTRACTING = 4.0
"""Seconds that taking it apart may take by the clock on the wall."""
AT_ONCE = 2
"""Pages taken apart side by side."""

_PAGES = {"", "text/html", "application/xhtml+xml", "application/octet-stream"}
"""Media types of pages; the second and last stand for servers that say nothing."""
_PROGRAM = str(Path(__file__).with_name("extracting.py"))
_MAX_OUTPUT = 4 * MAX_TEXT * 4
_MAX_PARAGRAPH = 2_000


class WebArticles:
    """The door to articles on the web; a `bot.ports.Articles`. The fetcher is its maker's to close."""

    def __init__(self, fetcher: Fetcher, *, fetching: float = FETCHING, extracting: float = EXTRACTING) -> None:
        """Take the shared fetcher; both times are in seconds."""
        self._fetcher = fetcher
        self._fetching = fetching
        self._extracting = extracting
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def text(self, link: str) -> str:
        """Return an article's text: at most `MAX_TEXT` characters, a line for each paragraph.

        Raises a FeedError: what the fetcher raises, TooSlow, or NotAnArticle for what is no page or has no article.
        """
        fetched = await self._fetcher.get(link, accept=ACCEPT_PAGE, max_bytes=MAX_BYTES, timeout=self._fetching)
        if fetched.content_type not in _PAGES:
            raise NotAnArticle(f"{link} is no web page but {plain(escape(fetched.content_type), 60)}")
        async with self._turns:
            text = paragraphs(await self._extracted(_page(fetched)))
        if not text:
            raise NotAnArticle(f"{link} is a page without an article")
        return text

    async def _extracted(self, page: bytes) -> str:
        """Hand a page to the program, for at most so many seconds; its death is a page without an article."""
        child = await _start()
        try:
            async with asyncio.timeout(self._extracting):
                said, _ = await child.communicate(page)
        except TimeoutError as error:
            raise TooSlow(f"the page was not taken apart within {self._extracting:.3g} seconds") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return said[:_MAX_OUTPUT].decode("utf-8", "ignore")


async def _start() -> asyncio.subprocess.Process:
    """Start the program, with nothing of ours: not the folder, not the user's packages, not the environment."""
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", _PROGRAM, stdin=pipe, stdout=pipe, stderr=nowhere, env={}
        )
    except OSError as error:
        raise NotAnArticle(f"no process to take a page apart in: {error.strerror}") from error


def _page(fetched: Fetched) -> bytes:
    return decode(fetched.body, fetched.charset).encode("utf-8", "replace")


def paragraphs(text: str) -> str:
    """Return a text's lines cleaned, those that say nothing left out, cut after the last that has room."""
    kept: list[str] = []
    left = MAX_TEXT
    for line in text.splitlines():
        # it is text by now: whatever looks like markup in it is meant as it stands
        clean = plain(escape(line[:_MAX_PARAGRAPH], quote=False), _MAX_PARAGRAPH)
        if clean and len(clean) > left:
            break
        if clean:
            kept.append(clean)
            left -= len(clean) + 1
    return "\n".join(kept)
