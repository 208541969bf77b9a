"""Who is told first when many are to be told: what is urgent before what was held, and no room at another's cost."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot import courier
from bot.cli.build import Knowledge
from bot.courier import AT_ONCE, IN_A_TURN, Courier
from bot.domain import AlertKind, Delivery, Receipt
from tests.adapters.store.kit import NOW, opened, story, telling
from tests.fakes import FakeChat, FakeClock, FakeLog

ALERT, EDIT = AlertKind.ALERT, AlertKind.EDIT
HOUR = timedelta(hours=1)
BUSY, QUIET = "console:busy", "console:quiet"


@dataclass
class Slow(FakeChat):
    """A chat that does not answer in some rooms until it is told to, and may learn of news while it sends."""

    hangs: set[str] = field(default_factory=set)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, delivery: Delivery) -> Receipt:
        await asyncio.sleep(0)
        if delivery.room in self.hangs:
            await self.answers.wait()
        return await super().send(delivery)


class Town:
    def __init__(self, store: SqliteStore, knowledge: Knowledge, bursts: dict[str, int] | None = None) -> None:
        self.store, self.chat, self.clock, self.log = store, Slow(), FakeClock(NOW), FakeLog()
        self.courier = Courier(
            store=store,
            chats={"console": self.chat},
            clock=self.clock,
            log=self.log,
            wording=knowledge.wording,
            bursts=bursts,
        )

    def tell(self, key: str, *rooms: str, kind: AlertKind = ALERT, held: bool = False) -> None:
        decision = telling(story(key, first=self.clock.now), *((kind, room) for room in rooms), item=f"{key}-{kind}")
        if held:
            decision = replace(decision, alerts=tuple(replace(alert, due=NOW + HOUR) for alert in decision.alerts))
        self.store.record([decision], self.clock.now)

    def places(self, key: str) -> list[int]:
        """Return at which places in the order of sending a story was told."""
        return [place for place, one in enumerate(self.chat.sent) if one.story == key]


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


@pytest.fixture
def town(store: SqliteStore, knowledge: Knowledge) -> Town:
    return Town(store, knowledge)


def rooms(count: int) -> list[str]:
    return [f"console:{number}" for number in range(count)]


async def test_an_urgent_story_goes_out_before_digests_that_waited_longer(town: Town) -> None:
    for key in ("night-1", "night-2"):
        town.tell(key, *rooms(250), held=True)
    town.clock.advance(hours=1)
    town.tell("urgent", *rooms(250))
    assert await town.courier.deliver() == 500
    assert town.places("urgent") == list(range(250))
    assert {one.message.title for one in town.chat.sent[250:]} != {"Four people listed"}  # one digest a room


async def test_an_urgent_story_overtakes_digests_that_are_going_out(town: Town) -> None:
    for key in ("night-1", "night-2"):
        town.tell(key, *rooms(4 * AT_ONCE), held=True)
    town.clock.advance(hours=1)
    going = asyncio.create_task(town.courier.deliver())
    while not town.chat.sent:  # noqa: ASYNC110 - the fake has no event, as the door has none
        await asyncio.sleep(0)
    town.tell("urgent", "console:0", f"console:{4 * AT_ONCE - 1}")
    await going
    assert max(town.places("urgent")) < 2 * AT_ONCE + 2
    assert len(town.chat.sent) == 4 * AT_ONCE + 2


async def test_an_urgent_story_does_not_wait_for_edits(town: Town) -> None:
    town.tell("old", *rooms(150))
    await town.courier.deliver()
    town.tell("old", *rooms(150), kind=EDIT)
    town.clock.advance(minutes=1)
    town.tell("urgent", *rooms(150))
    town.chat.sent.clear()
    await town.courier.deliver()
    assert town.places("urgent") == list(range(150))
    assert town.places("old") == list(range(150, 300))


async def test_in_a_room_with_much_to_hear_an_urgent_story_waits_for_few(town: Town) -> None:
    town.tell("first", BUSY)
    await town.courier.deliver()
    for number in range(30):
        town.tell(f"s{number}", BUSY)
    await town.courier.deliver()
    town.chat.sent.clear()
    for number in range(30):
        town.tell(f"s{number}", BUSY, kind=EDIT)
    going = asyncio.create_task(town.courier.deliver())
    while not town.chat.sent:  # noqa: ASYNC110
        await asyncio.sleep(0)
    town.tell("urgent", BUSY)
    await going
    assert max(town.places("urgent")) <= IN_A_TURN
    assert len(town.chat.sent) == 31


async def test_a_room_with_a_thousand_deliveries_starves_no_other(town: Town) -> None:
    for number in range(300):
        town.tell(f"s{number}", BUSY)
    town.clock.advance(minutes=1)
    town.tell("late", *rooms(20))
    await town.courier.deliver()
    assert max(town.places("late")) < 3 * 20  # side by side with the first turn of the busy room
    assert [one.story for one in town.chat.sent if one.room == BUSY] == [f"s{number}" for number in range(300)]


async def test_a_room_that_does_not_answer_holds_up_nobody_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.05)
    town.chat.hangs = {BUSY}
    town.tell("a", BUSY, *rooms(2 * AT_ONCE))
    going = asyncio.create_task(town.courier.deliver())
    for number in range(3):
        while len(town.places("a")) < 2 * AT_ONCE or number > len(town.places("late")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        town.tell("late", rooms(3)[number])
    while len(town.places("late")) < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not [one for one in town.chat.sent if one.room == BUSY]
    town.chat.answers.set()
    assert await asyncio.wait_for(going, 5) == 2 * AT_ONCE + 4


async def test_what_a_room_is_just_being_told_is_put_into_no_digest(store: SqliteStore, knowledge: Knowledge) -> None:
    town = Town(store, knowledge, bursts={"console": 2})
    town.tell("a", BUSY)
    town.tell("b", BUSY)
    town.chat.hangs = {BUSY}
    going = asyncio.create_task(town.courier.deliver(only=("console",)))
    await asyncio.sleep(0.01)
    town.tell("c", BUSY)
    town.tell("d", BUSY)
    assert await town.courier.deliver(but=("console",)) == 0  # another platform's round looks at all rooms
    assert town.log.named("bundled") == []
    town.chat.answers.set()
    assert await asyncio.wait_for(going, 5) == 2
    town.clock.advance(minutes=11)
    assert await town.courier.deliver() == 1  # the rest is more than the room may get at a time, and comes in one
    assert [one.story for one in town.chat.sent] == ["a", "b", "c"]
    assert town.store.told("d") == town.store.told("c")


async def test_nothing_more_is_begun_once_it_is_time_to_stop(town: Town) -> None:
    town.tell("a", *rooms(3 * AT_ONCE))
    for number in range(20):
        town.tell(f"s{number}", BUSY)
    assert await town.courier.deliver(go_on=lambda: not town.chat.sent) <= AT_ONCE
    assert town.store.waiting() >= 2 * AT_ONCE
    await town.courier.deliver()
    assert (len(town.chat.sent), town.store.waiting()) == (3 * AT_ONCE + 20, 0)


async def test_a_round_that_is_called_off_leaves_nothing_running(town: Town) -> None:
    town.chat.hangs = {BUSY}
    town.tell("a", BUSY, QUIET)
    going = asyncio.create_task(town.courier.deliver())
    while not town.chat.sent:  # noqa: ASYNC110
        await asyncio.sleep(0)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    (waiting,) = town.store.due(NOW)
    assert (waiting.room, waiting.doubtful) == (BUSY, True)
