"""A Slack small enough to read, on loopback: Web API, Socket Mode and signed HTTP for the unpatched slack_bolt.

    async with SlackEmulator() as slack:
        ... connect a bot to slack.base with BOT_TOKEN and APP_TOKEN ...
        answered = await slack.command("alice", "alerts", "help")
        assert slack.world.said("alerts", to="alice")

`world` is the workspace, `api` what was called and what is to go wrong. Whatever is sent to the bot comes back as a
`Sent`: whether, when and with what it was acknowledged. Acting as a person raises AssertionError where Slack's client
would not let a person do it.
"""

import secrets
import time
from collections.abc import Mapping
from typing import Any

from tests.emulators.slack_api import APP_TOKEN, BOT_TOKEN, Fault
from tests.emulators.slack_limits import Json, elements
from tests.emulators.slack_wire import SECRET, Sent, Wire, signed
from tests.emulators.slack_world import APP, TEAM, element, wire

__all__ = ["APP_TOKEN", "BOT_TOKEN", "SECRET", "Fault", "Sent", "SlackEmulator", "signed"]


class SlackEmulator(Wire):
    """One workspace's Slack, and the hands of the people in it."""

    # --- acting as a person ---------------------------------------------------------------------------------------

    async def command(self, person: str, channel: str, text: str) -> Sent:
        """Type `/sanctions TEXT` in a channel."""
        user, room = self.world.person(person), self.world.named(channel)
        payload = {
            "command": "/sanctions",
            "text": text,
            "team_id": TEAM,
            "channel_id": room["id"],
            "channel_name": room["name"],
            "user_id": user["id"],
            "user_name": user["name"],
            **self._common(user, room),
        }
        return await self.send("slash_commands", payload)

    async def press(self, person: str, channel: str, message: Json, what: str, value: str | None = None) -> Sent:
        """Press or choose something in a message, by its action_id or its words."""
        user, room = self.world.person(person), self.world.named(channel)
        assert message["_to"] in (None, user["id"]), f"{person} does not see this message"
        block, pressed = element(message["blocks"], what)
        where: Json = {"type": "message", "message_ts": message["ts"], "channel_id": room["id"]}
        where["is_ephemeral"] = bool(message["_to"])
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user["id"], "team_id": TEAM},
            "container": where,
            "channel": {"id": room["id"]},
            "actions": [_action(block, pressed, value)],
            **self._common(user, room, message["ts"]),
        }
        return await self.send("interactive", payload)

    async def press_view(
        self, person: str, view: Json, what: str, value: str | None = None, typed: Mapping[str, str] | None = None
    ) -> Sent:
        """Press or choose something in a modal or in App Home, where `typed` stands in its inputs."""
        user = self.world.person(person)
        assert view["_open"], "this view is closed"
        block, pressed = element(view["blocks"], what)
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user["id"], "team_id": TEAM},
            "container": {"type": "view", "view_id": view["id"]},
            "view": wire(view) | {"state": {"values": _state(view, typed or {})}},
            "actions": [_action(block, pressed, value)],
            **self._common(user),
        }
        return await self.send("interactive", payload)

    async def submit(self, person: str, view: Json, **values: str) -> Sent:
        """Submit a modal with these inputs; what is not given keeps what it was opened with."""
        user = self.world.person(person)
        assert view["_open"], "this view is closed"
        state = _state(view, values)
        for block, one in elements(view["blocks"]):
            filled = any(state.get(block["block_id"], {}).get(one["action_id"], {}).values())
            assert block["type"] != "input" or block.get("optional") or filled, f"{one['action_id']} is required"
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user["id"], "team_id": TEAM},
            "view": wire(view) | {"state": {"values": state}},
            **self._common(user),
        }
        sent = await self.send("interactive", payload)
        if sent.acked and (sent.reply or {}).get("response_action") == "update":
            self.world.make_view((sent.reply or {})["view"], view["_user"], view["id"])
        elif sent.acked:
            view["_open"] = False
        return sent

    async def suggest(self, person: str, view: Json, name: str, text: str) -> Sent:
        """Type into a menu whose options the bot gives."""
        user = self.world.person(person)
        block, _ = element(view["blocks"], name)
        payload = {
            "type": "block_suggestion",
            "team": {"id": TEAM},
            "user": {"id": user["id"], "team_id": TEAM},
            "view": wire(view),
            "container": {"type": "view", "view_id": view["id"]},
            "action_id": name,
            "block_id": block["block_id"],
            "value": text,
        }
        return await self.send("interactive", payload)

    async def visit_home(self, person: str) -> Sent:
        """Open App Home."""
        return await self.event({"type": "app_home_opened", "user": self.world.person(person)["id"], "tab": "home"})

    async def event(self, event: Json, event_id: str = "") -> Sent:
        """Let something happen that the bot is told of."""
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "event_id": event_id or self.world.new_id("Ev"),
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
        }
        return await self.send("events_api", payload)

    def _common(self, user: Json, room: Json | None = None, ts: str = "") -> Json:
        trigger = secrets.token_hex(16)
        self.api.triggers[trigger] = {"at": time.time(), "user": user["id"], "used": False}
        out: Json = {"api_app_id": APP, "trigger_id": trigger}
        if room is not None:
            key = secrets.token_urlsafe(18)
            self.hooks[key] = {"channel": room["id"], "user": user["id"], "ts": ts, "uses": 0}
            out["response_url"] = f"{self.base}/hooks/{key}"
        return out


def _action(block: Json, pressed: Json, value: str | None) -> Json:
    return {
        "type": pressed["type"],
        "action_id": pressed["action_id"],
        "block_id": block["block_id"],
        **_held(pressed, value),
    }


def _held(one: Json, value: str | None) -> Json:
    """Return what a client reports of an element; with no value given, what it was opened with."""
    kind = one["type"]
    if kind == "button":
        return {"value": one.get("value", "")}
    if kind in ("static_select", "overflow"):
        options = {option["value"]: option for option in one["options"]} | {
            option["text"]["text"]: option for option in one["options"]
        }
        assert value is None or value in options, f"{value!r} is no option of {one['action_id']}"
        return {"selected_option": options[value] if value is not None else one.get("initial_option")}
    if kind == "external_select":
        chosen = {"text": {"type": "plain_text", "text": value}, "value": value}
        return {"selected_option": chosen if value else one.get("initial_option")}
    if kind == "timepicker":
        return {"selected_time": value or one.get("initial_time")}
    assert len(value or "") <= one.get("max_length", 3000), f"{one['action_id']} is too long"
    return {"value": value if value is not None else one.get("initial_value")}


def _state(view: Json, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the state of a modal's inputs."""
    state: dict[str, Any] = {}
    names = {one["action_id"] for block, one in elements(view["blocks"]) if block["type"] == "input"}
    assert set(values) <= names, f"the form has no {set(values) - names}"
    for block, one in elements(view["blocks"]):
        if block["type"] == "input":
            state[block["block_id"]] = {one["action_id"]: _held(one, values.get(one["action_id"]))}
    return state
