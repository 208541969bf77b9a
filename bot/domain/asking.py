"""Asking: commands, what they take, who may use them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.domain.telling import Message


class Right(IntEnum):
    """What somebody may do in a room; each includes those before it."""

    ALL = 0
    MANAGER = 1
    """May subscribe and unsubscribe this channel."""
    ADMIN = 2
    """May change rules and feeds for the whole place."""
    OPERATOR = 3
    """Whoever runs the program: sees every place, and what is made here reaches all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that a command takes."""

    name: str
    about: str
    """What it is, in at most 100 characters."""
    kind: str = "text"
    """What a platform may offer for it: ``text``, ``country``, ``rule``, ``story``, ``link``, ``subscription``,
    ``rulekey``, ``feed``, ``zone``, ``time``, ``url``."""
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What may be asked: the words, what they do, what they take, and who may use them."""

    words: str
    """One word, or a group and a word: ``rules add``."""
    about: str
    options: tuple[Option, ...] = ()
    right: Right = Right.ALL
    private: bool = False
    """Whether the answer concerns only the person who asked."""
    hidden: bool = False
    """Asked by buttons only; not offered where commands are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks: a command's words, its options, and who is asking from where."""

    words: str
    options: Mapping[str, str] = field(default_factory=dict)
    room: str = "console"
    place: str = ""
    """The room's guild or workspace, ``discord:GUILD_ID`` or ``slack:TEAM_ID``: how far its rules reach."""
    person: str = ""
    """The platform's id of who asks."""
    name: str = ""
    """How that person is called, for histories."""
    right: Right = Right.ALL
    meanwhile: Callable[[Message], None] | None = field(default=None, compare=False, repr=False)
    """Hears, again and again, how far a long answer has come; None where nobody could see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One completion that a platform may offer while somebody types."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that `doctor` looked at: whether it holds, and what to do where it does not."""

    what: str
    holds: bool
    said: str
