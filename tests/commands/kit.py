"""A town to ask questions in: the real store, knowledge, pipeline and desk; two guilds, and people with rights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain
from bot.commands import FrontDesk, Hooks, Office
from bot.domain import AlertKind, Button, Delivery, Feed, Item, Message, Request, Right, Rule, Story, Subscription
from bot.events import stories_from_events
from bot.pipeline import Pipeline
from bot.ports import Draw
from tests.fakes import START, FakeChat, FakeClock, FakeLog, FakeSource

EVENTS = (
    "EU imposes sanctions on four Chinese officials over Xinjiang abuses",
    "US imposes sanctions on Iranian oil network",
    "UK sanctions Russian shadow fleet tankers",
    "US lifts sanctions on Syria",
    "Canada imposes sanctions on Belarus officials",
    "Japan imposes export controls on North Korea",
    "Australia imposes sanctions on Myanmar generals",
    "US imposes sanctions on Cuba police unit",
    "EU imposes sanctions on Zimbabwe minister",
    "US imposes sanctions on Nicaragua judges",
    "UK imposes sanctions on Haiti gang leader",
    "EU imposes sanctions on Libya militia chief",
)
NOISE = (
    "Ferry line adds night crossings for the holidays",
    "Orchestra opens its season with an early symphony",
    "Bakery wins a prize for its rye bread",
)

GUILD, ROOM = "discord:100", "discord:101"
OTHER_GUILD, OTHER_ROOM = "discord:200", "discord:201"


def news(title: str, at: datetime, *, outlet: str = "Harbour Wire", feed: str = "wire") -> Item:
    slug = f"{feed}-{title.lower().replace(' ', '-')}"
    return Item(feed=feed, guid=slug, link=f"https://{feed}.example/{slug}", title=title, date=at, outlet=outlet)


@dataclass
class Town:
    """Everything a desk stands on, with nothing pretended but chat, clock and sources."""

    store: SqliteStore
    knowledge: Knowledge
    rules: Sequence[Rule] = ()
    subscriptions: Sequence[Subscription] = ()
    feeds: Sequence[Feed] = ()
    clock: FakeClock = field(default_factory=FakeClock)
    log: FakeLog = field(default_factory=FakeLog)
    source: FakeSource = field(default_factory=FakeSource)
    chat: FakeChat = field(default_factory=lambda: FakeChat(name="discord"))
    bursts: dict[str, int] = field(default_factory=dict)
    draw: Draw | None = None
    feeds_refreshed: int = 0

    def __post_init__(self) -> None:
        self.pipeline = Pipeline(
            store=self.store,
            brain=build_brain(self.knowledge, self._audience(), window=timedelta(days=7)),
            sources={"rss": self.source},
            chats={"discord": self.chat, "console": self.chat},
            clock=self.clock,
            log=self.log,
            take_stock=False,
            bursts=self.bursts,
        )
        self.pipeline.recall(self.clock.now)
        self.desk = FrontDesk(
            Office(
                store=self.store,
                lexicon=self.knowledge.lexicon,
                names=self.knowledge.names,
                wording=self.knowledge.wording,
                clock=self.clock,
                log=self.log,
                rules=self.rules,
                subscriptions=self.subscriptions,
                feeds=self.feeds,
                sources={"rss": self.source},
                hooks=Hooks(audience=self._refresh, feeds=self._count),
                knowledge=self.knowledge.stories,
                regimes=self.knowledge.regimes,
                lists=self.knowledge.clerk.lists,
                unions=self.knowledge.unions,
                draw=self.draw,
            )
        )

    def _audience(self) -> Audience:
        feeds = {feed.key: feed.scope for feed in self.store.feeds() if feed.scope}
        subscriptions = [*self.subscriptions, *self.store.subscriptions()]
        rules = [*self.rules, *self.store.rules()]
        return Audience(subscriptions, rules, self.knowledge.names, places=self.store.places(), feeds=feeds)

    def _refresh(self) -> None:
        self.pipeline.listen(self._audience())

    def _count(self) -> None:
        self.feeds_refreshed += 1

    def restart(self) -> "Town":
        """Return the town as it is after the process died and came back: only the store is left."""
        return Town(
            self.store,
            self.knowledge,
            rules=self.rules,
            subscriptions=self.subscriptions,
            feeds=self.feeds,
            clock=self.clock,
            source=self.source,
            chat=self.chat,
            bursts=self.bursts,
            draw=self.draw,
        )

    async def read(self, *titles: str, outlet: str = "Harbour Wire", feed: str = "wire") -> None:
        """Read items, an hour apart."""
        for title in titles:
            await self.pipeline.take([news(title, self.clock.now, outlet=outlet, feed=feed)], now=self.clock.now)
            self.clock.advance(hours=1)

    async def deliver(self) -> list[Delivery]:
        """Send what is due; returns what was sent."""
        before = len(self.chat.sent)
        while await self.pipeline.deliver():
            pass
        return self.chat.sent[before:]

    async def told(self) -> list[str]:
        """Deliver, and return the rooms that were alerted."""
        return [one.room for one in await self.deliver() if one.kind is AlertKind.ALERT]

    async def ask(
        self, line: str, *, right: Right = Right.ADMIN, room: str = ROOM, place: str = GUILD, person: str = "ann"
    ) -> Message:
        """Ask what somebody types."""
        words, options = self.desk.parse(line)
        return await self.desk.ask(
            Request(
                words=words, options=options, room=room, place=place, person=person, name=person.title(), right=right
            )
        )

    @property
    def events(self) -> tuple[Story, ...]:
        """Return the seeds' events, which a service has in its ledger."""
        return stories_from_events(self.knowledge.seeds["events"])

    async def facts(self, line: str) -> dict[str, Any]:
        """Ask for an answer as plain values."""
        words, options = self.desk.parse(line)
        found = await self.desk.facts(Request(words=words, options=options, right=Right.OPERATOR))
        assert found is not None
        return dict(found)

    async def press(self, message: Message, label: str, **who: str | Right) -> Message:
        """Press a button, as a chat does: its action and value are a typed line."""
        one = button(message, label)
        return await self.ask(f"{one.action} {one.value}", **who)  # type: ignore[arg-type]  # the fields of `ask`

    async def do(self, line: str, **who: str | Right) -> Message:
        """Ask for a change and say yes to it."""
        asked = await self.ask(line, **who)  # type: ignore[arg-type]  # the fields of `ask`
        first = asked.buttons[0].label if asked.buttons else ""
        assert first, f"{line}: {text(asked)}"
        return await self.press(asked, first, **who)


def button(message: Message, label: str) -> Button:
    found = [one for one in message.buttons if one.label == label]
    assert found, f"{label!r} is none of {[one.label for one in message.buttons]} of {text(message)}"
    return found[0]


def text(message: Message) -> str:
    """Return all that a message says."""
    fields = (f"{field.label}: {field.value}" for field in message.fields)
    links = (f"{link.label} {link.url}" for link in message.links)
    return "\n".join([message.title, *message.lines, *fields, *links, message.footer])


def key_in(message: Message) -> str:
    """Return the key that an answer names in brackets."""
    return text(message).partition("[")[2].partition("]")[0]


__all__ = [
    "EVENTS",
    "GUILD",
    "NOISE",
    "OTHER_GUILD",
    "OTHER_ROOM",
    "ROOM",
    "START",
    "Town",
    "button",
    "key_in",
    "news",
    "text",
]
