"""Those who look after a room hear of it, although the room takes nothing."""

import pytest

from adapters.chat.discord.client import DiscordChat
from bot.domain import Message
from bot.errors import ChatError
from tests.adapters.chat.discord.support import delivery
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

NOTICE = Message(title="This room was stopped", lines=("Give the bot Send Messages.",))


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


def told(discord: DiscordServer, channel: Json) -> list[str]:
    return [post["embeds"][0]["title"] for post in discord.posts(channel)]


async def test_the_owner_is_told_in_person(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    await chat.notify(f"discord:{room['id']}", NOTICE)
    assert told(discord, discord.add_direct(discord.owner)) == [NOTICE.title]
    assert told(discord, discord.named("general")) == []
    assert discord.pinged() == []


async def test_an_owner_without_direct_messages_is_told_in_another_channel(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    discord.silent = True
    await chat.notify(f"discord:{room['id']}", NOTICE)
    assert told(discord, discord.named("general")) == [NOTICE.title]
    assert told(discord, room) == []


@pytest.mark.parametrize("how", ["something arrived there", "it goes while we look", "there is one server only"])
async def test_of_a_channel_that_is_gone_the_server_is_known(
    discord: DiscordServer, chat: DiscordChat, room: Json, how: str
) -> None:
    if how == "something arrived there":
        await chat.send(delivery(room))
    discord.channels.pop(room["id"])
    if how == "it goes while we look":
        discord.tell("CHANNEL_DELETE", room)
        second = discord.add_guild("Second")
        discord.tell("GUILD_CREATE", discord.guild_create(second) | {"unavailable": False})
    await chat.notify(f"discord:{room['id']}", NOTICE)
    assert told(discord, discord.add_direct(discord.owner)) == [NOTICE.title]


async def test_where_nobody_can_be_told_it_says_so(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    discord.silent = True
    for channel in (room, discord.named("general")):
        discord.deny(channel, "send_messages")
        discord.tell("CHANNEL_UPDATE", channel)
    with pytest.raises(ChatError, match="direct messages"):
        await chat.notify(f"discord:{room['id']}", NOTICE)


async def test_a_room_of_no_known_server_is_an_error(discord: DiscordServer, chat: DiscordChat) -> None:
    discord.tell("GUILD_CREATE", discord.guild_create(discord.add_guild("Second")) | {"unavailable": False})
    await discord.slash(discord.person("ann"), discord.named("general"), "help")  # by now it is known
    with pytest.raises(ChatError, match="not known to which server"):
        await chat.notify("discord:1", NOTICE)


async def test_what_was_told_but_not_answered_is_not_told_twice(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    discord.trouble("POST", "/messages$", 0, times=3, done=True)
    with pytest.raises(ChatError):
        await chat.notify(f"discord:{room['id']}", NOTICE)
    await chat.notify(f"discord:{room['id']}", NOTICE)
    assert len(discord.messages) == 1


async def test_offline_nobody_can_be_told(make: object, room: Json) -> None:
    with pytest.raises(ChatError, match="not connected"):
        await make().notify(f"discord:{room['id']}", NOTICE)  # type: ignore[operator]
