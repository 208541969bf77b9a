"""The workspace behind the emulator: people, channels, messages, views, and what was wrong with what was sent."""

import secrets
import time
from collections import defaultdict
from typing import Any

from tests.emulators.slack_limits import (
    MAX_BLOCK_CHARACTERS,
    MAX_EDITED_TEXT,
    MAX_TEXT,
    Json,
    block_faults,
    elements,
    pings,
    view_faults,
    weight,
)
from tests.emulators.slack_shapes import shape_faults

TEAM, APP, BOT, BOT_USER = "T0EMULATOR", "A0EMULATOR", "B0EMULATOR", "U0BOT"


class Refused(Exception):
    """Slack's ``ok: false``."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error, **extra}


class World:
    """One workspace with an admin (alice), a member (bob) and two channels (general, alerts)."""

    def __init__(self) -> None:
        self.people: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, list[Json]] = defaultdict(list)
        self.views: dict[str, Json] = {}
        self.groups: dict[str, list[str]] = {}
        """Members of user groups, by the groups' handles."""
        self.files: dict[str, bytes] = {}
        self.processed_after = 0.0
        """Seconds from an upload until its picture can be shown."""
        self._uploaded: dict[str, float] = {}
        self.violations: list[str] = []
        self.scopes_used: set[str] = set()
        self._count = 0
        self._last = 0.0
        self.add_person("alertbot", BOT_USER, is_bot=True)
        self.add_person("alice", is_admin=True)
        self.add_person("bob")
        self.add_channel("general")
        self.add_channel("alerts")

    # --- what there is --------------------------------------------------------------------------------------------

    def new_id(self, letter: str) -> str:
        """Return an id as Slack makes them."""
        self._count += 1
        return f"{letter}{self._count:010X}"

    def stamp(self) -> str:
        """Return a message's `ts`, later than any before."""
        self._last = max(time.time(), self._last + 1e-6)
        return f"{self._last:.6f}"

    def add_person(self, name: str, uid: str = "", **extra: Any) -> Json:
        """Add somebody to the workspace."""
        uid = uid or self.new_id("U")
        person: Json = {"id": uid, "team_id": TEAM, "name": name, "real_name": name.title(), "is_admin": False, **extra}
        self.people[uid] = person
        return person

    def add_channel(self, name: str, *, member: bool = True, private: bool = False) -> Json:
        """Add a channel, with the bot in it or not."""
        channel: Json = {
            "id": self.new_id("C"),
            "name": name,
            "is_im": False,
            "is_private": private,
            "is_archived": False,
            "is_member": member,
            "creator": self.person("alice")["id"],
        }
        self.channels[channel["id"]] = channel
        return channel

    def person(self, name: str) -> Json:
        """Return somebody by name."""
        return next(one for one in self.people.values() if one["name"] == name)

    def named(self, name: str) -> Json:
        """Return a channel by name."""
        return next(one for one in self.channels.values() if one["name"] == name)

    def room(self, name: str) -> str:
        """Return a channel as Sanctionwire calls it."""
        return f"slack:{TEAM}/{self.named(name)['id']}"

    def said(self, name: str, to: str = "") -> list[Json]:
        """Return a channel's messages, oldest first: those for all, or those that only one person sees."""
        person = self.person(to)["id"] if to else None
        return [message for message in self.messages[self.named(name)["id"]] if message["_to"] == person]

    def view(self, kind: str, callback: str = "") -> Json:
        """Return the view of a kind that was opened last and still stands."""
        open_ones = [one for one in self.views.values() if one["_open"] and one["type"] == kind]
        return next(one for one in reversed(open_ones) if not callback or one["callback_id"] == callback)

    # --- what is done to it ---------------------------------------------------------------------------------------

    def channel(self, key: Any, *, writing: bool = False, as_member: bool = True) -> Json:
        """Return the channel that a call is about; a person's id is their channel with the bot."""
        if key in self.people:
            name = f"dm-{self.people[key]['name']}"
            key = next((one["id"] for one in self.channels.values() if one["name"] == name), None)
            key = key or self.add_channel(name)["id"]
        channel = self.channels.get(str(key))
        if channel is None or (channel["is_private"] and not channel["is_member"]):
            raise Refused("channel_not_found")
        if writing and channel["is_archived"]:
            raise Refused("is_archived")
        if writing and as_member and not channel["is_member"]:
            raise Refused("not_in_channel")
        return channel

    def message(self, channel: Json, ts: Any) -> Json:
        """Return a message that all see."""
        for message in self.messages[channel["id"]]:
            if message["ts"] == ts and not message["_to"]:
                return message
        raise Refused("message_not_found")

    def post(self, channel: Json, content: Json, *, to: str | None = None) -> Json:
        """Put a message of the bot's into a channel; `to` is who alone sees it."""
        message: Json = {"type": "message", "ts": self.stamp(), "user": BOT_USER, "bot_id": BOT, "_to": to}
        if content.get("thread_ts"):
            message["thread_ts"] = str(content["thread_ts"])
        self.fill(message, content)
        self.messages[channel["id"]].append(message)
        return message

    def fill(self, message: Json, content: Json) -> None:
        """Give a message its content; text without blocks takes away the blocks that were there."""
        message["text"] = content.get("text") or ""
        message["blocks"] = content.get("blocks") or []
        if content.get("metadata"):
            message["metadata"] = content["metadata"]
        for block in message["blocks"]:
            block.setdefault("block_id", secrets.token_urlsafe(4))
        message["_pings"] = pings(message["text"], message["blocks"])

    def check(self, content: Json, where: str, *, edited: bool = False) -> None:
        """Note what is wrong with a message, and refuse what Slack would refuse."""
        text, blocks = content.get("text") or "", content.get("blocks") or []
        faults = block_faults(blocks) or (shape_faults("blocks", blocks) if blocks else [])
        if faults:
            self.note(where, *faults)
            raise Refused("invalid_blocks", errors=faults)
        for block in blocks:
            if block["type"] == "image" and not self._shows(block["slack_file"]["id"]):
                raise Refused("invalid_blocks", errors=["invalid slack file"])
        if len(text) > (MAX_EDITED_TEXT if edited else MAX_TEXT):
            self.note(where, f"text has {len(text)} characters")
            raise Refused("msg_too_long")
        if weight(blocks) > MAX_BLOCK_CHARACTERS:
            self.note(where, f"blocks weigh {weight(blocks)}")
            raise Refused("msg_blocks_too_long")
        if not text and not blocks:
            raise Refused("no_text")
        if not text:
            self.note(where, "no text beside the blocks: notifications are empty")

    def upload(self, file: str, content: bytes) -> None:
        """Keep a file; it takes a moment until it can be shown."""
        self.files[file] = content
        self._uploaded[file] = time.time()

    def _shows(self, file: str) -> bool:
        return bool(self.files.get(file)) and time.time() - self._uploaded[file] >= self.processed_after

    def make_view(self, view: Json, user: str, old: str = "") -> Json:
        """Open a view, or change the one with the id `old`."""
        faults = view_faults(view) or shape_faults(view.get("type", "modal"), view)
        if faults:
            self.note("views", *faults)
            raise Refused("invalid_arguments", response_metadata={"messages": faults})
        made: Json = {
            "id": old or self.new_id("V"),
            "team_id": TEAM,
            "callback_id": "",
            "private_metadata": "",
            "state": {"values": {}},
            "_user": user,
            "_open": True,
            **view,
        }
        for block in made["blocks"]:
            block.setdefault("block_id", secrets.token_urlsafe(4))
        self.views[made["id"]] = made
        return made

    def note(self, where: str, *faults: str) -> None:
        """Keep what a client did wrong."""
        self.violations += [f"{where}: {fault}" for fault in faults]


def wire(thing: Json) -> Json:
    """Return something as it is sent: without what only the emulator knows of it."""
    return {key: value for key, value in thing.items() if not key.startswith("_")}


def element(blocks: list[Json], action: str) -> tuple[Json, Json]:
    """Return what has this action_id or shows these words, with the block that it stands in."""
    for block, one in elements(blocks):
        if action in (one["action_id"], (one.get("text") or {}).get("text")):
            return block, one
    raise AssertionError(f"there is nothing to press called {action!r}")
