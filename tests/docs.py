"""The pages that are made, not written: `make docs` writes them, and a test fails where one is out of date."""

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console, Group

from adapters.chat.console import render
from bot.cli.arguments import COMMANDS, Argument, Entry
from bot.cli.build import build_desk, compile_knowledge, open_database
from bot.domain import Action, Alert, AlertKind, Command, Report, Stage, Story
from bot.messages import word
from bot.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
WIDTH = 96


def pages() -> dict[Path, str]:
    """Return every made page with its content."""
    return {DOCS / "commands.md": commands_page(), DOCS / "alert.svg": alert_picture()}


def commands_page() -> str:
    """Return the page of all commands, typed at the terminal and in a chat."""
    lines = [
        "# Commands",
        "",
        "Made by `make docs` from the tables in `bot/cli/arguments.py` and `bot/commands/desk.py`.",
        "",
        "## At the terminal",
        "",
        "Everywhere, before or after the command: `--config DIR` (default `config`), `--db FILE` (default",
        "`sanctionwire.db`), `--json`, `--debug`. Exit codes: 0 done, 1 failed, 2 wrong usage.",
        "",
    ]
    for entry in COMMANDS:
        lines += [f"### `sanctionwire {usage(entry)}`", "", f"{entry.help[:1].upper()}{entry.help[1:]}.", ""]
        lines += [f"* `{one.name}`: {one.help}" for one in entry.arguments]
        lines += [""] if entry.arguments else []
    lines += ["## In a chat", "", "| `/sanctions ...` | who | does |", "|---|---|---|"]
    for command in chat_commands():
        if not command.hidden:
            options = [one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.options]
            typed = " ".join([command.words, *options])
            lines.append(f"| `{typed}` | {command.right.name.lower()} | {command.about} |")
    return "\n".join(lines) + "\n"


def chat_commands() -> Sequence[Command]:
    """Return the commands of a desk with an empty store."""
    knowledge = compile_knowledge()
    store = open_database(":memory:", knowledge)
    try:
        return build_desk(Settings(), store, knowledge).commands
    finally:
        store.close()


def usage(entry: Entry) -> str:
    """Return how a command is typed."""
    return " ".join([entry.words, *(_typed(one) for one in entry.arguments)])


def _typed(one: Argument) -> str:
    if one.name.startswith("--"):
        value = (
            "" if one.more.get("action") else f" {one.more.get('metavar') or one.name[2:].upper().replace('-', '_')}"
        )
        return f"[{one.name}{value}]"
    name = one.name.upper()
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(str(one.more.get("nargs")), name)


def alert_picture() -> str:
    """Return two alerts as the terminal draws them."""
    wording = compile_knowledge().wording
    at = datetime(2021, 3, 22, 15, 0, tzinfo=UTC)
    first = _story(
        "eu7k2m4a",
        at,
        Action(
            stage=Stage.IMPOSED,
            issuers=("EU",),
            targets=("CN",),
            instruments=("asset_freeze", "travel_ban"),
            grounds=("human_rights",),
            counts={"individuals": 4, "entities": 1},
            names=("Chen Mingguo",),
            when=at.date(),
            evidence="imposed asset freezes and travel bans on four Chinese officials and one entity",
        ),
        ("Harbour Wire", "Continental Herald", "EU Council"),
    )
    answer = _story(
        "cn3p9x5q",
        at,
        Action(
            stage=Stage.IMPOSED,
            issuers=("CN",),
            targets=("EU",),
            grounds=("retaliation",),
            counts={"individuals": 10, "entities": 4},
            when=at.date(),
            counter=True,
            evidence="Beijing hits back with sanctions on 10 Europeans and four institutions",
        ),
        ("Pacific Desk",),
    )
    alerts = [Alert(kind=AlertKind.ALERT, room="console", story=story, because="") for story in (first, answer)]
    drawn = Group(render(word(alerts[0], wording)), render(word(alerts[1], wording, answered=first)))
    screen = Console(file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor")
    screen.print(drawn)
    return screen.export_svg(title="sanctionwire run", unique_id="alert")


def _story(key: str, at: datetime, action: Action, outlets: tuple[str, ...]) -> Story:
    reports = tuple(
        Report(
            item=f"{key}-{number}",
            outlet=outlet,
            link=f"https://{outlet.lower().replace(' ', '-')}.example/{key}",
            title=action.evidence,
            at=at,
            official="Council" in outlet,
        )
        for number, outlet in enumerate(outlets)
    )
    return Story(key=key, action=action, headline=action.evidence, reports=reports, first=at, last=at)


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
