"""The words of Sanctionwire: eight nouns as frozen values; nothing here does anything.

The trip of a piece of news, one type for each stage of it:

    Feed --poll--> Poll[Item] --read--> Reading[Action] --place--> Story --choose--> Alert --word--> Message
    --send--> Delivery

Shapes used throughout: a *code* is an ISO 3166-1 alpha-2 territory or an issuer code of ``seeds/issuers.toml`` (``EU``,
``UN``, ``WEST``); a *key* is a short stable string that people may type; every ``datetime`` is aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

Code = str
Key = str


class Stage(StrEnum):
    """What happens to a measure, in the words of sanctions practice."""

    IMPOSED = "imposed"
    PROPOSED = "proposed"
    EXTENDED = "extended"
    EASING_PROPOSED = "easing_proposed"
    EASED = "eased"
    BLOCKED = "blocked"
    ENFORCED = "enforced"
    CONDEMNED = "condemned"
    CONTEXT = "context"


class WhyNot(StrEnum):
    """Why an item is no sanctions news."""

    SPORTS = "sports"
    APPROVED = "approved"
    COMMERCIAL = "commercial"
    BACKGROUND = "background"
    OTHER = "other"


# --- feed and item ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source that is polled: a news feed or an official list."""

    key: Key
    url: str
    kind: str = "rss"
    every: timedelta = timedelta(minutes=10)
    outlet: str = ""
    language: str = "en"
    official: bool = False
    paused: bool = False
    scope: str = ""
    """The guild, workspace or room that added it, and whose rooms alone hear of it; empty: the operator's, for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between visits."""

    feed: Key
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    stocked: bool = False
    """Whether the first good visit, which takes stock and tells nobody, is behind us."""
    failures: int = 0
    """Visits that failed in a row; 0 after a good one."""
    problem: str | None = None
    """The name of the last visit's failure, e.g. ``not_a_feed``; None after a good one."""
    detail: str = ""
    last_visit: datetime | None = None
    last_good: datetime | None = None
    next_visit: datetime | None = None
    newest: datetime | None = None
    """The date of the newest item ever seen in the feed."""
    failing_since: datetime | None = None
    """When the first of the `failures` was; None after a good visit."""
    lulls: "tuple[Lull, ...]" = ()
    """How long the feed was silent before it had news, for each of the last days on which it had some."""


@dataclass(frozen=True, slots=True)
class Lull:
    """The longest silence that ended on a day."""

    day: date
    length: timedelta


class TroubleKind(StrEnum):
    """Why a source's silence is no evidence."""

    DEAD = "dead"
    """No visit to it has succeeded for a day."""
    CHANGED = "changed"
    """What is read well at its address is no longer what it was: a web page in place of a feed, other columns."""
    SILENT = "silent"
    """It can be read, and has had nothing new for longer than is usual for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that is not as it should be, as rooms are told once."""

    feed: Key
    kind: TroubleKind
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed, cleaned: plain text, no markup, whitespace collapsed."""

    key: Key = ""
    """Given by the store when the item is first seen."""
    feed: Key = ""
    guid: str = ""
    link: str = ""
    title: str
    summary: str = ""
    text: str = ""
    """The article's text, where it was fetched or given; mostly empty."""
    date: datetime | None = None
    """When the outlet says it was published."""
    seen: datetime | None = None
    """When it was first read; never before this bot knew the feed."""
    outlet: str = ""
    language: str = "en"
    official: bool = False
    edits: Key = ""
    """The known item that this is a changed wording of, which is its own key then; empty for a new item."""
    scope: str = ""
    """The place whose own feed it came from, where it is nobody else's to hear; empty: everybody's."""
    actions: "tuple[Action, ...]" = ()
    """What the source itself states, as an official list does; where there are any, nothing is left to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an item is recognised by: 64-bit hashes, each 0 where the item says nothing that could identify it."""

    guid: int
    """The feed with the guid; a guid means nothing outside its feed."""
    link: int
    """The canonical link."""
    title: int
    """The folded title."""
    headline: int
    """The folded title with the outlet, or with the feed where no outlet is named."""
    body: int
    """The folded summary."""
    face: int
    """All of these and the feed: equal faces need no further look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One face that a known item has shown in one feed."""

    feed: Key
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A known item, as far as it takes to recognise it."""

    key: Key
    feed: Key
    """The feed that brought it first."""
    sights: tuple[Sight, ...]
    title: str = ""
    """Its latest title; empty when the item itself was pruned."""
    date: datetime | None = None
    seen: datetime | None = None
    claimed: bool = False
    """Whether another entry of the same visit to the same feed is this item already."""


class Sameness(StrEnum):
    """How an item stands to what is known."""

    NEW = "new"
    SAME = "same"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Whether an item is known, as which one, and why."""

    sameness: Sameness
    of: Key = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one good visit to a source brought."""

    items: tuple[Item, ...] = ()
    modified: bool = True
    """False: the source said, or its body's hash showed, that nothing changed; items is empty then."""
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    max_age: timedelta | None = None
    """How long the source asks not to be visited again (Cache-Control, Retry-After, RSS ttl)."""
    moved_to: str | None = None
    """The new address after a permanent redirect."""
    title: str = ""
    """What the feed calls itself."""
    detail: str = ""
    """What else a person should know of the visit, e.g. that only the newest entries were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One row of evidence that somebody looked: what a visit to a feed found."""

    feed: Key
    at: datetime
    outcome: str
    """``new``, ``nothing_new``, ``unchanged``, or the name of a failure."""
    status: int | None = None
    items: int = 0
    fresh: int = 0
    newest: datetime | None = None
    detail: str = ""
    due: datetime | None = None
    """When the next visit is due."""


# --- reading ------------------------------------------------------------------------------------------------------


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


# --- story --------------------------------------------------------------------------------------------------------


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


# --- rule and subscription ----------------------------------------------------------------------------------------


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


# --- alert, message, delivery -------------------------------------------------------------------------------------


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


# --- asking -------------------------------------------------------------------------------------------------------


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


# --- official lists -----------------------------------------------------------------------------------------------


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


# --- drawing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A filled circle, with a ring around it where that has a colour."""

    x: float
    y: float
    radius: float
    colour: str
    """``#rrggbb``, as all colours of a drawing."""
    ring: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words, vertically centred on their place, in at most `lines` lines; cut with dots where they are longer."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    most: float
    """How wide a line may be."""
    lines: int = 1
    align: str = "left"
    """``left``, ``middle`` or ``right``: which part of it stands at x."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is to be drawn, the first first; in pixels from the upper left corner."""

    width: int
    height: int
    background: str
    shapes: tuple[Disc | Stroke | Label, ...] = ()


# --- decision -----------------------------------------------------------------------------------------------------


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
