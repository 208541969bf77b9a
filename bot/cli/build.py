"""Everything is built here, once, in plain sight: what is made of what, and nothing about what it does."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from adapters.chat import PLATFORMS
from adapters.feeds import POLLERS
from adapters.files import read_config, read_env, read_seeds
from adapters.log import make_log
from adapters.store import SqliteStore, open_store
from bot.alerts import Audience
from bot.cli.arguments import DEFAULT_DB, Options
from bot.commands import FrontDesk, Hooks, Office
from bot.decision import Memory
from bot.domain import Code, Feed
from bot.events import stories_from_events
from bot.identity import ItemIdentity
from bot.lexicon import Lexicon, compile_lexicon
from bot.links import parse_link_rules
from bot.listings import Clerk, compile_lists
from bot.pipeline import Brain
from bot.ports import Draw, Log, Source
from bot.regimes import Regimes, compile_regimes
from bot.settings import Settings, parse_settings
from bot.stories import Knowledge as StoryKnowledge
from bot.stories import Recent
from bot.stories import compile_knowledge as compile_story_knowledge
from bot.wording import Wording

# The encoder multiplies small matrices: threads would cost it more than they save, and memory besides. Whoever sets
# these for himself has his way; they are looked at when numpy is loaded, which nothing above does.
for _threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_threads, "1")

LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the seeds say, compiled."""

    seeds: Mapping[str, Any]
    lexicon: Lexicon
    wording: Wording
    stories: StoryKnowledge
    names: "RuleNames"
    regimes: Regimes
    clerk: Clerk
    unions: Mapping[Code, frozenset[Code]]
    """Unions with law of their own, each with its members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNames:
    """What rule lines are checked against: the lexicon's names, and the time zones that there are."""

    lexicon: Lexicon
    instruments: Mapping[str, str]
    grounds: Mapping[str, str]
    zones: frozenset[str]

    def find(self, text: str) -> Code | None:
        """Return the code of a country or issuer by any of its names."""
        return self.lexicon.find(text)

    def nearest(self, text: str) -> list[str]:
        """Return names that an unknown one may have meant."""
        return self.lexicon.nearest(text)


def now() -> datetime:
    """Return the time: the one clock of the program."""
    return datetime.now(UTC)


def compile_knowledge() -> Knowledge:
    """Read and compile the seeds. Raises SeedError."""
    seeds = read_seeds()
    lexicon = compile_lexicon(seeds)
    codes = frozenset(lexicon.codes)
    names = RuleNames(
        lexicon=lexicon,
        instruments={row["code"]: row["label"] for row in seeds["instruments"]["instruments"]},
        grounds={row["code"]: row["label"] for row in seeds["grounds"]["grounds"]},
        zones=frozenset(available_timezones()),
    )
    regimes = compile_regimes(seeds["regimes"], codes=codes, instruments=names.instruments, grounds=names.grounds)
    return Knowledge(
        seeds=seeds,
        lexicon=lexicon,
        wording=Wording(seeds["wording"][LANGUAGE], lexicon, measures=_plurals(seeds)),
        stories=compile_story_knowledge(seeds["stories"]),
        names=names,
        regimes=regimes,
        clerk=compile_lists(seeds["lists"], regimes, find=lexicon.find, codes=codes),
        unions=_unions(seeds),
    )


def _plurals(seeds: Mapping[str, Any]) -> dict[str, str]:
    """Return what several of an instrument are called; those without a plural name no measure by themselves."""
    return {row["code"]: row["plural"] for row in seeds["instruments"]["instruments"] if "plural" in row}


def read_settings(options: Options, environ: Mapping[str, str]) -> Settings:
    """Read configuration and environment. Raises ConfigError with every fault."""
    folder = options.config or environ.get("SANCTIONWIRE_CONFIG") or None
    return parse_settings(read_config(folder), read_env(folder, environ), kinds=frozenset(POLLERS), platforms=PLATFORMS)


def database(options: Options, environ: Mapping[str, str]) -> str:
    """Return where the database is."""
    return str(options.db or environ.get("SANCTIONWIRE_DB") or DEFAULT_DB)


def open_database(path: str, knowledge: Knowledge, *, service: bool = False) -> SqliteStore:
    """Open the store with the seeds' events in its ledger; a `service` is alone on its file. Raises StoreError."""
    store = open_store(path, _identity(knowledge), service=service)
    store.seed_stories(stories_from_events(knowledge.seeds["events"]))
    return store


def open_scratch(knowledge: Knowledge) -> SqliteStore:
    """Open a store that is forgotten, with an empty ledger: at the dates of old items the seeds' events were news."""
    return open_store(":memory:", _identity(knowledge))


def _identity(knowledge: Knowledge) -> ItemIdentity:
    return ItemIdentity(parse_link_rules(knowledge.seeds["links"]))


def build_brain(knowledge: Knowledge, audience: Audience, *, window: timedelta) -> Brain:
    """Return the brain with an empty memory; the pipeline fills it from the store."""
    memory = Memory(recent=Recent(knowledge=knowledge.stories, window=window), audience=audience)
    return Brain(memory=memory, lexicon=knowledge.lexicon, wording=knowledge.wording)


def all_feeds(settings: Settings, store: SqliteStore) -> list[Feed]:
    """Return the operator's feeds and those added since, by key; the operator's win."""
    feeds = {feed.key: feed for feed in store.feeds()} | {feed.key: feed for feed in settings.feeds}
    return list(feeds.values())


def build_desk(
    settings: Settings,
    store: SqliteStore,
    knowledge: Knowledge,
    *,
    log: Log | None = None,
    hooks: Hooks | None = None,
    sources: Mapping[str, Source] | None = None,
    draw: Draw | None = None,
) -> FrontDesk:
    """Return the desk at which people's questions are answered.

    `hooks` are told of what changes there; `sources` look at feeds that somebody wants to add; `draw` makes pictures,
    and answers go without where it is not given.
    """
    office = Office(
        store=store,
        lexicon=knowledge.lexicon,
        names=knowledge.names,
        wording=knowledge.wording,
        feeds=settings.feeds,
        subscriptions=settings.subscriptions,
        rules=settings.rules,
        clock=now,
        log=log or build_log(settings),
        hooks=hooks or Hooks(),
        sources=sources or {},
        knowledge=knowledge.stories,
        window=settings.story_window,
        regimes=knowledge.regimes,
        lists=knowledge.clerk.lists,
        unions=knowledge.unions,
        draw=draw,
    )
    return FrontDesk(office)


def _unions(seeds: Mapping[str, Any]) -> dict[Code, frozenset[Code]]:
    """Return the unions with law of their own, each with its members."""
    rows = seeds["issuers"]["issuers"]
    return {row["code"]: frozenset(row.get("members", ())) for row in rows if row["kind"] == "bloc"}


def build_log(settings: Settings) -> Log:
    """Return the log: JSON lines on stderr, with no secret in them."""
    return make_log(sys.stderr, secrets=settings.secrets())


def no_log(_: str, **__: object) -> None:
    """Log nothing: for commands that speak by what they print."""
