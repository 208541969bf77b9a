"""Alerts, messages and deliveries: what is said, to whom, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.actions import Action
from bot.domain.base import Key, Stage
from bot.domain.stories import Story


class AlertKind(StrEnum):
    """How an alert stands to what its room has heard before."""

    ALERT = "alert"
    FOLLOW_UP = "follow-up"
    EDIT = "edit"
    NOTICE = "notice"
    """About the bot itself and what it reads; of no story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The decision to tell one room of one story."""

    kind: AlertKind
    room: str
    story: Story
    because: str
    flags: tuple[str, ...] = ()
    """Names of the flag rules that picked it."""
    mentions: tuple[str, ...] = ()
    """Roles or groups which those rules name; nothing else may ping anybody."""
    added: tuple[str, ...] = ()
    """For a follow-up: what is new, in words."""
    due: datetime | None = None
    """Until when the room's rhythm holds it back; None: it may be told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A labelled line of a message."""

    label: str
    value: str
    inline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of somebody else's, with whose they are."""

    text: str
    outlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A labelled address; only http and https ever reach a chat."""

    label: str
    url: str = ""
    story: Key = ""
    """A story of ours instead of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to press. Pressing it asks ``f"{action} {value}"``, as if somebody had typed that command."""

    action: str
    label: str
    value: str = ""
    """At most 80 characters: platforms keep it in what identifies the button, so that it survives a restart."""
    admin: bool = False
    style: str = ""
    """``primary`` or ``danger`` where it should stand out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing that goes with a message."""

    name: str
    """A file name with its ending: ``timeline-CN-EU.png``."""
    data: bytes = field(repr=False)
    alt: str = ""
    """What it shows, for those who do not see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A command with its options as they stand, to be changed and asked again where a platform has forms."""

    words: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be said, in no platform's format. Every string is plain text: a chat's ``render`` escapes it."""

    title: str
    stage: Stage | None = None
    """Gives the colour; None for answers that are no alert."""
    lines: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    quote: Quote | None = None
    sources: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    mentions: tuple[str, ...] = ()
    private: bool = False
    """Whether only the person who asked should see it, where a platform can do that."""
    actions: tuple[Action, ...] = ()
    """What was read, for those who read JSON."""
    more: tuple["Message", ...] = ()
    """Further pages."""
    picture: Picture | None = None
    verbatim: bool = False
    """Whether the lines are one text to be copied as it stands, a file's: nothing in it is laid out, cut or changed."""
    form: Form | None = None
    """What an answer may be changed by; it says all by itself too, for platforms without forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How a platform calls what was sent, so that it can be edited and answered."""

    message: str = ""
    thread: str = ""


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one room, and how far it has come."""

    key: Key
    """Unique; platforms are asked for it before anything doubtful is sent again."""
    room: str
    kind: AlertKind
    story: Key
    """Empty for a notice."""
    message: Message
    created: datetime
    due: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    doubtful: bool = False
    """Whether an earlier attempt may have gone through although no answer came."""
    problem: str = ""
    receipt: Receipt | None = None
    replies_to: Receipt | None = None
    """The room's first post of the story, which a follow-up answers and an edit changes."""
    held: datetime | None = None
    """Until when the room's rhythm held it back; None: it was due at once."""
    refusals: int = 0
    """How often its room took nothing when it was this delivery's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedRoom:
    """A room that takes nothing: what is meant for it is kept, and one of them is tried now and then."""

    room: str
    reason: str
    since: datetime
    again: datetime
    """When it is tried next."""
    told: bool = False
    """Whether those who look after it were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was looked at in a span of time."""

    visits: int = 0
    failed: int = 0
    sources: int = 0
    """Those that were read well at least once."""
    items: int = 0
    """Those never seen before."""
    stories: int = 0
    """Those that began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery that is due and was never begun, as far as it takes to decide whether it goes by itself."""

    key: Key
    room: str
    held: datetime | None = None
    """As in `Delivery`."""
