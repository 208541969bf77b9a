"""The floors of the benchmark, at a small scale and so loosely that only a real step back falls through.

Ratios of processor time, taken by turns; a machine with more to do than it can is no place to measure, and skips.
"""

import sys
from collections.abc import Callable

import pytest

from tests.bench import deciding, fanout, growth, parsing, polling, starting
from tests.bench.__main__ import BEGIN, END, README, with_table
from tests.bench.table import Row, by_turns, is_busy, markdown, times

SLACK = 3.0
"""By how much a floor may be missed: a step back is rarely smaller, a bad moment rarely larger."""

PARTS: dict[str, Callable[[], list[Row]]] = {
    "polling": lambda: polling.measure(feeds=20, rounds=2, many=0),
    "parsing": lambda: parsing.measure(megabytes=2),
    "deciding": lambda: deciding.measure(count=400, rules=500),
    "growth": lambda: growth.measure(item_count=20_000, story_count=2_000, subscriptions=300),
    "starting": lambda: starting.measure(item_count=5_000, story_count=500, subscriptions=100, runs=1),
    "fanout": lambda: fanout.measure(rooms=500),
}


def untraced(measure: Callable[[], list[Row]]) -> list[Row]:
    """Measure without whoever counts the covered lines: he slows our code, and not that of libraries."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return measure()
    finally:
        sys.settrace(tracer)


@pytest.mark.skipif(is_busy(), reason="the machine has other things to do")
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_far_below_its_floor(part: str) -> None:
    rows = untraced(PARTS[part])
    fallen = [f"{row.name}: {row.measured}, {row.wanted}" for row in rows if row.fails_loosely(SLACK)]
    if fallen and is_busy():
        pytest.skip(f"the machine got other things to do: {fallen}")
    assert fallen == []


def row(value: float, *, more: bool) -> Row:
    return Row(name="visits", measured=f"{value}", wanted="10", value=value, floor=10.0, more=more)


@pytest.mark.parametrize(("value", "more", "holds", "falls"), [
    (10.0, True, True, False),
    (9.0, True, False, False),
    (3.0, True, False, True),
    (10.0, False, True, False),
    (11.0, False, False, False),
    (31.0, False, False, True),
])  # fmt: skip
def test_a_floor_is_missed_before_it_is_fallen_through(value: float, more: bool, holds: bool, falls: bool) -> None:
    assert (row(value, more=more).holds, row(value, more=more).fails_loosely(SLACK)) == (holds, falls)


def test_the_median_of_rounds_by_turns_counts() -> None:
    turns: list[str] = []
    taken = by_turns({"first": lambda: turns.append("first"), "second": lambda: turns.append("second")}, rounds=2)
    assert turns == ["first", "second"] * 2
    assert set(taken) == {"first", "second"}


def test_a_row_that_does_not_hold_says_so() -> None:
    assert markdown([row(9.0, more=True)]).splitlines()[-1] == "| visits | 9.0 | 10 | **no** |"
    assert times(12.3) == "12 times"


def test_the_readme_has_the_table_between_its_markers() -> None:
    page = README.read_text(encoding="utf-8")
    assert with_table(page, "| new |").count("| new |") == 1
    assert "| what | measured | wanted | |" in page.partition(BEGIN)[2].partition(END)[0], "run: make bench"


def test_a_page_without_the_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the table"):
        with_table("# A page\n", "| new |")
