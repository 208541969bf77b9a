"""Settings: what the operator's files and the environment say, judged; every fault is told at once.

Each key stands in one place, with its type, default and bounds (see `bot.tables`). Rule lines are not parsed here
(`bot.rules` does that), and no chat is known by name: `platforms` says what its rooms and variables look like. What the
environment gives is `bot.environment`'s.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain import Feed, Rule, RuleKind, Subscription
from bot.environment import Account, Secret, account_from
from bot.errors import ConfigError
from bot.ports import Platform, RawConfig
from bot.tables import Table, shown

__all__ = ["Account", "Health", "Network", "Retention", "Secret", "Settings", "parse_settings"]

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How sources are visited."""

    allow_private: bool = False
    timeout: timedelta = 20 * SECOND
    max_bytes: int = 10 * 1024 * 1024
    user_agent: str = ""
    """Empty: the program's own name and version."""
    per_host: int = 2
    connections: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Where `/health` answers."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many months each is kept; 0: for good. Items that belong to a story stay."""

    items: int = 24
    visits: int = 3
    deliveries: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that was decided outside of the program."""

    network: Network = field(default_factory=Network)
    health: Health | None = None
    """None: off."""
    retention: Retention = field(default_factory=Retention)
    admins: Mapping[str, str] = field(default_factory=dict)
    """By platform: the role or group that may change rules and feeds, besides those whom the platform calls admins."""
    story_window: timedelta = 7 * DAY
    """How long after its last report a story can still grow."""
    give_up: timedelta = DAY
    """How long a message is tried before it is given up."""
    burst: int = 20
    """How many messages a chat room gets within ten minutes before the rest is told in one; 0: however many."""
    take_stock: bool = True
    """Whether the first visit to a feed tells nobody."""
    fetch_articles: bool = False
    """Whether the articles behind links are read where a feed gives little more than titles."""
    articles_per_visit: int = 5
    """How many of them are asked for in one visit to a feed."""
    feeds: tuple[Feed, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    rules: tuple[Rule, ...] = ()
    chats: Mapping[str, Account] = field(default_factory=dict)
    """The platforms that are on."""

    def secrets(self) -> tuple[str, ...]:
        """Return every value that must never be printed."""
        return tuple(secret.reveal() for account in self.chats.values() for secret in account.tokens.values())


def parse_settings(
    raw: RawConfig, env: Mapping[str, str], *, kinds: Collection[str], platforms: Iterable[Platform]
) -> Settings:
    """Return the settings. `kinds` are the kinds of feeds there are, `platforms` the chats.

    Raises ConfigError with one sentence for each fault: where, what, and how to mend it.
    """
    faults: list[str] = []
    known = {platform.name: platform for platform in platforms}
    parsed = {
        **_sections(Table(f"{raw.folder}/settings.toml", raw.settings, faults), known),
        "feeds": _feeds(Table(f"{raw.folder}/feeds.toml", raw.feeds, faults), kinds),
        **_rules(Table(f"{raw.folder}/rules.toml", raw.rules, faults), known),
        "chats": {name: account for name, one in known.items() if (account := account_from(one, env, faults))},
    }
    if faults:
        raise ConfigError(faults)
    return Settings(**parsed)


# --- settings.toml --------------------------------------------------------------------------------------------------


def _sections(top: Table, platforms: Iterable[str]) -> dict[str, Any]:
    names = ("admins", "stories", "articles", "delivery", "alerts")
    admins, stories, articles, delivery, alerts = tables = [top.table(name) for name in names]
    parsed = {
        "network": _network(top.table("network")),
        "health": _health(top.table("health")),
        "retention": _retention(top.table("retention")),
        "admins": {name: role for name in platforms if (role := admins.text(name, ""))},
        "story_window": stories.duration("window", 7 * DAY, 3600 * SECOND, 90 * DAY),
        "give_up": delivery.duration("give_up", DAY, 60 * SECOND, 30 * DAY),
        "burst": delivery.number("burst", 20, 0, 1000),
        "take_stock": alerts.flag("take_stock", default=True),
        "fetch_articles": articles.flag("fetch", default=False),
        "articles_per_visit": articles.number("per_visit", 5, 1, 100),
    }
    for table in (*tables, top):
        table.close()
    return parsed


def _network(table: Table) -> Network:
    usual = Network()
    agent = table.text("user_agent", usual.user_agent)
    if not agent.isascii():
        table.fault("user_agent", f"{shown(agent)} cannot be sent; use ASCII characters")
    parsed = Network(
        allow_private=table.flag("allow_private", default=usual.allow_private),
        timeout=table.duration("timeout", usual.timeout, SECOND, 300 * SECOND),
        max_bytes=table.number("max_bytes", usual.max_bytes, 1024, 1024**3),
        user_agent=agent,
        per_host=table.number("per_host", usual.per_host, 1, 100),
        connections=table.number("connections", usual.connections, 1, 10_000),
    )
    table.close()
    return parsed


def _health(table: Table) -> Health | None:
    address = table.text("address", "127.0.0.1:8080")
    table.close()
    if not address:
        return None
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found["port"]) > 65535:
        table.fault("address", f'{shown(address)} is no HOST:PORT; write 127.0.0.1:8080, or "" to turn it off')
        return None
    return Health(host=found["host"].strip("[]"), port=int(found["port"]))


def _retention(table: Table) -> Retention:
    usual = Retention()
    months = {name: table.number(name, getattr(usual, name), 0, 1200) for name in ("items", "visits", "deliveries")}
    table.close()
    return Retention(**months)


# --- feeds.toml and rules.toml --------------------------------------------------------------------------------------


def _feeds(top: Table, kinds: Collection[str]) -> tuple[Feed, ...]:
    seen: dict[str, str] = {}
    feeds = []
    for table in top.tables("feeds"):
        feeds.append(_feed(table, kinds))
        _once(table, "key", feeds[-1].key, seen)
        table.close()
    top.close()
    return tuple(feeds)


def _feed(table: Table, kinds: Collection[str]) -> Feed:
    key, language = table.text("key"), table.text("language", "en")
    if key and not _KEY.fullmatch(key):
        table.fault("key", f"{shown(key)} is no key; use up to 64 letters, digits, dots, hyphens or underscores")
    if not _LANGUAGE.fullmatch(language):
        table.fault("language", f"{shown(language)} is no language code; write one like en or pt-BR")
    return Feed(
        key=key,
        url=table.address("url"),
        kind=table.choice("kind", kinds, "rss"),
        every=table.duration("every", timedelta(minutes=10), SECOND, 31 * DAY),
        outlet=table.text("outlet", ""),
        language=language,
        official=table.flag("official", default=False),
        paused=table.flag("paused", default=False),
    )


def _rules(top: Table, platforms: Mapping[str, Platform]) -> dict[str, Any]:
    rooms: dict[str, str] = {}
    names: dict[str, str] = {}
    subscriptions, rules = [], []
    for table in top.tables("subscriptions"):
        subscriptions.append(_subscription(table, platforms))
        _once(table, "rule", subscriptions[-1].key, rooms)
        table.close()
    for table in top.tables("rules"):
        rules.append(_rule(table))
        _once(table, "name", rules[-1].key, names)
        table.close()
    top.close()
    return {"subscriptions": tuple(subscriptions), "rules": tuple(rules)}


def _subscription(table: Table, platforms: Mapping[str, Platform]) -> Subscription:
    room, line = table.text("room"), table.text("rule", "")
    name, _, rest = room.partition(":")
    platform = platforms.get(name)
    if room and (platform is None or not _is_room(platform, room, rest)):
        ways = ", ".join(one.room for one in platforms.values())
        table.fault("room", f"{shown(room)} is no room; write one of {ways}")
    mark = hashlib.sha256(f"{room}\n{line}".encode()).hexdigest()[:8]
    return Subscription(key=f"file-{mark}", room=room, line=line)


def _is_room(platform: Platform, room: str, rest: str) -> bool:
    return bool(re.fullmatch(platform.pattern, rest)) if platform.pattern else room == platform.name


def _rule(table: Table) -> Rule:
    name, mention = table.text("name"), table.text("mention", "")
    kinds = {kind.value: kind for kind in RuleKind}
    kind = kinds.get(table.choice("kind", kinds))
    key = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")
    if name and not key:
        table.fault("name", f"{shown(name)} needs a letter or a digit")
    if mention and kind != RuleKind.FLAG:
        table.fault("mention", 'only a rule of kind = "flag" can mention somebody')
    # an unknown kind has been noted, so nobody will see what stands in for it
    return Rule(key=key, name=name, kind=kind or RuleKind.WATCH, line=table.text("rule"), mention=mention)


def _once(table: Table, key: str, value: str, seen: dict[str, str]) -> None:
    if value and (first := seen.setdefault(value, table.where)) != table.where:
        table.fault(key, f"is the same as in {first}; change or remove one of them")
