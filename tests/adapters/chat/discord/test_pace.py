"""A thousand rooms are told as fast as Discord lets anybody, and no faster."""

import asyncio
import time
from itertools import pairwise

import pytest

from adapters.chat.discord.client import DiscordChat
from adapters.chat.discord.pace import Pace, seconds_asked
from bot.errors import Delayed
from tests.adapters.chat.discord.support import delivery
from tests.emulators.discord_server import DiscordServer

ROOMS = 160
"""Enough to run into the limit three times over, few enough to wait for."""


async def test_turns_are_evenly_spaced() -> None:
    pace = Pace(per_second=50)
    times = list[float]()

    async def take() -> None:
        await pace.turn()
        times.append(time.monotonic())

    await asyncio.gather(*(take() for _ in range(13)))
    assert 0.19 < times[-1] - times[2] < 1.0


async def test_a_pause_holds_for_those_who_wait_already() -> None:
    pace = Pace(per_second=50)
    waiting = [asyncio.create_task(pace.turn()) for _ in range(8)]
    await asyncio.sleep(0)
    pace.pause(0.3)
    began = time.monotonic()
    await asyncio.gather(*waiting)
    assert time.monotonic() - began > 0.28


async def test_a_pace_knows_how_far_it_is_behind() -> None:
    pace = Pace(per_second=10)
    assert pace.behind <= 0
    tasks = [asyncio.create_task(pace.turn()) for _ in range(6)]
    await asyncio.sleep(0)
    assert 0.2 < pace.behind < 0.7
    await asyncio.gather(*tasks)


@pytest.mark.parametrize(
    ("value", "seconds"), [("3", 3.0), ("0.5", 0.5), (None, 5.0), ("soon", 5.0), ("-1", 0.0), ("1e9", 86_400.0)]
)
def test_what_a_server_asks_for_is_read_with_care(value: str | None, seconds: float) -> None:
    assert seconds_asked(value) == seconds


async def test_one_alert_for_many_rooms_arrives_everywhere_once_and_draws_no_429(
    discord: DiscordServer, chat: DiscordChat
) -> None:
    rooms = [discord.add_channel(f"room {n}") for n in range(ROOMS)]
    began = time.monotonic()
    await asyncio.gather(*(chat.send(delivery(room, f"k{n}")) for n, room in enumerate(rooms)))
    assert time.monotonic() - began < ROOMS / 42 * 3 + 1
    assert [len(discord.posts(room)) for room in rooms] == [1] * ROOMS
    assert discord.count(429) == 0


async def test_a_limit_met_all_the_same_stops_everybody(discord: DiscordServer, chat: DiscordChat) -> None:
    rooms = [discord.add_channel(f"room {n}") for n in range(40)]
    body = {"message": "slow", "retry_after": 1.0, "global": True}
    headers = {"Via": "1.1 emulator", "X-RateLimit-Global": "true", "Retry-After": "1"}
    discord.trouble("POST", "/messages$", 429, body=body, headers=headers)
    await asyncio.gather(*(chat.send(delivery(room, f"k{n}")) for n, room in enumerate(rooms)))
    assert discord.count(429) == 1
    posts = [one["at"] for one in discord.log if one["method"] == "POST"]
    assert max(later - earlier for earlier, later in pairwise(posts)) > 0.9
    assert [len(discord.posts(room)) for room in rooms] == [1] * 40


async def test_a_ban_of_this_machine_is_not_waited_for_in_line(discord: DiscordServer, chat: DiscordChat) -> None:
    room, other = discord.named("alerts"), discord.named("general")
    discord.trouble("POST", "/messages$", 429, headers={"Retry-After": "600"})
    for place in (room, other):
        with pytest.raises(Delayed) as caught:
            await chat.send(delivery(place, place["id"]))
        assert caught.value.after is not None
        assert 590 < caught.value.after.total_seconds() <= 600


async def test_a_busy_room_is_told_all_in_order(discord: DiscordServer, chat: DiscordChat) -> None:
    room = discord.named("alerts")
    await asyncio.gather(*(chat.send(delivery(room, f"k{n}")) for n in range(8)))
    feet = [post["embeds"][0]["footer"]["text"] for post in discord.posts(room)]
    assert feet == [f"nor1 · k{n}" for n in range(8)]
    assert discord.count(429) == 0
