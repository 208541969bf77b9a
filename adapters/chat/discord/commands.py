"""The desk's commands in Discord's shape, and Discord's interactions in the desk's. Pure.

All commands are one application command with subcommands; those of two words are groups. Discord cannot run a bare
group: a command that is also the name of a group becomes that group's ``list``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.discord.text import clean
from bot.domain import Choice, Command, Option, Right

NAME = "sanctions"
ABOUT = "Who sanctioned whom, with what and why; what this channel hears, and how it is chosen."
LIST = "list"
ABOUT_LIMIT = 100
CHOICES = 25
CHOICE_LIMIT = 100

_SUBCOMMAND, _GROUP, _TEXT = 1, 2, 3
_GUILDS_ONLY = [0]
_TYPED_OUT = frozenset({"text", "link", "url"})
"""Kinds of options for which there is nothing to offer."""

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an interaction says: a command's words, its options, and which one is being typed."""

    words: str
    options: Mapping[str, str]
    typing: str = ""


def payload(commands: Sequence[Command]) -> Payload:
    """Return the application command; hidden commands are asked by buttons only and do not appear."""
    shown = [command for command in commands if not command.hidden]
    groups = {command.words.split()[0] for command in shown if " " in command.words}
    options: dict[str, Payload] = {}
    for command in shown:
        head, *rest = command.words.split()
        if head not in groups:
            options[head] = _subcommand(head, command)
            continue
        group = options.setdefault(
            head, {"type": _GROUP, "name": head, "description": _about(head.capitalize()), "options": []}
        )
        group["options"].append(_subcommand(" ".join(rest) or LIST, command))
        if not rest:
            group["description"] = _about(command.about)
    return {
        "type": 1,
        "name": NAME,
        "description": ABOUT,
        "contexts": _GUILDS_ONLY,
        "integration_types": _GUILDS_ONLY,
        "options": list(options.values()),
    }


def same(wanted: Payload, installed: Mapping[str, Any]) -> bool:
    """Tell whether Discord has a command as we want it, whatever it added of its own."""
    return bool(_comparable(wanted) == _comparable(installed))


def asked(data: Mapping[str, Any], commands: Sequence[Command]) -> Asked:
    """Return what the data of a command's interaction asks."""
    words, options = list[str](), list(data.get("options") or [])
    while options and options[0].get("type") in {_SUBCOMMAND, _GROUP}:
        words.append(str(options[0]["name"]))
        options = list(options[0].get("options") or [])
    if len(words) > 1 and words[-1] == LIST and find(" ".join(words), commands) is None:
        words.pop()
    return Asked(
        words=" ".join(words),
        options={str(one["name"]): str(one["value"]) for one in options if one.get("value") not in {None, ""}},
        typing=next((str(one["name"]) for one in options if one.get("focused")), ""),
    )


def find(words: str, commands: Iterable[Command]) -> Command | None:
    """Return the command of these words."""
    return next((command for command in commands if command.words == words), None)


def option_of(command: Command | None, name: str) -> Option | None:
    """Return a command's option by its name."""
    return next((one for one in command.options if one.name == name), None) if command else None


def choices(offered: Iterable[Choice]) -> list[tuple[str, str]]:
    """Return completions as (label, value) within Discord's limits; a value that is too long cannot be offered."""
    made: dict[str, str] = {}
    for choice in offered:
        if 0 < len(choice.value) <= CHOICE_LIMIT:
            made.setdefault(choice.value, clean(choice.label, CHOICE_LIMIT) or choice.value)
    return [(label, value) for value, label in made.items()][:CHOICES]


def right_of(*, manages_guild: bool, manages_channels: bool, roles: Iterable[str], admins: str) -> Right:
    """Return what somebody may do, given what Discord lets them do and their roles' ids and names."""
    named = admins.strip().removeprefix("@").casefold()
    if manages_guild or (named and named in {role.casefold() for role in roles}):
        return Right.ADMIN
    return Right.MANAGER if manages_channels else Right.ALL


def _subcommand(name: str, command: Command) -> Payload:
    ordered = sorted(command.options, key=lambda option: not option.required)
    made: Payload = {"type": _SUBCOMMAND, "name": name, "description": _about(command.about)}
    return {**made, "options": [_option(option) for option in ordered]} if ordered else made


def _option(option: Option) -> Payload:
    made: Payload = {"type": _TEXT, "name": option.name, "description": _about(option.about)}
    if option.required:
        made["required"] = True
    if 0 < len(option.choices) <= CHOICES:
        made["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    elif option.choices or option.kind not in _TYPED_OUT:
        made["autocomplete"] = True
    return made


def _about(text: str) -> str:
    return clean(text, ABOUT_LIMIT) or "…"


def _comparable(value: Any) -> Any:
    """Return a payload without what Discord fills in: ids, versions, and whatever is empty, false or null."""
    if isinstance(value, Mapping):
        kept = {name: _comparable(one) for name, one in value.items() if name in _COMPARED}
        return {name: one for name, one in kept.items() if one not in (None, False, [], {})}
    return [_comparable(one) for one in value] if isinstance(value, list | tuple) else value


_COMPARED = frozenset(
    {"type", "name", "description", "contexts", "integration_types", "options", "required", "choices", "autocomplete"}
) | {"value"}
