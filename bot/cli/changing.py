"""`rules ...`, `feeds pause` ...: what may be changed in a chat, changed at the terminal. Reaches all places.

A line is understood as in a chat. What it would do is shown first, and done when somebody says yes, or with `--yes`.
Rules are exported as a file and imported from one.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.cli.arguments import Options
from bot.cli.build import build_desk, compile_knowledge, database, open_database, read_settings
from bot.cli.printing import show, show_values
from bot.commands import FrontDesk
from bot.commands.pages import ONWARD
from bot.domain import Button, Message, Request, Right
from bot.errors import UsageError

TRIED_ONLY = "rules test"
MOST_PAGES = 1_000


def rules(options: Options, environ: Mapping[str, str]) -> int:
    """List, try, add, change, remove, undo, export or import keyword rules."""
    return _change(options, environ, "rules", options.line)


def feeds(options: Options, environ: Mapping[str, str]) -> int:
    """Pause, resume or remove a source."""
    return _change(options, environ, f"feeds {options.what}", [options.key])


def _change(options: Options, environ: Mapping[str, str], words: str, rest: list[str]) -> int:
    knowledge = compile_knowledge()
    settings = read_settings(options, environ)
    store = open_database(database(options, environ), knowledge)
    try:
        asyncio.run(_asked(build_desk(settings, store, knowledge), words, rest, options))
    finally:
        store.close()
    return 0


async def _asked(desk: FrontDesk, words: str, rest: list[str], options: Options) -> None:
    line = " ".join([words, *rest])
    if line.startswith("rules import "):
        line = f"rules import {_file(' '.join(rest[1:]))}"
    asked, given = desk.parse(line)
    request = Request(words=asked, options=given, right=Right.OPERATOR, meanwhile=_counting())
    if options.json and (facts := await desk.facts(request)) is not None:
        return show_values(facts)
    answer = await desk.answer(request)
    if answer.verbatim and not options.json:
        return await _export(desk, request, answer)
    show(replace(answer, buttons=()) if not options.json else answer, as_json=options.json)
    yes = _button(answer, "confirm")
    if yes is None or (asked == TRIED_ONLY and not options.yes):
        return None
    done = "confirm" if options.yes or _agreed(yes.label) else "cancel"
    settled, token = desk.parse(f"{done} {yes.value}")
    show(await desk.answer(replace(request, words=settled, options=token)), as_json=options.json)
    return None


async def _export(desk: FrontDesk, request: Request, page: Message) -> None:
    """Print all pages as the one file that they are."""
    for _ in range(MOST_PAGES):
        sys.stdout.write("\n".join(page.lines) + "\n")
        onward = next((one for one in page.buttons if one.label == ONWARD), None)
        if onward is None:
            return
        sys.stdout.write("\n")
        words, given = desk.parse(f"{onward.action} {onward.value}")
        page = await desk.answer(replace(request, words=words, options=given))


def _file(name: str) -> str:
    """Return what a file says; -: standard input. Raises UsageError."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise UsageError(f'{name} cannot be read: {why}. Name a file as "rules export" writes it.') from error


def _button(message: Message, action: str) -> Button | None:
    return next((one for one in message.buttons if one.action == action), None)


def _agreed(verb: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nothing was changed: nobody is here to ask. Say --yes to do it.")
    return input(f"{verb}? [y/N] ").strip().lower() in {"y", "yes"}


class _Counting:
    """Says on a terminal how far a look back has come, in one line."""

    def __call__(self, message: Message) -> None:
        sys.stderr.write(f"\r{' '.join(message.lines)}\x1b[K")
        if not message.lines or "100%" in message.lines[0]:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _counting() -> _Counting | None:
    return _Counting() if sys.stderr.isatty() else None
