"""What Slack accepts: the limits of its documentation, as checks that return a sentence for each fault.

Worded like Slack's own ``response_metadata.messages``; nothing returned means that all is well.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]

MAX_TEXT, MAX_EDITED_TEXT, MAX_BLOCK_CHARACTERS = 40_000, 4_000, 13_200
SCOPES: Mapping[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "users.info": "users:read",
    "users.list": "users:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
PER_MINUTE: Mapping[str, int] = {
    "apps.connections.open": 20,
    "chat.update": 50,
    "conversations.info": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "users.info": 100,
    "usergroups.list": 40,
    "usergroups.users.list": 40,
    "views.open": 100,
    "views.update": 100,
    "views.publish": 100,
}
_BARE = ("divider", "rich_text", "video", "file", "table", "markdown")
_CHOOSING = ("static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons")


def units(text: str) -> int:
    """Return a text's length in UTF-16 units, the strictest way to count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Faults(list[str]):
    def say(self, what: str, at: str) -> None:
        self.append(f"{what} [json-pointer:/{at}]")

    def length(self, value: str | None, low: int, high: int, at: str) -> None:
        size = units(value or "")
        if size > high:
            self.say(f"must be less than {high + 1} characters", at)
        elif size < low:
            self.say(f"must be more than {low - 1} characters", at)

    def number(self, value: Sequence[Any] | None, low: int, high: int, at: str) -> None:
        if not low <= len(value or []) <= high:
            self.say(f"must have {low} to {high} items", at)

    def text(self, value: Any, high: int, at: str, *, plain: bool = False) -> None:
        if not isinstance(value, dict):
            self.say("must be a text object", at)
            return
        if plain and value.get("type") != "plain_text":
            self.say("must be plain_text", f"{at}/type")
        self.length(value.get("text"), 1, high, f"{at}/text")

    def options(self, options: Sequence[Json], top: int, at: str) -> None:
        self.number(options, 1, top, at)
        for place, option in enumerate(options):
            self.text(option.get("text"), 75, f"{at}/{place}/text")
            self.length(option.get("value"), 1, 150, f"{at}/{place}/value")
            if "description" in option:
                self.text(option["description"], 75, f"{at}/{place}/description")

    def element(self, element: Json, at: str, ids: set[str]) -> None:
        kind = element.get("type", "")
        if "action_id" in element:
            self.length(element["action_id"], 1, 255, f"{at}/action_id")
            if element["action_id"] in ids:
                self.say("`action_id` already exists in this block", f"{at}/action_id")
            ids.add(element["action_id"])
        if kind == "button":
            self.text(element.get("text"), 75, f"{at}/text", plain=True)
            self.length(element.get("value"), 0, 2000, f"{at}/value")
            if element.get("style") not in (None, "primary", "danger"):
                self.say("style must be primary or danger", f"{at}/style")
        if kind == "plain_text_input" and not 0 <= element.get("max_length", 1) <= 3000:
            self.say("max_length must be at most 3000", f"{at}/max_length")
        if kind in _CHOOSING:
            self.options(element.get("options") or [], 5 if kind == "overflow" else 100, f"{at}/options")


def block_faults(blocks: Any, top: int = 50, root: str = "blocks") -> list[str]:
    """Return what is wrong with the blocks of a message or, with `top` 100, of a view."""
    out = _Faults()
    if not isinstance(blocks, list):
        out.say("must be an array", root)
        return out
    out.number(blocks, 0, top, root)
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(set(ids)) < len(ids):
        out.say("`block_id` already exists", root)
    for place, block in enumerate(blocks):
        _block(out, block, f"{root}/{place}")
    return out


def _block(out: _Faults, block: Json, at: str) -> None:
    kind, ids = block.get("type"), set[str]()
    out.length(block.get("block_id"), 0, 255, f"{at}/block_id")
    if kind == "section":
        _section(out, block, at, ids)
    elif kind == "header":
        out.text(block.get("text"), 150, f"{at}/text", plain=True)
    elif kind == "context":
        out.number(block.get("elements"), 1, 10, f"{at}/elements")
        for place, element in enumerate(block.get("elements") or []):
            out.length(element.get("text"), 1, 3000, f"{at}/elements/{place}/text")
    elif kind == "actions":
        out.number(block.get("elements"), 1, 25, f"{at}/elements")
        for place, element in enumerate(block.get("elements") or []):
            out.element(element, f"{at}/elements/{place}", ids)
    elif kind == "image":
        out.length(block.get("alt_text"), 1, 2000, f"{at}/alt_text")
        if ("image_url" in block) == ("slack_file" in block):
            out.say("either image_url or slack_file", at)
    elif kind == "input":
        out.text(block.get("label"), 2000, f"{at}/label", plain=True)
        out.element(block.get("element") or {}, f"{at}/element", ids)
    elif kind not in _BARE:
        out.say(f"unsupported type: {kind}", f"{at}/type")


def _section(out: _Faults, block: Json, at: str, ids: set[str]) -> None:
    if not block.get("text") and not block.get("fields"):
        out.say("missing required field: text or fields", at)
    if "text" in block:
        out.text(block["text"], 3000, f"{at}/text")
    if "fields" in block:
        out.number(block["fields"], 1, 10, f"{at}/fields")
        for place, one in enumerate(block["fields"]):
            out.text(one, 2000, f"{at}/fields/{place}")
    if "accessory" in block:
        out.element(block["accessory"], f"{at}/accessory", ids)


def view_faults(view: Json) -> list[str]:
    """Return what is wrong with a modal or with App Home."""
    out = _Faults(block_faults(view.get("blocks"), 100, "view/blocks"))
    if view.get("type") == "modal":
        for key in ("title", "submit", "close"):
            if key in view or key == "title":
                out.text(view.get(key), 24, f"view/{key}", plain=True)
        if "submit" not in view and any(block.get("type") == "input" for block in view.get("blocks") or []):
            out.say("input blocks need a submit button", "view/submit")
    out.length(view.get("private_metadata"), 0, 3000, "view/private_metadata")
    out.length(view.get("callback_id"), 0, 255, "view/callback_id")
    return out


def weight(blocks: Sequence[Json]) -> int:
    """Return what all blocks of a message count together."""
    return sum(units(json.dumps(block, ensure_ascii=False)) for block in blocks)


def pings(text: str, blocks: Any) -> list[str]:
    """Return whom a message calls, in its text or, where there are any, its blocks."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") in ("mrkdwn", "markdown"):
                found.append(str(node.get("text")))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks) if blocks else found.append(text)
    return sorted(set(re.findall(r"<(!(?:channel|here|everyone)|@[UW]\w+|!subteam\^\w+)", " ".join(found))))


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield whatever can be pressed, chosen or filled in, with the block that it stands in."""
    for block in blocks:
        for element in (*(block.get("elements") or []), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and element.get("action_id"):
                yield block, element
