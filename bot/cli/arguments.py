"""What may be typed: one table of commands; a command's code is imported when it is called, not before."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

Options = argparse.Namespace
Run = Callable[[Options, Mapping[str, str]], int]

DEFAULT_DB = "sanctionwire.db"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, as argparse takes it."""

    name: str
    help: str
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its words, its help, `module:function` that runs it, and its arguments."""

    words: str
    help: str
    target: str
    arguments: tuple[Argument, ...] = ()


def argument(name: str, text: str, **more: Any) -> Argument:
    """Return an argument; `more` is passed on to argparse."""
    return Argument(name, text, more)


FILE = argument("file", "JSON Lines, .gz too; - or nothing: standard input", nargs="?", default="-")
NAME = argument("country", "a country or issuer by any of its names: China, CN, CHN, Beijing, chinese")

COMMANDS = (
    Entry(
        "run",
        "the service: poll, read, tell; posts to the terminal where no chat's token is set",
        "service:run",
        (
            argument("--once", "one visit to every feed, deliver, stop", action="store_true"),
            argument("--take-stock", "no: also tell what the first visit to a feed finds", choices=("yes", "no")),
        ),
    ),
    Entry("demo", "see it work in a minute: sample feeds from loopback, no network, no account", "demo:run"),
    Entry("extract", "read items: JSON Lines in, JSON Lines with their actions out", "reading:extract", (FILE,)),
    Entry(
        "explain",
        "show how one item is read, step by step, and which subscriptions and rules pick it",
        "explaining:explain",
        (argument("file", "one item as JSON, or a text file; - or nothing: standard input", nargs="?", default="-"),),
    ),
    Entry(
        "replay",
        "run stored items through the whole pipeline as if polled at their dates",
        "replaying:replay",
        (
            argument("file", "JSON Lines, .gz too; -: standard input"),
            argument("--subscribe", "hear only what this rule picks", metavar="RULE", default=""),
        ),
    ),
    Entry(
        "learn",
        "learn the reading's weights from labelled items",
        "learning:learn",
        (
            argument("items", "labelled JSON Lines, .gz too", nargs="+"),
            argument("--silent", "items that are no sanctions news, unlabelled", action="append", metavar="FILE"),
            argument("--encoder", "train the encoder anew too: some five hours", action="store_true"),
            argument("--output", "where the weights go; the seeds' own file if omitted", metavar="FILE"),
        ),
    ),
    Entry(
        "lookup",
        "what is in force against a country and by it",
        "asking:lookup",
        (
            argument("country", NAME.help, nargs="+"),
            argument("--against", "only what others hold against it", action="store_true"),
            argument("--by", "only what it holds against others", action="store_true"),
            argument("--since", "only from this day on", metavar="DATE", default=""),
        ),
    ),
    Entry(
        "between",
        "who answered whom, oldest first",
        "asking:between",
        (argument("a", NAME.help), argument("b", "another one")),
    ),
    Entry(
        "timeline",
        "who did what when, around a country, between two, or around a story",
        "asking:timeline",
        (
            argument("of", "a country, two of them, or a story's key", nargs="+"),
            argument("--picture", "also draw it, as PNG", metavar="FILE", default=""),
        ),
    ),
    Entry(
        "search",
        "stories and names on official lists with these words, in any spelling",
        "asking:search",
        (argument("words", "one or several; all must be there", nargs="+"),),
    ),
    Entry("latest", "the newest stories", "asking:latest", (argument("rule", "a rule line", nargs="*"),)),
    Entry("story", "one story with every report", "asking:story", (argument("key", "a story's key"),)),
    Entry("why", "why an item was or was not told", "asking:why", (argument("link", "the article's link"),)),
    Entry("status", "when each source was last read, what is waiting", "asking:status"),
    Entry("subscriptions", "who hears what", "asking:subscriptions"),
    Entry(
        "rules",
        "the keyword rules: list, test, add, edit, remove, history, undo, export, import, as in a chat",
        "changing:rules",
        (argument("line", "e.g. add mute fifa; nothing: list them; --yes: without asking", nargs=argparse.REMAINDER),),
    ),
    Entry("feeds list", "the sources and how they are", "asking:feeds"),
    Entry(
        "feeds check",
        "visit sources now and say what they answer; keeps nothing",
        "sources:check",
        (argument("key", "which; all if omitted", nargs="*"),),
    ),
    Entry(
        "feeds add",
        "visit an address, show what is there, and keep it as a source",
        "sources:add",
        (
            argument("url", "the feed's address"),
            argument("--key", "its short name; made from the address if omitted"),
            argument("--every", "how often to visit, e.g. 10m", default="10m"),
            argument("--yes", "keep it without asking", action="store_true"),
        ),
    ),
    *(
        Entry(
            f"feeds {what}",
            f"{what} a source that was added by command",
            "changing:feeds",
            (
                argument("key", "which"),
                argument("--yes", "without asking", action="store_true"),
                argument("--what", argparse.SUPPRESS, default=what),
            ),
        )
        for what in ("pause", "resume", "remove")
    ),
    Entry(
        "lists sync",
        "read the official lists now and keep what changed; not while the service runs, which reads them by itself",
        "lists:sync",
        (argument("key", "which; all if omitted", nargs="*"),),
    ),
    Entry(
        "backup",
        "copy the database to a new file, also while the service runs",
        "operations:backup",
        (argument("file", "the new file"),),
    ),
    Entry("doctor", "check everything and say what to mend", "doctor:doctor"),
)

GROUPS = {"feeds": "the sources: list, check, add, pause, resume, remove", "lists": "the official lists: sync"}


def parse_arguments(arguments: Sequence[str]) -> Options:
    """Parse what was typed. Exits with 2 where it is wrong usage, with 0 after --help and --version."""
    options = _parser().parse_args(arguments, Options(config=None, db=None, json=False, debug=False))
    if "line" in options:
        if {"-h", "--help"} & set(options.line):
            _parser().parse_args(["rules", "--help"])
        # a rule may begin with "-", so the rest of the line is not argparse's; but for the options of every command
        options.yes = False
        _, options.line = _common(yes=True).parse_known_args(options.line, options)
    options.run = _runner(options.target)
    return options


def _runner(target: str) -> Run:
    module, _, name = target.partition(":")
    run: Run = getattr(import_module(f"bot.cli.{module}"), name)
    return run


def _common(*, yes: bool = False) -> argparse.ArgumentParser:
    """Return what may be said with every command."""
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", metavar="DIR", help="the configuration's folder (default: config)")
    common.add_argument("--db", metavar="FILE", help=f"the database (default: {DEFAULT_DB})")
    common.add_argument("--json", action="store_true", help="answer in JSON")
    common.add_argument("--debug", action="store_true", help="show tracebacks")
    if yes:
        common.add_argument("--yes", action="store_true")
    return common


def _parser() -> argparse.ArgumentParser:
    common = _common()
    parser = argparse.ArgumentParser(
        prog="sanctionwire",
        description="Watches the news for sanctions and tells who sanctioned whom, with what and why.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"sanctionwire {version('sanctionwire')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, Any] = {}
    for entry in COMMANDS:
        first, _, second = entry.words.partition(" ")
        if second and first not in groups:
            group = commands.add_parser(first, help=GROUPS[first], description=GROUPS[first], parents=[common])
            groups[first] = group.add_subparsers(metavar="WHAT", required=True)
        place = groups[first] if second else commands
        _add(place, second or first, entry, common)
    return parser


def _add(place: Any, name: str, entry: Entry, common: argparse.ArgumentParser) -> None:
    text = entry.help[:1].upper() + entry.help[1:] + "."
    parser = place.add_parser(name, help=entry.help, description=text, parents=[common])
    for one in entry.arguments:
        parser.add_argument(one.name, help=one.help, **one.more)
    parser.set_defaults(target=entry.target)
