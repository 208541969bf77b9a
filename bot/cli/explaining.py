"""`explain`: how one item is read, drawn so that an admin sees in ten seconds why."""

import json
import sys
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.chat.console import clean
from adapters.files import read_text
from bot.alerts import Audience, subject_of
from bot.cli.arguments import Options
from bot.cli.build import Knowledge, compile_knowledge, database, open_database, read_settings
from bot.cli.items import item_fault, item_from
from bot.domain import Item, Reading
from bot.errors import UsageError
from bot.reading import read
from bot.reading.mentions import Scan
from bot.reading.page import page

MARKED = "bold cyan"
TRIGGER = "bold magenta"


def explain(options: Options, environ: Mapping[str, str]) -> int:
    """Read one item and show its sentences, what was found in them, the reading, and each rule's verdict."""
    knowledge = compile_knowledge()
    item = one_item(read_text(options.file), options.file)
    reading = read(item, knowledge.lexicon)
    screen = Console(highlight=False, markup=False, emoji=False, soft_wrap=not sys.stdout.isatty())
    for line in _sentences(item, knowledge):
        screen.print(line)
    screen.print()
    for line in _read(reading):
        screen.print(line)
    screen.print()
    screen.print(_reasons(reading))
    screen.print(_verdicts(item, reading, _audience(options, environ, knowledge)))
    return 0


def one_item(text: str, name: str) -> Item:
    """Return the item that a text holds: a JSON object, or a title line with an article's text below it."""
    if not text.lstrip().startswith("{"):
        title, _, rest = text.strip().partition("\n")
        if not title:
            raise UsageError(f"{name} is empty; give an item as JSON, or a title with the text below it.")
        return Item(key=name, title=title, text=rest.strip())
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}; give one JSON object with title and summary.") from error
    if fault := item_fault(raw):
        raise UsageError(f"{name}: {fault}.")
    return item_from(raw, default_id=name)


def _sentences(item: Item, knowledge: Knowledge) -> Iterator[Text]:
    """Yield each sentence with its names and triggers marked; brackets say whose name it is."""
    for part, scan in page(item, knowledge.lexicon).scans():
        yield Text("title    " if part == "t" else "summary  ", style="dim") + _marked(scan)


def _marked(scan: Scan) -> Text:
    text = clean(scan.sentence.text, most=len(scan.sentence.text) + 1)
    if len(text) != len(scan.sentence.text):
        return Text(text)
    marks = [(one.start, one.end, MARKED, f"[{'/'.join(one.codes) or '-'} {one.form}]") for one in scan.mentions]
    for at in scan.triggers:
        start = scan.starts[at]
        marks.append((start, start + len(scan.words[at]), TRIGGER, f"[{scan.kinds[at]}]"))
    drawn, done = Text(), 0
    for start, end, style, tag in sorted(marks):
        if start >= done:
            drawn.append(text[done:start])
            drawn.append(text[start:end], style=style)
            drawn.append(tag, style="dim")
            done = end
    drawn.append(text[done:])
    return drawn


def _read(reading: Reading) -> Iterator[Text]:
    """Yield the reading in a line for each action, or why there is none."""
    if not reading.relevant:
        yield Text(f"no sanctions news: {reading.why_not} ({reading.confidence:.0%} sanctions news)", style="bold")
    for action in reading.actions:
        roles = f"{'/'.join(action.issuers) or '?'} -> {'/'.join(action.targets) or '?'}"
        sure = "sure" if action.sure else "not sure"
        yield Text(f"{action.stage} {roles}  {action.confidence:.0%}, {sure}", style="bold")
        details = {
            "speaker": action.speaker,
            "instruments": action.instruments,
            "grounds": action.grounds,
            "counts": [f"{number} {kind}" for kind, number in action.counts.items()],
            "names": action.names,
            "legal basis": action.legal_basis,
            "when": [str(action.when)] if action.when else (),
            "counter": ["yes"] if action.counter else (),
        }
        for name, values in details.items():
            if values:
                yield Text(f"  {name}: {clean(', '.join(values))}")
        yield Text(f"  “{clean(action.evidence)}”", style="italic")


def _reasons(reading: Reading) -> Table:
    table = Table("decided", "reason", "words", "weight", box=None, pad_edge=False)
    for reason in reading.reasons:
        weight = f"{reason.weight:+.2f}" if reason.weight is not None else ""
        table.add_row(reason.about, clean(reason.name), clean(reason.words), weight)
    return table


def _verdicts(item: Item, reading: Reading, audience: Audience) -> Table:
    table = Table("subscription or rule", "says", "because", box=None, pad_edge=False)
    for name, verdict in audience.explain(subject_of(item, reading)).items():
        table.add_row(clean(name), "yes" if verdict.yes else "no", clean(verdict.because))
    return table


def _audience(options: Options, environ: Mapping[str, str], knowledge: Knowledge) -> Audience:
    settings = read_settings(options, environ)
    store = open_database(database(options, environ), knowledge)
    try:
        subscriptions = [*settings.subscriptions, *store.subscriptions()]
        return Audience(subscriptions, [*settings.rules, *store.rules()], knowledge.names)
    finally:
        store.close()
