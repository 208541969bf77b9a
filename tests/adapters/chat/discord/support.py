"""A desk that notes what it is asked, and deliveries to send."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain import (
    AlertKind,
    Button,
    Choice,
    Command,
    Delivery,
    Field,
    Key,
    Link,
    Message,
    Option,
    Quote,
    Receipt,
    Request,
    Right,
    Stage,
)
from bot.errors import Delayed, Doubtful
from bot.ports import Chat
from tests.emulators.discord_limits import Json
from tests.emulators.discord_people import Interaction
from tests.emulators.discord_server import DiscordServer

COMMANDS = (
    Command(
        words="country",
        about="what is in force against a country",
        options=(
            Option(name="name", about="a country, by any of its names", kind="country"),
            Option(name="page", about="which page", required=False),
        ),
    ),
    Command(words="help", about="this list", private=True),
    Command(words="rules", about="the keyword rules", right=Right.ADMIN),
    Command(
        words="rules add",
        about="add a rule",
        right=Right.ADMIN,
        private=True,
        options=(
            Option(name="kind", about="what it does", choices=("watch", "mute", "flag")),
            Option(name="rule", about="a rule line", kind="rule"),
        ),
    ),
    Command(words="subscribe", about="hear of what a rule picks", right=Right.MANAGER, private=True),
    Command(words="timeline", about="a picture", hidden=True, options=(Option(name="key", about="a story"),)),
    Command(words="confirm", about="do it", hidden=True, options=(Option(name="token", about="which"),)),
)


@dataclass
class FakeDesk:
    """A desk whose answers a test chooses; a wait put there is waited, an error put there is raised."""

    commands: Sequence[Command] = COMMANDS
    answers: dict[str, Message] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    wait: float = 0.0
    so_far: Sequence[str] = ()
    """What it says on the way, a `wait` after each."""
    error: Exception | None = None

    async def ask(self, request: Request) -> Message:
        self.asked.append(request)
        for title in self.so_far:
            assert request.meanwhile is not None
            request.meanwhile(Message(title=title, private=True))
            await asyncio.sleep(self.wait)
        await asyncio.sleep(self.wait)
        if self.error:
            raise self.error
        return self.answers.get(request.words, Message(title=f"{request.words} answered"))

    def parse(self, line: str) -> tuple[str, Mapping[str, str]]:
        found = max(
            (one for one in self.commands if f"{line} ".startswith(f"{one.words} ")), key=lambda one: len(one.words)
        )
        values = line.removeprefix(found.words).split()
        return found.words, dict(zip((option.name for option in found.options), values, strict=False))

    async def complete(self, kind: str, text: str, request: Request) -> list[Choice]:
        await asyncio.sleep(self.wait)
        return [Choice(label=f"{kind} {text} {number}", value=str(number)) for number in range(40)]


def alert(title: str = "Norland sanctions Sudland", **more: object) -> Message:
    message = Message(
        title=title,
        stage=Stage.IMPOSED,
        fields=(Field(label="Issuer", value="Norland"),),
        quote=Quote(text="Norland said so", outlet="Wire"),
        sources=(Link(label="Wire", url="https://example.org/1"),),
        buttons=(Button(action="timeline", label="Timeline", value="nor1"),),
        footer="nor1",
    )
    return replace(message, **more)  # type: ignore[arg-type]


def delivery(channel: Json, key: Key = "d1", message: Message | None = None, **more: object) -> Delivery:
    now = datetime.now(UTC)
    made = Delivery(
        key=key,
        room=f"discord:{channel['id']}",
        kind=AlertKind.ALERT,
        story="nor1",
        message=message or alert(),
        created=now,
        due=now,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def follow_up(channel: Json, first: Receipt, key: Key = "d2", **more: Any) -> Delivery:
    return delivery(channel, key, kind=AlertKind.FOLLOW_UP, replies_to=first, **more)


def edit(channel: Json, first: Receipt, key: Key = "d3", **more: Any) -> Delivery:
    return delivery(channel, key, kind=AlertKind.EDIT, replies_to=first, **more)


async def persist(chat: Chat, one: Delivery) -> Receipt:
    """Send as the outbox does: again after a delay, and as doubtful after a doubt."""
    for _ in range(30):
        try:
            return await chat.send(one)
        except Delayed:
            await asyncio.sleep(0.05)
        except Doubtful:
            one = replace(one, doubtful=True)
    raise AssertionError("never arrived")


def titles(discord: DiscordServer, asked: Interaction) -> list[str]:
    """Return the titles of the posts that answer somebody."""
    return [post["embeds"][0]["title"] for post in discord.answers(asked)]
