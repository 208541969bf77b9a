"""A typed line, split into a command's words and its options. Pure.

    country North Korea side:by       options in their order; the last takes all that is left
    between "North Korea" US          quotes hold a value together
    latest issuer:eu page:2           NAME:VALUE gives an option by its name, wherever it stands
    subscribe issuer:eu every:day     a rule line stays as it was typed, its own fields and options in it
    rules                             a bare group is its list

Buttons ask in the same words, so this is also what makes them survive a restart.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain import Command, Option

BY_NAME = frozenset({"side", "since", "page", "every", "at", "zone", "quiet", "mention", "label"})
"""Options that are given as NAME:VALUE only, never by their place."""

WHOLE = frozenset({"rule", "toml"})
"""Kinds of options that are kept as they were typed, quotes and all, and take all that is left."""

IN_RULES = frozenset({"every", "at", "zone", "quiet"})
"""Options that stand in a rule line itself."""

_QUOTED = re.compile(r'["“”„‟«»](?P<text>[^"“”„‟«»]*)["“”„‟«»]?')
_TOKEN = re.compile(r'(?P<blank>\s*)(?P<token>(?:["“”„‟«»][^"“”„‟«»]*["“”„‟«»]?|[^\s"“”„‟«»])+)')
_BETWEEN = frozenset({"and", "with", "vs", "vs.", "versus", "-", "–", "—", ",", "&"})


@dataclass(frozen=True, slots=True)
class _Token:
    raw: str
    blank: str = " "
    """What stands before it: in a file that is given whole, line breaks mean something."""

    @property
    def text(self) -> str:
        """The token without its quotes."""
        return _QUOTED.sub(lambda found: found["text"], self.raw)


def parse_line(line: str, commands: Mapping[str, Command], knows: Callable[[str], bool]) -> tuple[str, dict[str, str]]:
    """Return a line's command and options. `knows` tells whether a text is somebody's name.

    An unknown command comes back as it was typed, for whoever answers to say so; an empty line asks for help.
    """
    tokens = [_Token(found["token"], found["blank"]) for found in _TOKEN.finditer(line.rstrip())]
    for length in (2, 1):
        words = " ".join(token.raw for token in tokens[:length]).lower()
        if words in commands and len(tokens) >= length:
            return words, _options(commands[words], tokens[length:], knows)
    first = tokens[0].raw.lower() if tokens else "help"
    listing = f"{first} list"
    if listing not in commands:
        return first, {}
    if len(tokens) > 1 and ":" not in tokens[1].raw:
        return f"{first} {tokens[1].raw.lower()}", {}
    return listing, _options(commands[listing], tokens[1:], knows)


def _options(command: Command, tokens: Sequence[_Token], knows: Callable[[str], bool]) -> dict[str, str]:
    given, left = _named(command, tokens)
    places = [option for option in command.options if option.name not in BY_NAME and option.name not in given]
    if [option.kind for option in places] == ["country", "country"] and len(left) > 2:
        return given | _pair(places, left, knows)
    for option in [one for one in places if one.choices and not one.required]:
        # a word that may stand before a rule line: `rules test mute fifa`
        if len(left) > 1 and left[0].text.lower() in option.choices:
            given[option.name] = left.pop(0).text.lower()
            places.remove(option)
    for number, option in enumerate(places):
        if not left:
            break
        if number == len(places) - 1 or option.kind in WHOLE:
            given[option.name] = _join(option, left)
            left = []
        else:
            given[option.name] = left.pop(0).text
    return given | _overflow(command, given, left)


def _named(command: Command, tokens: Sequence[_Token]) -> tuple[dict[str, str], list[_Token]]:
    """Return the options given by name, and the other tokens."""
    takes_rule = any(option.kind == "rule" for option in command.options)
    names = {option.name for option in command.options} - (IN_RULES if takes_rule else frozenset())
    given: dict[str, str] = {}
    left = []
    for token in tokens:
        name, colon, value = token.raw.partition(":")
        if colon and name.lower() in names and name.lower() not in given:
            rule = any(option.kind == "rule" for option in command.options if option.name == name.lower())
            given[name.lower()] = _bare(value) if rule else _Token(value).text
        else:
            left.append(token)
    return given, left


def _bare(value: str) -> str:
    """Return a rule line given as one quoted value: the quotes around the whole are not the rule's."""
    whole = _QUOTED.fullmatch(value)
    return whole["text"] if whole and ":" in whole["text"] else value


def _join(option: Option, tokens: Sequence[_Token]) -> str:
    if option.kind == "toml":
        return "".join(token.blank + token.raw for token in tokens).strip()
    return " ".join(token.raw if option.kind in WHOLE else token.text for token in tokens)


def _overflow(command: Command, given: Mapping[str, str], left: Sequence[_Token]) -> dict[str, str]:
    """Return a rule line given by name with what follows it: ``rule:issuer:us target:ru``."""
    rules = [option for option in command.options if option.kind == "rule" and option.name in given]
    if not left or not rules:
        return {}
    return {rules[0].name: f"{given[rules[0].name]} {_join(rules[0], left)}"}


def _pair(places: Sequence[Option], tokens: Sequence[_Token], knows: Callable[[str], bool]) -> dict[str, str]:
    """Return two names of several words each: where the line is cut so that somebody is called either half."""
    texts = [token.text for token in tokens]
    halves = [(_name(texts[:cut]), _name(texts[cut:])) for cut in range(1, len(texts))]
    first, second = next((pair for pair in halves if all(map(knows, pair))), halves[0])
    return {places[0].name: first, places[1].name: second}


def _name(words: Sequence[str]) -> str:
    kept = list(words)
    while kept and kept[0].lower() in _BETWEEN:
        kept.pop(0)
    while kept and kept[-1].lower() in _BETWEEN:
        kept.pop()
    return " ".join(kept).rstrip(",")


def typed(command: Command, options: Mapping[str, str]) -> str:
    """Return the line that would ask this: what `parse_line` takes apart again."""
    said = [command.words]
    for option in command.options:
        value = options.get(option.name, "")
        if not value:
            continue
        if option.kind not in WHOLE and (not value.strip() or len(value.split()) > 1):
            value = f'"{value.translate(_NO_QUOTES)}"'
        said.append(f"{option.name}:{value}" if option.name in BY_NAME else value)
    return " ".join(said)


_NO_QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»', "'"))
