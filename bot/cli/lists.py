"""`lists sync`: read the official lists now, keep what changed, and put what is to be told of it into the outbox.

It is a visit like the service's own, through the same pipeline: the first takes stock, later ones make news. So it
needs the database for itself; what rooms are to hear goes out when the service runs.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from adapters.feeds.lists import LISTS
from adapters.store import SqliteStore
from bot.cli.arguments import Options
from bot.cli.build import all_feeds, build_log, compile_knowledge, database, open_database, read_settings
from bot.cli.house import build_fetcher, build_pipeline, open_sources
from bot.domain import Feed, Key, ListingFate, ListState, Visit
from bot.errors import UsageError
from bot.pipeline import Pipeline
from bot.settings import Settings

AT_ONCE = 3
"""Lists read side by side: each is held in memory in whole."""


GOOD = frozenset({"new", "nothing_new", "unchanged"})


def sync(options: Options, environ: Mapping[str, str]) -> int:
    """Visit the named lists, or all, and say what changed; 1 if one could not be read."""
    return asyncio.run(_sync(options, environ, read_settings(options, environ)))


async def _sync(options: Options, environ: Mapping[str, str], settings: Settings) -> int:
    knowledge = compile_knowledge()
    async with AsyncExitStack() as stack:
        store = open_database(database(options, environ), knowledge, service=True)
        stack.callback(store.close)
        feeds = _chosen([feed for feed in all_feeds(settings, store) if feed.kind in LISTS], options.key)
        sources = open_sources(stack, build_fetcher(settings), store, knowledge)
        log = build_log(settings)
        pipeline = build_pipeline(settings, store, knowledge, sources, {}, log=log, take_stock=settings.take_stock)
        before = {feed.key: store.list_state(feed.key) for feed in feeds}
        visits = await _visit_all(pipeline, feeds)
        said = [
            {"list": feed.key, **_found(store, visit, before[feed.key])}
            for feed, visit in zip(feeds, visits, strict=True)
        ]
        _show(said, as_json=options.json)
        return 0 if all(visit.outcome in GOOD for visit in visits) else 1


def _chosen(feeds: Sequence[Feed], keys: Sequence[Key]) -> list[Feed]:
    """Return the lists that were named, paused or not; all that are not paused where none was. Raises UsageError."""
    known = {feed.key: feed for feed in feeds}
    if unknown := [key for key in keys if key not in known]:
        there = ", ".join(known) or "none; add one to config/feeds.toml"
        raise UsageError(f"There is no list {', '.join(unknown)}. There are: {there}.")
    return [known[key] for key in keys] or [feed for feed in feeds if not feed.paused]


async def _visit_all(pipeline: Pipeline, feeds: Sequence[Feed]) -> list[Visit]:
    """Visit lists side by side, with a bar on a screen."""
    turn = asyncio.Semaphore(AT_ONCE)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("lists", total=len(feeds))

        async def visit(feed: Feed) -> Visit:
            async with turn:
                bar.update(task, description=feed.key)
                try:
                    return await pipeline.poll(feed)
                finally:
                    bar.advance(task)

        return await asyncio.gather(*(visit(feed) for feed in feeds))


def _found(store: SqliteStore, visit: Visit, before: ListState | None) -> dict[str, Any]:
    """Return what a visit found: the problem, or how many entries there are and what changed since the last state."""
    after = store.list_state(visit.feed)
    found: dict[str, Any] = {"outcome": visit.outcome, "entries": after.entries if after else 0}
    if visit.outcome not in GOOD:
        return found | {"problem": visit.detail}
    fates = Counter(change.fate for change in store.changes_after(visit.feed, before.digest)) if before else Counter()
    return found | {
        "stock": before is None,
        "added": fates[ListingFate.ADDED],
        "removed": fates[ListingFate.REMOVED],
        "told": visit.fresh,
    }


def _show(said: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{one['list']:<24} {_line(one)}\n" for one in said)
        if not said:
            sys.stdout.write("No source is an official list; config/feeds.toml names them by their kind.\n")
    sys.stdout.flush()


def _line(found: Mapping[str, Any]) -> str:
    if "problem" in found:
        return f"FAILING {found['outcome']}: {found['problem']} ({found['entries']:,} entries kept)"
    entries = f"{found['entries']:,} entries"
    if found["stock"]:
        return f"ok, {entries}: stock taken, changes are told from now on"
    return f"ok, {entries}, {found['added']:,} added, {found['removed']:,} removed; {found['told']:,} news of it"
