"""How long a source is silent, usually: the longest silence before each of the last days on which it had news. Pure.

By days, because a feed that brings fifty items each morning is silent for a day, and not for a minute as its items
taken one by one would say. Usual is the second longest: one strike, one holiday or one ancient item that was put on
top does not count, and a weekend does.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.domain import FeedState, Lull

DAYS = 30
"""Days with news that are remembered."""
FEWEST = 11
"""Days with news before it is said what is usual: with two weekends among them, if the source rests then."""


def grown(state: FeedState, dates: Iterable[datetime]) -> tuple[Lull, ...]:
    """Return a feed's lulls after a visit that found items of these dates, those known before among them."""
    known = [] if state.newest is None else [state.newest]
    fresh = sorted(when for when in set(dates) if not known or when > known[0])
    longest: dict[date, timedelta] = {lull.day: lull.length for lull in state.lulls}
    for before, after in pairwise([*known, *fresh]):
        day = after.date()
        longest[day] = max(after - before, longest.get(day, timedelta()))
    return tuple(Lull(day, longest[day]) for day in sorted(longest)[-DAYS:])


def usual(state: FeedState) -> timedelta | None:
    """Return how long the feed is silent at most, nearly always; None while too little is known."""
    lengths = sorted(lull.length for lull in state.lulls)
    return lengths[-2] if len(lengths) >= FEWEST else None


def span(length: timedelta) -> str:
    """Return a length of time in one unit."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
