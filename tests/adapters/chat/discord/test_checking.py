"""`doctor` says what is missing, in which channel, and how to mend it."""

from pathlib import Path
from typing import Any

import pytest

from adapters.chat.discord.checking import FOR_FOLLOW_UPS, NEEDED, PERMISSIONS
from adapters.chat.discord.client import DiscordChat
from bot.domain import Command, Finding
from tests.adapters.chat.discord.support import COMMANDS, FakeDesk
from tests.emulators.discord_limits import PERMISSIONS as BITS
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

GUIDE = Path(__file__).parents[4] / "docs" / "discord.md"


def of(findings: list[Finding], what: str) -> Finding:
    return next(one for one in findings if one.what == what)


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


async def test_all_is_well(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    found = await chat.diagnose([f"discord:{room['id']}"])
    assert [(one.what, one.holds) for one in found] == [
        ("discord token", True),
        ("discord command", True),
        (f"discord:{room['id']}", True),
    ]


@pytest.mark.parametrize(("name", "label"), {**NEEDED, **FOR_FOLLOW_UPS}.items())
async def test_a_missing_permission_is_named(
    discord: DiscordServer, chat: DiscordChat, room: Json, name: str, label: str
) -> None:
    discord.deny(room, name)
    finding = (await chat.diagnose([f"discord:{room['id']}"]))[-1]
    assert not finding.holds
    assert label in finding.said


async def test_a_thread_is_looked_at_by_its_parents_permissions(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    thread = discord.add_thread(room, {"name": "room"}, discord.snowflake())
    discord.deny(room, "send_messages_in_threads")
    finding = (await chat.diagnose([f"discord:{thread['id']}"]))[-1]
    assert "Send Messages in Threads" in finding.said


async def test_rooms_that_are_none_are_named_one_by_one(chat: DiscordChat) -> None:
    found = await chat.diagnose(["discord:1", "slack:T1/C1"])
    assert not of(found, "discord:1").holds
    assert "discord:CHANNEL_ID" in of(found, "slack:T1/C1").said


async def test_a_wrong_token_is_said_once(make: Any) -> None:
    (finding,) = await make(DISCORD_TOKEN="wrong").diagnose(["discord:1"])
    assert not finding.holds
    assert "Reset Token" in finding.said


async def test_a_command_that_is_not_there_or_older_is_said(
    discord: DiscordServer, make: Any, chat: DiscordChat, desk: FakeDesk
) -> None:
    desk.commands = [*COMMANDS, Command(words="status", about="new")]
    assert "older" in of(await chat.diagnose([]), "discord command").said
    discord.commands = []
    assert "not installed" in of(await chat.diagnose([]), "discord command").said


async def test_a_discord_that_is_away_is_said(make: Any) -> None:
    away = make(DISCORD_API_BASE="http://127.0.0.1:9/api/v10", DISCORD_GATEWAY_URL="ws://127.0.0.1:9/")
    (finding,) = await away.diagnose(["discord:1"])
    assert not finding.holds
    assert "cannot be reached" in finding.said


def test_the_invitation_asks_for_what_is_needed() -> None:
    assert sum(BITS[name] for name in (*NEEDED, *FOR_FOLLOW_UPS, "attach_files")) == PERMISSIONS
    guide = GUIDE.read_text(encoding="utf-8")
    assert f"scope=bot+applications.commands&permissions={PERMISSIONS}" in guide
    for label in (*NEEDED.values(), *FOR_FOLLOW_UPS.values()):
        assert label in guide
