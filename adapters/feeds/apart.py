"""A large body is read in a process of its own, so that nothing else has to wait for it.

Threads do not help there: a regular expression or a parser over ten megabytes holds the interpreter's lock for 100 to
300 ms at a stretch (measured), and while it does, no chat is answered. A process of its own also bounds what a body
made to be slow can cost: processor time, memory and the clock on the wall, after which it is ended. A pool that is kept
would hold 50 MB for what happens a few times a day; starting anew takes 0.3 s, which is less than reading such a body
does.

The body goes to standard input and what was read comes back on standard output, both pickled: the words are ours on
both sides, nothing of a stranger's is ever unpickled but as text inside of them.
"""

import asyncio
import pickle
import resource
import sys
from contextlib import suppress

from adapters.feeds.fetch import Fetched
from bot import errors
from bot.domain import Feed, Poll
from bot.errors import FeedError, NotAFeed, TooSlow

LARGE = 3 << 17
"""Bytes from which on a body is read here: up to here a thread holds up the loop for less than 50 ms."""
SECONDS = 30.0
PROCESSOR = 25
"""Seconds of processor time."""
MEMORY = 2 << 30
"""Bytes of address space."""


class Apart:
    """Reads large bodies, one at a time."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """Take how many `seconds` one may take by the clock on the wall."""
        self._seconds = seconds
        self._turn = asyncio.Semaphore(1)

    async def read(self, feed: Feed, fetched: Fetched) -> Poll:
        """Return what a body holds. Raises a FeedError: what reading raises, TooSlow, or NotAFeed where it died."""
        async with self._turn:
            said = await self._ask(pickle.dumps((feed, fetched), pickle.HIGHEST_PROTOCOL))
        if not said:
            raise NotAFeed("parser_failed: reading it took more memory or time than a feed may take")
        found: Poll | tuple[str, str] = pickle.loads(said)  # noqa: S301 - our own program's words
        if isinstance(found, Poll):
            return found
        name, detail = found
        raise getattr(errors, name)(detail)

    async def _ask(self, said: bytes) -> bytes:
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-m", __name__, stdin=pipe, stdout=pipe, stderr=nowhere, env={}
            )
        except OSError as error:
            raise NotAFeed(f"parser_failed: no process to read a large body in: {error.strerror}") from error
        try:
            async with asyncio.timeout(self._seconds):
                return (await child.communicate(said))[0]
        except TimeoutError as error:
            raise TooSlow(f"the body was not read within {self._seconds:.3g} seconds") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


def main() -> None:
    """Read one body, write what is in it: a Poll, or the name and words of what is wrong."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR)):
        with suppress(OSError, ValueError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    from adapters.feeds.rss import read_feed

    feed, fetched = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own program's words
    found: Poll | tuple[str, str]
    try:
        found = read_feed(feed, fetched)
    except FeedError as error:
        found = (type(error).__name__, error.detail)
    pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
