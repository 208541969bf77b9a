"""What may be changed in a chat may be changed at the terminal, and a running service hears of it."""

import os
import pty
import signal
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.cli.installation import ANSWER, EVENT, NOISE, Installation, told, wait_for
from tests.cli.outlet import Outlet


def rules(here: Installation, *words: str) -> str:
    """Run `rules ...`; returns what it said, and fails where that is no success."""
    ran = here.run("rules", *words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_rule_is_added_tried_changed_listed_and_undone(here: Installation) -> None:
    added = rules(here, "add", "mute", "-target:us", '"shadow fleet"', "--yes")
    key = added.partition("Added [")[2].partition("]")[0]
    assert 'mute -target:US "shadow fleet"' in added
    assert "Changed" in rules(here, "edit", key, "fifa", "--yes")
    assert f'[{key}] mute "fifa"' in rules(here, "list")
    assert "the operator: changed" in rules(here, "history")
    assert "is undone" in rules(here, "undo", "--yes")
    assert "shadow fleet" in rules(here)
    assert "Removed" in rules(here, "remove", key, "--yes")


def test_a_try_out_changes_nothing(here: Installation) -> None:
    assert "Add the watch rule" in rules(here, "test", "watch", "oil")
    assert "None yet" in rules(here)


def test_nothing_is_changed_where_nobody_says_yes(here: Installation) -> None:
    ran = subprocess.run(
        here.command("rules", "add", "mute", "oil"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "Say --yes" in ran.stderr) == (2, True)
    assert "None yet" in rules(here)


@pytest.mark.parametrize(("typed", "there"), [(b"y\n", "oil"), (b"n\n", "None yet")])
def test_on_a_terminal_it_asks(here: Installation, typed: bytes, there: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        here.command("rules", "add", "mute", "oil"), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.write(ours, typed)
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert (process.returncode, b"Add? [y/N]" in said) == (0, True)
    assert there in rules(here)


def test_what_is_exported_is_a_file_that_can_be_imported(here: Installation, tmp_path: Path) -> None:
    for number in range(3):
        rules(here, "add", "mute", f"ship{number}", "--yes")
    file = tmp_path / "rules.toml"
    file.write_text(rules(here, "export"))
    assert len(tomllib.loads(file.read_text())["rules"]) == 3
    assert "All of that is here already" in here.run("rules", "import", str(file), "--yes").stderr
    rules(here, "undo", "--yes")
    assert "Imported 1 rule" in rules(here, "import", str(file), "--yes")


def test_a_file_that_cannot_be_read_is_one_line(here: Installation, tmp_path: Path) -> None:
    ran = here.run("rules", "import", str(tmp_path / "nowhere"), "--yes")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "cannot be read: No such file" in ran.stderr


def test_what_is_wrong_says_what_to_type_instead(here: Installation) -> None:
    for words, said in (("add", "KIND: What it does: watch, mute, flag"), ("nonsense", 'mean "rules')):
        ran = here.run("rules", words)
        assert (ran.returncode, said in ran.stderr) == (2, True)
    assert "usage: sanctionwire rules" in here.run("rules", "add", "--help").stdout


def test_a_running_service_hears_of_a_rule_that_is_made_beside_it(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE))
    service = here.start("--json")
    wait_for(service, "polled")
    rules(here, "add", "mute", "issuer:cn", "--yes")
    wait_for(service, "changed_elsewhere")
    outlet.show("/wire", ANSWER, EVENT, NOISE)
    assert service.stdout is not None
    first = service.stdout.readline()
    service.send_signal(signal.SIGTERM)
    rest, _ = service.communicate(timeout=20)
    assert ["China" in one["title"].split()[0] for one in told(first + rest)] == [False]
