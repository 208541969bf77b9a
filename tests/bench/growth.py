"""What age costs: the same news over an empty store, and over one with a million items.

The old store is filled by SQL, in seconds: its rows are like real ones in size and in how their keys are spread, which
is what look-ups in an index depend on; nobody ever reads their words.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import build_desk
from bot.domain import Item, Request
from bot.settings import Settings
from tests.bench.house import audience, batches, everybody, knowledge, opened, pipeline
from tests.bench.news import START, items
from tests.bench.table import Row, by_turns

ITEMS, STORIES, SUBSCRIPTIONS = 1_000_000, 100_000, 10_000
YEARS = timedelta(days=400)
FRESH = 1_500
"""Items of one round."""
_MARK = "((n % 100) * 2654435761 % 65536 - 32768) * 281474976710656 + (n * {odd} + {add}) % 281474976710655"

_FILL_ITEMS = """
insert into items (
    key, feed, guid, link, title, summary, date, seen, outlet, language, official, relevant, why_not, outcome, because,
    story, reading, trail, text
)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < :count)
select
    printf('old%010d', n), 'outlet' || (n % 100), printf('https://outlet%d.example/?p=%d', n % 100, n),
    printf('https://outlet%d.example/archive/%d', n % 100, n),
    printf('An old headline of ten words or so, number %d', n),
    printf('%s %d', :summary, n), :first + n * :step, :first + n * :step, 'outlet' || (n % 100), 'en', 0, 0, 'other',
    'silent', 'other: no word of sanctions', null, :reading, :trail, ''
from numbers
"""
_FILL_SIGHTS = f"""
insert into sights (face, item, feed, guid, link, title, headline, body, at, home)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < :count)
select
    {_MARK.format(odd=2862933555777, add=1)}, printf('old%010d', n), 'outlet' || (n % 100),
    {_MARK.format(odd=3202034522624, add=2)}, {_MARK.format(odd=4768777513237, add=3)},
    {_MARK.format(odd=5573867374567, add=4)}, {_MARK.format(odd=6692367337007, add=5)},
    {_MARK.format(odd=7822352385717, add=6)}, :first + n * :step, 1
from numbers
"""
_FILL_STORIES = """
insert into stories (key, stage, first, last, body)
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < :count)
select
    printf('s%07d', n), 'imposed', :first + n * :step, :first + n * :step,
    json_object(
        'key', printf('s%07d', n),
        'action', json_object(
            'stage', 'imposed', 'issuers', json_array(json_extract(:issuers, '$[' || (n % :by) || ']')),
            'targets', json_array(json_extract(:targets, '$[' || (n * n % :against) || ']')),
            'instruments', json_array('asset_freeze'), 'counts', json_object('individuals', n % 40 + 1),
            'evidence', printf('imposed sanctions on %d people, listing %d', n % 40 + 1, n)
        ),
        'headline', printf('Sanctions on %d people over case %d', n % 40 + 1, n),
        'first', :first + n * :step, 'last', :first + n * :step
    )
from numbers
"""
_FILL_FROM_STORIES = (
    """
    insert into reports (story, n, item, outlet, link, title, at, official, evidence)
    select
        key, 0, 'of-' || key, 'outlet1', 'https://outlet1.example/' || key, json_extract(body, '$.headline'), first, 0,
        json_extract(body, '$.action.evidence')
    from stories where key glob 's[0-9]*'
    """,
    """
    insert into story_actors (story, role, code, last)
    select key, 'issuer', json_extract(body, '$.action.issuers[0]'), last from stories where key glob 's[0-9]*'
    """,
    """
    insert into story_actors (story, role, code, last)
    select key, 'target', json_extract(body, '$.action.targets[0]'), last from stories where key glob 's[0-9]*'
    """,
    """
    insert into story_pairs (scope, issuer, target, first, story, stage)
    select '', json_extract(body, '$.action.issuers[0]'), json_extract(body, '$.action.targets[0]'), first, key, stage
    from stories where key glob 's[0-9]*'
    """,
)


def fill(path: Path, *, item_count: int = ITEMS, story_count: int = STORIES) -> None:
    """Make a store look as if it had been in use for four hundred days."""
    with opened(path):
        pass  # makes the tables
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in ("synchronous = off", "cache_size = -400000", "journal_mode = off"):
            raw.execute(f"pragma {pragma}")
        indexes = raw.execute("select name, sql from sqlite_master where type = 'index' and tbl_name = 'sights'")
        rebuilt = [(name, sql) for name, sql in indexes if sql]
        for name, _ in rebuilt:
            raw.execute(f"drop index {name}")
        raw.execute("begin")
        _fill(raw, item_count, story_count)
        for _, sql in rebuilt:
            raw.execute(sql)
        raw.execute("commit")
        raw.execute("analyze")
        raw.execute("delete from sqlite_stat1")
        raw.execute("pragma journal_mode = wal")


def _fill(raw: sqlite3.Connection, item_count: int, story_count: int) -> None:
    second = 1_000_000
    first = int((START - YEARS).timestamp()) * second
    span = int(YEARS.total_seconds()) * second
    words = {
        "summary": "A summary of some thirty words, as most items have one; it stands here for its length alone. " * 2,
        "reading": '{"relevant":false,"why_not":"other","reasons":[{"about":"relevant","name":"no word"}]}',
        "trail": '[["read","no sanctions news","other: no word of sanctions"]]',
    }
    raw.execute(_FILL_ITEMS, {"count": item_count, "first": first, "step": span // item_count, **words})
    raw.execute(_FILL_SIGHTS, {"count": item_count, "first": first, "step": span // item_count})
    codes = knowledge().lexicon.codes
    actors = {"issuers": json.dumps(codes[:40]), "targets": json.dumps(codes), "by": 40, "against": len(codes)}
    raw.execute(_FILL_STORIES, {"count": story_count, "first": first, "step": span // story_count, **actors})
    for statement in _FILL_FROM_STORIES:
        raw.execute(statement)


def measure(*, item_count: int = ITEMS, story_count: int = STORIES, subscriptions: int = SUBSCRIPTIONS) -> list[Row]:
    """Return what an item, an answer and a start cost over an old store."""
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "old.db"
        fill(path, item_count=item_count, story_count=story_count)
        crowd = audience(subscriptions)
        with opened() as empty, opened(path) as old:
            ratio = _per_item(empty, old, crowd)
            answer = _answer(old)
        start = _start(path, crowd)
    return [
        Row(
            name=f"an item over {item_count:,} items, {story_count:,} stories, {subscriptions:,} rooms and rules",
            measured=f"{ratio:.2f} times an empty store's",
            wanted="at most 1.5",
            value=ratio,
            floor=1.5,
        ),
        Row(
            name="a country's answer from that store",
            measured=f"{answer * 1000:.0f} ms",
            wanted="under 100 ms",
            value=answer,
            floor=0.1,
        ),
        Row(
            name="opening that store and filling the memory",
            measured=f"{start:.2f} s",
            wanted="under 1 s",
            value=start,
            floor=1.0,
        ),
    ]


def _per_item(empty: SqliteStore, old: SqliteStore, crowd: Audience) -> float:
    """Return how much longer an item takes, each round with news of its own."""
    news = iter([items(FRESH, start=2_000_000 + n * FRESH) for n in range(8)])
    sides = {"empty": pipeline(empty, everybody()), "old": pipeline(old, crowd)}

    def take(side: str, told: Sequence[Item]) -> None:
        async def visits() -> None:
            for batch in batches(told):
                await sides[side].take(batch, now=START)

        asyncio.run(visits())

    round_of: list[Item] = []

    def first() -> None:
        round_of[:] = next(news)
        take("empty", round_of)

    taken = by_turns({"empty": first, "old": lambda: take("old", round_of)}, rounds=4)
    return taken["old"] / taken["empty"]


def _answer(store: SqliteStore) -> float:
    desk = build_desk(Settings(), store, knowledge())
    request = Request(words="country", options={"name": "Russia"})
    asyncio.run(desk.answer(request))
    began = time.perf_counter()
    asyncio.run(desk.answer(request))
    return time.perf_counter() - began


def _start(path: Path, crowd: Audience) -> float:
    began = time.perf_counter()
    with opened(path) as store:
        pipeline(store, crowd)
        return time.perf_counter() - began
