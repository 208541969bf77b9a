"""What tests of official lists are written with: the clerk with the real seeds, and small files in each format."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain import Feed, ListedKind, Listing, ListingChange, ListingFate
from bot.listings import Clerk, compile_lists
from bot.regimes import compile_regimes

SEEDS = Path(__file__).parent.parent / "seeds"
SHARED = Path(__file__).parent.parent.parent / "shared" / "lists"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
COUNTRIES = {
    "russia": "RU",
    "iran": "IR",
    "north korea": "KP",
    "democratic republic of the congo": "CD",
    "congo": "CD",
    "china": "CN",
    "cuba": "CU",
    "cyprus": "CY",
    "hong kong": "HK",
    "panama": "PA",
    "guatemala": "GT",
    "by": "BY",
    "ru": "RU",
}


def find(name: str) -> str | None:
    return COUNTRIES.get(name.lower())


def seed(name: str) -> dict[str, Any]:
    return tomllib.loads((SEEDS / f"{name}.toml").read_text(encoding="utf-8"))


def make_clerk(lists: dict[str, Any] | None = None) -> Clerk:
    codes = {row["code"] for row in seed("territories")["territories"]} | {
        row["code"] for row in seed("issuers")["issuers"]
    }
    regimes = compile_regimes(
        seed("regimes"),
        codes=codes,
        instruments={row["code"] for row in seed("instruments")["instruments"]},
        grounds={row["code"] for row in seed("grounds")["grounds"]},
    )
    return compile_lists(lists or seed("lists"), regimes, find=find, codes=codes)


def feed(kind: str = "ofac", url: str = "https://lists.example/SDN.CSV") -> Feed:
    return Feed(key=f"list-{kind}", url=url, kind=kind)


def listing(
    uid: str,
    name: str = "",
    *,
    kind: ListedKind = ListedKind.INDIVIDUAL,
    programmes: tuple[str, ...] = ("RUSSIA-EO14024",),
    countries: tuple[str, ...] = (),
    targets: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    list_: str = "list-ofac",
) -> Listing:
    return Listing(
        list=list_,
        uid=uid,
        name=name or f"PERSON {uid}",
        kind=kind,
        programmes=programmes,
        countries=countries,
        targets=targets,
        aliases=aliases,
    )


def changed(
    fate: ListingFate, listings: Iterable[Listing], *, state: int = 2, at: datetime = NOW
) -> list[ListingChange]:
    return [ListingChange(fate=fate, listing=one, at=at, state=state) for one in listings]
