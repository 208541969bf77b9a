"""`replay`: what would have become of stored items."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

EVENT = "EU imposes sanctions on four Chinese officials over Xinjiang abuses"
SAME = "Brussels sanctions four Chinese officials over abuses in Xinjiang"


def item(key: str, title: str, date: str, source: str = "Harbour Wire") -> dict[str, Any]:
    return {"id": key, "title": title, "date": date, "source": source, "link": f"https://{source[:6]}.example/{key}"}


def replay(capsys: pytest.CaptureFixture[str], tmp_path: Path, *items: object, **options: str) -> list[dict[str, Any]]:
    path = tmp_path / "items.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in items))
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    main(["replay", str(path), *words])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_items_are_taken_in_the_order_of_their_dates_and_told_in_that_of_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = replay(
        capsys,
        tmp_path,
        item("late", SAME, "2021-03-22T18:00:00Z", "Continental Herald"),
        item("early", EVENT, "2021-03-22T12:00:00Z"),
    )
    assert [(row["id"], row["outcome"]) for row in rows] == [("late", "update"), ("early", "alert")]
    assert rows[0]["story"] == rows[1]["story"]


def test_every_silence_has_a_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    [row] = replay(capsys, tmp_path, item("a", "Ferry line adds night crossings", "2021-03-22"))
    assert (row["outcome"], row["story"]) == ("silent", None)
    assert row["because"]


def test_the_same_item_again_is_a_repeat_of_its_story(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = item("a", EVENT, "2021-03-22T12:00:00Z")
    rows = replay(capsys, tmp_path, first, {**first, "id": "b", "date": "2021-03-22T15:00:00Z"})
    assert [row["outcome"] for row in rows] == ["alert", "repeat"]
    assert rows[0]["story"] == rows[1]["story"]


def test_a_subscription_narrows_what_is_heard(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = replay(capsys, tmp_path, item("a", EVENT, "2021-03-22"), subscribe="issuer:us")
    assert [row["outcome"] for row in rows] == ["silent"]


def test_items_without_an_id_are_told_apart_by_their_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = replay(capsys, tmp_path, {"title": EVENT}, {"title": "Ferry line adds night crossings"})
    assert [(row["id"], row["outcome"]) for row in rows] == [("1", "alert"), ("2", "silent")]


def test_two_replays_are_equal_to_the_byte(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    items = [item(str(number), f"{EVENT} {number}", f"2021-03-{number:02}") for number in range(1, 20)]
    assert replay(capsys, tmp_path, *items) == replay(capsys, tmp_path, *items)


def test_a_broken_line_is_named_and_does_not_stop_the_rest(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text('{"title": \n' + json.dumps(item("a", EVENT, "2021-03-22")))
    assert main(["replay", str(path)]) == 1
    printed = capsys.readouterr()
    assert "line 1" in printed.err
    assert len(printed.out.splitlines()) == 1
