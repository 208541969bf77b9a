"""Those who look after a room are told in person that it takes nothing any more."""

import pytest

from adapters.chat.slack.client import SlackChat
from bot.domain import Message
from bot.errors import ChatError
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import words
from tests.emulators.slack import Fault, SlackEmulator

NOTICE = Message(
    title="#alerts takes no alerts any more", lines=("It was <!channel> archived.",), mentions=("S0TEAM123",)
)


def told(slack: SlackEmulator) -> set[str]:
    """Return who was told something in person."""
    names = {channel["name"]: channel["id"] for channel in slack.world.channels.values()}
    return {name.removeprefix("dm-") for name in names if name.startswith("dm-") and slack.world.said(name)}


async def test_whoever_made_the_channel_is_told_and_nobody_is_pinged(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.world.named("alerts")["creator"] = slack.world.person("bob")["id"]
    slack.world.named("alerts")["is_archived"] = True
    await chat.notify(slack.world.room("alerts"), NOTICE)
    assert told(slack) == {"bob", "alice"}
    (message,) = slack.world.said("dm-bob")
    assert "takes no alerts" in words(message)
    assert message["_pings"] == []


async def test_of_a_room_that_is_gone_the_admins_are_told(slack: SlackEmulator, chat: SlackChat) -> None:
    await chat.notify("slack:T0EMULATOR/C0GONE", NOTICE)
    assert told(slack) == {"alice"}


async def test_the_configured_group_is_told_and_three_are_enough(slack: SlackEmulator, make: Make) -> None:
    for name in ("carol", "dan", "erin"):
        slack.world.add_person(name)
    slack.world.groups["compliance"] = ["carol", "dan", "erin"]
    chat = make(admins="compliance")
    await chat.connect()
    await chat.notify(slack.world.room("alerts"), NOTICE)
    await chat.close()
    assert told(slack) == {"alice", "carol", "dan"}


async def test_bots_and_those_who_left_are_told_nothing(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.world.person("alice")["deleted"] = True
    with pytest.raises(ChatError, match="nobody is known"):
        await chat.notify(slack.world.room("alerts"), NOTICE)
    assert told(slack) == set()


@pytest.mark.parametrize("status", [0, 429, 500])
async def test_where_nobody_could_be_told_that_is_an_error(slack: SlackEmulator, chat: SlackChat, status: int) -> None:
    slack.api.faults.append(Fault("chat.postMessage", status=status, times=9))
    with pytest.raises(ChatError):
        await chat.notify(slack.world.room("alerts"), NOTICE)


async def test_nobody_is_told_while_offline(slack: SlackEmulator, make: Make) -> None:
    with pytest.raises(ChatError, match="not connected"):
        await make().notify(slack.world.room("alerts"), NOTICE)
