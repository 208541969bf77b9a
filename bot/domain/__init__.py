"""The words of Sanctionwire: eight nouns as frozen values; nothing here does anything.

The trip of a piece of news, one type for each stage of it:

    Feed --poll--> Poll[Item] --read--> Reading[Action] --place--> Story --choose--> Alert --word--> Message
    --send--> Delivery

Shapes used throughout: a *code* is an ISO 3166-1 alpha-2 territory or an issuer code of ``seeds/issuers.toml`` (``EU``,
``UN``, ``WEST``); a *key* is a short stable string that people may type; every ``datetime`` is aware and in UTC.
"""

from bot.domain.actions import Action, Reading, Reason
from bot.domain.asking import Choice, Command, Finding, Option, Request, Right
from bot.domain.base import Code, Key, Stage, WhyNot
from bot.domain.decisions import Decision, Step
from bot.domain.drawing import Disc, Drawing, Label, Stroke
from bot.domain.feeds import (
    Feed,
    FeedState,
    Item,
    Known,
    Lull,
    Marks,
    Poll,
    Recognition,
    Sameness,
    Sight,
    Trouble,
    TroubleKind,
    Visit,
)
from bot.domain.lists import ListedKind, Listing, ListingChange, ListingFate, ListState
from bot.domain.rules import Change, Draft, DraftState, Feedback, Made, Objection, Record, Rule, RuleKind, Subscription
from bot.domain.stories import Outcome, Report, Story
from bot.domain.telling import (
    Alert,
    AlertKind,
    Button,
    Delivery,
    DeliveryState,
    Field,
    Form,
    Link,
    Looked,
    Message,
    Picture,
    Quote,
    Receipt,
    StoppedRoom,
    Waiting,
)

__all__ = [
    "Action",
    "Alert",
    "AlertKind",
    "Button",
    "Change",
    "Choice",
    "Code",
    "Command",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Disc",
    "Draft",
    "DraftState",
    "Drawing",
    "Feed",
    "FeedState",
    "Feedback",
    "Field",
    "Finding",
    "Form",
    "Item",
    "Key",
    "Known",
    "Label",
    "Link",
    "ListState",
    "ListedKind",
    "Listing",
    "ListingChange",
    "ListingFate",
    "Looked",
    "Lull",
    "Made",
    "Marks",
    "Message",
    "Objection",
    "Option",
    "Outcome",
    "Picture",
    "Poll",
    "Quote",
    "Reading",
    "Reason",
    "Receipt",
    "Recognition",
    "Record",
    "Report",
    "Request",
    "Right",
    "Rule",
    "RuleKind",
    "Sameness",
    "Sight",
    "Stage",
    "Step",
    "StoppedRoom",
    "Story",
    "Stroke",
    "Subscription",
    "Trouble",
    "TroubleKind",
    "Visit",
    "Waiting",
    "WhyNot",
]
