"""The seeds of placing: what does not hold is named."""

import tomllib
from copy import deepcopy
from typing import Any

import pytest

from bot.errors import SeedError
from bot.stories import compile_knowledge
from tests.stories_support import KNOWLEDGE, SEEDS

RAW = tomllib.loads((SEEDS / "stories.toml").read_text(encoding="utf-8"))


def broken(path: str, value: Any) -> dict[str, Any]:
    raw = deepcopy(RAW)
    table = raw
    *folders, name = path.split("/")
    for folder in folders:
        table = table[folder]
    table[name] = value
    return raw


def test_a_missing_part_is_named() -> None:
    raw = deepcopy(RAW)
    del raw["windows"]["follow_days"]
    with pytest.raises(SeedError, match=r"seeds/stories\.toml: follow_days is missing"):
        compile_knowledge(raw)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("score/weights", {"words": "heavy"}, r"score\.weights\.words: 'heavy' is not a number"),
        ("kinship", {"words": True}, r"kinship\.words: True is not a number"),
        ("stages/near", [["imposed", "imposd"]], "imposd"),
        ("score/threshold", "high", "high"),
    ],
)
def test_a_wrong_value_is_named(path: str, value: Any, named: str) -> None:
    with pytest.raises(SeedError, match=named):
        compile_knowledge(broken(path, value))


def test_weights_name_only_features_that_there_are() -> None:
    spoken = {
        *(f"{how} {what}" for how in ("same", "near", "other") for what in ("issuers", "targets", "stage")),
        *(
            f"{how} {what}"
            for how in ("same", "other")
            for what in ("speaker", "measures", "names", "numbers", "package")
        ),
        *(
            "later stage",
            "same plan",
            "told often",
            "crowded actors",
            "same remark",
            "remark on a measure",
            "crossed roles",
            "swapped roles",
            "reply",
            "rare actors",
        ),
        *("words", "titles", "title in text", "rare words", "numbers", "days apart", "days of silence"),
    }
    assert set(KNOWLEDGE.weights) <= spoken
    assert set(KNOWLEDGE.kinship) <= spoken


def test_contradictions_weigh_against_and_agreements_for_one_event() -> None:
    assert all(weight <= 0 for name, weight in KNOWLEDGE.weights.items() if name.startswith("other "))
    assert all(weight >= 0 for name, weight in KNOWLEDGE.weights.items() if name.startswith("same "))
