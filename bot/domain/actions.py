"""Reading: the actions that an item reports, and the reasons for reading them so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.base import Code, Stage, WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Who does what to whom with sanctions: one action that an item reports."""

    stage: Stage
    issuers: tuple[Code, ...] = ()
    targets: tuple[Code, ...] = ()
    speaker: tuple[Code, ...] = ()
    instruments: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Exact numbers stated: ``individuals``, ``entities``, ``vessels``, ``aircraft``."""
    names: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    when: date | None = None
    counter: bool = False
    """Whether the action is itself an answer to another's sanctions."""
    evidence: str = ""
    """The shortest verbatim piece of the item that shows the action."""
    confidence: float = 1.0
    """How likely stage, issuers and targets are all right, 0 to 1, calibrated."""
    field_confidence: Mapping[str, float] = field(default_factory=dict)
    """The same for each field by itself: ``stage``, ``issuers``, ``targets`` ..."""
    sure: bool = True
    """Whether an alert may claim the action outright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One named reason of a reading, with the words it rests on and what it weighed."""

    about: str
    """What was decided: ``relevant``, ``stage``, ``issuers:US`` ..."""
    name: str
    words: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in an item: its actions, most newsworthy first, or why there are none."""

    relevant: bool
    why_not: WhyNot | None = None
    actions: tuple[Action, ...] = ()
    confidence: float = 1.0
    reasons: tuple[Reason, ...] = ()
