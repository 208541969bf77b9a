"""What may stand after a field's colon: turned into codes, or refused with the nearest that exists."""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import time
from functools import lru_cache

from bot.domain import Stage
from bot.errors import RuleError
from bot.rules.query import Every, Names, RuleField
from bot.rules.words import fold_words

_LONGEST_SHOWN = 40
_DASHES = str.maketrans("–—−", "---")

Read = Callable[[str, Names, int], str]
"""(what was typed, names, its column) to the value; raises RuleError."""


def shown(text: str) -> str:
    """Return typed text fit for an error: one line, printable, short."""
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return clean if len(clean) <= _LONGEST_SHOWN else clean[: _LONGEST_SHOWN - 1] + "…"


def suggest(text: str, known: Iterable[str], *, most: int = 3) -> str:
    """Return a hint with the nearest of the known words, or with the first few of them where none is near."""
    words = list(known)
    near = difflib.get_close_matches(text[:_LONGEST_SHOWN].lower(), words, n=most, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(near) + "?"
    return "one of " + ", ".join(words[:20]) + (" ..." if len(words) > 20 else "")


@lru_cache(maxsize=4096)  # a few hundred codes, labels and outlets, asked for each line and each item
def _squash(text: str) -> str:
    return fold_words(text).replace(" ", "")


def _country(text: str, names: Names, column: int) -> str:
    # Capitals as a second try: a code that is also a word ("us") need not be known as a name in small letters.
    code = names.find(text) or names.find(text.upper())
    if code is None:
        near = names.nearest(text[: 2 * _LONGEST_SHOWN])[:3]
        hint = (
            "did you mean " + " or ".join(near) + "?"
            if near
            else "a name or a code such as the two letters of ISO 3166"
        )
        raise RuleError(f'no country or issuer is called "{shown(text)}"', column=column, hint=hint)
    return code


def _one_of(what: str, text: str, known: Mapping[str, str], column: int) -> str:
    """Return the code of `known` (code to label) that was typed, by itself or by its label."""
    typed = _squash(text)
    for code, label in known.items():
        if typed in (_squash(code), _squash(label)):
            return code
    raise RuleError(f'no {what} is called "{shown(text)}"', column=column, hint=suggest(text, known))


def _stage(text: str, _names: Names, column: int) -> str:
    return _one_of("stage", text, {stage.value: stage.value for stage in Stage}, column)


def _instrument(text: str, names: Names, column: int) -> str:
    return _one_of("instrument", text, names.instruments, column)


def _ground(text: str, names: Names, column: int) -> str:
    return _one_of("ground", text, names.grounds, column)


def _yes_or_no(text: str, _names: Names, column: int) -> str:
    typed = fold_words(text)
    if typed not in ("yes", "no"):
        raise RuleError(f'"{shown(text)}" is neither yes nor no', column=column, hint="type yes or no")
    return typed


def fold_source(text: str) -> str:
    """Return an outlet's name or a feed's key as sources are compared: folded, and blanks and marks do not count."""
    return _squash(text)


def _source(text: str, _names: Names, column: int) -> str:
    name = fold_source(text)
    if not name:
        raise RuleError(f'"{shown(text)}" names no source', column=column, hint="type an outlet's name or a feed's key")
    return name


READ: Mapping[RuleField, Read] = {
    RuleField.ISSUER: _country,
    RuleField.TARGET: _country,
    RuleField.COUNTRY: _country,
    RuleField.STAGE: _stage,
    RuleField.INSTRUMENT: _instrument,
    RuleField.GROUND: _ground,
    RuleField.COUNTER: _yes_or_no,
    RuleField.SURE: _yes_or_no,
    RuleField.SOURCE: _source,
    RuleField.OFFICIAL: _yes_or_no,
}


def read_every(text: str, column: int) -> Every:
    """Return how often: ``now``, ``hour`` or ``day``."""
    return Every(_one_of("rhythm", text, {every.value: every.value for every in Every}, column))


def read_time(text: str, column: int) -> time:
    """Return an hour of the day, ``9:00`` or ``09:00``."""
    hours, colon, minutes = text.partition(":")
    good = colon and hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2
    if not good or int(hours) > 23 or int(minutes) > 59:
        raise RuleError(f'"{shown(text)}" is no time', column=column, hint="type hours and minutes, such as 09:00")
    return time(int(hours), int(minutes))


def read_quiet(text: str, column: int) -> tuple[time, time]:
    """Return from when to when, ``22:00-07:00``."""
    start, dash, end = text.translate(_DASHES).partition("-")
    if not dash:
        raise RuleError(f'"{shown(text)}" is no span of hours', column=column, hint="type from-to, such as 22:00-07:00")
    span = (read_time(start, column), read_time(end, column + len(start) + 1))
    if span[0] == span[1]:
        raise RuleError("the quiet hours end when they begin", column=column, hint="type from-to, such as 22:00-07:00")
    return span


def read_zone(text: str, zones: Collection[str], column: int) -> str:
    """Return an IANA time zone's name as the database writes it; case, blanks and the continent may be left out."""
    if text in zones:
        return text
    typed = _squash(text)
    alike = [zone for zone in zones if _squash(zone) == typed]
    # People know their city, not its continent.
    cities = {zone: _squash(zone.rpartition("/")[2]) for zone in sorted(zones)}
    alike = alike or [zone for zone, city in cities.items() if city == typed]
    if len(alike) == 1:
        return alike[0]
    city = _squash(text.rpartition("/")[2])[:_LONGEST_SHOWN]
    close = difflib.get_close_matches(city, set(cities.values()), n=3, cutoff=0.7)
    near = sorted((zone for zone in cities if cities[zone] in close), key=lambda zone: close.index(cities[zone]))[:3]
    hint = "did you mean " + " or ".join(near) + "?" if near else "type an IANA name, such as Europe/Berlin"
    raise RuleError(f'no time zone is called "{shown(text)}"', column=column, hint=hint)
