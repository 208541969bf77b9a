"""`replay`: stored items through the whole pipeline, as if polled at their dates."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bot.alerts import Audience
from bot.cli.arguments import Options
from bot.cli.build import Knowledge, build_brain, compile_knowledge, no_log, now, open_scratch
from bot.cli.items import items_in
from bot.domain import Decision, Item, Subscription
from bot.pipeline import BATCH, NEVER, Pipeline
from bot.ports import Store

WINDOW = timedelta(days=7)


def replay(options: Options, _: Mapping[str, str]) -> int:
    """Replay a file and print a line for each item, in the order of the file; 1 if a line held no item."""
    knowledge = compile_knowledge()
    lines = list(items_in(options.file))
    items = [item for item in lines if item is not None]
    outcomes = asyncio.run(_replay(knowledge, items, options.subscribe))
    for row in outcomes:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0 if len(items) == len(lines) else 1


async def _replay(knowledge: Knowledge, items: Sequence[Item], line: str) -> list[dict[str, Any]]:
    """Return what became of each item, in the given order."""
    store = open_scratch(knowledge)
    try:
        hears = Subscription(key="replay", room="console", line=line)
        brain = build_brain(knowledge, Audience([hears], [], knowledge.names), window=WINDOW)
        pipeline = Pipeline(store=store, brain=brain, sources={}, chats={}, clock=now, log=no_log)
        order = sorted(range(len(items)), key=lambda place: (items[place].date or NEVER, place))
        if order:
            pipeline.recall(_when(items[order[0]]))
        rows: list[dict[str, Any]] = [{} for _ in items]
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
            task = bar.add_task("replaying", total=len(items))
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                await _take(pipeline, store, items, places, rows)
                bar.advance(task, len(places))
        return rows
    finally:
        store.close()


async def _take(
    pipeline: Pipeline, store: Store, items: Sequence[Item], places: Sequence[int], rows: list[dict[str, Any]]
) -> None:
    """Take a run of items at their dates and note what became of each."""
    start = 0
    while start < len(places):
        when = _when(items[places[start]])
        stop = start
        while stop < len(places) and _when(items[places[stop]]) == when:
            stop += 1
        together = places[start:stop]
        decisions = await pipeline.take([items[place] for place in together], now=when)
        _note(store, items, together, decisions, rows)
        start = stop


def _note(
    store: Store,
    items: Sequence[Item],
    places: Sequence[int],
    decisions: Sequence[Decision],
    rows: list[dict[str, Any]],
) -> None:
    by_guid = {decision.item.guid: decision for decision in decisions}
    for place in places:
        item = items[place]
        decision = by_guid.pop(item.guid, None)
        if decision is not None:
            story = decision.story.key if decision.story else None
            rows[place] = {"id": item.key, "outcome": decision.outcome, "story": story, "because": decision.because}
        else:
            rows[place] = {"id": item.key, "outcome": "repeat", "story": _story(store, item), "because": "seen before"}


def _story(store: Store, item: Item) -> str | None:
    found = store.find_item(item.link) if item.link else None
    return found[3] if found else None


def _when(item: Item) -> datetime:
    return item.date or datetime(1970, 1, 1, tzinfo=UTC)
