"""The sanctions regimes that the bot knows: `seeds/regimes.toml`, checked, and looked up by whom they hit or by issuer.

A regime is a standing set of measures under a law of its own ("EU: Belarus"); what news tells are actions under it. The
seeds say of each when it was last known to hold, and whether that was looked up: both are for people to see.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from bot.domain import Code, Key
from bot.errors import SeedError

FILE = "seeds/regimes.toml"

_TEXTS = ("key", "issuer", "name", "link", "status")
_LISTS = ("measures", "legal_basis", "grounds")
_KNOWN = {*_TEXTS, *_LISTS, "target", "theme", "programmes", "since", "as_of", "confirmed"}


class Status(StrEnum):
    """Whether a regime bites."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    """Its acts stand, their effect does not."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One sanctions regime, as `seeds/regimes.toml` describes its fields."""

    key: Key
    issuer: Code
    name: str
    target: tuple[Code, ...] = ()
    """Empty for a thematic one."""
    theme: str = ""
    programmes: tuple[str, ...] = ()
    """What the issuer's own list calls it."""
    measures: tuple[str, ...]
    """Codes of instruments, the strongest first."""
    legal_basis: tuple[str, ...]
    since: date
    grounds: tuple[str, ...]
    link: str
    as_of: date
    status: Status
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Regimes:
    """All regimes, in the order of the seeds, with their look-ups."""

    all: tuple[Regime, ...]
    _of: Mapping[tuple[Code, str], Regime] = field(default_factory=dict)

    def against(self, code: Code, *, ended: bool = False) -> tuple[Regime, ...]:
        """Return the regimes directed at a code, those in force first; ended ones only where asked for."""
        return _ranked(one for one in self.all if code in one.target and (ended or one.status is not Status.ENDED))

    def by(self, issuer: Code, *, ended: bool = False) -> tuple[Regime, ...]:
        """Return an issuer's regimes, thematic ones included, those in force first."""
        return _ranked(one for one in self.all if one.issuer == issuer and (ended or one.status is not Status.ENDED))

    def of_programme(self, issuer: Code, programme: str) -> Regime | None:
        """Return the regime that an issuer's own list calls by this name; spaces and case do not matter."""
        return self._of.get((issuer, _plain(programme)))


def compile_regimes(
    raw: Mapping[str, Any], *, codes: Collection[Code], instruments: Collection[str], grounds: Collection[str]
) -> Regimes:
    """Return the regimes of `seeds/regimes.toml`, given as `tomllib` reads it.

    `codes` are the territories' and issuers' codes, `instruments` and `grounds` the codes of those seeds. Raises
    SeedError, which names the entry and what is wrong with it.
    """
    entries = raw.get("regimes", [])
    if not isinstance(entries, list):
        raise SeedError(f"{FILE}: regimes must be [[regimes]] tables")
    regimes = tuple(_regime(_Entry(entry, number)) for number, entry in enumerate(entries, 1))
    for regime in regimes:
        _check_codes(regime, codes, instruments, grounds)
    _check_once(regimes)
    return Regimes(regimes, dict(_programmes(regimes)))


def _ranked(regimes: Iterable[Regime]) -> tuple[Regime, ...]:
    order = list(Status)
    return tuple(sorted(regimes, key=lambda one: order.index(one.status)))


def _plain(programme: str) -> str:
    return " ".join(programme.split()).casefold()


# --- reading and checking the seeds -------------------------------------------------------------------------------


class _Entry:
    """One [[regimes]] table, read with every fault named."""

    def __init__(self, raw: object, number: int) -> None:
        if not isinstance(raw, Mapping):
            raise SeedError(f"{FILE}: regime {number} is no table")
        self.raw: Mapping[str, Any] = raw
        self.name = f"regime {raw.get('key') or number}"
        for unknown in sorted(raw.keys() - _KNOWN):
            raise self.fault(f"unknown field {unknown!r}; known are {', '.join(sorted(_KNOWN))}")

    def fault(self, what: str) -> SeedError:
        return SeedError(f"{FILE}: {self.name}: {what}")

    def text(self, name: str, *, needed: bool = True) -> str:
        value = self.raw.get(name, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self.fault(f"{name} must be text, and not empty; it is {value!r}")
        return value

    def texts(self, name: str, *, needed: bool = True) -> tuple[str, ...]:
        value = self.raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.fault(f"{name} must be a list of texts, not {value!r}")
        if needed and not value:
            raise self.fault(f"{name} is missing")
        return tuple(value)

    def day(self, name: str) -> date:
        value = self.raw.get(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(f"{name} must be a day such as 2021-03-22, without quotes, not {value!r}")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw.get(name)
        if not isinstance(value, bool):
            raise self.fault(f"{name} must be true or false, not {value!r}")
        return value

    def status(self) -> Status:
        value = self.text("status")
        if value not in set(Status):
            raise self.fault(f"status {value!r} is none of {', '.join(Status)}")
        return Status(value)

    def link(self) -> str:
        value = self.text("link")
        if urlsplit(value).scheme != "https" or not urlsplit(value).netloc:
            raise self.fault(f"link must be an https address, not {value!r}")
        return value


def _regime(entry: _Entry) -> Regime:
    regime = Regime(
        key=entry.text("key"),
        issuer=entry.text("issuer"),
        name=entry.text("name"),
        target=entry.texts("target", needed=False),
        theme=entry.text("theme", needed=False),
        programmes=entry.texts("programmes", needed=False),
        measures=entry.texts("measures"),
        legal_basis=entry.texts("legal_basis"),
        since=entry.day("since"),
        grounds=entry.texts("grounds"),
        link=entry.link(),
        as_of=entry.day("as_of"),
        status=entry.status(),
        confirmed=entry.flag("confirmed"),
    )
    if bool(regime.target) == bool(regime.theme):
        raise entry.fault("needs either target, or for a thematic regime theme")
    if regime.as_of < regime.since:
        raise entry.fault(f"as_of {regime.as_of} lies before since {regime.since}")
    return regime


def _check_codes(
    regime: Regime, codes: Collection[Code], instruments: Collection[str], grounds: Collection[str]
) -> None:
    for name, values, known in (
        ("issuer", (regime.issuer,), codes),
        ("target", regime.target, codes),
        ("measures", regime.measures, instruments),
        ("grounds", regime.grounds, grounds),
    ):
        for value in values:
            if value not in known:
                raise SeedError(f"{FILE}: regime {regime.key}: {name} {value!r} is no known code")


def _check_once(regimes: Collection[Regime]) -> None:
    """No two regimes share a key, an issuer and a name, or an issuer and a programme."""
    seen: dict[tuple[str, ...], Key] = {}
    for regime in regimes:
        programmes = [("programme", regime.issuer, _plain(programme)) for programme in regime.programmes]
        for mark in (("key", regime.key), ("name", regime.issuer, regime.name), *programmes):
            if mark in seen:
                raise SeedError(
                    f"{FILE}: regime {regime.key}: {mark[0]} {mark[-1]!r} is that of regime {seen[mark]} too"
                )
            seen[mark] = regime.key


def _programmes(regimes: Iterable[Regime]) -> Iterator[tuple[tuple[Code, str], Regime]]:
    for regime in regimes:
        for programme in regime.programmes:
            yield (regime.issuer, _plain(programme)), regime
