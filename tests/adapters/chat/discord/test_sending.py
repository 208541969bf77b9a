"""Each delivery arrives exactly once, in its place, and whatever goes wrong has a name."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.chat.discord import sending
from adapters.chat.discord.client import DiscordChat
from bot.domain import Delivery, Picture, Receipt
from bot.errors import ChatError, Delayed, Doubtful, Undeliverable
from tests.adapters.chat.discord.conftest import Logged
from tests.adapters.chat.discord.support import alert, delivery, edit, follow_up
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

POSTS = r"^/channels/\d+/messages$"


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


async def persist(chat: DiscordChat, one: Delivery, tries: int = 8) -> Receipt:
    """Send as the pipeline does: again after a delay, and as doubtful after a doubt."""
    for _ in range(tries):
        try:
            return await chat.send(one)
        except Delayed:
            await asyncio.sleep(0.05)
        except Doubtful:
            one = replace(one, doubtful=True)
    raise AssertionError("never arrived")


# --- where things go --------------------------------------------------------------------------------------------------


async def test_an_alert_is_a_post_with_embed_and_buttons(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    receipt = await chat.send(delivery(room))
    (post,) = discord.posts(room)
    assert post["id"] == receipt.message
    assert post["embeds"][0]["title"] == "Norland sanctions Sudland"
    assert [button["custom_id"] for button in post["components"][0]["components"]] == ["sw:timeline nor1"]


async def test_an_edit_changes_the_post(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    first = await chat.send(delivery(room))
    changed = await chat.send(edit(room, first, message=alert("Now 12 people", buttons=())))
    (post,) = discord.posts(room)
    assert changed.message == first.message
    assert post["embeds"][0]["title"] == "Now 12 people"
    assert post["components"] == []


async def test_follow_ups_share_the_thread_under_the_post(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    first = await chat.send(delivery(room))
    receipts = [await chat.send(follow_up(room, first, f"f{n}")) for n in range(3)]
    assert {receipt.thread for receipt in receipts} == {first.message}
    assert len(discord.posts(discord.channels[first.message])) == 3
    assert len(discord.posts(room)) == 1


async def test_two_follow_ups_at_once_make_one_thread(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    first = await chat.send(delivery(room))
    await asyncio.gather(*(chat.send(follow_up(room, first, f"f{n}")) for n in range(2)))
    assert len(discord.posts(discord.channels[first.message])) == 2


async def test_a_thread_that_exists_unknown_to_us_is_used(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    first = await chat.send(delivery(room))
    discord.add_thread(room, {"name": "talk"}, first.message)
    assert (await chat.send(follow_up(room, first))).thread == first.message


async def test_a_thread_can_be_a_room_and_is_answered_in_place(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    thread = discord.add_thread(room, {"name": "our room"}, discord.snowflake())
    first = await chat.send(delivery(thread))
    receipt = await chat.send(follow_up(thread, first))
    post = discord.messages[receipt.message]
    assert post["channel_id"] == thread["id"]
    assert post["message_reference"]["message_id"] == first.message


@pytest.mark.parametrize("lacking", ["create_public_threads", "send_messages_in_threads"])
async def test_without_the_right_to_threads_a_follow_up_is_a_reply(
    discord: DiscordServer, chat: DiscordChat, room: Json, lacking: str
) -> None:
    discord.deny(room, lacking)
    first = await chat.send(delivery(room))
    receipt = await chat.send(follow_up(room, first))
    assert discord.messages[receipt.message]["message_reference"]["message_id"] == first.message


async def test_a_follow_up_to_a_deleted_post_is_told_in_the_room(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    first = await chat.send(delivery(room))
    del discord.messages[first.message]
    receipt = await chat.send(follow_up(room, first))
    assert [post["id"] for post in discord.posts(room)] == [receipt.message]


async def test_a_deleted_thread_is_replaced_by_a_reply(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    first = await chat.send(delivery(room))
    receipt = await chat.send(follow_up(room, Receipt(message=first.message, thread="4711")))
    assert discord.messages[receipt.message]["channel_id"] == room["id"]


async def test_a_picture_goes_with_its_post(discord: DiscordServer, chat: DiscordChat, room: Json) -> None:
    picture = Picture(name="time line.png", data=b"\x89PNG....", alt="who answered whom")
    await chat.send(delivery(room, message=alert(picture=picture)))
    (post,) = discord.posts(room)
    assert [file["filename"] for file in post["attachments"]] == ["timeline.png"]
    assert post["embeds"][0]["image"]["url"] == "attachment://timeline.png"


# --- once -------------------------------------------------------------------------------------------------------------

TROUBLES = {
    "503": {"status": 503},
    "503 after it was done": {"status": 503, "done": True},
    "500": {"status": 500},
    "502 after it was done": {"status": 502, "done": True},
    "broken off": {"status": 0},
    "broken off after it was done": {"status": 0, "done": True},
    "429": {"status": 429, "body": {"message": "slow", "retry_after": 0.1, "global": False}},
    "429 for all": {
        "status": 429,
        "body": {"message": "slow", "retry_after": 0.1, "global": True},
        "headers": {"Via": "1.1 emulator", "X-RateLimit-Global": "true", "Retry-After": "0.1"},
    },
    "429 from before Discord": {"status": 429, "headers": {"Retry-After": "0.1"}},
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_whatever_happens_to_a_post_it_arrives_once(
    discord: DiscordServer, chat: DiscordChat, room: Json, name: str
) -> None:
    discord.trouble("POST", POSTS, **TROUBLES[name])  # type: ignore[arg-type]
    receipt = await persist(chat, delivery(room))
    assert [post["id"] for post in discord.posts(room)] == [receipt.message]


@pytest.mark.parametrize("path", [r"/threads$", r"^/channels/\d+/messages$"])
@pytest.mark.parametrize("done", [False, True])
async def test_whatever_happens_to_a_follow_up_it_arrives_once(
    discord: DiscordServer, chat: DiscordChat, room: Json, path: str, done: bool
) -> None:
    first = await chat.send(delivery(room))
    discord.trouble("POST", path, 503, done=done)
    await persist(chat, follow_up(room, first))
    assert len(discord.posts(discord.channels[first.message])) == 1
    assert len(discord.posts(room)) == 1


@pytest.mark.parametrize("status", [0, 503])
async def test_whatever_happens_to_an_edit_it_is_made(
    discord: DiscordServer, chat: DiscordChat, room: Json, status: int
) -> None:
    first = await chat.send(delivery(room))
    discord.trouble("PATCH", "/messages/", status, done=True)
    await persist(chat, edit(room, first, message=alert("Now 12 people")))
    assert discord.posts(room)[0]["embeds"][0]["title"] == "Now 12 people"


async def test_a_doubtful_post_is_found_when_discord_has_forgotten_the_nonce(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    first = await chat.send(delivery(room))
    discord.nonces.clear()
    again = await chat.send(delivery(room, doubtful=True))
    assert again.message == first.message
    assert len(discord.posts(room)) == 1


async def test_without_the_history_a_doubtful_post_relies_on_its_nonce(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    discord.deny(room, "read_message_history")
    first = await chat.send(delivery(room))
    assert (await chat.send(delivery(room, doubtful=True))).message == first.message


async def test_a_key_that_somebody_quotes_in_a_headline_is_not_taken_for_a_post(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    await chat.send(delivery(room, "other", alert("d1 · d1", footer="nor1 · d1")))
    await chat.send(delivery(room, "d1", doubtful=True))
    assert len(discord.posts(room)) == 2


async def test_an_answer_that_does_not_come_is_a_doubt_and_the_next_attempt_joins_it(
    discord: DiscordServer, chat: DiscordChat, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.1)
    discord.trouble("POST", POSTS, 503, delay=0.25, done=True)
    with pytest.raises(Doubtful, match="goes on"):
        await chat.send(delivery(room))
    await persist(chat, delivery(room, doubtful=True))
    assert len(discord.posts(room)) == 1


async def test_what_hangs_in_one_room_holds_up_no_other(
    discord: DiscordServer, chat: DiscordChat, room: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.2)
    discord.trouble("POST", f"/channels/{room['id']}/messages", 503, delay=1.0)
    slow = asyncio.create_task(chat.send(delivery(room)))
    await asyncio.wait_for(chat.send(delivery(discord.named("general"), "d2")), 0.2)
    with pytest.raises(Doubtful):
        await slow


async def test_a_room_hears_its_posts_in_the_order_of_sending(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    discord.trouble("POST", POSTS, 502)
    sends = [chat.send(delivery(room, f"k{n}", alert(f"title {n}"))) for n in range(4)]
    await asyncio.gather(*sends)
    assert [post["embeds"][0]["title"] for post in discord.posts(room)] == [f"title {n}" for n in range(4)]


# --- what cannot be done ----------------------------------------------------------------------------------------------


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


# --- telling of it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["closed", "deleted"])
async def test_a_closed_room_is_told_once_where_somebody_sees_it(
    discord: DiscordServer, chat: DiscordChat, room: Json, how: str
) -> None:
    await chat.send(delivery(room, "before"))
    if how == "deleted":
        discord.tell("CHANNEL_DELETE", discord.channels.pop(room["id"]))
    else:
        discord.deny(room, "send_messages")
        discord.tell("CHANNEL_UPDATE", room)
    for n in range(3):
        await refusal(chat, delivery(room, f"k{n}"))
    (notice,) = discord.posts(discord.named("general"))
    assert "I can no longer post in" in notice["embeds"][0]["title"]


async def test_a_room_that_works_again_and_closes_again_is_told_again(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    for n in range(2):
        discord.deny(room, "send_messages")
        await refusal(chat, delivery(room, f"k{n}"))
        discord.deny(room)
        await chat.send(delivery(room, f"k{n}"))
        discord.nonces.clear()
    assert len(discord.posts(discord.named("general"))) == 2


async def test_a_closed_room_in_a_server_that_is_all_closed_is_only_logged(
    discord: DiscordServer, chat: DiscordChat, room: Json, logged: Logged
) -> None:
    for channel in (room, discord.named("general")):
        discord.deny(channel, "send_messages")
        discord.tell("CHANNEL_UPDATE", channel)
    await refusal(chat, delivery(room))
    assert ("room_closed", "") in [(event, fields.get("told")) for event, fields in logged]


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
