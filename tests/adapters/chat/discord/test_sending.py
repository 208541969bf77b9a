"""Each delivery arrives exactly once, in its place, and whatever goes wrong has a name."""

import asyncio

import pytest

from adapters.chat.discord import sending
from adapters.chat.discord.client import DiscordChat
from bot.domain import Picture, Receipt
from bot.errors import Doubtful
from tests.adapters.chat.discord.support import alert, delivery, edit, follow_up, persist
from tests.emulators.discord_limits import Json
from tests.emulators.discord_server import DiscordServer

POSTS = r"^/channels/\d+/messages$"


@pytest.fixture
def room(discord: DiscordServer) -> Json:
    return discord.named("alerts")


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
    discord.trouble("POST", f"/channels/{room['id']}/messages", 503, delay=3.0)
    slow = asyncio.create_task(chat.send(delivery(room)))
    await asyncio.wait_for(chat.send(delivery(discord.named("general"), "d2")), 2.0)
    with pytest.raises(Doubtful):
        await slow


async def test_a_room_hears_its_posts_in_the_order_of_sending(
    discord: DiscordServer, chat: DiscordChat, room: Json
) -> None:
    discord.trouble("POST", POSTS, 502)
    sends = [chat.send(delivery(room, f"k{n}", alert(f"title {n}"))) for n in range(4)]
    await asyncio.gather(*sends)
    assert [post["embeds"][0]["title"] for post in discord.posts(room)] == [f"title {n}" for n in range(4)]
