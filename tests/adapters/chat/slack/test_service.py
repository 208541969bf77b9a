"""The real desk, store and pipeline on Slack: what people ask, and alerts that arrive once whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.chat.slack.client import SlackChat
from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_scratch
from bot.commands import FrontDesk, Hooks, Office
from bot.domain import Command, Item, Right
from bot.pipeline import Pipeline
from tests.adapters.chat.slack.support import until, words
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackEmulator
from tests.emulators.slack_limits import Json, elements
from tests.fakes import FakeLog

EVENT = "EU imposes sanctions on four Chinese officials over Xinjiang abuses"
SAME = "Brussels sanctions four Chinese officials over abuses in Xinjiang"
OTHER = "US imposes sanctions on Iranian oil network"
SAID = {
    "country": "China",
    "rule": "issuer:eu target:cn",
    "story": "x1",
    "link": "https://wire.example/1",
    "url": "http://127.0.0.1:9/feed",
    "zone": "Europe/Berlin",
    "time": "09:00",
}
"""What somebody may type for each kind of option."""


@dataclass
class Service:
    """All of Sanctionwire that is not a source, as `run` puts it together."""

    slack: SlackEmulator
    store: SqliteStore
    knowledge: Knowledge
    log: FakeLog = field(default_factory=FakeLog)

    async def start(self) -> "Service":
        """Come online, with what the store holds."""
        self.desk = FrontDesk(
            Office(
                store=self.store,
                lexicon=self.knowledge.lexicon,
                names=self.knowledge.names,
                wording=self.knowledge.wording,
                clock=self.clock,
                log=self.log,
                hooks=Hooks(audience=lambda: self.pipeline.listen(self._audience())),
                knowledge=self.knowledge.stories,
            )
        )
        variables = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_BASE": f"{self.slack.base}/api/",
        }
        self.chat = SlackChat(variables, desk=self.desk, log=self.log)
        await self.chat.connect()
        self.pipeline = Pipeline(
            store=self.store,
            brain=build_brain(self.knowledge, self._audience(), window=timedelta(days=7)),
            sources={},
            chats={"slack": self.chat},
            clock=self.clock,
            log=self.log,
            take_stock=False,
        )
        self.pipeline.recall(self.clock())
        return self

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def _audience(self) -> Audience:
        return Audience(self.store.subscriptions(), self.store.rules(), self.knowledge.names)

    async def read(self, *titles: str, outlet: str = "Wire") -> None:
        """Read items as a source brings them."""
        for title in titles:
            link = f"https://{outlet.lower()}.example/{title.replace(' ', '-')}"
            item = Item(feed=outlet, guid=link, link=link, title=title, date=self.clock(), outlet=outlet)
            await self.pipeline.take([item])

    async def deliver(self, within: float = 20) -> None:
        """Deliver until nothing waits any more."""
        async with asyncio.timeout(within):
            while self.store.waiting():
                await self.pipeline.deliver()
                await asyncio.sleep(0.05)


@pytest.fixture
def store(knowledge: Knowledge) -> Iterator[SqliteStore]:
    store = open_scratch(knowledge)
    yield store
    store.close()


@pytest.fixture
async def service(slack: SlackEmulator, store: SqliteStore, knowledge: Knowledge) -> AsyncIterator[Service]:
    one = await Service(slack, store, knowledge).start()
    yield one
    await one.chat.close()


def line_for(command: Command) -> str:
    said = [option.choices[0] if option.choices else SAID.get(option.kind, "x1") for option in command.options]
    return " ".join(
        [command.words, *(word for word, option in zip(said, command.options, strict=True) if option.required)]
    )


def shown(slack: SlackEmulator, person: str) -> list[Json]:
    """Return what somebody was answered: in the channel, or in a form."""
    return [*slack.world.said("alerts", to=person), *(view for view in slack.world.views.values() if view["_open"])]


async def answered(slack: SlackEmulator, person: str, before: int) -> None:
    """Wait for one more answer than there were."""
    await until(lambda: len(shown(slack, person)) > before)


@pytest.mark.parametrize("person", ["alice", "bob"])
async def test_every_command_there_is_can_be_typed_in_full_and_bare(
    slack: SlackEmulator, service: Service, person: str
) -> None:
    await service.read(EVENT, OTHER)
    for command in service.desk.commands:
        for line in {line_for(command), command.words}:
            before = len(shown(slack, person))
            sent = await slack.command(person, "alerts", line)
            assert (sent.acked, sent.acks, sent.took < 2) == (True, 1, True), line
            await answered(slack, person, before)
    assert service.log.named("slack_broke") == service.log.named("ask_broke") == []
    assert slack.world.said("alerts") == []


async def test_every_form_there_is_can_be_opened_and_submitted(slack: SlackEmulator, service: Service) -> None:
    await service.read(EVENT)
    opened = 0
    for command in (one for one in service.desk.commands if not one.hidden):
        slack.world.views.clear()
        await slack.command("alice", "alerts", command.words)
        await until(lambda: shown(slack, "alice"))
        await asyncio.sleep(0.05)
        if slack.world.views:
            form = slack.world.view("modal", "form")
            names = {one["action_id"] for block, one in elements(form["blocks"]) if block["type"] == "input"}
            given = {
                option.name: option.choices[0] if option.choices else SAID.get(option.kind, "x1")
                for option in command.options
                if option.name in names and option.required
            }
            sent = await slack.submit("alice", form, **given)
            assert sent.acked, command.words
            opened += 1
    assert opened >= 5
    assert service.log.named("slack_broke") == []


async def test_a_member_is_refused_what_is_for_admins(slack: SlackEmulator, service: Service) -> None:
    for command in (one for one in service.desk.commands if one.right is Right.ADMIN and not one.hidden):
        before = len(shown(slack, "bob"))
        await slack.command("bob", "alerts", command.words)
        await answered(slack, "bob", before)
        assert "admins of this place" in words(slack.world.said("alerts", to="bob")[-1]), command.words
    assert slack.world.views == {}


async def subscribed(slack: SlackEmulator, line: str = "issuer:eu", channel: str = "alerts") -> None:
    """Subscribe a channel as an admin does: ask, then confirm."""
    before = len(slack.world.said(channel, to="alice"))
    await slack.command("alice", channel, f"subscribe {line}")
    answer = (await until(lambda: slack.world.said(channel, to="alice")[before:]))[0]
    pressed = next(one for _, one in elements(answer["blocks"]) if one.get("style") == "primary")
    asked = words(answer)
    await slack.press("alice", channel, answer, pressed["action_id"])
    await until(lambda: words(slack.world.said(channel, to="alice")[before]) != asked)


async def test_from_subscribing_to_the_first_alert(slack: SlackEmulator, service: Service) -> None:
    await subscribed(slack)
    await service.read(EVENT, OTHER)
    await service.deliver()
    (alert,) = slack.world.said("alerts")
    assert "China" in words(alert)
    await service.read(SAME, outlet="Herald")
    await service.deliver()
    (alert,) = slack.world.said("alerts")
    assert "Herald" in words(alert)
    assert alert["_pings"] == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("chat.postMessage", status=0, commit=True),
        Fault("chat.postMessage", status=429, times=2),
        Fault("chat.update", status=0, commit=True),
        Fault("conversations.history", status=500),
        Fault("*", status=0, times=3),
    ],
    ids=str,
)
async def test_each_alert_arrives_once_in_every_channel(slack: SlackEmulator, service: Service, fault: Fault) -> None:
    for channel in ("alerts", "general"):
        await subscribed(slack, channel=channel)
    slack.api.faults += [replace(fault), Fault("chat.postMessage", status=0, commit=True)]
    await service.read(EVENT)
    await service.read(SAME, outlet="Herald")
    await service.deliver()
    for channel in ("alerts", "general"):
        (alert,) = slack.world.said(channel)
        assert "Herald" in words(alert)


async def test_a_process_that_dies_after_sending_sends_nothing_twice(
    slack: SlackEmulator, store: SqliteStore, knowledge: Knowledge
) -> None:
    first = await Service(slack, store, knowledge).start()
    await subscribed(slack)
    await first.read(EVENT)
    (due,) = store.due(first.clock())
    # it dies between sending and noting that it has sent
    await first.chat.send(due)
    await first.chat.close()
    second = await Service(slack, store, knowledge).start()
    await second.deliver()
    await second.chat.close()
    assert len(slack.world.said("alerts")) == 1


async def test_exported_rules_stand_in_a_frame_and_are_imported_as_they_stand(
    slack: SlackEmulator, service: Service
) -> None:
    add = '[[rules]]\nname = "a"\nkind = "mute"\nrule = "fifa | *x*"'.replace("*x*", "tanker*")
    for line in (f"rules import {add}", "rules export"):
        before = len(shown(slack, "alice"))
        await slack.command("alice", "alerts", line)
        await answered(slack, "alice", before)
        if "import" in line:
            await slack.press("alice", "alerts", slack.world.said("alerts", to="alice")[-1], "Import")
            await until(service.store.rules)
            await answered(slack, "alice", before)
    (frame,) = [one for one in slack.world.said("alerts", to="alice")[-1]["blocks"] if one["type"] == "rich_text"]
    assert 'rule = "\\"fifa\\"|\\"tanker*\\""' in frame["elements"][0]["elements"][0]["text"]
