"""Stories: events, as all their reports together tell them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.actions import Action
from bot.domain.base import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One item's share in a story."""

    item: Key
    outlet: str
    link: str
    title: str
    at: datetime
    official: bool = False
    evidence: str = ""
    words: tuple[str, ...] = ()
    """The stems of its words, by which later reports are compared with it; empty: those of title and evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event, as all its reports together tell it."""

    key: Key
    action: Action
    """The lead action, grown by what later reports added."""
    also: tuple[Action, ...] = ()
    """Further actions that the same reports tell."""
    headline: str = ""
    """The first report's title, verbatim."""
    reports: tuple[Report, ...] = ()
    first: datetime
    last: datetime
    follows: Key | None = None
    """The story of an earlier stage of the same measure."""
    answers: Key | None = None
    """The story of the action that this one retaliates for."""
    scope: str = ""
    """The place whose own feeds tell it; empty: everybody's."""


class Outcome(StrEnum):
    """What became of an item."""

    ALERT = "alert"
    """A new story."""
    UPDATE = "update"
    """It added to a known story: a follow-up, or a line among the sources."""
    REPEAT = "repeat"
    """A known item seen again, or one that added nothing to its story."""
    SILENT = "silent"
    """No sanctions news, or nothing that anybody asked to hear."""
