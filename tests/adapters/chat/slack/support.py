"""A desk that notes what it is asked, deliveries to send, and patience with what happens behind the scenes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
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
    Form,
    Link,
    Message,
    Option,
    Quote,
    Request,
    Right,
    Stage,
)
from bot.errors import UsageError
from tests.emulators.slack_limits import Json

HOSTILE = "x\x1b[2Jy\r\n\u202e@everyone <!channel> <@U1> *_`~||\ud800\x00 https://a.example" + "&<>" * 4_000

_RULE = Option(name="rule", about="what to pick", kind="rule")
_KEY = Option(name="key", about="which one", kind="rulekey")
COMMANDS = (
    Command(words="country", about="what is in force", options=(Option(name="name", about="which", kind="country"),)),
    Command(words="status", about="how the sources are", options=(Option(name="page", about="page", required=False),)),
    Command(words="subscriptions", about="what this channel hears"),
    Command(
        words="subscribe",
        about="hear of what a rule picks",
        right=Right.MANAGER,
        options=(
            replace(_RULE, required=False),
            Option(name="every", about="how often", choices=("day", "week"), required=False),
            Option(name="at", about="when", kind="time", required=False),
            Option(name="zone", about="where", kind="zone", required=False),
        ),
    ),
    Command(words="rules list", about="the rules", right=Right.ADMIN),
    Command(
        words="rules add",
        about="a new rule",
        right=Right.ADMIN,
        options=(Option(name="kind", about="what it does", choices=("watch", "mute", "flag")), _RULE),
    ),
    Command(words="rules edit", about="change a rule", right=Right.ADMIN, options=(_KEY, _RULE)),
    Command(words="mute", about="mute like this", right=Right.ADMIN, hidden=True),
    Command(words="confirm", about="do it", hidden=True, options=(Option(name="token", about="which"),)),
    Command(words="help", about="this list", private=True),
)
CONFIRM = (Button(action="confirm", label="Confirm", value="t1", style="primary"),)


@dataclass
class FakeDesk:
    """A desk whose answers say what was asked; `answers` puts others in their place."""

    commands: Sequence[Command] = COMMANDS
    asked: list[Request] = field(default_factory=list)
    answers: dict[str, Message] = field(default_factory=dict)
    takes: float = 0.0
    """Seconds that an answer takes."""
    so_far: Sequence[str] = ()
    """What it says on the way, as long after each."""
    broken: bool = False
    """Whether it raises, though it never may."""

    async def ask(self, request: Request) -> Message:
        self.asked.append(request)
        for title in self.so_far:
            assert request.meanwhile is not None
            request.meanwhile(Message(title=title, private=True))
            await asyncio.sleep(self.takes)
        await asyncio.sleep(self.takes)
        if self.broken:
            raise RuntimeError("the desk fell over")
        command = next((one for one in self.commands if one.words == request.words), None)
        if command and request.right < command.right:
            return Message(title=f"{request.words} is for admins")
        said = Message(title=f"You asked {request.words}", lines=(str(dict(request.options)),))
        return self.answers.get(request.words, said)

    def parse(self, line: str) -> tuple[str, Mapping[str, str]]:
        if line.count('"') % 2:
            raise UsageError("a quotation mark is open")
        words = line.split()
        for length in (2, 1):
            name = " ".join(words[:length])
            command = next((one for one in self.commands if one.words in (name, f"{name} list")), None)
            if command:
                names = [option.name for option in command.options]
                rest = [*words[length : length + len(names) - 1], " ".join(words[length + len(names) - 1 :])]
                return command.words, {key: value for key, value in zip(names, rest, strict=False) if value}
        return line, {}

    async def complete(self, kind: str, text: str, request: Request) -> list[Choice]:
        self.asked.append(request)
        await asyncio.sleep(self.takes)
        return [Choice(label=f"{kind} {text}", value="one"), Choice(label="too long", value="x" * 151)]


MUTING = Message(
    title="Mute like this?",
    lines=("It would have muted 3 stories.",),
    buttons=CONFIRM,
    form=Form(words="rules add", options={"kind": "mute", "rule": "issuer:no target:su"}),
)
ALERT = Message(
    title="🇳🇴 Norland sanctions Sudland",
    stage=Stage.IMPOSED,
    fields=(Field(label="Issuer", value="Norland"), Field(label="Measures", value="asset freezes")),
    quote=Quote(text="Norland said so", outlet="Wire"),
    sources=(Link(label="Wire", url="https://example.org/1?a=1&b=2"),),
    links=(Link(label="Answers Sudland of 3 March", story="sud1"),),
    buttons=(
        Button(action="status", label="Timeline", value=""),
        Button(action="mute", label="Mute like this", value="nor1", admin=True),
    ),
    footer="nor1",
)


def delivery(room: str, key: str = "d1", **changes: object) -> Delivery:
    """Return a delivery made just now."""
    now = datetime.now(UTC)
    made = Delivery(key=key, room=room, kind=AlertKind.ALERT, story="nor1", message=ALERT, created=now, due=now)
    return replace(made, **changes)  # type: ignore[arg-type]


async def until(holds: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait until something holds, and return it."""
    async with asyncio.timeout(seconds):
        while not (found := _tried(holds)):  # noqa: ASYNC110 - what is waited for knows no events
            await asyncio.sleep(0.01)
        return found


def _tried(holds: Callable[[], Any]) -> Any:
    try:
        return holds()
    except (StopIteration, IndexError):
        return None


def words(message: Json) -> str:
    """Return all that a message or a view shows."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.extend(value for key, value in node.items() if key == "text" and isinstance(value, str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.get("blocks"))
    return "\n".join(found)


def rule_input(view: Json) -> Json:
    """Return the input for a rule."""
    return next(block for block in view["blocks"] if block.get("block_id", "").startswith("in:rule"))
