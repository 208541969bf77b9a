"""The bot comes online, stays so whatever happens to the line, and goes when it is told to."""

import asyncio
import logging
import threading
import time
from typing import Any

import pytest
from discord.gateway import KeepAliveHandler

from adapters.chat import CHATS, Kit
from adapters.chat.discord import client as discord_client
from adapters.chat.discord.client import Account, DiscordChat
from bot.domain import Command, Message
from bot.errors import ChatError, Delayed
from tests.adapters.chat.discord.conftest import Logged
from tests.adapters.chat.discord.support import COMMANDS, FakeDesk, delivery
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


def installs(discord: DiscordServer) -> int:
    return sum(one["method"] == "PUT" for one in discord.log)


# --- coming online ----------------------------------------------------------------------------------------------------


async def test_no_privileged_intent_is_asked_for(discord: DiscordServer, chat: DiscordChat) -> None:
    assert [one["intents"] for one in discord.identified] == [1]


async def test_the_command_is_installed_once_and_not_again_at_the_next_start(
    discord: DiscordServer, chat: DiscordChat, make: Any
) -> None:
    assert [command["name"] for command in discord.commands] == ["sanctions"]
    await chat.close()
    discord.let_in()
    second = make()
    await second.connect()
    await second.close()
    assert installs(discord) == 1


async def test_a_changed_command_is_installed_anew(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, make: Any
) -> None:
    await chat.close()
    discord.let_in()
    desk.commands = [*COMMANDS, Command(words="status", about="what is waiting")]
    second = make()
    await second.connect()
    await second.close()
    assert "status" in [one["name"] for one in discord.commands[0]["options"]]


async def test_a_command_that_cannot_be_installed_is_tried_again_and_alerts_go_on(
    discord: DiscordServer, make: Any, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_client, "INSTALL_AGAIN", 0.05)
    discord.trouble("PUT", "/commands", 503)
    chat = make()
    await chat.connect()
    assert (await chat.send(delivery(room))).message
    await discord.until(lambda: discord.commands)
    await chat.close()


async def test_a_wrong_token_says_what_to_do_and_is_not_repeated(make: Any) -> None:
    token = "MTIz.wrong.secret"
    chat = make(DISCORD_TOKEN=token)
    with pytest.raises(ChatError, match="Reset Token") as caught:
        await chat.connect()
    assert token not in str(caught.value)
    await chat.close()


@pytest.mark.parametrize(("code", "said"), [(4004, "no longer accepts"), (4013, "update"), (4014, "intents")])
async def test_a_gateway_that_lets_nobody_in_says_what_to_do(
    discord: DiscordServer, make: Any, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    async def refuse(line: Any, _: Json) -> None:
        await line.hang_up(code)

    monkeypatch.setattr(discord, "_identify", refuse)
    chat = make()
    with pytest.raises(ChatError, match=said):
        await chat.connect()
    await chat.close()


async def test_a_discord_that_is_away_is_named_after_a_while(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_client, "CONNECT_WITHIN", 0.3)
    chat = make(DISCORD_API_BASE="http://127.0.0.1:9/api/v10", DISCORD_GATEWAY_URL="ws://127.0.0.1:9/")
    with pytest.raises(ChatError, match=r"discordstatus\.com"):
        await chat.connect()


async def test_a_discord_that_comes_back_in_time_is_waited_for(
    discord: DiscordServer, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_client, "BACK_OFF", (0.05,))
    discord.trouble("GET", "/users/@me", 503, times=2)
    chat = make()
    await chat.connect()
    await chat.close()


async def test_before_it_is_online_a_message_is_delayed(make: Any, room: Json) -> None:
    with pytest.raises(Delayed, match="not connected"):
        await make().send(delivery(room))


# --- staying online ---------------------------------------------------------------------------------------------------


async def test_a_dropped_line_is_resumed_and_missed_questions_are_answered(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, room: Json
) -> None:
    await discord.drop()
    asked = await discord.slash(discord.person("ann"), room, "help")
    assert discord.resumed == [True]
    assert len(desk.asked) == 1
    assert not asked.late


async def test_a_line_that_breaks_off_is_taken_up_again(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, room: Json
) -> None:
    discord.abort()
    await discord.slash(discord.person("ann"), room, "help")
    assert len(desk.asked) == 1


async def test_alerts_need_no_gateway(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    await discord.drop(forget=True)
    assert (await chat.send(delivery(room))).message


async def test_after_a_lost_session_all_is_as_before(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, room: Json, logged: Logged
) -> None:
    discord.let_in()
    discord.invalidate()
    await discord.until(lambda: [event for event, _ in logged].count("chat_ready") == 2, 12)
    assert discord.messages == {}
    await discord.slash(discord.person("ann"), room, "help")
    assert installs(discord) == 1
    assert len(desk.asked) == 1


async def test_a_client_that_ends_is_replaced(
    discord: DiscordServer, make: Any, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_client, "BACK_OFF", (0.05,))
    discord.closed = True  # when the very first connection to the gateway fails, discord.py gives up
    chat = make()
    connecting = asyncio.create_task(chat.connect())
    await discord.until(lambda: sum(one["path"] == "/users/@me" for one in discord.log) == 2)
    discord.closed = False
    await connecting
    assert (await chat.send(delivery(room))).message
    await chat.close()


async def test_a_token_that_is_reset_meanwhile_is_said_and_alerts_wait(
    discord: DiscordServer, chat: DiscordChat, room: Json, logged: Logged
) -> None:
    await discord.drop(4004)
    await discord.until(lambda: "chat_ended" in [event for event, _ in logged])
    with pytest.raises(Delayed, match="no longer accepts"):
        await chat.send(delivery(room))


# --- being invited ----------------------------------------------------------------------------------------------------


def invite(discord: DiscordServer, *denied: str) -> Json:
    guild = discord.add_guild("Second")
    closed, opened = discord.add_channel("closed", guild=guild), discord.add_channel("open", guild=guild)
    discord.deny(closed, *(denied or ("send_messages",)))
    discord.tell("GUILD_CREATE", discord.guild_create(guild))
    return opened


async def test_the_bot_introduces_itself_where_it_may_write(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, logged: Logged
) -> None:
    desk.answers["help"] = Message(title="Hello, I watch for sanctions")
    channel = invite(discord)
    await discord.until(lambda: discord.posts(channel))
    (post,) = discord.posts(channel)
    assert post["embeds"][0]["title"] == "Hello, I watch for sanctions"
    assert desk.asked[0].place == f"discord:{channel['guild_id']}"


async def test_a_welcome_of_the_desks_own_goes_before_its_help(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk
) -> None:
    desk.commands = [*COMMANDS, Command(words="welcome", about="hello", hidden=True)]
    channel = invite(discord)
    await discord.until(lambda: discord.posts(channel))
    assert desk.asked[0].words == "welcome"


async def test_a_server_announced_twice_is_greeted_once(
    discord: DiscordServer, chat: DiscordChat, logged: Logged
) -> None:
    channel = invite(discord)
    discord.tell("GUILD_CREATE", discord.guild_create(channel["guild_id"]))
    await discord.until(lambda: [event for event, _ in logged].count("joined") == 2)
    assert len(discord.posts(channel)) == 1


async def test_a_greeting_that_cannot_be_posted_is_tried_in_another_channel(
    discord: DiscordServer, chat: DiscordChat, logged: Logged
) -> None:
    guild = discord.add_guild("Second")
    first, second = discord.add_channel("first", guild=guild), discord.add_channel("second", guild=guild)
    discord.trouble("POST", f"/channels/{first['id']}/messages", 400, body={"message": "no", "code": 50008})
    discord.tell("GUILD_CREATE", discord.guild_create(guild))
    await discord.until(lambda: discord.posts(second))
    assert discord.posts(first) == []


async def test_where_the_bot_may_write_nowhere_it_says_nothing(
    discord: DiscordServer, chat: DiscordChat, logged: Logged
) -> None:
    guild = discord.add_guild("Second")
    discord.deny(discord.add_channel("closed", guild=guild), "embed_links")
    discord.tell("GUILD_CREATE", discord.guild_create(guild))
    await discord.until(lambda: "joined" in [event for event, _ in logged])
    assert discord.messages == {}


async def test_a_server_that_was_there_before_is_not_greeted(discord: DiscordServer, chat: DiscordChat) -> None:
    await asyncio.sleep(0.1)
    assert discord.messages == {}


# --- going offline ----------------------------------------------------------------------------------------------------


async def test_it_goes_offline_in_time_though_nobody_answers(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, room: Json
) -> None:
    desk.wait = 30
    asked = asyncio.create_task(discord.slash(discord.person("ann"), room, "help"))
    discord.trouble("POST", "/messages$", 200, delay=30)
    sending = asyncio.create_task(chat.send(delivery(room)))
    await discord.until(lambda: desk.asked and discord.troubles[0].times == 0)
    began = time.monotonic()
    await chat.close()
    assert time.monotonic() - began < 2
    assert isinstance(await asyncio.gather(sending, return_exceptions=True), list)
    assert isinstance(sending.exception(), ChatError)
    asked.cancel()


async def test_it_goes_offline_while_it_waits_to_be_let_in_again_and_leaves_nothing_behind(
    discord: DiscordServer, chat: DiscordChat, logged: Logged
) -> None:
    lines = len(discord.opened)
    discord.invalidate()  # discord.py opens a new line and waits five seconds before it says who it is
    await discord.until(lambda: len(discord.opened) > lines)
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await chat.close()
    assert time.monotonic() - began < 2
    beating = [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]
    assert all(one._stop_ev.is_set() for one in beating)


async def test_an_answer_in_hand_is_still_given(
    discord: DiscordServer, chat: DiscordChat, desk: FakeDesk, room: Json
) -> None:
    desk.wait = 0.2
    asked = asyncio.create_task(discord.slash(discord.person("ann"), room, "help"))
    await discord.until(lambda: desk.asked)
    await chat.close()
    assert discord.answers(await asked)[0]["embeds"][0]["title"] == "help answered"


# --- secrets ----------------------------------------------------------------------------------------------------------


async def test_the_token_is_in_no_log_and_no_repr(
    discord: DiscordServer, chat: DiscordChat, room: Json, logged: Logged, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    discord.trouble("POST", "/messages$", 503)
    with pytest.raises(ChatError) as caught:
        await chat.send(delivery(room))
    said = [caplog.text, str(logged), repr(chat), repr(chat._account), repr(caught.value)]
    assert not [text for text in said if discord.token in text]


def test_an_account_is_where_the_environment_says() -> None:
    assert Account.of({"DISCORD_TOKEN": " t \n"}) == Account(token="t")
    moved = Account.of({"DISCORD_TOKEN": "t", "DISCORD_API_BASE": "http://h/api/v10/", "DISCORD_GATEWAY_URL": "ws://h"})
    assert (moved.api, moved.gateway) == ("http://h/api/v10", "ws://h")


async def test_the_table_of_chats_makes_it(discord: DiscordServer) -> None:
    import io

    chat = CHATS["discord"](Kit(stream=io.StringIO(), variables=discord.variables))
    await chat.connect()
    await chat.close()
    assert discord.commands == []
