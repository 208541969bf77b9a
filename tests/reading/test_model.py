"""The linear model: sums of named weights, and their reasons."""

import math

import pytest

from bot.errors import SeedError
from bot.reading.model import NO_WEIGHTS, Weights, probability, shares

ROWS = [
    {"head": "stage", "label": "eased", "bias": 0.5, "weights": {"lift": 2.0, "not": -1.25}},
    {"head": "stage", "label": "imposed", "bias": -0.5, "weights": {"impose": 1.5}},
    {"head": "issuer", "label": "yes", "bias": 0.0, "weights": {"lift": -0.25}},
]


@pytest.fixture
def weights() -> Weights:
    return Weights.parse(ROWS)


def test_a_logit_is_the_bias_plus_what_the_features_weigh(weights: Weights) -> None:
    assert weights.score("stage", {"lift": 1.0, "not": 2.0, "unknown": 9.0}) == {"eased": 0.0, "imposed": -0.5}


def test_several_heads_asked_at_once_say_what_each_says_alone(weights: Weights) -> None:
    names = ["lift", "not", "impose", "unknown"]
    at_once = weights.tally(("stage", "issuer"), names)
    for head, logits in at_once.items():
        alone = weights.score(head, dict.fromkeys(names, 1.0))
        assert logits == pytest.approx(alone, abs=1e-4)


def test_a_head_that_was_never_learned_says_nothing(weights: Weights) -> None:
    assert weights.score("mood", {"lift": 1.0}) == {}
    assert NO_WEIGHTS.tally(("stage",), ["lift"]) == {}
    assert weights.reasons("mood", "good", {"lift": 1.0}) == []


def test_reasons_are_the_loudest_contributions_first(weights: Weights) -> None:
    assert weights.reasons("stage", "eased", {"lift": 1.0, "not": 2.0}) == [("not", -2.5), ("lift", 2.0)]


def test_the_file_is_one_row_a_line() -> None:
    text = '{"head": "a", "label": "yes", "bias": 1, "weights": {"x": 2}}\n'
    assert Weights.parse(text).score("a", {"x": 1.0}) == {"yes": 3.0}


@pytest.mark.parametrize(
    ("text", "what"),
    [("{", "line 1 is no JSON"), ('{"head": "a"}', "row 1 is no row of weights"), ("[1]", "row 1 is no row")],
)
def test_a_broken_file_names_the_line(text: str, what: str) -> None:
    with pytest.raises(SeedError, match=what):
        Weights.parse(text)


def test_shares_add_up_and_probabilities_stay_between_nought_and_one() -> None:
    assert math.isclose(sum(shares({"a": 3.0, "b": -700.0, "c": 0.0}).values()), 1.0)
    assert shares({}) == {}
    assert probability(-900.0) == 0.0
    assert probability(0.0) == 0.5
