"""Learning: from labelled items to weights, the same every time, and better than chance where it has not looked."""

from functools import lru_cache

import pytest

from adapters.files import read_seeds
from adapters.learning import fit
from bot.domain import Item, WhyNot
from bot.errors import UsageError
from bot.lexicon import compile_lexicon
from bot.reading.learning import Figures, learn
from bot.reading.model import Weights
from bot.reading.reader import read
from bot.reading.teaching import Labelled, Row

LANDS = [("Iran", "IR"), ("Belarus", "BY"), ("Russia", "RU"), ("Cuba", "CU"), ("Mali", "ML"), ("Sudan", "SD")]
ACTS = [("imposes", "imposed"), ("lifts", "eased"), ("extends", "extended"), ("weighs", "proposed")]
WHO = [("US", "US"), ("EU", "EU"), ("Canada", "CA")]


def lessons() -> list[Labelled]:
    told = [
        Labelled(
            Item(title=f"{who} {verb} sanctions on {land}", outlet=f"outlet {len(land)}"),
            relevant=True,
            actions=({"stage": stage, "issuers": [issuer], "targets": [target], "instruments": [], "counts": {}},),
        )
        for land, target in LANDS
        for verb, stage in ACTS
        for who, issuer in WHO
    ]
    silent = [
        Labelled(
            Item(title=f"League bans {land} striker", outlet=f"paper {land}"), relevant=False, why_not=WhyNot.SPORTS
        )
        for land, _ in LANDS * 5
    ]
    return told + silent


@lru_cache(maxsize=1)
def learned() -> tuple[list[Row], list[Figures]]:
    seeds = read_seeds() | {"weights": ""}
    return learn(lessons(), compile_lexicon(seeds), fit, lambda _: None)


def test_unseen_items_are_read_right_after_learning() -> None:
    rows, _ = learned()
    lexicon = compile_lexicon(read_seeds() | {"weights": rows})
    reading = read(Item(title="Japan lifts sanctions on Myanmar"), lexicon)
    assert reading.relevant
    assert reading.actions[0].stage == "eased"


def test_figures_come_from_items_that_were_not_looked_at() -> None:
    _, figures = learned()
    assert [one.name for one in figures] == ["random folds", "folds by outlet"]
    assert figures[0].values["F1"] > 0.9
    assert "F1" in str(figures[0])


def test_rows_are_sorted_rounded_and_readable_again() -> None:
    rows, _ = learned()
    assert [(row["head"], row["label"]) for row in rows] == sorted((row["head"], row["label"]) for row in rows)
    for row in rows:
        assert list(row["weights"]) == sorted(row["weights"])
        assert all(round(weight, 3) == weight for weight in row["weights"].values())
    assert Weights.parse(rows).labels["relevant"] == ("yes",)


def test_learning_twice_gives_the_same_weights() -> None:
    rows, _ = learned()
    again, _ = learn(lessons(), compile_lexicon(read_seeds() | {"weights": ""}), fit, lambda _: None)
    assert again == rows


def test_one_kind_of_answer_teaches_nothing() -> None:
    with pytest.raises(UsageError, match="both kinds"):
        learn(lessons()[:10], compile_lexicon(read_seeds() | {"weights": ""}), fit, lambda _: None)
