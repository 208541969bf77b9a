"""What a short command must not load: a start is as quick as the imports that it can do without."""

import subprocess
import sys

import pytest

from adapters.feeds import POLLERS
from adapters.feeds.lists import LISTS

HEAVY = ("PIL", "aiohttp", "apscheduler", "discord", "feedparser", "numpy", "slack_bolt", "sqlite_utils", "trafilatura")


def loaded_after(statement: str) -> set[str]:
    """Return which heavy packages a fresh interpreter has loaded after a statement."""
    program = f"import sys\n{statement}\nprint(*(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_command_line_is_parsed_without_any_heavy_package() -> None:
    assert loaded_after("import bot.__main__; bot.__main__.parse_arguments") == set()


@pytest.mark.parametrize("module", ["bot.cli.asking", "bot.cli.reading", "bot.cli.replaying", "bot.cli.explaining"])
def test_commands_that_visit_nothing_load_no_client_of_the_network(module: str) -> None:
    assert loaded_after(f"import {module}") == set()


def test_every_official_list_can_be_polled() -> None:
    assert set(LISTS) == set(POLLERS) - {"rss"}


def test_the_service_loads_neither_what_draws_nor_chats_that_are_not_on() -> None:
    assert loaded_after("import bot.cli.service") <= {"aiohttp", "apscheduler", "feedparser"}
