"""Whatever goes wrong on the way, and whenever: a story is told once in each room, whole and in order."""

import asyncio
import random
from typing import Any

import pytest

from adapters.chat.discord.client import DiscordChat
from bot.domain import AlertKind, Receipt
from tests.adapters.chat.discord.support import alert, delivery, persist
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

SEEDS = range(6)
KINDS = (AlertKind.ALERT, AlertKind.FOLLOW_UP, AlertKind.EDIT, AlertKind.FOLLOW_UP)
SLOW = {"body": {"message": "slow", "retry_after": 0.05, "global": False}}
TROUBLES: tuple[dict[str, Any], ...] = (
    {"status": 0},
    {"status": 0, "done": True},
    {"status": 503},
    {"status": 503, "done": True},
    {"status": 429, **SLOW},
    {"status": 403, "body": "<html>shield</html>"},
)


async def tell(chat: DiscordChat, room: Json) -> Receipt:
    """Tell a story of four deliveries, each after the one before."""
    first: Receipt | None = None
    for n, kind in enumerate(KINDS):
        key = f"{room['id'][-6:]}-{n}"
        receipt = await persist(chat, delivery(room, key, alert(f"part {n}"), kind=kind, replies_to=first))
        first = first or receipt
    assert first is not None
    return first


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_story_is_told_once_and_in_order_whatever_goes_wrong(
    discord: DiscordServer, chat: DiscordChat, seed: int
) -> None:
    chance = random.Random(seed)
    rooms = [discord.add_channel(f"room {n}") for n in range(4)]
    for _ in range(12):
        discord.trouble("*", r"^/channels/", **chance.choice(TROUBLES))
    firsts = await asyncio.gather(*(tell(chat, room) for room in rooms))
    assert all(trouble.times == 0 for trouble in discord.troubles)
    for room, first in zip(rooms, firsts, strict=True):
        assert [post["embeds"][0]["title"] for post in discord.posts(room)] == ["part 2"]
        thread = discord.posts(discord.channels[first.message])
        assert [post["embeds"][0]["title"] for post in thread] == ["part 1", "part 3"]
