"""How well the reading reads: `make accuracy` writes `docs/accuracy.md` and the README's table.

python -m tests.accuracy                on the seeds' examples that are kept for figures; rewrites both pages
python -m tests.accuracy --news FILE    the same, with a column for labelled news beside it
python -m tests.accuracy FILE ...       on labelled JSON Lines, as `sanctionwire learn` takes them; only prints
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.build import Knowledge, compile_knowledge
from bot.cli.items import action_fields
from bot.cli.learning import labelled_in
from bot.domain import Item
from bot.errors import SanctionwireError
from bot.reading import read
from bot.reading.examples import parse_examples
from bot.reading.teaching import Labelled
from tests.accuracy_counts import Accuracy, measure
from tests.accuracy_page import rewritten, summary, tables

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "accuracy.md"
README = TOP / "README.md"


def kept_back(knowledge: Knowledge) -> Iterator[Labelled]:
    """Yield the seeds' examples that are kept for figures: nothing is ever learned from them."""
    for name, text in sorted(knowledge.seeds["examples"].items()):
        for example in parse_examples(text, file=f"{name}.txt"):
            if example.held_out:
                item = Item(title=example.title, summary=example.summary)
                actions = tuple(action_fields(action) for action in example.actions)
                yield Labelled(item, example.relevant, example.why_not, actions)


def measured(labelled: Iterable[Labelled], knowledge: Knowledge) -> Accuracy:
    """Read items and count how well."""
    return measure((one, read(one.item, knowledge.lexicon)) for one in labelled)


def write(examples: Accuracy, news: Accuracy | None) -> None:
    """Put the figures into both pages, with today's date and the command."""
    columns = {f"{examples.items} examples, rare as often as common": examples}
    if news is not None:
        columns[f"{news.items} news items, labelled by others"] = news
    command = "make accuracy" if news is None else "make accuracy NEWS=FILE"
    said = f"Measured on {datetime.now(UTC):%Y-%m-%d} by `{command}`; nothing was learned from these items."
    short = [said, "", *summary(columns)]
    for path, lines in ((README, short), (PAGE, [*short, "", "Of the examples:", "", *tables(examples)])):
        path.write_text(rewritten(path.read_text(encoding="utf-8"), lines), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Measure, and write or print."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description="Measure the reading.")
    parser.add_argument("file", nargs="*", help="labelled JSON Lines; the seeds' own examples if omitted")
    parser.add_argument("--news", metavar="FILE", help="labelled JSON Lines that stand beside the examples")
    options = parser.parse_args(arguments)
    knowledge = compile_knowledge()
    try:
        given = [one for path in options.file for one in labelled_in(path)]
        news = measured(labelled_in(options.news), knowledge) if options.news else None
    except SanctionwireError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = measured(given or kept_back(knowledge), knowledge)
    if not given:
        write(found, news)
    lines = [*summary({f"{found.items} items": found}), "", *tables(found)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
