"""The real parts put together as the service does, over a store on disk: what is measured."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, compile_knowledge, open_database
from bot.domain import Item, Rule, RuleKind, Subscription
from bot.pipeline import Pipeline
from bot.ports import Chat, Source
from bot.reading import read
from tests.bench.news import START

WINDOW = timedelta(days=7)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """Return the compiled seeds, the reading's tables among them, which are compiled when first something is read."""
    known = compile_knowledge()
    read(Item(title="Ministers impose sanctions"), known.lexicon)
    # as the service does: what stays for good is no garbage
    gc.freeze()
    return known


def everybody() -> Audience:
    """Return one room that hears everything."""
    return Audience([Subscription(key="all", room="console")], [], knowledge().names)


def audience(count: int) -> Audience:
    """Return so many subscriptions and as many rules, each of them another one, as of thousands of rooms."""
    codes, names = knowledge().lexicon.codes, knowledge().names
    stages = ("imposed", "proposed", "eased", "extended")
    subscriptions = [
        Subscription(
            key=f"s{n}",
            room=f"discord:{n}",
            line=f"target:{codes[n % len(codes)].lower()} stage:{stages[n % 4]} {_phrase(n)}",
        )
        for n in range(count)
    ]
    rules = [_rule(n) for n in range(count)]
    return Audience(subscriptions, rules, names)


def _rule(n: int) -> Rule:
    kind = (RuleKind.MUTE, RuleKind.FLAG, RuleKind.WATCH)[n % 3]
    return Rule(key=f"r{n}", name=f"rule {n}", kind=kind, line=f'"{_phrase(n)} {n}"', scope=f"discord:{n}")


def _phrase(n: int) -> str:
    return f"harbour{n % 977} | tanker{n % 1013}"


@contextmanager
def opened(path: Path | None = None) -> Iterator[SqliteStore]:
    """Open a store on disk, in a folder that is forgotten where no path is given."""
    with TemporaryDirectory(prefix="bench-") as folder:
        store = open_database(str(path or Path(folder) / "bench.db"), knowledge())
        try:
            yield store
        finally:
            store.close()


def pipeline(
    store: SqliteStore,
    heard: Audience | None = None,
    *,
    sources: dict[str, Source] | None = None,
    chats: dict[str, Chat] | None = None,
    now: datetime = START,
) -> Pipeline:
    """Return the pipeline of a service that has just begun."""
    built = Pipeline(
        store=store,
        brain=build_brain(knowledge(), heard or everybody(), window=WINDOW),
        sources=sources or {},
        chats=chats or {},
        clock=lambda: now,
        log=_nothing,
        take_stock=False,
    )
    built.recall(now)
    return built


def _nothing(event: str, **fields: object) -> None:
    """Log nothing: what logging costs is the same for everybody."""


def batches(items: Sequence[Item], size: int = 50) -> Iterator[Sequence[Item]]:
    """Cut items into visits."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
