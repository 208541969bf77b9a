"""Learning: from labelled items to weights, the same every time, and better than chance where it has not looked."""

from functools import lru_cache

import pytest

from adapters.files import read_seeds
from adapters.learning import fit
from bot.domain import Item, WhyNot
from bot.errors import UsageError
from bot.lexicon import Lexicon, compile_lexicon
from bot.reading.encoder import Encoder
from bot.reading.impressions import FOLDS
from bot.reading.learning import Learned, learn
from bot.reading.model import Weights
from bot.reading.reader import read
from bot.reading.teaching import Labelled
from tests.reading.encoder_support import SmallTrainer

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


def untaught() -> Lexicon:
    return compile_lexicon({name: seed for name, seed in read_seeds().items() if name not in {"weights", "encoder"}})


@lru_cache(maxsize=1)
def learned() -> Learned:
    return learn(lessons(), untaught(), fit, lambda _: None)


@lru_cache(maxsize=1)
def learned_with_an_encoder() -> tuple[Learned, SmallTrainer]:
    trainer = SmallTrainer()
    return learn(lessons(), untaught(), fit, lambda _: None, trainer), trainer


def test_unseen_items_are_read_right_after_learning() -> None:
    lexicon = compile_lexicon(
        {name: seed for name, seed in read_seeds().items() if name != "encoder"} | {"weights": learned().rows}
    )
    reading = read(Item(title="Japan lifts sanctions on Myanmar"), lexicon)
    assert reading.relevant
    assert reading.actions[0].stage == "eased"


def test_figures_come_from_items_that_were_not_looked_at() -> None:
    figures = learned().figures
    assert figures.name == "folds by outlet"
    assert figures.values["F1"] > 0.9
    assert "F1" in str(figures)


def test_rows_are_sorted_rounded_and_readable_again() -> None:
    rows = learned().rows
    assert [(row["head"], row["label"]) for row in rows] == sorted((row["head"], row["label"]) for row in rows)
    for row in rows:
        assert list(row["weights"]) == sorted(row["weights"])
        assert all(round(weight, 3) == weight for weight in row["weights"].values())
    assert Weights.parse(rows).labels["relevant"] == ("yes",)


def test_learning_twice_gives_the_same_weights() -> None:
    again = learn(lessons(), untaught(), fit, lambda _: None)
    assert again.rows == learned().rows


def test_one_kind_of_answer_teaches_nothing() -> None:
    with pytest.raises(UsageError, match="both kinds"):
        learn(lessons()[:10], untaught(), fit, lambda _: None)


def test_an_encoder_is_trained_without_each_fold_and_then_with_all() -> None:
    learnt, trainer = learned_with_an_encoder()
    *parts, whole = trainer.lessons
    assert len(parts) == FOLDS
    assert sum(len(whole) - len(part) for part in parts) == len(whole)
    assert learnt.encoder is not None
    Encoder(learnt.encoder)


def test_how_far_an_encoder_is_trusted_is_learned_from_items_that_it_had_not_seen() -> None:
    learnt, _ = learned_with_an_encoder()
    blends = {row["head"]: row["weights"] for row in learnt.rows if row["head"].endswith(".blend")}
    assert {"stage.blend", "issuers.blend", "targets.blend"} <= set(blends)
    # the small encoder's weights are made up: what it says is worth less than what the features say
    assert blends["stage.blend"]["features"] > abs(blends["stage.blend"].get("encoder", 0.0))


def test_without_a_trainer_the_heads_that_weigh_the_encoder_stay() -> None:
    seeds = read_seeds()
    learnt, _ = learned_with_an_encoder()
    lexicon = compile_lexicon(seeds | {"weights": learnt.rows, "encoder": learnt.encoder})
    again = learn(lessons()[::2], lexicon, fit, lambda _: None)
    assert again.encoder is None
    before = {row["head"]: row for row in learnt.rows}
    kept = [row for row in again.rows if row["head"].endswith((".blend", ".set")) or row["head"].startswith("sure")]
    assert kept
    assert all(row == before[row["head"]] for row in kept)
