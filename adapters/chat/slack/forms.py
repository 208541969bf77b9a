"""Modals, pure: a command's options as a form, with the desk's answer above it; or an answer alone.

A form keeps its inputs after it is submitted, with the answer above them, so that a rule can be tried, changed and
tried again until its back-test is what was meant; what is saved is saved by the button in the answer.

What an answer may lead to is remembered in the modal itself (`private_metadata`), so that it survives a restart.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from adapters.chat.slack.render import Block, literal_section, page, plain
from adapters.chat.slack.text import clean, typed
from bot.domain import Choice, Command, Message, Option, Right

View = dict[str, Any]

FORM = "form"
ANSWER = "answer"
ONE_MOMENT = Message(title="One moment …")
MAX_BLOCKS = 95
"""Slack takes 100 in a view."""
MAX_CHOICES = 100
COMPLETED = frozenset({"country", "story", "subscription", "rulekey", "feed", "zone"})
"""Kinds of options that the desk completes, and that nobody types by heart."""
LISTED = frozenset({"subscription", "rulekey", "feed"})
"""Kinds of options of which there are few, so that choosing one may say what else the form holds."""
LONG = "toml"
"""The kind of option that takes many lines."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a modal was opened from."""

    room: str
    home: bool = False
    """Whether it was App Home, which then shows what was changed."""
    words: str = ""
    """The command that a form asks."""

    def text(self) -> str:
        """Return it as a modal keeps it."""
        return json.dumps({"room": self.room, "home": self.home, "words": self.words})

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> "Where":
        """Return what a modal was opened from, as it remembers it."""
        try:
            kept = json.loads(view.get("private_metadata") or "{}")
        except ValueError:
            kept = {}
        return cls(room=str(kept.get("room", "")), home=bool(kept.get("home")), words=str(kept.get("words", "")))


def wants_form(command: Command, options: Mapping[str, str]) -> bool:
    """Return whether a form serves better than an answer: something needed is missing, or nothing of much was said.

    The second is for what changes things and takes several options: bare, it would do something, but hardly what was
    meant.
    """
    if any(option.required and not options.get(option.name, "").strip() for option in command.options):
        return True
    several = [option for option in command.options if option.name != "page"]
    return command.right > Right.ALL and len(several) > 1 and not options


def form(
    command: Command,
    given: Mapping[str, str],
    where: Where,
    answer: Message | None = None,
    typed_in: Mapping[str, str] | None = None,
) -> View:
    """Return a command as a form with `given` filled in, and the answer, if there is one, above.

    `typed_in` is what the inputs hold already, where this takes the place of a form: Slack keeps that in an input that
    goes by the same name, so one that is to hold something else needs a new one.
    """
    above = [*_answer(answer), {"type": "divider"}] if answer else [literal_section(command.about)]
    inputs = []
    for option in command.options:
        if option.name != "page":
            value = given.get(option.name, "")
            kept = typed_in is None or typed_in.get(option.name, "") == value
            inputs.append(_input(option, value, "" if kept else f":{crc32(value.encode('utf-8', 'replace'))}"))
    changes = command.right > Right.ALL
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": Where(room=where.room, home=where.home, words=command.words).text(),
        "title": plain(command.words.capitalize(), 24),
        "submit": plain("Try it" if changes else "Ask", 24),
        "close": plain("Close", 24),
        "blocks": [*above[: MAX_BLOCKS - len(inputs)], *inputs],
    }


def answer_view(message: Message, where: Where) -> View:
    """Return an answer as a modal."""
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "private_metadata": where.text(),
        "title": plain("Sanctionwire", 24),
        "close": plain("Close", 24),
        "blocks": _answer(message)[:MAX_BLOCKS],
    }


def working(where: Where, so_far: Message = ONE_MOMENT) -> View:
    """Return what is shown until an answer is there: how far it has come."""
    return answer_view(so_far, where)


def values(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what a form's inputs hold; an input that nobody touched holds what it was opened with."""
    state: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    held = {}
    for block in view.get("blocks") or []:
        if block.get("type") == "input":
            element = block.get("element") or {}
            name = str(element.get("action_id", ""))
            answered = (state.get(block.get("block_id")) or {}).get(name)
            held[name] = value_of(element if answered is None else answered)
    return {name: value for name, value in held.items() if value}


def value_of(element: Mapping[str, Any]) -> str:
    """Return what was typed or chosen in an input, whichever of Slack's many names it goes by."""
    option = element.get("selected_option") or element.get("initial_option") or {}
    said = option.get("value") or element.get("value") or element.get("initial_value")
    return typed(str(said or element.get("selected_time") or element.get("initial_time") or ""))


def menu(choices: Iterable[Choice]) -> list[Block]:
    """Return completions as the options of a menu; one too long to be given back whole is left out."""
    return [
        {"text": plain(choice.label, 75), "value": choice.value}
        for choice in choices
        if choice.value and choice.value == clean(choice.value, 150)
    ][:MAX_CHOICES]


def option_of(commands: Sequence[Command], words: str, name: str) -> Option | None:
    """Return a command's option by its name."""
    command = next((one for one in commands if one.words == words), None)
    return next((option for option in command.options if option.name == name), None) if command else None


def _answer(message: Message) -> list[Block]:
    blocks = page(message)
    for further in message.more:
        blocks += [{"type": "divider"}, *page(further)]
    return blocks


def _input(option: Option, given: str, mark: str) -> Block:
    made: Block = {
        "type": "input",
        "block_id": f"in:{option.name}{mark}",
        "label": plain(option.name.capitalize(), 100),
        "hint": plain(option.about, 200),
        "optional": not option.required,
        "element": {"action_id": option.name, **dict(_element(option, given))},
    }
    # what is chosen here, or entered with Enter, is tried at once
    return made | ({"dispatch_action": True} if option.kind == "rule" or option.kind in LISTED else {})


def _element(option: Option, given: str) -> Iterator[tuple[str, Any]]:
    chosen = {"text": plain(given, 75), "value": given[:150]} if given else None
    if option.choices:
        yield "type", "static_select"
        yield "options", [{"text": plain(one, 75), "value": one} for one in option.choices[:MAX_CHOICES]]
        if chosen and given in option.choices[:MAX_CHOICES]:
            yield "initial_option", chosen
    elif option.kind in COMPLETED:
        yield "type", "external_select"
        yield "min_query_length", 0
        if chosen:
            yield "initial_option", chosen
    elif option.kind == "time" and (not given or _TIME.fullmatch(given)):
        yield "type", "timepicker"
        if given:
            yield "initial_time", given
    else:
        most = 3000 if option.kind == LONG else 2000
        yield "type", "plain_text_input"
        yield "max_length", most
        yield "multiline", option.kind == LONG
        if option.kind == "rule":
            yield "dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]}
        if given:
            yield "initial_value", given[:most]
