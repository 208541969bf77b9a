"""`feeds check` and `feeds add`: visit sources now and show what is there."""

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import Progress

from adapters.feeds import POLLERS
from bot.briefs import ago
from bot.cli.arguments import Options
from bot.cli.build import all_feeds, compile_knowledge, database, now, open_database, read_settings
from bot.cli.house import build_fetcher
from bot.domain import Feed, FeedState, Poll
from bot.errors import FeedError, UsageError
from bot.settings import Settings
from bot.tables import parse_duration

AT_ONCE = 10
SHOWN = 5
"""Items shown of a source that somebody adds."""


def check(options: Options, environ: Mapping[str, str]) -> int:
    """Visit the named sources, or all, keep nothing, and say what they answered; 1 if one failed."""
    settings = read_settings(options, environ)
    feeds = {feed.key: feed for feed in _known(options, environ, settings)}
    if unknown := [key for key in options.key if key not in feeds]:
        raise UsageError(f"There is no source {', '.join(unknown)}. 'sanctionwire feeds list' has them all.")
    chosen = [feeds[key] for key in options.key] or list(feeds.values())
    found = asyncio.run(visit_all(settings, chosen))
    for feed, answer in found:
        _say(f"{feed.key:<24} {_verdict(answer)}")
    return 1 if any(isinstance(answer, FeedError) for _, answer in found) else 0


def add(options: Options, environ: Mapping[str, str]) -> int:
    """Visit an address, show what was found, and keep it when the person agrees."""
    settings = read_settings(options, environ)
    feed = Feed(
        key=options.key or _key_of(options.url), url=options.url, every=parse_duration(options.every), kind="rss"
    )
    known = _known(options, environ, settings)
    if any(one.key == feed.key for one in known):
        raise UsageError(f"There is a source {feed.key!r} already; name this one with --key.")
    if any(one.url == feed.url for one in known):
        raise UsageError(f"{feed.url} is a source already.")
    try:
        found = asyncio.run(_visit_one(settings, feed))
    except FeedError as error:
        raise UsageError(f"{feed.url}: {error.problem}: {error.detail}. Nothing was added.") from error
    _preview(feed, found)
    if not (options.yes or _agreed(f"Add it as {feed.key!r}, visited every {options.every}? [y/N] ")):
        _say("Nothing was added.")
        return 0
    store = open_database(database(options, environ), compile_knowledge())
    try:
        store.save_feed(replace(feed, url=found.moved_to or feed.url, outlet=found.title))
    finally:
        store.close()
    _say(f"Added {feed.key}. A running service visits it within seconds.")
    return 0


def _known(options: Options, environ: Mapping[str, str], settings: Settings) -> list[Feed]:
    store = open_database(database(options, environ), compile_knowledge())
    try:
        return all_feeds(settings, store)
    finally:
        store.close()


async def visit_all(settings: Settings, feeds: Sequence[Feed]) -> list[tuple[Feed, Poll | FeedError]]:
    """Visit sources side by side and return what each answered; keeps nothing."""
    turn = asyncio.Semaphore(AT_ONCE)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("visiting", total=len(feeds))
        async with build_fetcher(settings) as fetcher:

            async def visit(feed: Feed) -> tuple[Feed, Poll | FeedError]:
                async with turn:
                    try:
                        return feed, await POLLERS[feed.kind](fetcher).poll(feed, FeedState(feed=feed.key))
                    except FeedError as error:
                        return feed, error
                    finally:
                        bar.advance(task)

            return await asyncio.gather(*(visit(feed) for feed in feeds))


async def _visit_one(settings: Settings, feed: Feed) -> Poll:
    async with build_fetcher(settings) as fetcher:
        return await POLLERS[feed.kind](fetcher).poll(feed, FeedState(feed=feed.key))


def _verdict(found: Poll | FeedError) -> str:
    if isinstance(found, FeedError):
        return f"FAILING {found.problem}: {found.detail}"
    newest = max((item.date for item in found.items if item.date), default=None)
    moved = f", moved for good to {found.moved_to}" if found.moved_to else ""
    return f"ok, {len(found.items)} items, newest {ago(newest, now())}{moved}"


def _preview(feed: Feed, found: Poll) -> None:
    _say(f"{found.title or feed.url}: {_verdict(found)}")
    for item in found.items[:SHOWN]:
        _say(f"  {item.date:%d %b %H:%M}  {item.title}" if item.date else f"  {item.title}")


def _key_of(url: str) -> str:
    """Make a source's short name of its address: the host's telling part."""
    host = (urlsplit(url).hostname or "").lower()
    parts = [part for part in host.split(".") if part not in {"www", "feeds", "rss", "feed"}]
    key = re.sub(r"[^a-z0-9-]+", "-", "-".join(parts[:-1] or parts)).strip("-")
    if not key:
        raise UsageError(f"{url!r} is no address; type it in full, as in https://example.org/rss.xml.")
    return key[:64]


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to ask; say --yes to add it.")
    return input(question).strip().lower() in {"y", "yes"}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
