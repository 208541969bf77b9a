"""Run the benchmark; see the package's text."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench import deciding, fanout, growth, parsing, polling, starting
from tests.bench.table import Row, markdown

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
PARTS: Mapping[str, Callable[[], list[Row]]] = {
    "polling": polling.measure,
    "parsing": parsing.measure,
    "deciding": deciding.measure,
    "growth": growth.measure,
    "starting": starting.measure,
    "fanout": fanout.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Measure the named parts, or all; with ``--write`` put the table into the README. 2 for an unknown part."""
    write = "--write" in arguments
    names = [name for name in arguments if name != "--write"] or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        sys.stderr.write(f"bench: there is no part {unknown[0]!r}; there are {', '.join(PARTS)}\n")
        return 2
    rows: list[Row] = []
    for name in names:
        sys.stderr.write(f"{name} ...\n")
        rows += PARTS[name]()
    table = markdown(rows)
    sys.stdout.write(table + "\n")
    if write:
        README.write_text(with_table(README.read_text(encoding="utf-8"), table), encoding="utf-8")
    return 0


def with_table(page: str, table: str) -> str:
    """Return a page with the table between its markers. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md has no place for the table: {BEGIN} and {END}, each on a line of its own")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
