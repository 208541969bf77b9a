"""Reading a table of configuration: each key is asked for once, with its type, default and bounds; faults are noted.

A fault never ends the reading: the default goes on in its place, so that the operator hears of everything at once.
`close` names the keys that nobody asked for, each with the nearest that somebody did.
"""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import urlsplit

from bot.errors import UsageError

T = TypeVar("T", str, bool, int)

_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DURATION = re.compile(r"([0-9]{1,6})\s?([smhd])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_KINDS = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


class Table:
    """One table, where it stands (for messages), and the list that its faults are added to."""

    def __init__(self, where: str, data: object, faults: list[str]) -> None:
        self.where = where
        self._data = data if isinstance(data, dict) else {}
        self._faults = faults
        self._asked: set[str] = set()
        if self._data is not data:
            faults.append(f"{where} must be a table, not {_kind(data)}")

    def fault(self, key: str, what: str) -> None:
        """Note that a key's value does not hold."""
        self._faults.append(f"{self.where} {key}: {what}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text in one line, whitespace collapsed; with no default it must be given and not be empty."""
        value = self._value(key, str)
        if value is None:
            if default is None and key not in self._data:
                self.fault(key, "is missing")
            return default or ""
        line = " ".join(value.split())
        if default is None and not line:
            self.fault(key, "must not be empty")
        if _CONTROL.search(line):
            self.fault(key, "holds a control character; type it anew")
        return line

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return one of the known words."""
        word = self.text(key, default)
        if word and word not in known:
            self.fault(key, f"{shown(word)} is unknown; {_nearest(word, known)}")
        return word

    def address(self, key: str, schemes: tuple[str, ...] = ("https", "http")) -> str:
        """Return an address, which must be given."""
        url = self.text(key)
        if url and (what := address_fault(url, schemes)):
            self.fault(key, f"{shown(url)} {what}" if "@" not in url else what)
        return url

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, bool)
        return default if value is None else value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number within its bounds, both included."""
        value = self._value(key, int)
        if value is None:
            return default
        if not least <= value <= most:
            self.fault(key, f"{shown(value)} is out of bounds; write a whole number from {least} to {most}")
        return value

    def duration(self, key: str, default: timedelta, least: timedelta, most: timedelta) -> timedelta:
        """Return a duration within its bounds, both included."""
        text = self._value(key, str)
        if text is None:
            return default
        try:
            value = parse_duration(text)
        except UsageError as error:
            self.fault(key, str(error))
            return default
        if not least <= value <= most:
            self.fault(key, f"{shown(text)} is out of bounds; write a duration from {_short(least)} to {_short(most)}")
        return value

    def table(self, key: str) -> "Table":
        """Return the table ``[key]``, an empty one if it is not there."""
        self._asked.add(key)
        return Table(f"{self.where} [{key}]", self._data.get(key, {}), self._faults)

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables ``[[key]]``, each called by its place, and by its key or name where it has one."""
        self._asked.add(key)
        found = self._data.get(key, [])
        if not isinstance(found, list):
            self.fault(key, f"must be a list of tables; head each of them with [[{key}]], in two pairs of brackets")
            return
        for place, data in enumerate(found, 1):
            yield Table(f"{self.where} [[{key}]] {place}{_called(data)}", data, self._faults)

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                self.fault(str(key), f"is no key of this table; {_nearest(str(key), sorted(self._asked))}")

    def _value(self, key: str, kind: type[T]) -> T | None:
        """Return the value if it is there and of its kind; exactly, for in Python true is a number too."""
        self._asked.add(key)
        value = self._data.get(key)
        if value is None or type(value) is kind:
            return value
        self.fault(key, f"must be {_KINDS[kind]}, not {_kind(value)}")
        return None


def parse_duration(text: str) -> timedelta:
    """Return the duration that ``90s``, ``10m``, ``6h`` or ``1d`` says. Raises UsageError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{shown(text)} is no duration; write a number and s, m, h or d, like 10m")
    return int(found[1]) * _UNITS[found[2]]


def address_fault(url: str, schemes: tuple[str, ...]) -> str | None:
    """Return what is wrong with an address, as the rest of a sentence; None if nothing is."""
    begins = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0 and not any(sign.isspace() for sign in url)
    except ValueError:
        return f"is no address; write {schemes[0]}://HOST/PATH"
    if parts.scheme not in schemes:
        return f"must begin with {begins}"
    if not whole:
        return f"is no address; write {schemes[0]}://HOST/PATH without spaces"
    return None


def shown(value: object) -> str:
    """Return a value in quotes for a message, cut to sixty characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]} ...{text[-1]}"


def _nearest(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


def _called(data: object) -> str:
    names = [data.get(own) for own in ("key", "name", "room")] if isinstance(data, dict) else []
    return next((f" ({shown(name)})" for name in names if isinstance(name, str) and name), "")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a date or time")


def _short(span: timedelta) -> str:
    unit, size = next((unit, size) for unit, size in reversed(_UNITS.items()) if span >= size)
    return f"{span // size}{unit}"
