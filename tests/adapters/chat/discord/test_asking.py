"""Every question has one answer, in time, for the right eyes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.discord import asking
from adapters.chat.discord.client import DiscordChat
from bot.domain import Message, Request, Right
from tests.adapters.chat.discord.conftest import Logged
from tests.adapters.chat.discord.support import FakeDesk, alert, titles
from tests.emulators.discord_limits import Json
from tests.emulators.discord_people import COMMAND
from tests.emulators.discord_server import DiscordServer


@pytest.fixture
def ann(discord: DiscordServer) -> Json:
    return discord.person("ann")


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("general")


@pytest.fixture(autouse=True)
async def online(chat: DiscordChat) -> None:
    """Let the bot be connected before anybody asks."""


# --- commands ---------------------------------------------------------------------------------------------------------


async def test_a_command_is_asked_as_it_was_typed(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    asked = await discord.slash(ann, room, "country", name="China")
    assert desk.asked == [
        Request(
            words="country",
            options={"name": "China"},
            room=f"discord:{room['id']}",
            place=f"discord:{discord.guild_id}",
            person=ann["id"],
            name="Ann",
            right=Right.ALL,
        )
    ]
    assert titles(discord, asked) == ["country answered"]
    assert asked.took < 1.0


@pytest.mark.parametrize(
    ("may", "roles", "right"),
    [
        ((), (), Right.ALL),
        (("manage_channels",), (), Right.MANAGER),
        (("manage_guild",), (), Right.ADMIN),
        (("administrator",), (), Right.ADMIN),
        ((), ("Analysts",), Right.ALL),
    ],
)
async def test_who_asks_brings_their_right(
    discord: DiscordServer, desk: FakeDesk, room: Json, may: tuple[str, ...], roles: tuple[str, ...], right: Right
) -> None:
    person = discord.person("bob", *may, roles=roles)
    await discord.slash(person, room, "rules list")
    assert desk.asked[0].right is right


async def test_the_operators_role_makes_an_admin(discord: DiscordServer, desk: FakeDesk, make: Any, room: Json) -> None:
    role = discord.add_role(discord.guild_id, "Analysts")
    other = discord.add_guild("Second")
    channel = discord.add_channel("second", guild=other)
    person = discord.person("bob")
    discord.members[discord.guild_id][person["id"]]["roles"].append(role["id"])
    namesake = discord.person("eve", guild=other)
    discord.let_in()
    one = make(admins="analysts")
    await one.connect()
    try:
        await discord.slash(person, room, "rules list")
        await discord.slash(namesake, channel, "rules list")
    finally:
        await one.close()
    rights = {request.person: request.right for request in desk.asked}
    assert Right.ADMIN in {request.right for request in desk.asked if request.person == person["id"]}
    assert rights[namesake["id"]] is Right.ALL


async def test_rooms_of_two_servers_are_kept_apart(discord: DiscordServer, desk: FakeDesk, room: Json) -> None:
    second = discord.add_guild("Second")
    channel = discord.add_channel("elsewhere", guild=second)
    discord.tell("GUILD_CREATE", discord.guild_create(second) | {"unavailable": False})
    await discord.slash(discord.person("ann"), room, "country", name="China")
    await discord.slash(discord.person("bob", guild=second), channel, "country", name="China")
    assert [request.place for request in desk.asked] == [f"discord:{discord.guild_id}", f"discord:{second}"]


async def test_a_thread_is_a_room(discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json) -> None:
    thread = discord.add_thread(room, {"name": "talk"}, discord.snowflake())
    await discord.slash(ann, thread, "help")
    assert desk.asked[0].room == f"discord:{thread['id']}"


@pytest.mark.parametrize(("words", "private"), [("country", False), ("help", True)])
async def test_an_answer_is_seen_by_those_whom_it_concerns(
    discord: DiscordServer, ann: Json, room: Json, words: str, private: bool
) -> None:
    asked = await discord.slash(ann, room, words, **({"name": "China"} if words == "country" else {}))
    (post,) = discord.answers(asked)
    assert discord.is_private(post) is private


async def test_a_refusal_is_private_though_the_command_is_not(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    desk.answers["country"] = Message(title="There is no such country", private=True)
    asked = await discord.slash(ann, room, "country", name="Chian")
    await discord.until(lambda: asked.followups)
    (post,) = discord.answers(asked)
    assert discord.is_private(post)
    assert post["embeds"][0]["title"] == "There is no such country"


async def test_a_slow_desk_is_promised_at_once_and_answered_later(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    desk.wait = 3.2
    asked = discord.interact(COMMAND, ann, room, discord.command_data("country", {"name": "China"}))
    await discord.answered(asked, 6.0)
    assert asked.took < 1.0
    assert titles(discord, asked) == ["country answered"]


async def test_a_desk_that_breaks_apologises(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json, logged: Logged
) -> None:
    desk.error = ValueError("a bug")
    asked = await discord.slash(ann, room, "help")
    assert titles(discord, asked) == [asking.APOLOGY.title]
    assert "ask_broke" in [event for event, _ in logged]


async def test_a_desk_that_takes_for_ever_is_not_waited_for(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ASK_WITHIN", 0.05)
    desk.wait = 5.0
    asked = await discord.slash(ann, room, "help")
    assert titles(discord, asked) == ["That takes longer than Discord waits"]


async def test_what_is_told_twice_is_done_once(discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json) -> None:
    asked = await discord.slash(ann, room, "help")
    discord.tell_again(asked, discord.command_data("help", {}))
    await asyncio.sleep(0.1)
    assert len(desk.asked) == 1
    assert asked.doubles == 0


async def test_what_is_typed_twice_at_once_is_asked_once_and_answered_twice(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json
) -> None:
    desk.wait = 0.2
    both = await asyncio.gather(*(discord.slash(ann, room, "rules add", kind="mute", rule="x") for _ in range(2)))
    assert len(desk.asked) == 1
    assert [titles(discord, one) for one in both] == [["rules add answered"]] * 2


async def test_what_can_no_longer_be_answered_is_not_done(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json, logged: Logged
) -> None:
    discord.trouble("POST", "/callback", 404, body={"message": "Unknown interaction", "code": 10062})
    discord.interact(COMMAND, ann, room, discord.command_data("help", {}))
    await discord.until(lambda: "answer_late" in [event for event, _ in logged])
    assert desk.asked == []


@pytest.mark.parametrize("status", [0, 503])
async def test_a_promise_whose_receipt_was_lost_is_kept(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json, status: int
) -> None:
    discord.trouble("POST", "/callback", status, done=True)
    asked = await discord.slash(ann, room, "help")
    assert titles(discord, asked) == ["help answered"]
    assert len(desk.asked) == 1


@pytest.mark.parametrize("status", [0, 502, 503])
@pytest.mark.parametrize("done", [False, True])
async def test_an_answer_that_was_lost_on_its_way_is_shown_again(
    discord: DiscordServer, ann: Json, room: Json, status: int, done: bool
) -> None:
    discord.trouble("PATCH", "@original", status, done=done)
    asked = discord.interact(COMMAND, ann, room, discord.command_data("help", {}))
    await discord.answered(asked, 6.0)
    assert titles(discord, asked) == ["help answered"]


# --- completion -------------------------------------------------------------------------------------------------------


async def test_an_option_is_completed_by_the_desk(discord: DiscordServer, ann: Json, room: Json) -> None:
    offered = await discord.complete(ann, room, "country", "name", name="Chi")
    assert offered[0] == "country Chi 0"
    assert len(offered) == 25


async def test_a_slow_completion_offers_nothing_in_time(
    discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "COMPLETE_WITHIN", 0.05)
    desk.wait = 5.0
    assert await discord.complete(ann, room, "country", "name", name="Chi") == []


async def test_no_answer_pings_anybody(discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json) -> None:
    role = discord.add_role(discord.guild_id, "all")
    desk.answers["help"] = replace(alert(f"@everyone <@&{role['id']}>"), mentions=(role["id"],))
    await discord.slash(ann, room, "help")
    assert discord.pinged() == []


async def test_a_file_stands_in_a_frame_as_it_is(discord: DiscordServer, desk: FakeDesk, ann: Json, room: Json) -> None:
    desk.answers["help"] = Message(title="rules.toml", lines=("[[rules]]", 'rule = "a_b* **c**"'), verbatim=True)
    asked = await discord.slash(ann, room, "help")
    (post,) = discord.answers(asked)
    assert post["embeds"][0]["description"] == '```toml\n[[rules]]\nrule = "a_b* **c**"\n```'
