"""Real pairs of reports, labelled: one event, related, or different. Measured where the evaluation data is present."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.build import Knowledge
from bot.domain import Item
from bot.reading import read
from bot.stories import Recent, echo, place

PAIRS = Path(__file__).parent.parent.parent / "shared" / "eval" / "pairs_dev.jsonl"
pytestmark = pytest.mark.skipif(not PAIRS.exists(), reason="the evaluation data is not here")


def _item(raw: Mapping[str, Any]) -> Item:
    at = datetime.fromisoformat(raw["date"])
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Item(key=raw["id"], title=raw["title"], summary=raw["summary"], date=at, seen=at, outlet=raw["source"])


def _outcome(items: Iterable[Item], knowledge: Knowledge) -> str:
    """Return what became of the second report of a pair that is told by itself."""
    recent = Recent(knowledge=knowledge.stories)
    verdict = "silent"
    for item in items:
        reading = read(item, knowledge.lexicon)
        placement = (
            place(item, reading, recent, names=knowledge.lexicon.short)
            if reading.actions
            else echo(item, reading, recent)
        )
        if placement is None:
            return "silent"
        recent.add(placement.story)
        verdict = placement.verdict.value
    return verdict


@pytest.fixture(scope="module")
def outcomes(knowledge: Knowledge) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {kind: Counter() for kind in ("same_event", "related", "different")}
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        items = sorted((_item(pair["a"]), _item(pair["b"])), key=lambda item: (item.date, item.key))
        found[pair["kind"]][_outcome(items, knowledge)] += 1
    return found


def _share(outcomes: Counter[str], *which: str) -> float:
    return sum(outcomes[one] for one in which) / outcomes.total()


def test_two_reports_of_one_event_end_in_one_story(outcomes: dict[str, Counter[str]]) -> None:
    assert _share(outcomes["same_event"], "same", "grown") >= 0.85


def test_two_events_never_end_in_one_story(outcomes: dict[str, Counter[str]]) -> None:
    assert _share(outcomes["different"], "same", "grown") <= 0.05


def test_what_is_merely_related_is_told(outcomes: dict[str, Counter[str]]) -> None:
    assert _share(outcomes["related"], "same") <= 0.3
