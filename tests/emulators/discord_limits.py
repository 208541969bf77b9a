"""What Discord accepts: the limits of its documentation, as checks that return (path, code, message) for each fault."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
Fault = tuple[tuple[str | int, ...], str, str]

EPHEMERAL, LOADING, HAS_THREAD = 1 << 6, 1 << 7, 1 << 5
PERMISSIONS: Mapping[str, int] = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "send_messages_in_threads": 1 << 38,
}
EVERYTHING = (1 << 53) - 1
_TOO_LONG, _BAD_LENGTH, _REQUIRED = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"


class ApiError(Exception):
    """A refusal, as Discord words it."""

    def __init__(self, status: int, code: int, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: Json = {"message": message, "code": code}
        if faults:
            self.body["errors"] = _nested(faults)


def _nested(faults: Sequence[Fault]) -> Json:
    root: Json = {}
    for path, code, message in faults:
        node = root
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return root


# --- messages -------------------------------------------------------------------------------------------------------


def message_faults(body: Json, files: Sequence[str] = (), *, editing: bool = False) -> list[Fault]:
    content, embeds, components = body.get("content") or "", body.get("embeds") or [], body.get("components") or []
    faults = list(_longer(("content",), content, 2000))
    if len(embeds) > 10:
        faults.append((("embeds",), _TOO_LONG, "Must be 10 or fewer in length."))
    if sum(map(embed_size, embeds)) > 6000:
        faults.append((("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"))
    for place, embed in enumerate(embeds):
        faults += _embed_faults(embed, ("embeds", place), files)
    faults += _mention_faults(body.get("allowed_mentions") or {})
    faults += component_faults(components)
    faults += _longer(("nonce",), str(body.get("nonce") or ""), 25)
    if not editing and not (content.strip() or embeds or components or files):
        faults.append(((), "50006", "Cannot send an empty message"))
    return faults


def embed_size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [text for field in embed.get("fields") or [] for text in (field["name"], field["value"])]
    return sum(len(str(text or "").strip()) for text in texts)


def _embed_faults(embed: Json, at: tuple[str | int, ...], files: Sequence[str]) -> Iterator[Fault]:
    if not any(embed.get(part) for part in ("title", "description", "fields", "footer", "image")):
        yield at, "EMBED_EMPTY", "an embed needs at least one visible part"
    yield from _longer((*at, "title"), embed.get("title") or "", 256)
    yield from _longer((*at, "description"), embed.get("description") or "", 4096)
    yield from _longer((*at, "footer"), (embed.get("footer") or {}).get("text") or "", 2048)
    if len(embed.get("fields") or []) > 25:
        yield (*at, "fields"), _TOO_LONG, "Must be 25 or fewer in length."
    for place, field in enumerate(embed.get("fields") or []):
        for name, most in (("name", 256), ("value", 1024)):
            here = (*at, "fields", place, name)
            if not str(field.get(name) or "").strip():
                yield here, _REQUIRED, "This field is required"
            yield from _longer(here, str(field.get(name) or ""), most)
    picture = (embed.get("image") or {}).get("url") or ""
    if picture.startswith("attachment://") and picture.removeprefix("attachment://") not in files:
        yield (*at, "image"), "ATTACHMENT_NOT_FOUND", f"no uploaded file is named {picture!r}"


def _mention_faults(mentions: Json) -> Iterator[Fault]:
    for kind in ("users", "roles"):
        if kind in (mentions.get("parse") or []) and mentions.get(kind):
            yield ("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:[{kind}] and {kind}:"
        if len(mentions.get(kind) or []) > 100:
            yield ("allowed_mentions", kind), _TOO_LONG, "Must be 100 or fewer in length."


def component_faults(rows: Sequence[Json]) -> Iterator[Fault]:
    """Yield what is wrong with rows of buttons."""
    ids: set[str] = set()
    if len(rows) > 5:
        yield ("components",), _BAD_LENGTH, "Must be between 1 and 5 in length."
    for y, row in enumerate(rows):
        if not 1 <= len(row.get("components") or []) <= 5:
            yield ("components", y), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "1 to 5 buttons in a row"
        for x, one in enumerate(row.get("components") or []):
            at, own = ("components", y, "components", x), str(one.get("custom_id") or "")
            if not 1 <= len(own) <= 100:
                yield (*at, "custom_id"), _BAD_LENGTH, "Must be between 1 and 100 in length."
            if own in ids:
                yield (*at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            ids.add(own)
            if not 1 <= len(one.get("label") or "") <= 80:
                yield (*at, "label"), _BAD_LENGTH, "Must be between 1 and 80 in length."


# --- forms ----------------------------------------------------------------------------------------------------------


def modal_faults(form: Json) -> Iterator[Fault]:
    yield from _longer(("data", "title"), form.get("title") or "", 45)
    yield from _longer(("data", "custom_id"), form.get("custom_id") or "", 100)
    if not 1 <= len(form.get("components") or []) <= 5:
        yield ("data", "components"), _BAD_LENGTH, "Must be between 1 and 5 in length."
    for label in form.get("components") or []:
        yield from _longer(("data", "label"), label.get("label") or "", 45)
        yield from _longer(("data", "description"), label.get("description") or "", 100)
        inner = label["component"]
        yield from _longer(("data", "placeholder"), inner.get("placeholder") or "", 100)
        if inner["type"] == 3 and not 1 <= len(inner.get("options") or []) <= 25:
            yield ("data", "options"), _BAD_LENGTH, "Must be between 1 and 25 in length."


# --- commands -------------------------------------------------------------------------------------------------------


def command_faults(command: Json) -> Iterator[Fault]:
    yield from _option_faults(command, (), 0)
    if _command_size(command) > 8000:
        yield (), "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)"


def _command_size(one: Json) -> int:
    own = len(one.get("name", "")) + len(one.get("description") or "")
    own += sum(len(choice["name"]) + len(str(choice["value"])) for choice in one.get("choices") or [])
    return own + sum(map(_command_size, one.get("options") or []))


def _option_faults(one: Json, at: tuple[str | int, ...], depth: int) -> Iterator[Fault]:
    if not _is_name(one.get("name", "")):
        yield (*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"
    if not 1 <= len(one.get("description") or "") <= 100:
        yield (*at, "description"), _BAD_LENGTH, "Must be between 1 and 100 in length."
    options = one.get("options") or []
    if len(options) > 25 or len({option["name"] for option in options}) < len(options):
        yield (*at, "options"), _BAD_LENGTH, "at most 25 options, each with a name of its own"
    if len({option["type"] in {1, 2} for option in options}) > 1:
        yield (*at, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "sub-commands and options cannot be mixed"
    if any(later.get("required") and not earlier.get("required") for earlier, later in pairwise(options)):
        yield (*at, "options"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "required options come first"
    for place, option in enumerate(options):
        here = (*at, "options", place)
        if option.get("autocomplete") and option.get("choices"):
            yield here, "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES", "autocomplete and choices are exclusive"
        if (option["type"] == 2 and depth >= 1) or (option["type"] == 1 and depth >= 2):
            yield here, "APPLICATION_COMMAND_NESTING", "sub-commands nest at most group > command"
        if len(option.get("choices") or []) > 25:
            yield here, _TOO_LONG, "Must be 25 or fewer in length."
        yield from _option_faults(option, here, depth + 1 if option["type"] in {1, 2} else depth)


def _is_name(name: str) -> bool:
    return 1 <= len(name) <= 32 and name == name.lower() and all(_is_name_sign(sign) for sign in name)


def _is_name_sign(sign: str) -> bool:
    return sign in "-_'" or unicodedata.category(sign)[0] in "LN"


def _longer(at: tuple[str | int, ...], text: str, most: int) -> Iterator[Fault]:
    if len(text) > most:
        yield at, _TOO_LONG, f"Must be {most} or fewer in length."
