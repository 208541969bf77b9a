"""What goes out: rooms that take nothing, outcomes that cannot be written down, and what is given up."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest

from adapters.store import SqliteStore
from bot.cli.build import Knowledge
from bot.courier import Courier
from bot.domain import AlertKind, Delivery, DeliveryState, Message, Receipt
from bot.errors import ChatError, Delayed, StoreError, Undeliverable
from tests.adapters.store.kit import NOW, opened, story, telling
from tests.fakes import FakeChat, FakeClock, FakeLog

ALERT, EDIT = AlertKind.ALERT, AlertKind.EDIT
ROOM, OTHER = "console:1", "console:2"
HOUR = timedelta(hours=1)


@dataclass
class Town(FakeChat):
    """A chat with rooms of which some are closed, and which refuses some messages wherever they are to stand."""

    closed: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    tried: list[str] = field(default_factory=list)
    deaf: bool = False

    async def send(self, delivery: Delivery) -> Receipt:
        self.tried.append(delivery.story)
        if delivery.room in self.closed:
            raise Undeliverable("the channel is archived")
        if delivery.story in self.bad:
            raise Undeliverable("this message is refused")
        return await super().send(delivery)

    async def notify(self, room: str, message: Message) -> None:
        if self.deaf:
            raise ChatError("nobody is there")
        await super().notify(room, message)


class World:
    def __init__(self, store: SqliteStore, knowledge: Knowledge) -> None:
        self.store, self.chat, self.clock, self.log = store, Town(), FakeClock(NOW), FakeLog()
        self.wording = knowledge.wording
        self.restart()

    def restart(self) -> None:
        self.courier = Courier(
            store=self.store, chats={"console": self.chat}, clock=self.clock, log=self.log, wording=self.wording
        )

    def tell(self, key: str, *alerts: tuple[AlertKind, str], words: str = "Four people listed") -> list[Delivery]:
        decision = telling(story(key, first=self.clock.now), *alerts, item=f"{key} {words}", words=words)
        return self.store.record([decision], self.clock.now)

    async def round(self, **later: float) -> list[tuple[str, str]]:
        """Let time pass, deliver until nothing more goes, and return what arrived where."""
        self.clock.advance(**later)
        before = len(self.chat.sent)
        while await self.courier.deliver():
            pass
        return [(one.story, one.room) for one in self.chat.sent[before:]]


@pytest.fixture
def world(knowledge: Knowledge) -> Iterator[World]:
    store = opened()
    yield World(store, knowledge)
    store.close()


async def test_a_closed_room_keeps_what_is_meant_for_it_until_it_opens(world: World) -> None:
    world.chat.closed = {ROOM}
    for key in ("a", "b", "c"):
        world.tell(key, (ALERT, ROOM))
    assert await world.round() == []
    assert world.store.waiting() == 3
    world.chat.closed.clear()
    assert await world.round(minutes=59) == []
    assert sorted(await world.round(minutes=1)) == [("a", ROOM), ("b", ROOM), ("c", ROOM)]
    assert world.store.stopped() == []


async def test_a_closed_room_is_tried_once_an_hour(world: World) -> None:
    world.chat.closed = {ROOM}
    for key in ("a", "b", "c"):
        world.tell(key, (ALERT, ROOM))
    for _ in range(5 * 60):
        await world.round(minutes=1)
    assert len(world.chat.tried) == 5


async def test_a_closed_room_does_not_hold_up_another(world: World) -> None:
    world.chat.closed = {ROOM}
    world.tell("a", (ALERT, ROOM), (ALERT, OTHER))
    assert await world.round() == [("a", OTHER)]


async def test_what_a_closed_room_has_waited_for_a_day_is_refused_with_what_was_to_follow(world: World) -> None:
    world.chat.closed = {ROOM}
    world.tell("a", (ALERT, ROOM))
    world.tell("a", (AlertKind.FOLLOW_UP, ROOM), words="more")
    for _ in range(25):
        await world.round(hours=1)
    assert world.store.waiting() == 0
    assert world.store.counts()["deliveries_refused"] == 2
    (stopped,) = world.store.stopped()
    assert (stopped.reason, stopped.since) == ("the channel is archived", NOW + HOUR)


async def test_what_is_new_for_a_room_closed_long_ago_has_its_own_day(world: World) -> None:
    world.chat.closed = {ROOM}
    world.tell("a", (ALERT, ROOM))
    for _ in range(30):
        await world.round(hours=1)
    world.tell("b", (ALERT, ROOM))
    for _ in range(20):
        await world.round(hours=1)
    assert world.store.waiting() == 1
    world.chat.closed.clear()
    assert await world.round(hours=1) == [("b", ROOM)]


async def test_a_restart_forgets_no_closed_room_and_warns_nobody_again(world: World) -> None:
    world.chat.closed = {ROOM}
    world.tell("a", (ALERT, ROOM))
    await world.round()
    for _ in range(3):
        world.restart()
        await world.round(hours=1)
    assert [room for room, _ in world.chat.notified] == [ROOM]
    assert "archived" in world.chat.notified[0][1].lines[0]


async def test_who_could_not_be_told_of_a_closed_room_is_told_later(world: World) -> None:
    world.chat.closed, world.chat.deaf = {ROOM}, True
    world.tell("a", (ALERT, ROOM))
    await world.round()
    world.chat.deaf = False
    await world.round(hours=1)
    await world.round(hours=1)
    assert len(world.chat.notified) == 1


async def test_a_message_at_fault_closes_its_room_for_an_hour_at_most_and_is_refused_alone(world: World) -> None:
    world.chat.bad = {"a"}
    world.tell("a", (ALERT, ROOM))
    for key in ("b", "c"):
        world.tell(key, (ALERT, ROOM))
    assert await world.round() == []
    assert await world.round(hours=1) == [("b", ROOM), ("c", ROOM)]
    assert (world.store.waiting(), world.store.stopped()) == (0, [])
    assert [one["problem"] for one in world.log.named("refused")] == ["this message is refused"]


async def test_an_edit_of_a_deleted_post_is_refused_alone(world: World) -> None:
    world.tell("a", (ALERT, ROOM))
    await world.round()
    world.chat.bad = {"a"}
    world.tell("a", (EDIT, ROOM), words="one more source")
    world.tell("b", (ALERT, ROOM))
    assert await world.round() == [("b", ROOM)]
    assert world.store.stopped() == []


async def test_an_outcome_that_cannot_be_written_down_is_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Delivery) -> None:
        raise StoreError("disk full")

    world.tell("a", (ALERT, ROOM), (ALERT, OTHER))
    with monkeypatch.context() as broken:
        broken.setattr(world.store, "save_delivery", full)
        await world.courier.deliver()
        for _ in range(3):
            with pytest.raises(StoreError):
                await world.courier.deliver()
    assert await world.round() == []
    assert sorted(one.room for one in world.chat.sent) == [ROOM, OTHER]
    assert world.store.counts()["deliveries_sent"] == 2


async def test_nothing_is_sent_that_could_not_be_noted_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: str) -> None:
        raise StoreError("disk full")

    world.tell("a", (ALERT, ROOM))
    with monkeypatch.context() as broken:
        broken.setattr(world.store, "begin", full)
        assert await world.courier.deliver() == 0
    assert world.chat.sent == []
    (waiting,) = world.store.due(world.clock.now)
    assert (waiting.attempts, waiting.doubtful, waiting.state) == (0, False, DeliveryState.PENDING)
    assert await world.round() == [("a", ROOM)]


async def test_one_room_whose_outcome_is_lost_takes_no_other_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = world.store.save_delivery

    def full(delivery: Delivery) -> None:
        if delivery.room == ROOM:
            raise StoreError("disk full")
        save(delivery)

    world.tell("a", (ALERT, ROOM), (ALERT, OTHER))
    with monkeypatch.context() as broken:
        broken.setattr(world.store, "save_delivery", full)
        assert await world.courier.deliver() == 1
    assert world.log.named("deliver_broke")


async def test_a_clock_that_was_put_forward_gives_nothing_up_at_the_first_stumble(world: World) -> None:
    world.tell("a", (ALERT, ROOM))
    world.chat.fails = [Delayed("slow down")]
    await world.round(days=365)
    assert await world.round(minutes=1) == [("a", ROOM)]


async def test_a_delivery_says_how_long_it_took(world: World) -> None:
    world.tell("a", (ALERT, ROOM))
    await world.round(seconds=7)
    assert [cast(timedelta, one["delay"]).total_seconds() for one in world.log.named("delivered")] == [7]


async def test_a_platform_that_does_not_answer_holds_up_no_other(world: World) -> None:
    answered = asyncio.Event()

    class Silent(FakeChat):
        async def send(self, delivery: Delivery) -> Receipt:
            await answered.wait()
            return await super().send(delivery)

    silent = Silent(name="slack")
    world.courier = Courier(
        store=world.store,
        chats={"console": world.chat, "slack": silent},
        clock=world.clock,
        log=world.log,
        wording=world.wording,
    )
    world.tell("a", *((ALERT, f"slack:T1/C{number}") for number in range(150)), (ALERT, ROOM), (ALERT, "discord:1"))
    waits = asyncio.create_task(world.courier.deliver(only=("slack",)))
    await asyncio.sleep(0)
    assert await world.courier.deliver(only=("console",)) == 1
    assert await world.courier.deliver(but=("slack", "console")) == 0
    assert [one["problem"] for one in world.log.named("delayed")] == ["discord is not connected"]
    answered.set()
    assert await waits == 150
