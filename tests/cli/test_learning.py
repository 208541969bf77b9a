"""What `learn` takes, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.build import Knowledge
from bot.cli.learning import label_fault, labelled_in, silent_in, taught

GOOD = {"title": "EU sanctions Russia", "relevant": True, "actions": [{"stage": "imposed", "issuers": ["EU"]}]}


def written(tmp_path: Path, *rows: object) -> str:
    path = tmp_path / "items.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_a_labelled_item_is_taken(tmp_path: Path) -> None:
    [one] = labelled_in(written(tmp_path, GOOD))
    assert (one.relevant, one.actions[0]["issuers"], one.given) == (True, ["EU"], False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"relevant": "yes"}, "relevant must be true or false"),
        ({"actions": []}, "relevant items have actions"),
        ({"relevant": False}, "relevant items have actions"),
        ({"why_not": "boring"}, "why_not is none of"),
        ({"actions": [{"stage": "announced"}]}, "stage is none of"),
        ({"actions": [{"stage": "imposed", "issuers": "EU"}]}, "issuers must be lists of text"),
        ({"actions": "imposed"}, "actions must be a list"),
    ],
)
def test_what_is_wrong_with_labels_is_said(change: dict[str, Any], said: str) -> None:
    assert said in (label_fault(GOOD | change) or "")


def test_a_broken_line_stops_the_lesson_and_names_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", written(tmp_path, GOOD, GOOD | {"relevant": None})]) == 2
    assert "line 2" in capsys.readouterr().err


def test_silent_items_teach_what_is_no_news_unless_the_reading_doubts_it(tmp_path: Path, knowledge: Knowledge) -> None:
    path = written(
        tmp_path,
        {"title": "A ferry ran aground", "date": "2021-03-22"},
        {"title": ["broken"]},
        {"title": "EU imposes sanctions on Russian banks"},
    )
    [one] = silent_in(path, knowledge.lexicon)
    assert (one.item.title, one.relevant, one.given) == ("A ferry ran aground", False, True)


def test_the_seeds_own_examples_teach_but_those_held_out(knowledge: Knowledge) -> None:
    lessons = taught(knowledge)
    assert len(lessons) > 400
    assert all(one.given for one in lessons)
