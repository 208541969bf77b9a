"""Questions at the terminal: every page at once, pictures to files, the same as values in JSON."""

import json
from pathlib import Path

from bot.cli.build import Knowledge
from tests.cli.installation import Installation


def test_one_side_is_told_in_full_as_nothing_can_be_pressed(here: Installation, knowledge: Knowledge) -> None:
    said = here.run("lookup", "North", "Korea", "--against").stdout
    for one in knowledge.regimes.against("KP", ended=True):
        assert one.link in said
        assert one.legal_basis[0] in said


def test_the_brief_fits_a_screen_and_says_what_is_not_known(here: Installation, knowledge: Knowledge) -> None:
    said = here.run("lookup", "Russia").stdout
    assert len(said) < 2_000
    assert f"In force against it: {len(knowledge.regimes.against('RU'))} regimes by " in said
    assert "no news read yet" in said


def test_machines_get_values(here: Installation) -> None:
    facts = json.loads(here.run("lookup", "Beijing", "--json", "--by").stdout)
    assert facts["code"] == "CN"
    assert "against" not in facts
    assert {one["issuer"] for one in facts["by"]["regimes"]} == {"CN"}
    assert all(one["link"].startswith("https://") and one["as_of"] for one in facts["by"]["regimes"])


def test_a_timeline_is_text_and_a_picture_where_a_file_is_named(here: Installation, tmp_path: Path) -> None:
    picture = tmp_path / "timeline.png"
    said = here.run("timeline", "China", "EU", "--picture", str(picture)).stdout
    assert "▲ by China ▼ by EU" in said
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_is_one_line(here: Installation, tmp_path: Path) -> None:
    ran = here.run("timeline", "China", "--picture", str(tmp_path / "nowhere" / "x.png"))
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [
        f"sanctionwire: {tmp_path}/nowhere/x.png cannot be written: No such file or directory"
    ]


def test_the_first_ledger_can_be_searched(here: Installation) -> None:
    assert "China" in here.run("search", "Xinjiang").stdout
    assert "Nothing has these words" in here.run("search", "kwurpltob").stdout
