"""`explain`: how one item is read, drawn so that an admin sees in ten seconds why.

From the answer to its reasons: what was read, where it stands in the text, what spoke for it, what was left out, which
story it belongs to, and who would hear of it.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from adapters.chat.console import clean
from adapters.files import read_text
from bot.alerts import Audience, subject_of
from bot.cli.arguments import Options
from bot.cli.build import (
    Knowledge,
    build_brain,
    compile_knowledge,
    database,
    no_log,
    now,
    open_database,
    read_settings,
)
from bot.cli.insight import Insight, Left, Marked, Why, insight_fields, look_into
from bot.cli.items import item_fault, item_from
from bot.decision import decide
from bot.domain import Action, Decision, Item, WhyNot
from bot.errors import UsageError
from bot.pipeline import Pipeline
from bot.rules import Verdict
from bot.wording import Wording

STYLES = {
    "issuer": "bold cyan",
    "target": "bold red",
    "speaker": "bold yellow",
    "name": "bold",
    "measure": "bold magenta",
    "cue": "green",
}
WIDE = 240
"""Columns of a table where no screen sets them."""
LONGEST_TITLE = 200
"""Characters of a text's first line up to which it may be its title."""
_MANY, _NARROW = 8, 100
"""Lines from which on, and the width up to which, a text is broken to a width."""
_MENU = re.compile(r"\s*(?:\d+[.)]|[-*•])\s")
_LINK = re.compile(r"https?://\S+")
_SILENCE = {
    WhyNot.SPORTS: "it is about sport",
    WhyNot.APPROVED: "“sanctioned” means approved here",
    WhyNot.COMMERCIAL: "it is about business or a court case",
    WhyNot.BACKGROUND: "sanctions are only mentioned by the way",
    WhyNot.OTHER: "it is about something else",
}


def explain(options: Options, environ: Mapping[str, str]) -> int:
    """Read one item and show its sentences, what was found in them, the reading, and each rule's verdict."""
    knowledge = compile_knowledge()
    item = one_item(read_text(options.file), options.file)
    decision, verdicts = _decided(item, options, environ, knowledge)
    insight = look_into(item, knowledge.lexicon, decision, verdicts)
    if options.json:
        sys.stdout.write(json.dumps(insight_fields(insight), ensure_ascii=False) + "\n")
        return 0
    _show(draw(insight, knowledge.wording))
    return 0


def _show(parts: Iterable[RenderableType]) -> None:
    """Print in colour on a terminal, and in long lines of plain text elsewhere."""
    on_screen = sys.stdout.isatty()
    screen = Console(highlight=False, markup=False, emoji=False, width=None if on_screen else WIDE)
    with screen.capture() as capture:
        for part in parts:
            screen.print(part, soft_wrap=isinstance(part, Text) and not on_screen)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))


# --- the item -------------------------------------------------------------------------------------------------------


def one_item(text: str, name: str) -> Item:
    """Return the item that a text holds: a JSON object, or an article as a link shows it. Raises UsageError.

    An article may begin with its link, and with its title: a first line that is short, no sentence, and not the first
    of many short lines, as text has that is broken to a width.
    """
    if not text.lstrip().startswith("{"):
        return _article(text, name)
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}; give one JSON object with title and summary.") from error
    if fault := item_fault(raw):
        raise UsageError(f"{name}: {fault}.")
    return item_from(raw, default_id=name)


def _article(text: str, name: str) -> Item:
    lines = text.strip().splitlines()
    link = lines.pop(0).strip() if lines and _LINK.fullmatch(lines[0].strip()) else ""
    rest = "\n".join(lines).strip()
    if not rest:
        raise UsageError(f"{name} is empty; give an item as JSON, or a title with the text below it.")
    first, _, below = rest.partition("\n")
    if not _is_title(first.strip(), below.strip().splitlines()):
        return Item(key=name, title="", text=rest, link=link)
    return Item(key=name, title=first.strip(), text=below.strip(), link=link)


def _is_title(line: str, below: list[str]) -> bool:
    broken = len(below) >= _MANY and max(map(len, below)) < _NARROW
    return not (len(line) > LONGEST_TITLE or _MENU.match(line) or (below and line.endswith(".")) or broken)


# --- what would become of it ----------------------------------------------------------------------------------------


def _decided(
    item: Item, options: Options, environ: Mapping[str, str], knowledge: Knowledge
) -> tuple[Decision, Mapping[str, Verdict]]:
    """Return what would be decided if the item were news now, and each subscription's and rule's verdict."""
    settings = read_settings(options, environ)
    path = database(options, environ)
    # nothing is written for a question: where there is no database yet, one in memory does
    store = open_database(path if Path(path).exists() else ":memory:", knowledge)
    try:
        audience = Audience(
            [*settings.subscriptions, *store.subscriptions()], [*settings.rules, *store.rules()], knowledge.names
        )
        brain = build_brain(knowledge, audience, window=settings.story_window)
        at = item.date or now()
        Pipeline(store=store, brain=brain, sources={}, chats={}, clock=now, log=no_log).recall(at)
        dated = item if item.date else replace(item, seen=at)
        decision = decide(dated, brain.memory, knowledge.lexicon, knowledge.wording)
        story = decision.story if decision.reading.relevant else None
        return decision, audience.explain(subject_of(item, decision.reading, story))
    finally:
        store.close()


# --- drawing --------------------------------------------------------------------------------------------------------


def draw(insight: Insight, wording: Wording) -> Iterator[RenderableType]:
    """Yield the parts of the picture, from the answer to its reasons."""
    yield from _answer(insight, wording)
    yield _head("How it reads")
    yield from _sentences(insight.sentences)
    yield _head("Why")
    yield _whys(insight)
    if insight.left:
        yield _head("Left out")
        yield _left(insight.left)
    yield _head("What would become of it")
    yield from _fate(insight)
    if insight.verdicts:
        yield _verdicts(insight.verdicts)


def _head(words: str) -> Text:
    return Text(f"\n{words}", style="bold underline")


def _answer(insight: Insight, wording: Wording) -> Iterator[Text]:
    """Yield what was read: a line for each action with its details, or why there is none."""
    reading = insight.explanation.reading
    if not reading.relevant:
        why = _SILENCE[reading.why_not or WhyNot.OTHER]
        yield Text(f"No sanctions news: {why} ({reading.confidence:.0%} sure)", style="bold")
    for action in reading.actions:
        yield _action_line(action, wording)
        for name, value in _details(action, wording):
            yield Text(f"  {name:<12} {clean(value)}")
        yield Text(f"  “{clean(action.evidence)}”", style="italic")


def _action_line(action: Action, wording: Wording) -> Text:
    said = "sure, so an alert claims it" if action.sure else "not sure, so an alert quotes the headline"
    line = Text(f"{action.stage.replace('_', ' ').upper()}  ", style="bold")
    for codes, style in ((action.issuers, "issuer"), (action.targets, "target")):
        line.append(" and ".join(wording.names.short(code) for code in codes) or "?", style=STYLES[style])
        line.append(" -> " if style == "issuer" else "")
    if action.speaker:
        line.append("  speaker ").append(wording.actors(action.speaker), style=STYLES["speaker"])
    return line.append(f"  {action.confidence:.0%}, {said}")


def _details(action: Action, wording: Wording) -> Iterator[tuple[str, str]]:
    details = {
        "measures": wording.labels(action.instruments),
        "grounds": wording.labels(action.grounds),
        "counts": wording.counts(action.counts),
        "names": ", ".join(action.names),
        "legal basis": ", ".join(action.legal_basis),
        "when": wording.day(action.when) if action.when else "",
        "counter": "it answers another's sanctions" if action.counter else "",
    }
    return ((name, value) for name, value in details.items() if value)


def _sentences(sentences: tuple[Marked, ...]) -> Iterator[Text]:
    """Yield each sentence that tells something with its marks, and how many do not."""
    quiet = 0
    for sentence in sentences:
        if sentence.telling or sentence.part == "summary":
            yield Text.assemble((f"{sentence.part} {sentence.number:<4}", "dim"), _drawn(sentence))
        else:
            quiet += 1
    if quiet:
        yield Text(f"and {quiet} sentence{'s' if quiet > 1 else ''} of the text without a measure", style="dim")


def _drawn(sentence: Marked) -> Text:
    """Draw a sentence: what counts in colour, and what it counts for in brackets behind it."""
    drawn, done = Text(), 0
    for mark in sentence.marks:
        drawn.append(_plain(sentence.text[done : mark.start]))
        drawn.append(_plain(sentence.text[mark.start : mark.end]), style=STYLES[mark.kind])
        drawn.append(f"[{clean(mark.tag)}]", style="dim")
        done = mark.end
    return drawn.append(_plain(sentence.text[done:]))


def _plain(text: str) -> str:
    """Return a piece of a sentence as a terminal may show it, its outer blanks kept."""
    blanks = " " if text[:1].isspace() else "", " " if len(text) > 1 and text[-1:].isspace() else ""
    return blanks[0] + clean(text) + blanks[1]


def _whys(insight: Insight) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for why in insight.whys:
        table.add_row(Text(why.what, style="bold"), _percent(why), *_reason(why, 0))
        for place in range(1, len(why.reasons)):
            table.add_row("", "", *_reason(why, place))
    leading = {action.stage.value for action in insight.explanation.reading.actions[:1]}
    others = [f"{stage} {share:.0%}" for stage, share in insight.explanation.stages.items() if stage not in leading]
    if others:
        table.add_row(Text("other stages", style="bold"), "", "", ", ".join(others))
    if heard := ", ".join(f"“{clean(word)}” {weight:+.1f}" for word, weight in insight.explanation.heard):
        table.add_row(Text("the encoder's words", style="bold"), "", "", heard)
    return table


def _percent(why: Why) -> str:
    return f"{why.chance:.0%}" if why.chance is not None else ""


def _reason(why: Why, place: int) -> tuple[str, str]:
    if not why.reasons:
        return "", "many small reasons, none of them loud"
    says, weight, _ = why.reasons[place]
    return f"{weight:+.2f}" if weight is not None else "", clean(says)


def _left(left: tuple[Left, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in left:
        table.add_row(clean(one.what), clean(one.because))
    return table


def _fate(insight: Insight) -> Iterator[Text]:
    """Yield which story it belongs to, and what would be told."""
    decision = insight.decision
    if decision.story is None:
        yield Text(f"no story, {decision.outcome}: {clean(decision.because)}")
        return
    reports = len(decision.story.reports)
    headline = f": “{clean(decision.story.headline)}”" if decision.story.headline else ""
    yield Text(f"story {decision.story.key}, {reports} report{'s' if reports > 1 else ''} with this one{headline}")
    for step in decision.trail:
        if step.verb != "read":
            yield Text(f"{step.verb}: {clean(step.outcome)}: {clean(step.because)}")


def _verdicts(verdicts: Mapping[str, Verdict]) -> Table:
    table = Table("subscription or rule", "says", "because", box=None, pad_edge=False)
    for name, verdict in sorted(verdicts.items(), key=lambda entry: (not entry[1].yes, entry[0])):
        style = "bold green" if verdict.yes else "dim"
        table.add_row(clean(name), Text("yes" if verdict.yes else "no", style=style), clean(verdict.because))
    return table
