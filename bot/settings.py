"""Settings: what the operator's files and the environment say, judged; every fault is told at once.

Each key stands in one place, with its type, default and bounds (see `bot.tables`). Rule lines are not parsed here
(`bot.rules` does that), and no chat is known by name: `platforms` says what its rooms and variables look like.
Values from the environment appear in no message and no `repr`.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain import Feed, Rule, RuleKind, Subscription
from bot.errors import ConfigError
from bot.ports import Platform, RawConfig
from bot.tables import Table, address_fault, shown

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


class Secret:
    """A value that only `reveal` shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


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
class Account:
    """What the environment gives for one platform, by the variables' names."""

    tokens: Mapping[str, Secret] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def reveal(self) -> dict[str, str]:
        """Return every variable with its value, for the platform's own adapter."""
        return {**{name: secret.reveal() for name, secret in self.tokens.items()}, **self.addresses}


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
        "chats": {name: account for name, one in known.items() if (account := _account(one, env, faults))},
    }
    if faults:
        raise ConfigError(faults)
    return Settings(**parsed)


# --- settings.toml --------------------------------------------------------------------------------------------------


def _sections(top: Table, platforms: Iterable[str]) -> dict[str, Any]:
    admins, stories, delivery, alerts = (top.table(name) for name in ("admins", "stories", "delivery", "alerts"))
    parsed = {
        "network": _network(top.table("network")),
        "health": _health(top.table("health")),
        "retention": _retention(top.table("retention")),
        "admins": {name: role for name in platforms if (role := admins.text(name, ""))},
        "story_window": stories.duration("window", 7 * DAY, 3600 * SECOND, 90 * DAY),
        "give_up": delivery.duration("give_up", DAY, 60 * SECOND, 30 * DAY),
        "burst": delivery.number("burst", 20, 0, 1000),
        "take_stock": alerts.flag("take_stock", default=True),
    }
    for table in (admins, stories, delivery, alerts, top):
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


# --- the environment ------------------------------------------------------------------------------------------------


def _account(platform: Platform, env: Mapping[str, str], faults: list[str]) -> Account | None:
    """Return what the environment gives for a platform; None if that does not turn it on."""
    given = {name: value for name in (*platform.tokens, *platform.addresses) if (value := env.get(name, "").strip())}
    faults.extend(f"environment: {name} {what}" for name, what in _faults(platform, given))
    if platform.token and platform.token not in given:
        return None
    return Account(
        tokens={name: Secret(value) for name, value in given.items() if name in platform.tokens},
        addresses={name: value for name, value in given.items() if name in platform.addresses},
    )


def _faults(platform: Platform, given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in given.items():
        if name in platform.addresses and (what := address_fault(value, platform.addresses[name])):
            yield name, what
        elif any(sign.isspace() or not sign.isprintable() for sign in value):
            yield name, "holds a space or a control character; copy it anew"
        for other, begins in platform.tokens.items():
            if begins and value.startswith(begins) and name in platform.tokens and other != name:
                yield name, f"begins with {begins} and so seems to be {other}; swap them"
        if name in platform.tokens and platform.token not in given:
            yield name, f"is given without {platform.token}; set both or neither"
    for group in platform.together:
        missing = [name for name in group if name not in given]
        if missing and len(missing) < len(group):
            yield missing[0], f"is missing; {' and '.join(group)} work only together"
