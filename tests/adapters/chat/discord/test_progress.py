"""A long answer says how far it has come, in the place where it will stand."""

import asyncio

import pytest

from adapters.chat import attending
from adapters.chat.discord.client import DiscordChat
from tests.adapters.chat.discord.conftest import Logged
from tests.adapters.chat.discord.support import FakeDesk, titles
from tests.emulators.discord_limits import Json
from tests.emulators.discord_people import Interaction
from tests.emulators.discord_server import DiscordServer

STEPS = [f"Looked at {n} of 8" for n in range(8)]


@pytest.fixture(autouse=True)
async def online(chat: DiscordChat, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect the bot, with a desk that takes its time."""
    desk.wait, desk.so_far = 0.1, STEPS
    monkeypatch.setattr(attending, "EVERY", 0.2)


async def shown_over_time(discord: DiscordServer, asked: Interaction) -> list[str]:
    """Return what the answer said, one after the other, until it is there."""
    seen: list[str] = []
    async with asyncio.timeout(8):
        while not seen or "Looked" in seen[-1]:
            seen += [title for title in titles(discord, asked) if not seen or title != seen[-1]]
            await asyncio.sleep(0.02)
    return seen


def ask(discord: DiscordServer) -> tuple[Json, Json]:
    return discord.person("ann", "manage_guild"), discord.named("general")


async def test_a_long_answer_shows_how_far_it_is_and_then_itself_in_one_post(discord: DiscordServer) -> None:
    asked = await discord.slash(*ask(discord), "rules add", kind="mute", rule="oil")
    seen = await shown_over_time(discord, asked)
    assert seen[-1] == "rules add answered"
    assert 2 <= len(seen) - 1 <= 5  # of eight words on it, one each 0.2 s
    assert seen[:-1] == sorted(seen[:-1])
    assert all(discord.is_private(post) for post in discord.answers(asked))
    assert len(discord.answers(asked)) == 1


async def test_an_answer_that_is_quick_shows_nothing_before_it(discord: DiscordServer, desk: FakeDesk) -> None:
    desk.wait, desk.so_far = 0.05, STEPS[:1]
    asked = await discord.slash(*ask(discord), "rules add", kind="mute", rule="oil")
    assert await shown_over_time(discord, asked) == ["rules add answered"]


async def test_how_far_it_is_does_not_show_where_all_would_see_it(discord: DiscordServer) -> None:
    asked = await discord.slash(*ask(discord), "rules list")
    assert await shown_over_time(discord, asked) == ["rules answered"]


async def test_a_word_on_the_way_that_is_refused_costs_the_answer_nothing(
    discord: DiscordServer, logged: Logged
) -> None:
    discord.trouble("PATCH", "@original", status=400, times=2)
    asked = await discord.slash(*ask(discord), "rules add", kind="mute", rule="oil")
    assert (await shown_over_time(discord, asked))[-1] == "rules add answered"
    assert "progress_failed" in [event for event, _ in logged]
