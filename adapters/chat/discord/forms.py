"""A form for what a button left open: the options of a command that somebody must still fill in.

A form's id is the button's: the line that was pressed. So nothing needs to be remembered between showing and sending.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from adapters.chat.discord.commands import CHOICES
from adapters.chat.discord.text import clean
from bot.domain import Command, Option

TITLE = 45
LABEL = 45
HINT = 100
VALUE = 1000
FIELDS = 5


def missing(command: Command, options: Mapping[str, str]) -> bool:
    """Tell whether a command cannot be asked yet, but could be if somebody filled in a form."""
    return any(option.required and not options.get(option.name) for option in command.options)


def form(pressed: str, command: Command, options: Mapping[str, str]) -> discord.ui.Modal:
    """Return a form for a command's options, the required ones first, with what is known filled in."""
    modal = discord.ui.Modal(title=clean(command.about.capitalize(), TITLE), custom_id=pressed, timeout=None)
    for option in _asked_for(command.options):
        modal.add_item(_field(option, options.get(option.name, "")))
    modal.stop()  # told by its id when it comes back, not by what was in memory
    return modal


def filled(components: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was filled in, by the options' names."""
    return {name: value for name, value in _values(components) if value}


def _asked_for(options: Sequence[Option]) -> list[Option]:
    return sorted(options, key=lambda option: not option.required)[:FIELDS]


def _field(option: Option, value: str) -> discord.ui.Label[Any]:
    field: discord.ui.Select[Any] | discord.ui.TextInput[Any]
    if 0 < len(option.choices) <= CHOICES:
        offered = [discord.SelectOption(label=one, value=one, default=one == value) for one in option.choices]
        field = discord.ui.Select(custom_id=option.name, options=offered, required=option.required)
    else:
        field = discord.ui.TextInput(
            custom_id=option.name,
            required=option.required,
            default=value[:VALUE] or None,
            placeholder=clean(option.about, HINT) or None,
            max_length=VALUE,
        )
    return discord.ui.Label(
        text=option.name.capitalize()[:LABEL], description=clean(option.about, HINT) or None, component=field
    )


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in components:
        if "custom_id" in one:
            chosen = one.get("values") or []
            yield str(one["custom_id"]), str(one.get("value") or (chosen[0] if chosen else "")).strip()
        inner = [one["component"]] if "component" in one else one.get("components") or []
        yield from _values(inner)
