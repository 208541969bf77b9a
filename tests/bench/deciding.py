"""Items through read, place, choose and record: fifty in one transaction, as a visit brings them."""

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.alerts import Audience
from bot.domain import Item
from bot.reading import read
from tests.bench.house import audience, batches, everybody, knowledge, opened, pipeline
from tests.bench.news import START, items
from tests.bench.table import Row, by_turns, times
from tests.bench.weekend import KEYWORDS, WeekendBot, country_keywords

COUNT = 3_000
RULES = 10_000
LEAST = 3_000
"""Items a second and core."""


def measure(*, count: int = COUNT, rules: int = RULES) -> list[Row]:
    """Return how many items a second are decided, alone and with thousands of rules, and what reading costs."""
    few, many = everybody(), audience(rules)
    rounds = iter(range(100))
    told: list[Item] = []

    def news() -> list[Item]:
        told[:] = items(count, start=count * next(rounds))
        return told

    with ExitStack() as stack:
        bot = WeekendBot(str(Path(stack.enter_context(TemporaryDirectory(prefix="bench-"))) / "seen.db"), _keywords())
        stack.callback(bot.close)
        news()
        taken = by_turns(
            {
                "plain": lambda: _plainly(bot, news()),
                "scan": lambda: _scan(told),
                "read": lambda: [read(item, knowledge().lexicon) for item in told],
                "few": _taker(stack, few, told),
                "many": _taker(stack, many, told),
            }
        )
    return _rows(taken, count, rules)


def _keywords() -> list[str]:
    """Return what a bot would look for that is to know every country: a loop of expressions, one for each."""
    return [*KEYWORDS, *map(re.escape, country_keywords())]


def _plainly(bot: WeekendBot, told: Sequence[Item]) -> None:
    for item in told:
        bot.take(item.guid, item.title, item.summary, item.link)


def _scan(told: Sequence[Item]) -> int:
    """Look for words of sanctions and nothing else: the yardstick of reading."""
    pattern = re.compile("|".join(KEYWORDS), re.IGNORECASE)
    return sum(pattern.search(f"{item.title} {item.summary}") is not None for item in told)


def _taker(stack: ExitStack, heard: Audience, told: list[Item]) -> Callable[[], None]:
    shell = pipeline(stack.enter_context(opened()), heard)

    async def visits() -> None:
        for batch in batches(told):
            await shell.take(batch, now=START)

    return lambda: asyncio.run(visits())


def _rows(taken: dict[str, float], count: int, rules: int) -> list[Row]:
    rate, kept = count / taken["few"], taken["few"] / taken["many"]
    ratio, scans = taken["plain"] / taken["few"], taken["read"] / taken["scan"]
    return [
        Row(
            name="items through read, place, choose and record, a second and core",
            measured=f"{rate:,.0f}",
            wanted=f"at least {LEAST:,}",
            value=rate,
            floor=LEAST,
            more=True,
        ),
        Row(
            name="the same of a plain bot with an expression for each country, by ours",
            measured=times(ratio),
            wanted="at least 3",
            value=ratio,
            floor=3.0,
            more=True,
        ),
        Row(
            name=f"the rate with {rules:,} subscriptions and {rules:,} rules",
            measured=f"{kept:.0%} of that",
            wanted="at least 70 %",
            value=kept,
            floor=0.7,
            more=True,
        ),
        Row(
            name="reading alone, by a plain scan for words of sanctions",
            measured=times(scans),
            wanted="at most 100",
            value=scans,
            floor=100.0,
        ),
    ]
