"""The desk: where a question is admitted, its right checked, and every answer given. `ask` never raises.

A right is checked here and nowhere else: `_authorise`. Which right a command needs stands in its row; to confirm a
change takes the right to ask for it, so a button that somebody else presses does nothing.
"""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from bot.commands import (
    country,
    drafting,
    explaining,
    feeding,
    history,
    judging,
    looking,
    ruling,
    subscribing,
    timelines,
)
from bot.commands.completing import complete
from bot.commands.flood import Allowances
from bot.commands.line import parse_line
from bot.commands.office import Office, Row
from bot.commands.pages import PAGED
from bot.domain import Choice, Command, Message, Option, Request, Right
from bot.errors import RuleError, SanctionwireError, UsageError
from bot.rules.values import shown

LONGEST = 2_000
"""Characters of any one option."""
LONGEST_TEXT = 40_000
"""Characters of an option that holds a whole file."""

_PARTS = (
    country.ROWS,
    timelines.ROWS,
    looking.ROWS,
    subscribing.ROWS,
    ruling.ROWS,
    history.ROWS,
    feeding.ROWS,
    explaining.ROWS,
    judging.ROWS,
    drafting.ROWS,
)
"""In the order in which help lists them."""

WHO = {Right.MANAGER: "who may manage this channel", Right.ADMIN: "admins of this place"}


class FrontDesk:
    """`bot.ports.Desk` over an office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._allowances = Allowances()
        self._places = dict(office.store.places())
        own = (Row(command=explaining.HELP, answer=self._help), Row(command=MORE, answer=self._more))
        rows = (row for part in _PARTS for row in part)
        self._rows = {row.command.words: row for row in (*rows, *own)}

    @cached_property
    def _table(self) -> Mapping[str, Command]:
        return {words: row.command for words, row in self._rows.items()}

    @property
    def commands(self) -> Sequence[Command]:
        """Everything that may be asked, hidden commands included."""
        return tuple(self._table.values())

    def parse(self, line: str) -> tuple[str, Mapping[str, str]]:
        """Split a typed line, or a button's, into a command's words and its options."""
        return parse_line(line[:LONGEST_TEXT], self._table, lambda name: self._office.lexicon.find(name) is not None)

    async def ask(self, request: Request) -> Message:
        """Answer; what cannot be done as asked is answered in plain words, privately."""
        try:
            return await self.answer(request)
        except RuleError as error:
            return _refusal("That rule line does not hold", *_pointed(error, request))
        except UsageError as error:
            return _refusal("That cannot be done as typed", str(error))
        except SanctionwireError as error:
            self._office.log("ask_failed", command=request.words, room=request.room, error=str(error))
            return _refusal("That did not work", str(error))
        except Exception as error:  # noqa: BLE001 - one question's fault is not the others'
            self._office.log("ask_broke", command=request.words, room=request.room, error=repr(error))
            return _refusal("That went wrong", "It is our fault, not yours, and it is noted. Please try again later.")

    async def answer(self, request: Request) -> Message:
        """Answer, or raise a SanctionwireError that says why not: for callers with exit codes of their own."""
        row, request = self._admitted(request)
        told = await row.answer(self._office, request)
        return replace(told, private=True) if row.command.private else told

    async def facts(self, request: Request) -> Mapping[str, Any] | None:
        """Return an answer as plain values for those who read JSON, or None where there is none but the message."""
        row, request = self._admitted(request)
        return await row.facts(self._office, request) if row.facts else None

    def _admitted(self, request: Request) -> tuple[Row, Request]:
        """Return what answers a question, and the question in its own words. Raises UsageError where it may not be."""
        row = self._row(request.words)
        request = replace(request, words=row.command.words)
        self._admit(row, request)
        self._authorise(row.command, request)
        _check(row.command, request)
        self._note_place(request)
        return row, request

    async def complete(self, kind: str, text: str, request: Request) -> list[Choice]:
        """Return at most 25 completions for an option of this kind, best first; none where something is wrong."""
        try:
            return complete(self._office, kind, text, request)
        except Exception as error:  # noqa: BLE001 - nobody's typing is disturbed by our faults
            self._office.log("complete_broke", kind=kind, error=repr(error))
            return []

    def _row(self, words: str) -> Row:
        asked = " ".join(words.split()).lower()
        row = self._rows.get(asked) or self._rows.get(f"{asked} list")
        if row is None:
            offered = [name for name, one in self._rows.items() if not one.command.hidden]
            near = difflib.get_close_matches(asked[:50], offered, 1)
            hint = f'Did you mean "{near[0]}"?' if near else '"help" lists them all.'
            raise UsageError(f'There is no command "{shown(words)}". {hint}')
        return row

    def _admit(self, row: Row, request: Request) -> None:
        """Raise UsageError for somebody who asks too much at once; the operator may."""
        if request.right >= Right.OPERATOR:
            return
        wait = self._allowances.take(
            f"{request.place or request.room} {request.person}", row.cost, self._office.clock()
        )
        if wait:
            raise UsageError(f"That is a lot at once. Please wait {math.ceil(wait)} s and ask again.")

    def _authorise(self, command: Command, request: Request) -> None:
        """Raise UsageError for somebody who may not."""
        needed = command
        if command.words in ("confirm", "cancel") and (draft := drafting.known_draft(self._office, request)):
            needed = self._rows[draft.words].command
        if request.right < needed.right:
            raise UsageError(f'"{needed.words}" is for {WHO[needed.right]}; ask one of them.')

    def _note_place(self, request: Request) -> None:
        """Remember where a room belongs, so that the rules of the place reach it."""
        if request.place and self._places.get(request.room) != request.place:
            self._office.store.note_place(request.room, request.place)
            self._places[request.room] = request.place
            scopes = {rule.scope for rule in self._office.store.rules()}
            if request.place in scopes | {feed.scope for feed in self._office.store.feeds()}:
                self._office.hooks.audience()

    async def _help(self, _: Office, request: Request) -> Message:
        offered = [command for command in self.commands if not command.hidden]
        return explaining.help_message(offered, request.right)

    async def _more(self, office: Office, request: Request) -> Message:
        """Ask again what a button was too short to keep."""
        draft = office.store.draft(request.options["token"].strip())
        if draft is None or not draft.options or draft.room != request.room:
            raise UsageError("That list is no longer kept. Ask for it again.")
        options = {**draft.options, "page": request.options.get("page", "1")}
        return await self.answer(replace(request, words=draft.words, options=options))


MORE = Command(
    words="more",
    about="Turn a page of a long question",
    options=(Option(name="token", about="What the button carries"), PAGED),
    hidden=True,
)


def _check(command: Command, request: Request) -> None:
    """Raise UsageError for an option that is missing, unknown or too long."""
    for option in command.options:
        value = request.options.get(option.name, "")
        if option.required and not value.strip():
            wanted = f"{option.about}: {', '.join(option.choices)}" if option.choices else option.about
            raise UsageError(f'"{command.words}" needs {option.name.upper()}: {wanted}.')
        if len(value) > _longest(option):
            raise UsageError(f"{option.name.upper()} is longer than {_longest(option):,} characters; shorten it.")


def _longest(option: Option) -> int:
    return LONGEST_TEXT if option.kind == "toml" else LONGEST


def _pointed(error: RuleError, request: Request) -> tuple[str, ...]:
    """Return an error in a rule line with a mark under the column."""
    line = request.options.get("rule", "")
    if not line or error.column > len(line) + 1 or len(line) > 100 or "\n" in line:
        return (str(error),)
    return (line, " " * (error.column - 1) + "^", str(error))


def _refusal(title: str, *lines: str) -> Message:
    return Message(title=title, lines=lines, private=True)
