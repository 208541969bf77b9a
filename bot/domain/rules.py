"""Rules and subscriptions: what people want to hear, and what they change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.actions import Action
from bot.domain.base import Key
from bot.domain.feeds import Feed


class RuleKind(StrEnum):
    """What a rule does with what it picks."""

    WATCH = "watch"
    MUTE = "mute"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A keyword rule of the operator's (``scope`` empty) or of one workspace, guild or room."""

    key: Key
    name: str
    kind: RuleKind
    line: str
    scope: str = ""
    mention: str = ""
    origin: str = "file"
    """``file`` (config/rules.toml, not changeable from chat) or ``chat``."""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A room and a rule line: what this channel wants to hear, and when."""

    key: Key
    room: str
    """``console``, ``discord:CHANNEL_ID`` or ``slack:TEAM_ID/CHANNEL_ID``."""
    line: str = ""
    origin: str = "file"
    by: str = ""
    at: datetime | None = None
    place: str = ""
    """The room's guild or workspace, as far as it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a rule or subscription: who made it, when, and what was there before."""

    n: int
    """Counts up from 1."""
    at: datetime
    by: str
    key: Key
    before: Rule | Subscription | Feed | None
    """None: it was added."""
    after: Rule | Subscription | Feed | None
    """None: it was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Some of what people made in chat."""

    rules: tuple[Rule, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    feeds: tuple[Feed, ...] = ()


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that waits for somebody's yes; kept on disk, so that a restart does not forget the question."""

    token: Key
    words: str
    """The command that asked for it: whoever confirms must have the right to that."""
    room: str
    place: str = ""
    person: str = ""
    """Who may confirm it; empty: anybody there who has the right."""
    at: datetime
    until: datetime
    """When the question lapses."""
    before: Made = Made()
    """What is changed, as it was when it was asked for; what is not in `after` is removed."""
    after: Made = Made()
    says: str = ""
    """What is said when it is done."""
    options: Mapping[str, str] = field(default_factory=dict)
    """For a question that only turns pages: what was asked."""
    state: DraftState = DraftState.OPEN


class Objection(StrEnum):
    """Why somebody finds an alert not relevant."""

    NOT_SANCTIONS = "not_sanctions"
    WRONG_COUNTRY = "wrong_country"
    WRONG_READING = "wrong_reading"
    DUPLICATE = "duplicate"
    TOO_MINOR = "too_minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One person's objection to one story, with how it was read then."""

    story: Key
    objection: Objection
    place: str
    room: str
    person: str
    at: datetime
    action: Action
    headline: str = ""
    outlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a rule is doing."""

    hits: int = 0
    """Stories that it picked."""
    last: datetime | None = None
    objections: int = 0
    """How many of those somebody found not relevant."""
