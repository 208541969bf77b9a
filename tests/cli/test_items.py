"""Items and readings as JSON."""

import json
from datetime import UTC, date, datetime

import pytest

from bot.cli.items import item_fault, item_from, parse_date, reading_fields
from bot.domain import Action, Item, Reading, Stage


def test_a_day_is_its_midnight_in_utc() -> None:
    assert parse_date("2021-03-22") == datetime(2021, 3, 22, tzinfo=UTC)


def test_an_offset_is_kept_in_mind() -> None:
    assert parse_date("2021-03-22T01:00:00+02:00") == datetime(2021, 3, 21, 23, tzinfo=UTC)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_date_is_no_fault(nothing: object) -> None:
    assert parse_date(nothing) is None


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"title": "x", "date": "yesterday"}, "'yesterday' is not like"),
        ({"title": "x", "date": 7}, "7 is no text"),
        ({"title": ["x"]}, "title is list"),
        ({"id": "1"}, "no title, summary or text"),
        ({"title": "x", "link": 3}, "link is int"),
    ],
)
def test_what_is_wrong_with_an_item_is_said(raw: dict[str, object], fault: str) -> None:
    assert fault in (item_fault(raw) or "")


def test_an_item_without_an_id_is_called_by_its_line() -> None:
    assert item_from({"title": "x"}, default_id="7").key == "7"


def test_a_reading_has_every_field_of_the_labels_and_is_json() -> None:
    action = Action(
        stage=Stage.IMPOSED, issuers=("EU",), targets=("CN",), counts={"individuals": 4}, when=date(2021, 3, 22)
    )
    line = json.loads(json.dumps(reading_fields(Item(key="1", title="x"), Reading(relevant=True, actions=(action,)))))
    assert {"id", "relevant", "why_not", "actions"} <= line.keys()
    assert (
        line["actions"][0]
        | {
            "stage": "imposed",
            "issuers": ["EU"],
            "counts": {"individuals": 4},
            "when": "2021-03-22",
            "confidence": 1.0,
            "sure": True,
        }
        == line["actions"][0]
    )
