"""The doors to the outside, each as small as its visitors need it. Adapters stand behind them; fakes mirror them."""

from bot.ports.configuration import Platform, RawConfig
from bot.ports.desk import Desk
from bot.ports.feeds import FeedStore
from bot.ports.items import Identity, ItemStore
from bot.ports.learning import KINDS, OWNERS, Labels, Lesson, Trainer
from bot.ports.lists import ListBooks, ListClerk, ListingStore, Missing
from bot.ports.outbox import OutboxStore, RoomStore
from bot.ports.outside import Articles, Chat, Clock, Draw, Log, Source
from bot.ports.rules import DraftStore, FeedbackStore, RuleStore
from bot.ports.store import Store
from bot.ports.stories import Archive, StoryStore

__all__ = [
    "KINDS",
    "OWNERS",
    "Archive",
    "Articles",
    "Chat",
    "Clock",
    "Desk",
    "DraftStore",
    "Draw",
    "FeedStore",
    "FeedbackStore",
    "Identity",
    "ItemStore",
    "Labels",
    "Lesson",
    "ListBooks",
    "ListClerk",
    "ListingStore",
    "Log",
    "Missing",
    "OutboxStore",
    "Platform",
    "RawConfig",
    "RoomStore",
    "RuleStore",
    "Source",
    "Store",
    "StoryStore",
    "Trainer",
]
