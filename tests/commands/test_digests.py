"""Held, bundled, and still exactly once: digests, quiet hours and bursts through the real pipeline and store."""

from datetime import timedelta

import pytest

from adapters.store import SqliteStore
from bot.cli.build import Knowledge
from bot.domain import AlertKind, Delivery, DeliveryState
from bot.errors import Delayed, Doubtful, Undeliverable
from tests.adapters.store.kit import story, telling
from tests.commands.kit import EVENTS, ROOM, Town

EVENT, SAME = EVENTS[0], "Brussels sanctions four Chinese officials over abuses in Xinjiang"


def links(delivery: Delivery) -> list[str]:
    return [link.label for link in delivery.message.links]


async def test_a_daily_digest_tells_in_one_message_what_a_day_brought(town: Town) -> None:
    await town.do("subscribe every:day at:09:00 zone:Europe/Berlin")
    await town.read(*EVENTS[:3])
    assert await town.deliver() == []
    town.clock.advance(hours=24)
    (digest,) = await town.deliver()
    assert digest.message.title == "Sanctions news: 3 stories"
    assert len(links(digest)) == 3
    assert all(link.url.startswith("https://wire.example/") for link in digest.message.links)
    assert await town.deliver() == []
    assert town.store.waiting() == 0


async def test_a_digest_of_one_story_is_that_alert(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(EVENT)
    town.clock.advance(hours=24)
    (alert,) = await town.deliver()
    assert alert.message.stage is not None


async def test_a_day_without_news_has_no_digest(town: Town) -> None:
    await town.do("subscribe every:day")
    town.clock.advance(days=3)
    assert await town.deliver() == []


async def test_quiet_hours_hold_until_morning_also_over_a_restart(town: Town) -> None:
    await town.do("subscribe quiet:22:00-07:00")
    town.clock.advance(hours=14)
    await town.read(*EVENTS[:2])
    assert await town.deliver() == []
    again = town.restart()
    await again.read(EVENTS[2])
    town.clock.advance(hours=5, minutes=-1)
    assert await again.deliver() == []
    town.clock.advance(minutes=2)
    (digest,) = await again.deliver()
    assert len(links(digest)) == 3


async def test_a_story_that_grew_while_it_was_held_is_told_as_it_stands(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(EVENT, EVENTS[1])
    await town.read(SAME, outlet="Continental Herald", feed="herald")
    town.clock.advance(hours=24)
    (digest,) = await town.deliver()
    assert any(label.endswith("(2 outlets)") for label in links(digest))
    assert town.store.waiting() == 0


async def test_another_outlet_does_not_put_one_story_in_the_place_of_a_digest(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(EVENT, EVENTS[1])
    town.clock.advance(hours=24)
    await town.deliver()
    await town.read(SAME, outlet="Continental Herald", feed="herald")
    town.clock.advance(hours=24)
    assert await town.deliver() == []
    assert town.store.waiting() == 0


async def test_a_digest_counts_as_told(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(EVENT, EVENTS[1])
    town.clock.advance(hours=24)
    (digest,) = await town.deliver()
    for link in digest.message.links:
        assert town.store.told(link.story)[ROOM] is not None
    again = town.restart()
    await again.read(EVENT, feed="late", outlet="Late Post")
    again.clock.advance(hours=24)
    assert await again.deliver() == []


async def test_flags_in_a_digest_mention_once(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.do("rules add flag issuer:us mention:77")
    await town.read(*EVENTS)
    town.clock.advance(hours=24)
    sent = await town.deliver()
    assert sum(len(one.message.mentions) for one in sent) <= len(sent)
    assert {mention for one in sent for mention in one.message.mentions} == {"77"}
    assert sum(label.startswith("⚑") for one in sent for label in links(one)) == 4


# --- exactly once ---------------------------------------------------------------------------------------------------


async def test_a_digest_whose_answer_was_lost_is_the_same_delivery_again(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(*EVENTS[:2])
    town.clock.advance(hours=24)
    town.chat.fails = [Doubtful("connection lost")]
    assert await town.deliver() == []
    (pending,) = town.store.due(town.clock.now + timedelta(hours=1))
    town.clock.advance(minutes=1)
    (digest,) = await town.restart().deliver()
    assert (digest.key, digest.doubtful) == (pending.key, True)


async def test_what_may_have_been_sent_before_a_crash_is_never_bundled(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(*EVENTS[:3])
    town.clock.advance(hours=24)
    waiting = town.store.fresh(town.clock.now)
    town.store.begin(waiting[0].key)
    sent = await town.restart().deliver()
    assert sorted(len(links(one)) for one in sent if one.message.title.startswith("Sanctions news")) == [2]
    (alone,) = [one for one in sent if one.key == waiting[0].key]
    assert alone.doubtful


async def archived(town: Town, *, attempts: int) -> list[Delivery]:
    """Let a digest come due in a room that takes nothing so many times; returns what was sent in four days."""
    await town.do("subscribe every:day")
    await town.read(*EVENTS[:3])
    town.clock.advance(hours=24)
    town.chat.fails = [Undeliverable("archived")] * attempts
    sent = []
    for _ in range(100):
        sent += [one for one in await town.deliver() if one.room == ROOM]
        town.clock.advance(hours=1)
    return sent


async def test_a_room_that_stays_archived_leaves_nothing_of_its_digest_waiting(town: Town) -> None:
    assert [links(one) for one in await archived(town, attempts=1000)] == []
    assert town.store.waiting() == 0


async def test_a_room_that_comes_back_gets_its_digest_once(town: Town) -> None:
    told = [link.story for one in await archived(town, attempts=1) for link in one.message.links]
    assert len(told) == len(set(told)) == 3


async def test_a_digest_held_for_a_day_is_not_given_up_at_its_first_stumble(town: Town) -> None:
    await town.do("subscribe every:day")
    town.clock.advance(minutes=1)
    await town.read(EVENT)
    town.clock.advance(hours=24)
    town.chat.fails = [Delayed("slow down")]
    assert await town.deliver() == []
    town.clock.advance(minutes=1)
    (sent,) = await town.deliver()
    assert sent.state is DeliveryState.PENDING


# --- bursts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(store: SqliteStore, knowledge: Knowledge) -> Town:
    """A town whose rooms get four messages in ten minutes."""
    return Town(store, knowledge, bursts={"discord": 4})


async def test_a_flood_is_told_in_one_message_and_nothing_is_dropped(busy: Town) -> None:
    await busy.do("subscribe")
    await busy.read(*EVENTS)
    sent = await busy.deliver()
    assert [len(links(one)) for one in sent] == [6, 6]
    assert busy.store.waiting() == 0


async def test_a_few_messages_are_told_one_by_one(busy: Town) -> None:
    await busy.do("subscribe")
    await busy.read(*EVENTS[:4])
    assert len(await busy.deliver()) == 4


async def test_a_trickle_beyond_the_cap_waits_and_is_told_together(busy: Town) -> None:
    await busy.do("subscribe")
    sent = []
    for title in EVENTS:
        await busy.read(title)
        busy.clock.advance(hours=-1, seconds=20)
        sent += await busy.deliver()
    assert len(sent) == 4
    busy.clock.advance(minutes=10)
    sent += await busy.deliver()
    assert [len(links(one)) for one in sent[4:]] == [8]
    assert busy.store.waiting() == 0


async def test_a_follow_up_in_a_flood_names_its_story(busy: Town) -> None:
    now = busy.clock.now
    busy.store.record([telling(story("first"), (AlertKind.ALERT, ROOM))], now)
    await busy.deliver()
    busy.store.record([telling(story("first"), (AlertKind.FOLLOW_UP, ROOM), item="more")], now)
    others = [telling(story(f"s{n}"), (AlertKind.ALERT, ROOM), item=f"i{n}") for n in range(5)]
    busy.store.record(others, now)
    (digest,) = await busy.deliver()
    assert digest.message.title == "Sanctions news: 5 stories, 1 update"
    (update,) = [link for link in digest.message.links if link.label.startswith("Update: ")]
    assert update.story == "first"
