"""`extract`: the reading as a filter of JSON Lines."""

import json
import sys
from collections.abc import Mapping

from bot.cli.arguments import Options
from bot.cli.build import compile_knowledge
from bot.cli.items import items_in, reading_fields
from bot.reading import read


def extract(options: Options, _: Mapping[str, str]) -> int:
    """Read items one by one and print what each reports; 1 if a line held no item."""
    lexicon = compile_knowledge().lexicon
    whole = True
    for item in items_in(options.file):
        if item is None:
            whole = False
            continue
        line = json.dumps(reading_fields(item, read(item, lexicon)), ensure_ascii=False)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0 if whole else 1
