"""Long lists, a page at a time, with buttons that ask for the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.commands.line import typed
from bot.commands.office import PAGE, number
from bot.domain import Button, Command, Request

T = TypeVar("T")

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


def turning(command: Command, request: Request, page: Page[T]) -> tuple[Button, ...]:
    """Return the buttons to the pages before and after."""
    buttons = []
    for label, other in (("◀ Back", page.number - 1), ("More ▶", page.number + 1)):
        if 1 <= other <= page.of:
            button = asking(command, {**request.options, "page": str(other)}, label)
            buttons += [button] if button else []
    return tuple(buttons)


def asking(command: Command, options: dict[str, str], label: str) -> Button | None:
    """Return a button that asks a command; None where the question is longer than a button can keep."""
    action, _, value = typed(command, options).partition(" ")
    return Button(action=action, label=label, value=value) if len(value) <= LONGEST_VALUE else None
