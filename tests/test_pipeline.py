"""Both errands, over the real brain and the real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.alerts import Audience
from bot.cli.build import Knowledge, build_brain, open_database
from bot.domain import AlertKind, DeliveryState, Feed, Item, Outcome, Subscription
from bot.errors import Delayed, Doubtful, NotAFeed, StoreError
from bot.pipeline import Pipeline
from tests.fakes import START, FakeChat, FakeClock, FakeLog, FakeSource

WIRE = Feed(key="wire", url="https://wire.example/rss", outlet="Harbour Wire")
HERALD = Feed(key="herald", url="https://herald.example/rss", outlet="Continental Herald")

EVENT = "EU imposes sanctions on four Chinese officials over Xinjiang abuses"
SAME = "Brussels sanctions four Chinese officials over abuses in Xinjiang"
ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"
NOISE = "Ferry line adds night crossings for the holidays"


def item(title: str, feed: Feed = WIRE, *, hours: float = 0, number: str = "") -> Item:
    slug = number or title.lower().replace(" ", "-")
    return Item(
        feed=feed.key,
        guid=slug,
        link=f"https://{feed.key}.example/{slug}",
        title=title,
        date=START + timedelta(hours=hours),
        outlet=feed.outlet,
    )


class World:
    """A pipeline with everything outside of it replaced by something plain."""

    def __init__(self, store: SqliteStore, knowledge: Knowledge, *, line: str = "", take_stock: bool = True) -> None:
        self.store, self.clock, self.log = store, FakeClock(), FakeLog()
        self.source, self.chat = FakeSource(), FakeChat()
        hears = Subscription(key="all", room="console", line=line)
        self.pipeline = Pipeline(
            store=store,
            brain=build_brain(knowledge, Audience([hears], [], knowledge.names), window=timedelta(days=7)),
            sources={"rss": self.source},
            chats={"console": self.chat},
            clock=self.clock,
            log=self.log,
            take_stock=take_stock,
        )
        self.pipeline.recall(self.clock.now)

    async def visit(self, feed: Feed, *items: Item) -> None:
        self.source.shows[feed.key] = items
        await self.pipeline.poll(feed)
        self.clock.advance(minutes=1)

    async def deliver(self) -> list[AlertKind]:
        before = len(self.chat.sent)
        while await self.pipeline.deliver():
            pass
        return [delivery.kind for delivery in self.chat.sent[before:]]


@pytest.fixture
def store(knowledge: Knowledge) -> Iterator[SqliteStore]:
    store = open_database(":memory:", knowledge)
    yield store
    store.close()


@pytest.fixture
async def world(store: SqliteStore, knowledge: Knowledge) -> World:
    """A world in which both feeds were visited once, and showed nothing."""
    world = World(store, knowledge)
    await world.visit(WIRE)
    await world.visit(HERALD)
    return world


async def test_an_event_is_told_once_however_often_its_feed_is_visited(world: World) -> None:
    for _ in range(3):
        await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == [AlertKind.ALERT]


async def test_a_first_visit_takes_stock_and_tells_nobody(store: SqliteStore, knowledge: Knowledge) -> None:
    world = World(store, knowledge)
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == []
    assert world.store.counts()["items"] == 1


async def test_stock_taken_of_one_feed_does_not_silence_another(world: World, knowledge: Knowledge) -> None:
    late = Feed(key="late", url="https://late.example/rss", outlet="Late Post")
    await world.visit(late, item(SAME, late))
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == [AlertKind.ALERT]


async def test_without_taking_stock_the_first_visit_is_told(store: SqliteStore, knowledge: Knowledge) -> None:
    world = World(store, knowledge, take_stock=False)
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == [AlertKind.ALERT]


async def test_a_second_outlet_changes_the_first_post_instead_of_posting(world: World) -> None:
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == [AlertKind.ALERT]
    await world.visit(HERALD, item(SAME, HERALD))
    assert await world.deliver() == [AlertKind.EDIT]
    edit = world.chat.sent[-1]
    assert [source.label for source in edit.message.sources] == ["Harbour Wire", "Continental Herald"]
    assert edit.replies_to is not None
    assert edit.replies_to.message == "post-1"


async def test_two_feeds_that_report_at_the_same_moment_tell_it_once(world: World) -> None:
    world.source.shows = {"wire": (item(EVENT),), "herald": (item(SAME, HERALD),)}
    await world.pipeline.poll(WIRE)
    await world.pipeline.poll(HERALD)
    assert (await world.deliver()).count(AlertKind.ALERT) == 1


async def test_a_counter_measure_says_what_it_answers(world: World) -> None:
    await world.visit(WIRE, item(EVENT))
    await world.visit(WIRE, item(ANSWER, hours=2))
    await world.deliver()
    assert any(link.label.startswith("Answers EU") for link in world.chat.sent[-1].message.links)


async def test_no_sanctions_news_is_kept_with_its_reason(world: World) -> None:
    await world.visit(WIRE, item(NOISE))
    found = world.store.find_item(item(NOISE).link)
    assert found is not None
    assert found[1] is Outcome.SILENT
    assert world.store.trail(found[0].key)


async def test_a_failing_feed_is_named_and_the_others_go_on(world: World) -> None:
    world.source.shows = {"wire": NotAFeed("html_page", status=200), "herald": (item(EVENT, HERALD),)}
    failed = await world.pipeline.poll(WIRE)
    fine = await world.pipeline.poll(HERALD)
    assert (failed.outcome, fine.outcome) == ("not_a_feed", "new")
    assert world.store.feed_state("wire").problem == "not_a_feed"


async def test_a_source_that_breaks_its_promise_is_a_failed_visit_too(world: World) -> None:
    world.source.shows["wire"] = ZeroDivisionError("bug")
    visit = await world.pipeline.poll(WIRE)
    assert visit.outcome == "internal_error"
    assert world.log.named("poll_broke")


async def test_a_failing_feed_is_visited_later_and_later(world: World) -> None:
    world.source.shows["wire"] = NotAFeed("html_page")
    waits = []
    for _ in range(3):
        visit = await world.pipeline.poll(WIRE)
        assert visit.due is not None
        waits.append(visit.due - world.clock.now)
    assert waits[0] >= WIRE.every
    assert waits[2] > max(waits[:2])


async def test_a_store_that_refuses_leaves_the_item_for_the_next_visit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "record", full)
        await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == []
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == [AlertKind.ALERT]


async def test_what_a_platform_delays_is_sent_when_it_may_be(world: World) -> None:
    world.chat.fails = [Delayed("slow down", after=timedelta(minutes=5))]
    await world.visit(WIRE, item(EVENT))
    assert await world.deliver() == []
    world.clock.advance(minutes=4)
    assert await world.deliver() == []
    world.clock.advance(minutes=2)
    assert await world.deliver() == [AlertKind.ALERT]


async def test_a_lost_answer_makes_the_next_attempt_doubtful(world: World) -> None:
    world.chat.fails = [Doubtful("connection lost")]
    await world.visit(WIRE, item(EVENT))
    await world.deliver()
    world.clock.advance(minutes=1)
    await world.deliver()
    assert [delivery.doubtful for delivery in world.chat.sent] == [True]


async def test_a_room_that_stays_unreachable_is_given_up_after_a_day(world: World) -> None:
    await world.visit(WIRE, item(EVENT))
    for _ in range(200):
        world.chat.fails = [Delayed("down")]
        await world.pipeline.deliver()
        world.clock.advance(minutes=16)
    assert world.store.waiting() == 0
    assert str(world.log.named("refused")[0]["problem"]).startswith("given up")


async def test_a_chat_that_breaks_its_promise_delays_its_own_room_only(world: World) -> None:
    world.chat.fails = [RuntimeError("bug")]
    await world.visit(WIRE, item(EVENT))
    await world.deliver()
    assert world.log.named("deliver_broke")
    world.clock.advance(minutes=1)
    assert await world.deliver() == [AlertKind.ALERT]


async def test_a_restart_tells_nothing_again_and_forgets_nothing(
    store: SqliteStore, world: World, knowledge: Knowledge
) -> None:
    await world.visit(WIRE, item(EVENT))
    again = World(store, knowledge)
    again.clock.now = world.clock.now
    assert await again.deliver() == [AlertKind.ALERT]
    again.clock.advance(hours=1)
    await again.visit(HERALD, item(SAME, HERALD))
    assert await again.deliver() == [AlertKind.EDIT]


async def test_an_old_item_with_a_new_guid_is_silent(world: World) -> None:
    await world.visit(WIRE, item(EVENT))
    await world.deliver()
    await world.visit(WIRE, replace(item(EVENT), guid="another"))
    assert await world.deliver() == []
    assert {one.state for one in world.chat.sent} == {DeliveryState.PENDING}


async def test_a_memory_that_could_not_be_filled_again_is_filled_before_the_next_item(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "record", full)
        broken.setattr(world.store, "recent_stories", full)
        await world.visit(WIRE, item(EVENT))
        await world.visit(HERALD, item(SAME, HERALD))
    await world.visit(HERALD, item(SAME, HERALD))
    assert await world.deliver() == [AlertKind.ALERT]


async def test_a_full_disk_is_none_of_the_feeds_faults(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "save_visits", full)
        world.source.shows["wire"] = (item(EVENT),)
        visit = await world.pipeline.poll(WIRE)
    assert visit.outcome == "store_failed"
    assert visit.due == world.clock.now + WIRE.every
    assert world.store.feed_state("wire").failures == 0


async def test_a_visit_that_finds_nothing_new_records_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.visit(WIRE, item(EVENT))

    def never(*_: object) -> None:
        raise AssertionError("there was nothing to record")

    monkeypatch.setattr(world.store, "record", never)
    world.source.shows["wire"] = (item(EVENT),)
    assert (await world.pipeline.poll(WIRE)).outcome == "nothing_new"


@pytest.mark.parametrize("days", [-30, -1, 1, 30])
async def test_a_clock_that_is_set_wrong_for_a_while_tells_nothing_twice(world: World, days: float) -> None:
    await world.visit(WIRE, item(EVENT))
    told = await world.deliver()
    world.clock.advance(days=days)
    await world.visit(WIRE, item(NOISE))
    world.clock.advance(days=-days)
    await world.visit(HERALD, item(SAME, HERALD))
    assert told + await world.deliver() == [AlertKind.ALERT, AlertKind.EDIT]


async def test_what_was_found_while_the_clock_was_ahead_is_told_at_once_when_it_is_put_back(world: World) -> None:
    world.clock.advance(days=30)
    await world.visit(WIRE, item(EVENT))
    world.clock.advance(days=-30)
    assert await world.deliver() == [AlertKind.ALERT]
