"""Decisions: all that follows from one item."""

from dataclasses import dataclass

from bot.domain.actions import Reading
from bot.domain.base import Key
from bot.domain.feeds import Item
from bot.domain.stories import Outcome, Story
from bot.domain.telling import Alert, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of an item's trail: which verb, what came of it, and why."""

    verb: str
    outcome: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that follows from one item; recorded in one transaction."""

    item: Item
    reading: Reading
    outcome: Outcome
    because: str
    story: Story | None = None
    alerts: tuple[Alert, ...] = ()
    messages: tuple[Message, ...] = ()
    """One for each alert, in the same order."""
    trail: tuple[Step, ...] = ()
    rules: tuple[Key, ...] = ()
    """The rules that picked it."""
