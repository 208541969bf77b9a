"""Shorthands for tests of stories: an item, what was read in it, and telling it to the recent stories."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain import Action, Item, Reading, Stage
from bot.stories import Knowledge, Placement, Recent, compile_knowledge, place

NOW = datetime(2023, 2, 24, 12, tzinfo=UTC)
SEEDS = Path(__file__).parent.parent / "seeds"
KNOWLEDGE: Knowledge = compile_knowledge(tomllib.loads((SEEDS / "stories.toml").read_text(encoding="utf-8")))
NAMES = {"CA": "Canada", "EU": "the EU", "US": "the US", "RU": "Russia", "CN": "China", "GB": "the UK"}


def remember(window: timedelta = timedelta(days=7)) -> Recent:
    return Recent(knowledge=KNOWLEDGE, window=window)


def item(title: str, summary: str = "", *, hours: float = 0, outlet: str = "Reuters", edits: str = "") -> Item:
    at = NOW + timedelta(hours=hours)
    return Item(
        key=f"{outlet}:{title}",
        title=title,
        summary=summary,
        seen=at,
        date=at,
        outlet=outlet,
        link=f"https://{outlet.lower()}.example/{len(title)}",
        edits=edits,
    )


def act(
    roles: str = "US>RU", stage: Stage = Stage.IMPOSED, counts: Mapping[str, int] | None = None, **more: object
) -> Action:
    issuers, _, targets = roles.partition(">")
    action = Action(stage=stage, issuers=tuple(issuers.split()), targets=tuple(targets.split()), counts=counts or {})
    return replace(action, **more)  # type: ignore[arg-type]  # fields of Action by name


def read(
    roles: str = "US>RU", stage: Stage = Stage.IMPOSED, counts: Mapping[str, int] | None = None, **more: object
) -> Reading:
    return Reading(relevant=True, actions=(act(roles, stage, counts, **more),))


def tell(recent: Recent, told: Item, reading: Reading) -> Placement:
    """Place an item and let the recent stories know, as the brain does."""
    placement = place(told, reading, recent, names=lambda code: NAMES.get(code, code))
    recent.add(placement.story)
    return placement
