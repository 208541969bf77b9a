"""Secrets stand in nothing that the program writes: no output, no log, no error, no traceback, no backup."""

import os
import subprocess
from pathlib import Path

import pytest

from adapters.chat.discord.client import Account
from bot.cli.arguments import parse_arguments
from bot.cli.build import read_settings
from tests.cli.installation import Installation

SECRETS = {
    "DISCORD_TOKEN": "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
    "SLACK_BOT_TOKEN": "xoxb-123456789012-notarealtoken0123456789",
    "SLACK_APP_TOKEN": "xapp-1-A012ABCD0A0-123456789012-notarealtoken0123456789",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
}
NOWHERE = {
    "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10",
    "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/",
    "SLACK_API_BASE": "http://127.0.0.1:9/api/",
}
COMMANDS = (
    ("doctor",),
    ("run", "--once", "--debug"),
    ("feeds", "check", "--debug"),
)


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    made.feeds(wire=f"http://user:{SECRETS['SLACK_SIGNING_SECRET']}@127.0.0.1:9/feed")
    return made


def run(here: Installation, *words: str) -> str:
    env = {**os.environ, **SECRETS, **NOWHERE}
    ran = subprocess.run(here.command(*words), capture_output=True, text=True, timeout=120, check=False, env=env)
    return ran.stdout + ran.stderr


def leaked(said: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if secret in said]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_shows_a_secret_whatever_fails(here: Installation, words: tuple[str, ...]) -> None:
    said = run(here, *words)
    assert said
    assert leaked(said) == []


def test_neither_the_database_nor_its_backup_holds_one(here: Installation, tmp_path: Path) -> None:
    here.feeds(wire="http://127.0.0.1:9/feed")
    run(here, "run", "--once")
    run(here, "backup", str(tmp_path / "copy.db"))
    files = [here.db, tmp_path / "copy.db"]
    assert [leaked(path.read_bytes().decode("latin-1")) for path in files] == [[], []]


def test_settings_and_accounts_do_not_show_theirs(here: Installation) -> None:
    here.feeds(wire="http://127.0.0.1:9/feed")
    options = parse_arguments(["run", "--config", str(here.config)])
    assert leaked(repr(read_settings(options, {**SECRETS, **NOWHERE}))) == []
    assert leaked(repr(Account.of(SECRETS))) == []
