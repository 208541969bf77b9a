"""Documents fail the build when they are wrong."""

import re
from pathlib import Path

import pytest

from bot.cli.arguments import COMMANDS
from tests.docs import pages

TOP = Path(__file__).parents[1]
WRITTEN = [TOP / "README.md", TOP / "CONTRIBUTING.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md"))]
WORDS = {entry.words for entry in COMMANDS}
GROUPS = {words.split()[0] for words in WORDS if " " in words}
TARGETS = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("path", list(pages()), ids=lambda path: path.name)
def test_a_made_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run: make docs"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_command_that_a_document_shows_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for first, second in re.findall(r"^(?:    |`)sanctionwire ([a-z-]+)(?: ([a-z]+))?", text, re.M):
        assert first in WORDS or (first in GROUPS and f"{first} {second}" in WORDS), f"sanctionwire {first} {second}"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_make_target_that_a_document_shows_exists(path: Path) -> None:
    for target in re.findall(r"(?:^    |`)make ([a-z]+)", path.read_text(encoding="utf-8"), re.M):
        assert target in TARGETS, f"make {target}"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_link_into_the_project_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    for name in re.findall(r"`((?:bot|adapters|config|seeds|tests|docs|deploy)/[\w./-]+)`", path.read_text("utf-8")):
        made = name.endswith("/.env") or re.search(r"\b(xx|xy)\b", name)  # a file of the reader's own, any name
        assert made or (TOP / name).exists(), name
