"""What cannot be delivered is refused for a reason that people understand, and told once; nobody is pinged unasked."""

from datetime import timedelta

import pytest

from adapters.chat.discord.client import DiscordChat
from bot.domain import Delivery, Receipt
from bot.errors import ChatError, Delayed, Doubtful, Undeliverable
from tests.adapters.chat.discord.support import alert, delivery, edit
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

POSTS = r"^/channels/\d+/messages$"


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


async def refusal(chat: DiscordChat, one: Delivery) -> str:
    with pytest.raises(Undeliverable) as caught:
        await chat.send(one)
    return str(caught.value)


async def test_a_deleted_channel_is_undeliverable(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    del discord.channels[room["id"]]
    assert "channel is gone" in await refusal(chat, delivery(room))


@pytest.mark.parametrize(
    ("lacking", "said"),
    [("view_channel", "may not see"), ("send_messages", "lacks a permission"), ("embed_links", "Embed Links")],
)
async def test_a_closed_channel_is_undeliverable_and_says_what_is_missing(
    discord: DiscordServer, chat: DiscordChat, room: Json, lacking: str, said: str
) -> None:
    discord.deny(room, lacking)
    assert said in await refusal(chat, delivery(room))


async def test_a_forum_is_no_room_but_its_posts_are(discord: DiscordServer, chat: DiscordChat) -> None:
    forum = discord.add_channel("forum", kind=15)
    assert "forum's post" in await refusal(chat, delivery(forum))
    post = discord.add_thread(forum, {"name": "sanctions"}, discord.snowflake())
    assert (await chat.send(delivery(post, "d2"))).message


async def test_an_archived_thread_is_brought_back_for_an_edit(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    thread = discord.add_thread(room, {"name": "room"}, discord.snowflake())
    first = await chat.send(delivery(thread))
    thread["thread_metadata"]["archived"] = True
    await chat.send(edit(thread, first))
    assert not thread["thread_metadata"]["archived"]


async def test_a_locked_thread_of_somebody_elses_is_undeliverable(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    thread = discord.add_thread(room, {"name": "room"}, discord.snowflake())
    thread["owner_id"] = discord.owner["id"]
    thread["thread_metadata"] |= {"archived": True, "locked": True}
    assert "Manage Threads" in await refusal(chat, delivery(thread))


async def test_an_edit_of_a_deleted_post_is_undeliverable(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    first = await chat.send(delivery(room))
    del discord.messages[first.message]
    assert "deleted" in await refusal(chat, edit(room, first))


async def test_an_edit_of_nothing_is_undeliverable(chat: DiscordChat, room: Json) -> None:
    assert "no post to change" in await refusal(chat, edit(room, Receipt()))


@pytest.mark.parametrize("name", ["slack:T1/C1", "discord:", "discord:general", "discord:1/2", ""])
async def test_what_is_no_room_of_discords_is_undeliverable(chat: DiscordChat, room: Json, name: str) -> None:
    assert "discord:CHANNEL_ID" in await refusal(chat, delivery(room, room=name))


@pytest.mark.parametrize(
    ("status", "body", "least"),
    [
        (400, {"message": "too many edits", "code": 30046}, timedelta(hours=1)),
        (400, {"message": "slow mode", "code": 20016}, timedelta(minutes=1)),
        (401, {"message": "401: Unauthorized", "code": 0}, timedelta(minutes=1)),
        (403, "<html>blocked</html>", timedelta(minutes=1)),
        (429, {"message": "slow", "retry_after": 90.0, "global": False}, timedelta(seconds=90)),
    ],
)
async def test_a_refusal_that_passes_is_a_delay(
    discord: DiscordServer, chat: DiscordChat, room: Json, status: int, body: Json, least: timedelta
) -> None:
    discord.trouble("POST", POSTS, status, body=body)
    with pytest.raises(Delayed) as caught:
        await chat.send(delivery(room))
    assert caught.value.after is not None
    assert caught.value.after >= least


async def test_a_discord_that_is_away_is_a_delay(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    await discord.__aexit__(None, None, None)
    with pytest.raises(ChatError) as caught:
        await chat.send(delivery(room))
    assert isinstance(caught.value, Delayed | Doubtful)


# --- pings ------------------------------------------------------------------------------------------------------------


async def test_a_rules_role_is_pinged_and_nobody_else(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    role, other = (discord.add_role(discord.guild_id, name) for name in ("analysts", "others"))
    title = f"<@&{other['id']}> @everyone <@{discord.owner['id']}>"
    await chat.send(delivery(room, message=alert(title, mentions=(role["id"], "@everyone", "here"))))
    (post,) = discord.posts(room)
    assert post["mention_roles"] == [role["id"]]
    assert not post["mentions"]
    assert not post["mention_everyone"]


async def test_an_edit_pings_nobody_again(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    role = discord.add_role(discord.guild_id, "analysts")
    first = await chat.send(delivery(room))
    await chat.send(edit(room, first, message=alert(mentions=(role["id"],))))
    sent = next(one for one in discord.log if one["method"] == "PATCH")
    assert sent["body"]["allowed_mentions"] == {"parse": []}
