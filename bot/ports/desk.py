"""Where people's questions are answered."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain import Choice, Command, Message, Request


class Desk(Protocol):
    """Where people's questions are answered; what a chat calls."""

    @property
    def commands(self) -> Sequence[Command]:
        """Everything that may be asked, hidden commands included."""
        ...

    async def ask(self, request: Request) -> Message:
        """Answer. Never raises: what cannot be done as asked is answered in plain words, privately."""
        ...

    def parse(self, line: str) -> tuple[str, Mapping[str, str]]:
        """Split a typed line, or a button's, into a command's words and its options."""
        ...

    async def complete(self, kind: str, text: str, request: Request) -> list[Choice]:
        """Return at most 25 completions for an option of this kind, best first; quick, and never raises."""
        ...
