"""What a rule line means: a `Query`, its canonical line, and the `Names` a line may use.

A query holds of an item when one of the item's actions satisfies every entry of `Query.terms`. An entry is one
term, or several joined with ``|``, of which one is enough. All is kept sorted and without repetition, so that
lines which say the same in another order are equal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Protocol

from bot.domain import Code
from bot.rules.words import readable


class RuleField(StrEnum):
    """What a term looks at; in the order of the canonical line. `TEXT` is what quoted and bare words look at."""

    ISSUER = "issuer"
    TARGET = "target"
    COUNTRY = "country"
    STAGE = "stage"
    INSTRUMENT = "instrument"
    GROUND = "ground"
    COUNTER = "counter"
    SURE = "sure"
    SOURCE = "source"
    OFFICIAL = "official"
    TEXT = "text"


OF_THE_ITEM = frozenset({RuleField.SOURCE, RuleField.OFFICIAL, RuleField.TEXT})
"""The fields that an item has by itself; all others are an action's."""

_ORDER = {field: place for place, field in enumerate(RuleField)}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: the field has any of the values; negated: it has none of them.

    Values are codes (``US``, ``imposed``), ``yes`` or ``no``, a source's folded name, or one phrase of folded words.
    """

    field: RuleField
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        sign = "-" if self.negated else ""
        if self.field is RuleField.TEXT:
            return f'{sign}"{readable(self.values[0])}"'
        return f"{sign}{self.field}:{','.join(self.values)}"


Either = tuple[Term, ...]
"""Terms joined with ``|``: one of them is enough. Mostly there is only one."""


class Every(StrEnum):
    """How often a room is told."""

    NOW = "now"
    HOUR = "hour"
    DAY = "day"


DIGEST_TIME = time(9)
"""When a daily digest comes where the line does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a subscription is told: the options of its line."""

    every: Every = Every.NOW
    at: time | None = None
    """The hour of a daily digest, in `zone`; None unless `every` is ``day``."""
    zone: str = "UTC"
    """An IANA time zone's name."""
    quiet: tuple[time, time] | None = None
    """From when to when, in `zone`, everything is held; may reach over midnight. The two differ."""
    heartbeat: time | None = None
    """When, in `zone`, the room is told each day what was looked at, whatever was found; None: never."""

    def __str__(self) -> str:
        said = []
        if self.every is not Every.NOW:
            said.append(f"every:{self.every}")
        if self.at is not None:
            said.append(f"at:{self.at:%H:%M}")
        if self.zone != "UTC":
            said.append(f"zone:{self.zone}")
        if self.quiet is not None:
            said.append(f"quiet:{self.quiet[0]:%H:%M}-{self.quiet[1]:%H:%M}")
        if self.heartbeat is not None:
            said.append(f"heartbeat:{self.heartbeat:%H:%M}")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Query:
    """A rule line, understood. Without terms it picks everything."""

    terms: tuple[Either, ...] = ()
    rhythm: Rhythm = field(default_factory=Rhythm)

    def __str__(self) -> str:
        return print_line(self)


def print_line(query: Query) -> str:
    """Return the canonical line of a query: `parse` makes an equal query of it, and equal queries print alike."""
    said = ["|".join(map(str, either)) for either in query.terms]
    return " ".join([*said, str(query.rhythm)]).strip()


def _place(term: Term) -> tuple[int, bool, tuple[str, ...]]:
    return (_ORDER[term.field], term.negated, term.values)


def canonical(terms: Collection[Collection[Term]]) -> tuple[Either, ...]:
    """Sort terms and the alternatives within, each once."""
    eithers = {tuple(sorted(set(either), key=_place) if len(either) > 1 else either) for either in terms}
    if len(eithers) < 2:
        return tuple(eithers)
    return tuple(sorted(eithers, key=lambda either: [_place(term) for term in either]))


class Names(Protocol):
    """The knowledge that a line's values are checked against; a lexicon has it."""

    def find(self, text: str) -> Code | None:
        """Return the code of a country or issuer by any of its names; a code gives itself."""
        ...

    def nearest(self, text: str) -> list[str]:
        """Return names that an unknown one may have meant, best first."""
        ...

    @property
    def instruments(self) -> Mapping[str, str]:
        """The codes of instruments, each with its label."""
        ...

    @property
    def grounds(self) -> Mapping[str, str]:
        """The codes of grounds, each with its label."""
        ...

    @property
    def zones(self) -> Collection[str]:
        """The names of IANA time zones, e.g. ``zoneinfo.available_timezones()``."""
        ...
