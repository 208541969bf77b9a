"""Stand-ins for what lies outside, each as plain as the door it stands behind."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain import Code, Delivery, Feed, FeedState, Finding, Item, Message, Poll, Receipt
from bot.errors import FeedError

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands still until it is told to go on."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how: float) -> None:
        self.now += timedelta(**how)


@dataclass
class FakeSource:
    """A source whose feeds show what a test puts there; an error put there is raised."""

    shows: dict[str, tuple[Item, ...] | FeedError | Exception] = field(default_factory=dict)
    visited: list[str] = field(default_factory=list)

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        self.visited.append(feed.key)
        shown = self.shows.get(feed.key, ())
        if isinstance(shown, Exception):
            raise shown
        return Poll(items=shown, status=200)

    async def close(self) -> None:
        pass


@dataclass
class FakeArticles:
    """Articles by link: a text, an error that is raised, or None for one that never comes."""

    holds: dict[str, str | Exception | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def text(self, link: str) -> str:
        self.asked.append(link)
        held = self.holds.get(link, "")
        if isinstance(held, Exception):
            raise held
        if held is None:
            await asyncio.sleep(3600)
        return held or ""


@dataclass
class FakeChat:
    """A chat that keeps what it was sent; errors put into `fails` are raised first, one for each send."""

    name: str = "console"
    fails: list[Exception] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    notified: list[tuple[str, Message]] = field(default_factory=list)

    async def connect(self) -> None:
        pass

    async def send(self, delivery: Delivery) -> Receipt:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(delivery)
        return Receipt(message=f"post-{len(self.sent)}")

    async def notify(self, room: str, message: Message) -> None:
        self.notified.append((room, message))

    async def diagnose(self, rooms: Sequence[str]) -> list[Finding]:
        return [Finding(what=self.name, holds=True, said=room) for room in rooms]

    async def close(self) -> None:
        pass


class FakeNames:
    """A handful of names, as the lexicon has them by the thousand."""

    names: Mapping[Code, str] = {"EU": "the EU", "US": "the US", "CN": "China", "RU": "Russia", "HU": "Hungary"}
    instruments: Mapping[str, str] = {"asset_freeze": "asset freeze", "travel_ban": "travel ban"}
    grounds: Mapping[str, str] = {"human_rights": "human rights"}
    zones = frozenset({"UTC", "Europe/Berlin"})

    def name(self, code: Code) -> str:
        return self.names.get(code, code)

    def short(self, code: Code) -> str:
        return self.name(code).removeprefix("the ")

    def flag(self, code: Code) -> str:
        return {"EU": "🇪🇺", "CN": "🇨🇳"}.get(code, "")

    def label(self, code: str) -> str:
        return {**self.instruments, **self.grounds}.get(code, code)

    def find(self, text: str) -> Code | None:
        return next((code for code in self.names if text.lower() in (code.lower(), self.short(code).lower())), None)

    def nearest(self, text: str) -> list[str]:
        return [self.short(code) for code in self.names if self.short(code)[:1].lower() == text[:1].lower()]


Log = Callable[..., None]


@dataclass
class FakeLog:
    """A log that keeps its events."""

    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __call__(self, event: str, **fields: object) -> None:
        self.events.append((event, fields))

    def named(self, event: str) -> list[dict[str, object]]:
        return [fields for name, fields in self.events if name == event]
