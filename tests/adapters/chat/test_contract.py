"""What every chat promises, whatever platform is behind it.

A platform in CHATS needs a home here: something real that its chat connects to, and a way to read what arrived.
"""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.chat import CHATS, PLATFORMS, Kit
from bot.domain import AlertKind, Delivery, Field, Link, Message, Quote, Receipt, Stage
from bot.errors import Undeliverable
from bot.ports import Chat
from tests.adapters.chat.slack import support as slack_support
from tests.emulators.discord_server import DiscordServer
from tests.emulators.slack import BOT_TOKEN, SlackEmulator

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOSTILE = "x\x1b[2Jy\r\n\u202e@everyone <!channel> [red]*_`~||\ud800\x00" + "z" * 10_000


@dataclass(frozen=True, slots=True)
class Home:
    """A chat that is connected, one of its rooms, and what arrived there, oldest first."""

    chat: Chat
    room: str
    heard: Callable[[], list[str]]


@asynccontextmanager
async def console() -> AsyncIterator[Home]:
    stream = io.StringIO()
    chat = CHATS["console"](Kit(stream=stream))
    await chat.connect()
    yield Home(chat, "console", lambda: [block for block in stream.getvalue().split("\n\n") if block])
    await chat.close()


@asynccontextmanager
async def slack() -> AsyncIterator[Home]:
    async with SlackEmulator() as emulator:
        base = f"{emulator.base}/api/"
        chat = CHATS["slack"](
            Kit(stream=io.StringIO(), variables={"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_BASE": base})
        )
        await chat.connect()
        shown = ("text", "ts", "thread_ts")
        yield Home(
            chat,
            emulator.world.room("alerts"),
            lambda: [
                "\n".join([slack_support.words(one), *(str(one.get(part)) for part in shown)])
                for one in emulator.world.said("alerts")
            ],
        )
        await chat.close()


@asynccontextmanager
async def discord() -> AsyncIterator[Home]:
    async with DiscordServer() as server:
        room = server.named("alerts")
        chat = CHATS["discord"](Kit(stream=io.StringIO(), variables=server.variables))
        await chat.connect()
        yield Home(chat, f"discord:{room['id']}", lambda: [words_of(post) for post in server.messages.values()])
        await chat.close()
        assert server.violations == []
        assert server.pinged() == []


def words_of(post: dict[str, Any]) -> str:
    """Return what people see of a post on Discord, after the ids of its place and of itself."""
    texts = [post["channel_id"], post["id"], post["content"]]
    for embed in post["embeds"]:
        texts += [embed["title"], embed.get("description", ""), embed["footer"]["text"]]
        texts += [text for field in embed["fields"] for text in (field["name"], field["value"])]
    return "\n".join(texts)


HOMES: dict[str, Callable[[], AbstractAsyncContextManager[Home]]] = {
    "console": console,
    "discord": discord,
    "slack": slack,
}


@pytest.fixture(params=sorted(CHATS))
async def home(request: pytest.FixtureRequest) -> AsyncIterator[Home]:
    assert request.param in HOMES, f"give {request.param} a home in HOMES, so that its promises can be checked"
    async with HOMES[request.param]() as one:
        yield one


def delivery(home: Home, title: str = "Norland sanctions Sudland", **changes: object) -> Delivery:
    message = Message(
        title=title,
        stage=Stage.IMPOSED,
        fields=(Field(label="Issuer", value="Norland"),),
        quote=Quote(text="Norland said so", outlet="Wire"),
        sources=(Link(label="Wire", url="https://example.org/1"),),
    )
    made = Delivery(key="d1", room=home.room, kind=AlertKind.ALERT, story="nor1", message=message, created=NOW, due=NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_every_chat_is_described_and_goes_by_one_name() -> None:
    assert set(CHATS) <= {platform.name for platform in PLATFORMS}
    assert len({platform.name for platform in PLATFORMS}) == len(PLATFORMS)


async def test_a_chat_has_the_name_that_its_rooms_begin_with(home: Home) -> None:
    assert home.room.partition(":")[0] == home.chat.name


async def test_what_is_sent_arrives_once_and_is_receipted(home: Home) -> None:
    receipt = await home.chat.send(delivery(home))
    assert receipt.message
    (heard,) = home.heard()
    for words in ("Norland sanctions Sudland", "Norland said so", "Wire"):
        assert words in heard


async def test_two_messages_have_receipts_of_their_own(home: Home) -> None:
    first = await home.chat.send(delivery(home))
    second = await home.chat.send(delivery(home, "Sudland answers", key="d2", story="sud1"))
    assert first.message != second.message


@pytest.mark.parametrize("kind", [AlertKind.FOLLOW_UP, AlertKind.EDIT])
async def test_what_belongs_to_a_post_says_so(home: Home, kind: AlertKind) -> None:
    first = await home.chat.send(delivery(home))
    later = delivery(home, "Now 12 people", key="d2", kind=kind, replies_to=Receipt(message=first.message))
    receipt = await home.chat.send(later)
    assert receipt.message
    heard = home.heard()[-1]
    assert "Now 12 people" in heard
    assert "nor1" in heard or first.message in heard


async def test_hostile_text_is_sent_and_breaks_nothing(home: Home) -> None:
    hostile = Message(
        title=HOSTILE,
        lines=(HOSTILE,),
        fields=(Field(label=HOSTILE, value=HOSTILE),),
        quote=Quote(text=HOSTILE, outlet=HOSTILE),
        sources=(Link(label=HOSTILE, url=HOSTILE), Link(label="Wire", url="javascript:alert(1)")),
        links=(Link(label=HOSTILE, story=HOSTILE),),
        footer=HOSTILE,
    )
    assert (await home.chat.send(delivery(home, message=hostile, story=HOSTILE))).message
    (heard,) = home.heard()
    assert not set(heard) & {"\x1b", "\r", "\x00", "\u202e", "\ud800"}
    assert "javascript:" not in heard


async def test_an_empty_message_is_still_a_message(home: Home) -> None:
    assert (await home.chat.send(delivery(home, message=Message(title="?")))).message


async def test_a_room_of_another_platform_is_undeliverable(home: Home) -> None:
    with pytest.raises(Undeliverable, match="elsewhere"):
        await home.chat.send(delivery(home, room="elsewhere:1"))
    assert home.heard() == []


async def test_going_offline_twice_is_no_fault(home: Home) -> None:
    await home.chat.close()
    await home.chat.close()
