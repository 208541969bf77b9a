"""How soon something happens: the command line, and the service over an old store."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from adapters.store import open_store
from bot.domain import Subscription
from bot.identity import ItemIdentity
from tests.bench.growth import ITEMS, STORIES, SUBSCRIPTIONS, fill
from tests.bench.house import audience
from tests.bench.outlets import outlets
from tests.bench.table import Row

RUNS = 5


def measure(
    *, item_count: int = ITEMS, story_count: int = STORIES, subscriptions: int = SUBSCRIPTIONS, runs: int = RUNS
) -> list[Row]:
    """Return how long help, a look-up and a first poll take by the clock on the wall."""
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "old.db"
        fill(path, item_count=item_count, story_count=story_count)
        _subscribe(path, subscriptions)
        base = ["--db", str(path), "--config", str(_config(Path(folder)))]
        helps = median(_seconds(["--help"]) for _ in range(runs))
        looks = median(_seconds([*base, "lookup", "Russia"]) for _ in range(runs))
        polls = median(_until_polled(Path(folder), base) for _ in range(min(runs, 3)))
    return [
        _row("`sanctionwire --help`", helps, 0.3),
        _row("`sanctionwire lookup Russia` over the old store", looks, 1.0),
        _row(f"a start to the first poll over the old store, {subscriptions:,} subscriptions", polls, 2.0),
    ]


def _row(name: str, seconds: float, floor: float) -> Row:
    return Row(name=name, measured=f"{seconds:.2f} s", wanted=f"under {floor:g} s", value=seconds, floor=floor)


def _subscribe(path: Path, count: int) -> None:
    store = open_store(path, ItemIdentity())
    with store._db.writing() as raw:  # one transaction in place of ten thousand: nobody waits for the bench
        raw.executemany(
            "insert or replace into subscriptions (key, room, body) values (?, ?, ?)",
            [(one.key, one.room, _body(one)) for one in audience(count).subscriptions.values()],
        )
    store.close()


def _body(one: Subscription) -> str:
    return json.dumps({"key": one.key, "room": one.room, "line": one.line, "origin": "chat"})


def _config(folder: Path) -> Path:
    config = folder / "config"
    config.mkdir()
    (config / "settings.toml").write_text('[network]\nallow_private = true\n[health]\naddress = ""\n', encoding="utf-8")
    return config


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "bot", *arguments]


def _seconds(arguments: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(_command(arguments), check=True, capture_output=True)
    return time.perf_counter() - began


def _until_polled(folder: Path, base: Sequence[str]) -> float:
    """Return the seconds from the command to the first visit that was read and put on disk."""
    with outlets() as server:
        feed = f'[[feeds]]\nkey = "one-{time.monotonic_ns()}"\nurl = "{server.url(1)}"\n'
        (folder / "config" / "feeds.toml").write_text(feed, encoding="utf-8")
        server.publish(2)
        began = time.perf_counter()
        with subprocess.Popen(
            _command([*base, "run", "--once"]), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if '"polled"' in line:
                    return time.perf_counter() - began
    raise AssertionError("the feed was never polled")
