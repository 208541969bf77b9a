"""Measuring the reading: what is counted is right, and the pages that show it have their places for it."""

import re
from pathlib import Path

import pytest

from bot.domain import Action, Item, Reading, Stage, WhyNot
from bot.reading.teaching import Labelled
from tests.accuracy import PAGE, README
from tests.accuracy_counts import SILENT, Accuracy, Tally, measure
from tests.accuracy_page import BEGIN, END, rewritten, summary, tables

ITEM = Item(title="EU sanctions judges")
MEANT: dict[str, object] = {
    "stage": "imposed",
    "issuers": ["EU"],
    "targets": ["BY"],
    "instruments": ["asset_freeze", "travel_ban"],
    "counts": {"individuals": 8},
    "names": ["A. Judge"],
}


def news(*actions: dict[str, object]) -> Labelled:
    return Labelled(ITEM, relevant=True, actions=actions or (MEANT,))


def found(**fields: object) -> Reading:
    usual = {"stage": Stage.IMPOSED, "issuers": ("EU",), "targets": ("BY",), "sure": True}
    return Reading(relevant=True, actions=(Action(**{**usual, **fields}),))  # type: ignore[arg-type]


SILENCE = Reading(relevant=False, why_not=WhyNot.OTHER)


def lead(reading: Reading) -> dict[str, int]:
    return dict(measure([(news(), reading)]).lead)


def test_what_is_read_as_it_is_meant_has_everything_right() -> None:
    counted = measure(
        [(news(), found(instruments=("asset_freeze", "travel_ban"), counts={"individuals": 8}, names=("a. judge",)))]
    )
    assert counted.lead == {"stage": 1, "issuers": 1, "targets": 1, "speaker": 1, "triple": 1}
    assert all(tally.f1 == 1 for name, tally in counted.sets.items() if name != "grounds")
    assert (counted.relevance.f1, counted.triples.f1, counted.sure, counted.sure_right) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"issuers": ("EU", "US")}, "issuers"), ({"targets": ()}, "targets"), ({"stage": Stage.PROPOSED}, "stage")],
)
def test_one_wrong_field_spoils_itself_and_the_triple(wrong: dict[str, object], field: str) -> None:
    assert set(lead(found(**wrong))) == {"stage", "issuers", "targets", "speaker"} - {field}


def test_what_was_not_found_has_nothing_right_and_is_confused_with_silence() -> None:
    counted = measure([(news(), SILENCE)])
    assert (counted.leads, counted.lead, counted.confusion) == (1, {}, {("imposed", SILENT): 1})
    assert (counted.relevance.recall, counted.relevance.precision) == (0, None)


def test_stages_are_counted_as_meant_against_read() -> None:
    counted = measure([(news(), found(stage=Stage.EASED)), (news(), found())])
    assert counted.confusion == {("imposed", "eased"): 1, ("imposed", "imposed"): 1}


def test_silence_is_counted_by_its_reason() -> None:
    sport = Labelled(ITEM, relevant=False, why_not=WhyNot.SPORTS)
    counted = measure([(sport, SILENCE), (sport, found())])
    assert counted.silence == {("sports", True): 1, ("sports", False): 1}
    assert counted.relevance.precision == 0


def test_codes_are_counted_one_by_one_and_unnamed_measures_not_at_all() -> None:
    instruments = measure([(news(), found(instruments=("asset_freeze", "financial", "unspecified")))]).sets[
        "instruments"
    ]
    assert (instruments.hits, instruments.read, instruments.meant) == (1, 2, 2)


def test_actions_are_paired_by_what_they_agree_in_each_once() -> None:
    answer: dict[str, object] = {"stage": "imposed", "issuers": ["BY"], "targets": ["EU"], "grounds": ["retaliation"]}
    first = found(issuers=("BY",), targets=("EU",), grounds=("retaliation",)).actions
    second = found(instruments=("travel_ban",)).actions
    counted = measure([(news(MEANT, answer), Reading(relevant=True, actions=first + second))])
    assert (counted.pairs, counted.triples.hits) == (2, 2)
    assert (counted.sets["grounds"].f1, counted.sets["instruments"].hits) == (1, 1)
    assert counted.lead["triple"] == 0


def test_an_action_told_twice_counts_as_one_too_many() -> None:
    reading = found()
    twice = Reading(relevant=True, actions=reading.actions * 2)
    triples = measure([(news(), twice)]).triples
    assert (triples.hits, triples.read, triples.meant) == (1, 2, 1)


def test_nothing_measured_has_no_figures() -> None:
    assert (Tally().f1, Tally().precision, Tally().recall) == (None, None, None)
    assert all("–" in line for line in summary({"none": Accuracy()})[2:])
    assert len(tables(Accuracy())) > 20


def test_a_page_is_rewritten_between_its_markers_alone() -> None:
    assert rewritten(f"a\n{BEGIN}\nold\n{END}\nb", [r"new \1"]) == f"a\n{BEGIN}\n\nnew \\1\n\n{END}\nb"
    with pytest.raises(ValueError, match="a page needs"):
        rewritten("no markers", [])


@pytest.mark.parametrize("path", [PAGE, README], ids=lambda path: path.name)
def test_a_page_shows_when_and_by_which_command_it_was_measured(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    between = page[page.index(BEGIN) : page.index(END)]
    assert re.search(r"Measured on 20\d\d-\d\d-\d\d by `make accuracy", between)
    assert "all three right" in between
