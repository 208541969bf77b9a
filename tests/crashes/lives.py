"""One installation of the service that is started, killed and looked into, and the news that it reads meanwhile."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from adapters.store import SqliteStore
from tests.adapters.store.kit import ROOT, opened
from tests.cli.outlet import Outlet

ISSUERS = ["EU", "US", "UK", "Canada", "Japan", "Australia", "Switzerland"]
TARGETS = [
    "Belarus",
    "Iran",
    "Russia",
    "Myanmar",
    "North Korea",
    "Zimbabwe",
    "Syria",
    "Venezuela",
    "Sudan",
    "Nicaragua",
]
EVENTS = [(ISSUERS[n % 7], TARGETS[n % 10]) for n in range(70)]
"""Who sanctions whom: no pair stands in it twice."""
PAGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
SETTINGS = """
network = { allow_private = true }
health = { address = "" }
alerts = { take_stock = false }
delivery = { burst = 0 }
"""
QUIET = 30.0
"""Seconds that everything has to be told in, at the end; and for each item three more, for a room takes its time."""
LATE = 20.0
"""Seconds that a start may take."""


def kills(usual: int) -> int:
    """Return how many lives are to be ended: many where somebody asks for it in the environment."""
    return int(os.environ.get("SANCTIONWIRE_KILLS", usual))


@dataclass
class News:
    """Two outlets that report one event after another: first one, then the other, then the first knows more."""

    outlet: Outlet
    rng: random.Random
    shown: dict[str, list[str]] = field(default_factory=lambda: {"wire": [], "herald": []})
    links: list[str] = field(default_factory=list)
    step: int = 0

    def go_on(self) -> None:
        """Publish the next report."""
        (event, part), self.step = divmod(self.step, 3), self.step + 1
        issuer, target = EVENTS[event % len(EVENTS)]
        count = event + 3
        if event >= len(EVENTS):
            return self._publish("wire", f"Harbour master of {target} opens berth {self.step}")
        if part == 0:
            return self._publish("wire", f"{issuer} imposes sanctions on {count} officials in {target}")
        if part == 1:
            return self._publish("herald", f"{issuer} sanctions {count} officials of {target}, freezing assets")
        return self._publish("wire", f"{issuer} sanctions on {target}: list grows to {count + 5} officials")

    def _publish(self, feed: str, title: str) -> None:
        link = f"{self.outlet.address}/{feed}/{self.step}"
        self.links.append(link)
        date = format_datetime(datetime.now(UTC))
        self.shown[feed].insert(
            0, f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate></item>"
        )
        self.mend()

    def mend(self) -> None:
        """Answer as a feed should."""
        for feed, entries in self.shown.items():
            body = f"<rss version='2.0'><channel><title>{feed}</title>{''.join(entries)}</channel></rss>"
            self.outlet.answer(f"/{feed}", body.encode(), "application/rss+xml")

    def spoil(self) -> None:
        """Let one outlet answer something else for a while: a challenge page, half a feed, a fault, nothing."""
        feed = self.rng.choice(list(self.shown))
        whole = self.outlet.pages[f"/{feed}"][2]
        body, status = self.rng.choice([(PAGE, 200), (whole[: len(whole) // 2], 200), (b"", 503), (b"", 200)])
        self.outlet.answer(f"/{feed}", body, "application/rss+xml", status)


class Lives:
    """The installation: its configuration, its database, and whoever serves it at the moment."""

    def __init__(self, folder: Path, outlet: Outlet, rooms: list[str], env: Mapping[str, str] | None = None) -> None:
        self.config, self.db, self.out, self.log = (folder / name for name in ("config", "news.db", "out", "log"))
        self.env = dict(env or {})
        self.alive: set[int] = set()
        self.config.mkdir()
        self._write("settings.toml", SETTINGS)
        self._write("rules.toml", "\n".join(f'[[subscriptions]]\nroom = "{room}"\nrule = ""' for room in rooms))
        feeds = [
            f'[[feeds]]\nkey = "{key}"\nurl = "{outlet.address}/{key}"\nevery = "1s"\noutlet = "{key.title()}"'
            for key in ("wire", "herald")
        ]
        self._write("feeds.toml", "\n".join(feeds))
        self._zygote: asyncio.subprocess.Process | None = None

    def _write(self, name: str, text: str) -> None:
        (self.config / name).write_text(text + "\n")

    @asynccontextmanager
    async def beginning(self) -> AsyncIterator["Lives"]:
        """Have everything imported; nobody is left alive at the end."""
        pipe = asyncio.subprocess.PIPE
        self._zygote = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crashes.zygote", stdin=pipe, stdout=pipe, cwd=ROOT
        )
        try:
            yield self
        finally:
            for pid in list(self.alive):
                await self.end(pid)
            assert self._zygote.stdin
            self._zygote.stdin.close()
            await self._zygote.wait()

    async def _order(self, **order: Any) -> int:
        assert self._zygote
        assert self._zygote.stdin
        assert self._zygote.stdout
        self._zygote.stdin.write(json.dumps(order).encode() + b"\n")
        return int(await self._zygote.stdout.readline())

    async def start(self, *, largest: int = 0) -> int:
        """Begin a life; `largest` is the size in bytes beyond which no file can grow. Returns its process id."""
        words = ["run", "--json", "--config", str(self.config), "--db", str(self.db)]
        pid = await self._order(words=words, env=self.env, out=str(self.out), log=str(self.log), largest=largest)
        self.alive.add(pid)
        return pid

    async def end(self, pid: int, how: signal.Signals = signal.SIGKILL) -> int:
        """End a life; returns its exit code, or that with which it had ended by itself."""
        os.kill(pid, how)
        self.alive.discard(pid)
        return await self._order(wait=pid)

    def full(self) -> int:
        """Return a size that leaves the database's files hardly any room to grow."""
        return max(path.stat().st_size for path in self.db.parent.glob("news.db*")) + 8192

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteStore]:
        """Look into the database beside whoever serves it."""
        with closing(opened(self.db)) as store:
            yield store

    def events(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the logged events of a name."""
        for line in self.log.read_text().splitlines() if self.log.exists() else ():
            if line.startswith("{") and (said := json.loads(line))["event"] == name:
                yield said

    async def ready(self, pid: int, before: int) -> None:
        """Wait until the life that followed `before` others is ready; a life that could not begin is as good."""
        async with asyncio.timeout(LATE):
            await _until(lambda: len(list(self.events("ready"))) > before or _is_over(pid), 0.01)

    async def settle(self, links: list[str]) -> None:
        """Live until every item is read and nothing is left to send; then end in good order."""
        known = len(list(self.events("ready")))
        pid = await self.start()
        await self.ready(pid, known)
        async with asyncio.timeout(QUIET + 3 * len(links)):
            await _until(lambda: self.db.exists() and self._is_quiet(links))
        assert await self.end(pid, signal.SIGTERM) == 0

    def _is_quiet(self, links: list[str]) -> bool:
        with closing(opened(self.db)) as store:
            return store.waiting() == 0 and all(store.find_item(link) for link in links)


def _is_over(pid: int) -> bool:
    """Return whether a process has ended, though nobody has waited for it."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


async def _until(condition: Callable[[], bool], step: float = 0.2) -> None:
    while not condition():  # noqa: ASYNC110 - a condition of another process
        await asyncio.sleep(step)


@dataclass
class Ends:
    """How the lives ended."""

    starting: int = 0
    serving: int = 0
    full: int = 0
    spoilt: int = 0

    def __str__(self) -> str:
        kills = self.starting + self.serving
        return (
            f"{kills} kills ({self.starting} while starting, {self.full} with a full disk, {self.spoilt} spoilt feeds)"
        )


async def suffer(
    lives: Lives,
    news: News,
    rng: random.Random,
    count: int,
    *,
    work: float = 0.7,
    most: int = 3,
    before: Callable[[], None] = lambda: None,
) -> Ends:
    """Let `count` lives end by SIGKILL: while they start, or at a random moment of their first `work` seconds.

    Up to `most` reports are published ahead of each life, and one while it serves; `before` may do more mischief.
    """
    ends = Ends()
    news.mend()
    for number in range(count):
        for _ in range(rng.randint(1, most)):
            news.go_on()
        before()
        if rng.random() < 0.2:
            news.spoil()
            ends.spoilt += 1
        largest = lives.full() if number > 2 and rng.random() < 0.2 else 0
        ends.full += bool(largest)
        known = len(list(lives.events("ready")))
        pid = await lives.start(largest=largest)
        if rng.random() < 0.2:
            ends.starting += 1
            await asyncio.sleep(rng.uniform(0, 0.3))
        else:
            ends.serving += 1
            await lives.ready(pid, known)
            await asyncio.sleep(rng.uniform(0, work / 2))
            news.go_on()
            await asyncio.sleep(rng.uniform(0, work / 2))
        await lives.end(pid)
        news.mend()
    return ends
