"""`learn`: labelled items to the weights that the reading is judged by; deterministic."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.files import BadLine, lesson_files, read_items, seeds_folder
from adapters.learning import encoding, fit
from bot.cli.arguments import Options
from bot.cli.build import Knowledge, compile_knowledge
from bot.cli.items import action_fields, item_fault, item_from
from bot.domain import Item, Stage, WhyNot
from bot.errors import UsageError
from bot.lexicon import Lexicon
from bot.reading import read
from bot.reading.examples import parse_examples
from bot.reading.learning import learn as learn_weights
from bot.reading.teaching import Labelled

CERTAIN = 0.7
"""How sure the reading must be that an unlabelled item is no sanctions news, for it to teach that."""

LISTS = ("issuers", "targets", "speaker", "instruments", "grounds", "names")


def learn(options: Options, _: Mapping[str, str]) -> int:
    """Learn from labelled items and the seeds' examples, print figures by cross-validation, write the weights."""
    knowledge = compile_knowledge()
    labelled = [one for path in options.items for one in labelled_in(path)]
    labelled += [one for path in options.silent or () for one in silent_in(path, knowledge.lexicon)]
    labelled += taught(knowledge)
    said = Console(stderr=True, highlight=False)
    trainer = encoding if options.encoder else None
    with said.status("learning") as status:
        learned = learn_weights(labelled, knowledge.lexicon, fit, lambda what: status.update(what), trainer)
    sys.stdout.write(f"{learned.figures}\n")
    path = Path(options.output) if options.output else seeds_folder() / "weights.jsonl"
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in learned.rows)
    path.write_text(lines, encoding="utf-8")
    sys.stdout.write(f"{len(labelled)} items taught {len(learned.rows)} rows of weights, now in {path}\n")
    if learned.encoder is not None:
        beside = path.with_name("encoder.safetensors")
        beside.write_bytes(learned.encoder)
        sys.stdout.write(f"and an encoder of {len(learned.encoder) / 1e6:.1f} MB, now in {beside}\n")
    return 0


def labelled_in(path: str) -> Iterator[Labelled]:
    """Yield the labelled items of a file. Raises UsageError for a line that holds none: half a lesson is none."""
    for number, raw in read_items(path):
        fault = raw.what if isinstance(raw, BadLine) else item_fault(raw) or label_fault(raw)
        if fault or isinstance(raw, BadLine):
            raise UsageError(f"{path}, line {number}: {fault}")
        why_not = WhyNot(raw["why_not"]) if raw.get("why_not") else None
        actions = tuple(raw.get("actions") or ())
        yield Labelled(item_from(raw, default_id=str(number)), raw["relevant"], why_not, actions)


def silent_in(path: str, lexicon: Lexicon) -> Iterator[Labelled]:
    """Yield a file's items as news of other kinds; learned from, not counted in figures.

    Nobody has read them one by one, so those in which the reading as it is finds sanctions news, or hesitates, are left
    out: a wrong lesson is worse than none.
    """
    for number, raw in read_items(path):
        if isinstance(raw, BadLine) or item_fault(raw) is not None:
            continue
        item = item_from(raw, default_id=str(number))
        now = read(item, lexicon)
        if not now.relevant and now.confidence >= CERTAIN:
            yield Labelled(item, relevant=False, why_not=WhyNot.OTHER, given=True)


def label_fault(raw: Mapping[str, Any]) -> str | None:
    """Return what is wrong with an item's labels, or None."""
    if not isinstance(raw.get("relevant"), bool):
        return "relevant must be true or false"
    if raw.get("why_not") not in {None, *WhyNot}:
        return f"why_not is none of {', '.join(WhyNot)}"
    actions = raw.get("actions") or []
    if not isinstance(actions, list) or not all(isinstance(action, dict) for action in actions):
        return "actions must be a list of objects"
    if raw["relevant"] != bool(actions):
        return "relevant items have actions, and others have none"
    return next((fault for action in actions if (fault := _action_fault(action))), None)


def _action_fault(action: Mapping[str, Any]) -> str | None:
    if action.get("stage") not in set(Stage):
        return f"stage is none of {', '.join(Stage)}"
    wrong = [name for name in LISTS if not _are_words(action.get(name, []))]
    return f"{', '.join(wrong)} must be lists of text" if wrong else None


def _are_words(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value)


def taught(knowledge: Knowledge) -> list[Labelled]:
    """Return the seeds' lessons, and their examples but for those held out; learned from, not counted in figures."""
    labelled = [replace(one, given=True) for path in lesson_files() for one in labelled_in(str(path))]
    for name, text in sorted(knowledge.seeds["examples"].items()):
        for example in parse_examples(text, file=f"{name}.txt"):
            if not example.held_out:
                item = Item(title=example.title, summary=example.summary, outlet="examples")
                actions = tuple(action_fields(action) for action in example.actions)
                labelled.append(Labelled(item, example.relevant, example.why_not, actions, given=True))
    return labelled
