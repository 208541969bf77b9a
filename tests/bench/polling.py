"""Visits to feeds: a first one, one that finds nothing changed, and one on which a tenth has an entry more."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from adapters.feeds.fetch import Fetcher
from adapters.feeds.rss import RssSource
from bot.domain import Feed
from tests.bench.house import opened, pipeline
from tests.bench.outlets import Outlets, outlets
from tests.bench.table import Row, processor, times
from tests.bench.weekend import WeekendBot

FEEDS = 100
ROUNDS = 3
MANY = 5_000
AT_ONCE = 20
READER = "BENCH_READER"
"""The variable that names a Python which has `reader`, where the one that runs this has not."""
_STATES = ("first fetch", "nothing changed", "a tenth changed", "nothing changed, no ETag")
_WANTED = {"first fetch": 1.0, "nothing changed": 15.0, "nothing changed, no ETag": 12.0, "a tenth changed": 6.0}
"""How many times less than the plain bot we must take."""
_OF_READER = {"first fetch": 3.0, "nothing changed": 10.0, "nothing changed, no ETag": 10.0, "a tenth changed": 5.0}
"""The same for reader."""


class Ours:
    """The real pipeline over real sources, running as it does in the service."""

    def __init__(self, stack: ExitStack, server: Outlets, feeds: int, path: Path | None = None) -> None:
        self._loop = stack.enter_context(asyncio.Runner())
        self._fetcher = Fetcher(allow_private=True, per_host=AT_ONCE)
        source = RssSource(self._fetcher)
        self._pipeline = pipeline(stack.enter_context(opened(path)), sources={"rss": source})
        stack.callback(lambda: self._loop.run(self._fetcher.close()))
        stack.callback(lambda: self._loop.run(source.close()))
        self._feeds = [Feed(key=f"feed{n}", url=server.url(n)) for n in range(feeds)]

    def visit(self) -> float:
        """Visit every feed once, some side by side; returns the seconds of processor time."""
        return processor(lambda: self._loop.run(self._visit()))

    async def _visit(self) -> None:
        left = iter(self._feeds)

        async def visit() -> None:
            for feed in left:
                found = await self._pipeline.poll(feed)
                assert found.status is not None, found.detail

        await asyncio.gather(*(visit() for _ in range(AT_ONCE)))


class Plain:
    """The plain bot."""

    def __init__(self, stack: ExitStack, server: Outlets, feeds: int) -> None:
        self._bot = WeekendBot(str(Path(stack.enter_context(TemporaryDirectory(prefix="bench-"))) / "seen.db"))
        stack.callback(self._bot.close)
        self._urls = [server.url(n) for n in range(feeds)]

    def visit(self) -> float:
        """Visit every feed once, one after the other; returns the seconds of processor time."""
        return processor(lambda: [self._bot.poll(url) for url in self._urls])


class Reader:
    """lemon24's reader, which stores and searches but decides nothing; in a process of its own (`reader_side`)."""

    def __init__(self, stack: ExitStack, server: Outlets, feeds: int) -> None:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        script = Path(__file__).with_name("reader_side.py")
        pipe = subprocess.PIPE
        self._process = stack.enter_context(
            subprocess.Popen([reader_python(), script, folder / "reader.db"], stdin=pipe, stdout=pipe, text=True)
        )
        # closing its input ends it
        stack.callback(self._process.communicate)
        self._tell(*(f"add {server.url(n)}" for n in range(feeds)))

    def visit(self) -> float:
        """Visit every feed once; returns the seconds of processor time."""
        self._tell("visit")
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def _tell(self, *orders: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.writelines(f"{order}\n" for order in orders)
        self._process.stdin.flush()


def reader_python() -> str:
    """Return the Python that has `reader`; empty where none has, and it is not measured."""
    return os.environ.get(READER, "") or (sys.executable if find_spec("reader") else "")


_Side = Callable[[ExitStack, Outlets, int], Ours | Plain | Reader]


def measure(*, feeds: int = FEEDS, rounds: int = ROUNDS, many: int = MANY) -> list[Row]:
    """Return what visits cost in each state, as ratios, and what memory thousands of feeds take."""
    sides: dict[str, _Side] = {"ours": Ours, "plain": Plain}
    if reader_python():
        sides["reader"] = Reader
    taken: dict[tuple[str, str], list[float]] = {}
    with outlets() as server:
        for _ in range(rounds):
            with ExitStack() as stack:
                running = {name: make(stack, server, feeds) for name, make in sides.items()}
                for state in _STATES:
                    server.validators(on="no ETag" not in state)
                    if state == "a tenth changed":
                        server.publish(feeds // 10)
                    for name, side in running.items():
                        taken.setdefault((state, name), []).append(side.visit())
    rows = [row for other in sides if other != "ours" for row in _rows(taken, other, feeds)]
    return [*rows, _memory(many)] if many else rows


def _rows(taken: dict[tuple[str, str], list[float]], other: str, feeds: int) -> list[Row]:
    rows = []
    for state in _STATES:
        ours, theirs = (median(taken[state, name]) for name in ("ours", other))
        wanted = _WANTED[state] if other == "plain" else _OF_READER[state]
        rows.append(
            Row(
                name=f"{state}: processor time of the {'plain bot' if other == 'plain' else other} by ours",
                measured=f"{times(theirs / ours)} ({ours / feeds * 1e6:,.0f} µs a feed)",
                wanted=f"at least {wanted:g}",
                value=theirs / ours,
                floor=wanted,
                more=True,
            )
        )
    return rows


def _memory(feeds: int) -> Row:
    """Return the most memory that a process takes which visits so many feeds twice; measured in one of its own."""
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "bench.db"
        with opened(path):
            pass  # tables are made once, which takes libraries that a start does without
        command = [sys.executable, "-m", "tests.bench.polling", str(feeds), str(path)]
        megabytes = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return Row(
        name=f"memory with {feeds:,} feeds",
        measured=f"{megabytes:.0f} MB",
        wanted="under 120 MB",
        value=megabytes,
        floor=120.0,
    )


def _main() -> None:
    with outlets(entries=4) as server, ExitStack() as stack:
        ours = Ours(stack, server, int(sys.argv[1]), Path(sys.argv[2]))
        ours.visit()
        ours.visit()
    sys.stdout.write(str(_most_memory()))


def _most_memory() -> float:
    """Return the most memory, in megabytes, that this process took since it became this program.

    What `getrusage` says may be that of the process it was forked from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource

    # kilobytes, but for macOS, which counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    _main()
