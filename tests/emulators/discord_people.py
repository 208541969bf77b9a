"""What people do on a Discord of our own: type a command, press a button, send a form. Refuses what a client would.

Each returns the interaction as far as it has come: `answered` waits until it has its answer.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord_gateway import Gateway
from tests.emulators.discord_limits import EPHEMERAL, LOADING, Json
from tests.emulators.discord_world import wire

DEADLINE = 3.0
COMMAND, COMPONENT, COMPLETION, FORM = 2, 3, 4, 5


class Refused(Exception):
    """A client would not let somebody do that."""


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One question of somebody's, and what became of it."""

    id: str
    kind: int
    token: str
    user: Json
    channel: Json
    message: Json | None = None
    sent: float = field(default_factory=time.monotonic)
    response: int | None = None
    """The type of the first response; None: there was none."""
    data: Json = field(default_factory=dict)
    took: float = 0.0
    late: bool = False
    doubles: int = 0
    """How often somebody tried to respond again."""
    original: str = ""
    followups: list[str] = field(default_factory=list)
    responded: asyncio.Event = field(default_factory=asyncio.Event)


class People(Gateway):
    """A gateway with people behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Json] = []
        self.interactions: dict[str, Interaction] = {}

    def person(self, name: str, *may: str, guild: str = "", roles: tuple[str, ...] = ()) -> Json:
        """Return somebody in a server, with these permissions beyond everybody's."""
        own = guild or self.guild_id
        held = [self.add_role(own, f"{name}'s", may)["id"]] if may else []
        held += [self.add_role(own, role)["id"] for role in roles]
        user = self.add_user(name)
        self.add_member(own, user, held)
        return user

    def interact(self, kind: int, user: Json, channel: Json, data: Json, message: Json | None = None) -> Interaction:
        """Let the bot know that somebody did something."""
        made = Interaction(
            id=self.snowflake(), kind=kind, token=secrets.token_urlsafe(48), user=user, channel=channel, message=message
        )
        self.interactions[made.id] = made
        self.tell("INTERACTION_CREATE", self._payload(made, data))
        return made

    def tell_again(self, made: Interaction, data: Json) -> None:
        """Let the bot know a second time, as a resumed connection may."""
        self.tell("INTERACTION_CREATE", self._payload(made, data))

    def _payload(self, made: Interaction, data: Json) -> Json:
        guild, channel = made.channel["guild_id"], made.channel
        may = str(self.permissions(made.user["id"], channel))
        payload: Json = {"id": made.id, "application_id": self.bot["id"], "type": made.kind, "data": data, "version": 1}
        payload |= {"token": made.token, "guild_id": guild, "guild": {"id": guild, "locale": "en-US", "features": []}}
        payload |= {"channel_id": channel["id"], "channel": channel | {"permissions": may}, "locale": "en-US"}
        payload |= {"member": self.members[guild][made.user["id"]] | {"permissions": may}, "guild_locale": "en-US"}
        payload |= {"app_permissions": str(self.permissions(self.bot["id"], channel)), "entitlements": [], "context": 0}
        payload |= {"authorizing_integration_owners": {"0": guild}, "attachment_size_limit": 10_485_760}
        return payload | ({"message": wire(made.message)} if made.message else {})

    # --- doing ------------------------------------------------------------------------------------------------------

    async def slash(self, user: Json, channel: Json, words: str, **options: str) -> Interaction:
        """Type a command and wait for its answer."""
        return await self.answered(self.interact(COMMAND, user, channel, self.command_data(words, options)))

    async def complete(self, user: Json, channel: Json, words: str, focused: str, **options: str) -> list[str]:
        """Return what is offered while an option is being typed."""
        data = self.command_data(words, options, focused)
        made = await self.answered(self.interact(COMPLETION, user, channel, data))
        return [choice["name"] for choice in made.data["choices"]]

    async def press(self, user: Json, message: Json, label: str) -> Interaction:
        """Press a button by its label and wait for the answer."""
        buttons = [button for row in message["components"] for button in row["components"]]
        button = next((one for one in buttons if one["label"] == label), None)
        if button is None:
            raise Refused(f"there is no button {label!r}, only {[one['label'] for one in buttons]}")
        data = {"component_type": 2, "custom_id": button["custom_id"], "id": button["id"]}
        made = self.interact(COMPONENT, user, self.channels[message["channel_id"]], data, message)
        return await self.answered(made)

    async def submit(self, shown: Interaction, **values: str) -> Interaction:
        """Fill in the form that an interaction was answered with, send it, and wait for the answer."""
        if shown.response != 9:
            raise Refused("no form was shown")
        labels = [self._filled(label, values) for label in shown.data["components"]]
        data = {"custom_id": shown.data["custom_id"], "components": labels}
        return await self.answered(self.interact(FORM, shown.user, shown.channel, data, shown.message))

    @staticmethod
    def _filled(label: Json, values: dict[str, str]) -> Json:
        inner = label["component"]
        value = values.get(inner["custom_id"], inner.get("value") or "")
        if inner.get("required", True) and not value:
            raise Refused(f"{inner['custom_id']} must be filled in")
        if inner["type"] == 3 and value and value not in [one["value"] for one in inner["options"]]:
            raise Refused(f"{value!r} is none of the choices")
        held = {"values": [value] if value else []} if inner["type"] == 3 else {"value": value}
        return {
            "type": 18,
            "id": 1,
            "component": {"type": inner["type"], "id": 2, "custom_id": inner["custom_id"], **held},
        }

    def command_data(self, words: str, given: dict[str, str], focused: str = "") -> Json:
        """Return what a client sends for a command; it knows the command's shape and refuses what does not fit."""
        command = next((one for one in self.commands if one["name"] == "sanctions"), None)
        if command is None:
            raise Refused("/sanctions is not installed")
        options, path = command["options"], []
        for word in words.split():
            step = next((one for one in options if one["name"] == word and one["type"] in {1, 2}), None)
            if step is None:
                raise Refused(f"there is no {word!r} in {words!r}")
            path.append(step)
            options = step.get("options", [])
        if any(one["type"] in {1, 2} for one in options):
            raise Refused(f"{words!r} needs a sub-command")
        leaves = [self._leaf(option, given, focused) for option in options if option["name"] in given]
        missing = [one["name"] for one in options if one.get("required") and one["name"] not in given and not focused]
        if missing or set(given) - {one["name"] for one in options}:
            raise Refused(f"{words!r} takes {[one['name'] for one in options]}, not {sorted(given)}")
        for step in reversed(path):
            leaves = [{"name": step["name"], "type": step["type"], "options": leaves}]
        return {"id": command["id"], "name": command["name"], "type": 1, "options": leaves}

    @staticmethod
    def _leaf(option: Json, given: dict[str, str], focused: str) -> Json:
        value = given[option["name"]]
        if option.get("choices") and not focused and value not in [one["value"] for one in option["choices"]]:
            raise Refused(f"{value!r} is none of the choices of {option['name']}")
        leaf = {"name": option["name"], "type": option["type"], "value": value}
        return leaf | ({"focused": True} if option["name"] == focused else {})

    # --- seeing -----------------------------------------------------------------------------------------------------

    async def answered(self, made: Interaction, within: float = DEADLINE + 0.5) -> Interaction:
        """Wait until an interaction has its answer, or its form, or nobody can answer any more."""
        try:
            await asyncio.wait_for(made.responded.wait(), within)
            await self.until(lambda: not self._waits(made), within)
        except TimeoutError:
            made.late = made.late or made.response is None
        return made

    def _waits(self, made: Interaction) -> bool:
        if made.response == 6:
            return made.message is not None and made.message["edited_timestamp"] == made.data.get("_was")
        shown = self.answers(made)
        return made.response == 5 and (not shown or bool(shown[-1]["flags"] & LOADING))

    def answers(self, made: Interaction) -> list[Json]:
        """Return the posts that answer an interaction, as they are now."""
        return [self.messages[one] for one in (made.original, *made.followups) if one in self.messages]

    @staticmethod
    async def until(condition: Callable[[], Any], within: float = 5.0) -> None:
        """Wait until something holds. Raises TimeoutError."""
        end = time.monotonic() + within
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            await asyncio.sleep(0.01)

    @staticmethod
    def is_private(message: Json) -> bool:
        return bool(message["flags"] & EPHEMERAL)
