"""Long lists, a page at a time, with buttons that ask for the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.commands.keys import short_key
from bot.commands.line import typed
from bot.commands.office import PAGE, Office, number
from bot.domain import Button, Command, Draft, Key, Option, Request

T = TypeVar("T")

PAGED = Option(name="page", about="which page", required=False)
ONWARD = "More ▶"
"""The button to the next page."""
LONGEST_VALUE = 80
"""Characters of a button's value that every platform keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list."""

    shown: Sequence[T]
    number: int
    of: int
    total: int

    @property
    def footer(self) -> str:
        """Which page this is; empty where there is only one."""
        return f"Page {self.number} of {self.of}, {self.total:,} in all" if self.of > 1 else ""


def page_of(request: Request, entries: Sequence[T], per: int = PAGE) -> Page[T]:
    """Return the page that was asked for; one beyond the end is the last. Raises UsageError for no number."""
    last = max(1, -(-len(entries) // per))
    wanted = min(last, number(request.options.get("page") or "1", what="page"))
    start = (wanted - 1) * per
    return Page(shown=entries[start : start + per], number=wanted, of=last, total=len(entries))


def turning(office: Office, command: Command, request: Request, page: Page[T]) -> tuple[Button, ...]:
    """Return the buttons to the pages before and after."""
    sides = (("◀ Back", page.number - 1), (ONWARD, page.number + 1))
    return tuple(
        asking(office, command, request, {"page": str(other)}, label) for label, other in sides if 1 <= other <= page.of
    )


def asking(office: Office, command: Command, request: Request, changed: Mapping[str, str], label: str) -> Button:
    """Return a button that asks the same with some options changed; one too long for a button is kept in the store."""
    options = {**request.options, **changed}
    action, _, value = typed(command, options).partition(" ")
    if len(value) <= LONGEST_VALUE:
        return Button(action=action, label=label, value=value)
    kept = {name: given for name, given in options.items() if name != "page"}
    token = keep_question(office, request, command, kept)
    return Button(action="more", label=label, value=f"{token} page:{options.get('page', '1')}")


def keep_question(office: Office, request: Request, command: Command, options: Mapping[str, str]) -> Key:
    """Keep a question, so that a button can ask it again; the same question has the same token."""
    token = short_key((request.room, command.words, *(part for pair in sorted(options.items()) for part in pair)), ())
    now = office.clock()
    draft = Draft(token=f"q{token}", words=command.words, room=request.room, at=now, until=now, options=dict(options))
    office.store.keep_draft(draft)
    return draft.token
