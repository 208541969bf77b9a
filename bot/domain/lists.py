"""Official lists: entries, and how they change."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.base import Code, Key


class ListedKind(StrEnum):
    """What is listed; the plural stands in an action's counts."""

    INDIVIDUAL = "individual"
    ENTITY = "entity"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One entry of an official sanctions list."""

    list: Key
    """The feed that brings the list; two lists of one authority are two, and never delete each other's entries."""
    uid: str
    """What the list itself calls the entry, for as long as it stands there."""
    name: str
    kind: ListedKind = ListedKind.ENTITY
    programmes: tuple[str, ...] = ()
    """In the list's own words."""
    countries: tuple[str, ...] = ()
    """Nationality, else seat or flag: as the list writes them, and codes once `ListClerk.settle` has seen them."""
    targets: tuple[Code, ...] = ()
    """Whom its programmes are directed at; filled by `ListClerk.settle`."""
    listed_on: date | None = None
    aliases: tuple[str, ...] = ()
    remarks: str = ""


class ListingFate(StrEnum):
    """What became of an entry from one state of its list to the next."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChange:
    """One entry added, changed or removed: as it is now, or as it last was."""

    fate: ListingFate
    listing: Listing
    at: datetime
    """When it was noticed."""
    state: int = 0
    """The list's state that has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """One state of a list that was taken in whole."""

    list: Key
    number: int
    """Counts up from 1; 1 is the stock that the first visit took."""
    digest: str
    """Of the files it was read from."""
    at: datetime
    entries: int
