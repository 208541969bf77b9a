"""A button asks what it says, also after a restart; a form asks for what the button left open."""

import asyncio
from typing import Any

import pytest

from adapters.chat.discord.client import DiscordChat
from bot.domain import Button, Message, Right
from tests.adapters.chat.discord.support import FakeDesk, alert, delivery, titles
from tests.emulators.discord_limits import Json
from tests.emulators.discord_people import COMPONENT, Refused
from tests.emulators.discord_server import DiscordServer

MORE = Message(title="page 1", buttons=(Button(action="country", label="More", value="CN 2"),))


@pytest.fixture
def ann(discord: DiscordServer) -> Json:
    return discord.person("ann")


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("general")


@pytest.fixture(autouse=True)
async def online(chat: DiscordChat) -> None:
    """Let the bot be connected before anybody presses anything."""


async def test_a_button_asks_its_line(
    discord: DiscordServer, desk: FakeDesk, chat: DiscordChat, ann: Json, room: Json
) -> None:
    receipt = await chat.send(delivery(room))
    asked = await discord.press(ann, discord.messages[receipt.message], "Timeline")
    assert (desk.asked[0].words, desk.asked[0].options) == ("timeline", {"key": "nor1"})
    assert titles(discord, asked) == ["timeline answered"]
    assert discord.messages[receipt.message]["embeds"][0]["title"] == "Norland sanctions Sudland"


async def test_a_further_page_takes_the_place_of_the_first(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    desk.answers["country"] = MORE
    first = await discord.slash(ann, room, "country", name="CN")
    desk.answers["country"] = Message(title="page 2")
    turned = await discord.press(ann, discord.answers(first)[0], "More")
    assert turned.response == 6
    assert titles(discord, first) == ["page 2"]


async def test_somebody_elses_page_is_left_alone(discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json) -> None:
    desk.answers["country"] = MORE
    first = await discord.slash(ann, room, "country", name="CN")
    turned = await discord.press(discord.person("bob"), discord.answers(first)[0], "More")
    assert turned.original != first.original
    assert titles(discord, first) == ["page 1"]


async def test_a_confirmation_takes_the_place_of_its_question(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    button = Button(action="confirm", label="Do it", value="t1", style="primary")
    desk.answers["help"] = Message(title="Sure?", buttons=(button,), private=True)
    question = await discord.slash(ann, room, "help")
    await discord.press(ann, discord.answers(question)[0], "Do it")
    assert titles(discord, question) == ["confirm answered"]
    with pytest.raises(Refused):
        await discord.press(ann, discord.answers(question)[0], "Do it")


async def test_an_answer_that_others_see_stays_when_its_button_asks_something_else(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    desk.answers["country"] = Message(title="China", buttons=(Button(action="timeline", label="Timeline", value="CN"),))
    answer = await discord.slash(ann, room, "country", name="CN")
    picture = await discord.press(ann, discord.answers(answer)[0], "Timeline")
    assert titles(discord, answer) == ["China"]
    assert titles(discord, picture) == ["timeline answered"]


async def test_buttons_work_after_a_restart(
    discord: DiscordServer, desk: FakeDesk, chat: DiscordChat, make: Any, ann: Json, room: Json
) -> None:
    receipt = await chat.send(delivery(room))
    await chat.close()
    discord.let_in()
    after = make()
    await after.connect()
    try:
        asked = await discord.press(ann, discord.messages[receipt.message], "Timeline")
    finally:
        await after.close()
    assert titles(discord, asked) == ["timeline answered"]


async def test_a_button_that_leaves_something_open_shows_a_form_that_asks_it(
    discord: DiscordServer, desk: FakeDesk, chat: DiscordChat, room: Json
) -> None:
    button = Button(action="rules add", label="Mute like this", value="mute")
    receipt = await chat.send(delivery(room, message=alert(buttons=(button,))))
    admin = discord.person("adm", "manage_guild")
    form = await discord.press(admin, discord.messages[receipt.message], "Mute like this")
    assert form.response == 9
    assert desk.asked == []
    asked = await discord.submit(form, kind="flag", rule="target:ir")
    assert desk.asked[0].options == {"kind": "flag", "rule": "target:ir"}
    assert discord.is_private(discord.answers(asked)[0])


async def test_a_form_is_not_shown_to_those_who_may_not_use_it(
    discord: DiscordServer, desk: FakeDesk, chat: DiscordChat, ann: Json, room: Json
) -> None:
    button = Button(action="rules add", label="Mute like this", value="mute")
    receipt = await chat.send(delivery(room, message=alert(buttons=(button,))))
    asked = await discord.press(ann, discord.messages[receipt.message], "Mute like this")
    assert asked.response == 5
    assert desk.asked[0].right is Right.ALL
    assert discord.is_private(discord.answers(asked)[0])


async def test_a_button_that_is_not_ours_is_left_alone(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    message = discord.make_message(room, discord.bot, {"content": "hello"})
    discord.interact(COMPONENT, ann, room, {"component_type": 2, "custom_id": "other", "id": 1}, message)
    await asyncio.sleep(0.1)
    assert desk.asked == []
