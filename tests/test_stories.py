"""One event, one story: what is told once, what grows, what is another event."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import Action, Item, Reading, Stage
from bot.stories import Knowledge, Placed, Placement, Recent, compile_knowledge, place

NOW = datetime(2023, 2, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return compile_knowledge(tomllib.loads(Path("seeds/stories.toml").read_text(encoding="utf-8")))


@pytest.fixture
def recent(knowledge: Knowledge) -> Recent:
    return Recent(knowledge=knowledge)


def item(title: str, summary: str = "", *, hours: float = 0, outlet: str = "Reuters", **more: str) -> Item:
    at = NOW + timedelta(hours=hours)
    key = more.pop("key", f"{outlet}:{title}")
    return Item(key=key, title=title, summary=summary, seen=at, date=at, outlet=outlet, **more)  # type: ignore[arg-type]


def read(
    who: str = "US",
    whom: str = "RU",
    stage: Stage = Stage.IMPOSED,
    counts: Mapping[str, int] | None = None,
    **more: object,
) -> Reading:
    action = Action(stage=stage, issuers=tuple(who.split()), targets=tuple(whom.split()), counts=counts or {})
    return Reading(relevant=True, actions=(replace(action, **more),))  # type: ignore[arg-type]


def tell(recent: Recent, item: Item, reading: Reading) -> Placement:
    placement = place(item, reading, recent, names=str)
    recent.add(placement.story)
    return placement


def test_two_outlets_with_other_words_tell_one_event(recent: Recent) -> None:
    first = tell(recent, item("EU sanctions 10 Russian officials"), read("EU", counts={"individuals": 10}))
    second = tell(
        recent, item("EU adds ten Russians to blacklist", hours=2, outlet="AP"), read("EU", counts={"individuals": 10})
    )
    assert first.verdict is Placed.NEW
    assert second.verdict is Placed.SAME
    assert second.story.key == first.story.key
    assert [report.outlet for report in second.story.reports] == ["Reuters", "AP"]


def test_the_next_package_is_another_event(recent: Recent) -> None:
    first = tell(recent, item("EU adopts 10th package of sanctions against Russia"), read("EU"))
    second = tell(recent, item("EU agrees 11th package of sanctions against Russia", hours=30), read("EU"))
    assert second.verdict is Placed.NEW
    assert second.story.key != first.story.key


def test_other_firms_a_day_later_are_another_event(recent: Recent) -> None:
    tell(recent, item("US sanctions Russian banks"), read())
    assert tell(recent, item("US sanctions Russian shipping firms", hours=26), read()).verdict is Placed.NEW
