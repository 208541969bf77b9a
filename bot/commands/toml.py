"""Rules as TOML, in the form of config/rules.toml: what is exported can be imported, here or in the operator's file.

Some platforms make one line of what is typed; so line breaks are put back where TOML needs them.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain import Rule, Subscription
from bot.errors import UsageError

MOST = 500
NAME = 60
"""Characters of a rule's name."""
PAGE = 2_400
"""Characters of a page: so many can be copied from any chat, and typed into any form, as they stand."""
_KNOWN = {"subscriptions": {"room", "rule"}, "rules": {"name", "kind", "rule", "mention"}}
_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|\s*(?P<head>\[\[\s*\w+\s*\]\])|\s+(?P<key>\w+)(?=\s*=)', re.ASCII)


def write_toml(subscriptions: Iterable[Subscription], rules: Iterable[Rule]) -> str:
    """Return subscriptions and rules as TOML."""
    entries = [_entry("subscriptions", {"room": one.room, "rule": one.line}) for one in subscriptions]
    for rule in rules:
        name = rule.name if len(rule.name) <= NAME else f"{rule.name[: NAME - 1].rstrip()}…"
        values = {"name": name, "kind": rule.kind.value, "rule": rule.line}
        entries.append(_entry("rules", values | ({"mention": rule.mention} if rule.mention else {})))
    return "\n\n".join(entries)


def label_of(name: str, line: str) -> str:
    """Return what somebody called a rule; nothing where its name is its line, or the beginning of it."""
    return "" if line.startswith(name.removesuffix("…")) else name


def pages(entries: Iterable[Subscription | Rule]) -> list[list[Subscription | Rule]]:
    """Return subscriptions and rules in as few pages as hold their TOML; one that is longer has a page of its own."""
    made: list[list[Subscription | Rule]] = []
    left = 0
    for one in entries:
        length = len(_one(one)) + 2
        if length > left:
            made.append([])
            left = PAGE
        made[-1].append(one)
        left -= length
    return made


def _one(entry: Subscription | Rule) -> str:
    return write_toml([entry], []) if isinstance(entry, Subscription) else write_toml([], [entry])


def _entry(table: str, values: Mapping[str, str]) -> str:
    return "\n".join([f"[[{table}]]", *(f"{key} = {_string(value)}" for key, value in values.items())])


def _string(value: str) -> str:
    """Return a TOML string: JSON's, with escapes for what is not seen and for what chats make of a text.

    Halves of characters are none in TOML; a backtick would end the frame that chats show a text in.
    """
    text = json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return "".join(sign if _is_plain(sign) else f"\\U{ord(sign):08X}" for sign in text)


def _is_plain(sign: str) -> bool:
    return sign == " " or (sign != "`" and unicodedata.category(sign)[0] not in "CZM")


def read_toml(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the entries with where each stands. Raises UsageError that names what does not hold."""
    body = text.strip().removeprefix("```toml").strip("`").strip()
    try:
        raw = _loads(body)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f'That is no TOML: {error}. "rules export" shows how it looks.') from None
    if unknown := sorted(raw.keys() - _KNOWN.keys()):
        raise UsageError(f"There is no table {unknown[0]}; type [[rules]] or [[subscriptions]].")
    entries = [
        (f"[[{table}]] no. {place}", _checked(table, entry, f"[[{table}]] no. {place}"))
        for table in _KNOWN
        for place, entry in enumerate(_list(raw.get(table, []), table), 1)
    ]
    if not 0 < len(entries) <= MOST:
        raise UsageError(f'From 1 to {MOST} entries can be imported, not {len(entries)}. "rules export" shows how.')
    return entries


def _loads(body: str) -> dict[str, Any]:
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        if "\n" in body:
            raise
        return tomllib.loads(_PIECE.sub(_broken, body))


def _broken(found: re.Match[str]) -> str:
    """Return a piece of a line with the line breaks that it had."""
    if found["head"]:
        return f"\n{found['head'].strip()}\n"
    return f"\n{found['key']}" if found["key"] else found[0]


def _list(value: object, table: str) -> list[object]:
    if not isinstance(value, list):
        raise UsageError(f"{table} must be [[{table}]] tables.")
    return value


def _checked(table: str, entry: object, where: str) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise UsageError(f"{where} is no table.")
    if unknown := sorted(entry.keys() - _KNOWN[table]):
        raise UsageError(f"{where}: there is no {unknown[0]}; it may have {', '.join(sorted(_KNOWN[table]))}.")
    if wrong := [key for key, value in entry.items() if not isinstance(value, str)]:
        raise UsageError(f"{where}: {wrong[0]} must be a text in quotes.")
    needed = {"rule", "kind"} if table == "rules" else {"rule"}
    if missing := sorted(needed - entry.keys()):
        raise UsageError(f"{where}: {missing[0]} is missing.")
    return entry
