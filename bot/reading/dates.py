"""Dates: when an action happened, as its text says it: "on Monday", "22 March", "Dec. 8, 2020".

A weekday means the last such day up to the item's date, or the next one after it behind "next"; a day of a month
without a year means the one nearest to the item's date, since news look back on last December and ahead to next
January alike. A day that something lasts until, or is counted from, is not the day it happened ("until Friday",
"since 2 March"), nor is one that names another event ("the Oct. 7 attack", "Monday's vote").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from bot.errors import SeedError
from bot.lexicon import Lexicon
from bot.reading.measures import Line, Place
from bot.reading.phrases import Row

_FARTHEST = timedelta(days=300)
"""A day without a year that would be farther away than this is not guessed."""
_POSSESSIVE = {"'", "’"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day named in a sentence, and the words it stands in."""

    day: date
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Names:
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    near: Mapping[str, int]
    last: frozenset[str]
    next: frozenset[str]
    not_when: frozenset[str]
    ordinals: tuple[str, ...]


def when(marked: Sequence[Line], place: Place, published: date | None, lexicon: Lexicon) -> date | None:
    """Return the day of an action: named in its own sentence, nearest to where it begins; else in the next one."""
    for line in marked[place.line : place.line + 2]:
        days = named(line.row, line.sentence.text, published, lexicon)
        if days:
            at = line.row.at(place.character) if line is marked[place.line] else 0
            return min(days, key=lambda day: (abs(day.first - at), day.first)).day
    return None


def named(row: Row, text: str, published: date | None, lexicon: Lexicon) -> tuple[Day, ...]:
    """Return the days that a sentence names as the time of something, in order."""
    names = _names(lexicon)
    found: list[Day] = []
    for at in range(len(row.words)):
        day = _calendar(row, text, at, published, names) or _relative(row, text, at, published, names)
        if day is None or (found and day.first <= found[-1].last):
            continue
        end = row.starts[day.last] + len(row.words[day.last])
        if (not day.first or row.words[day.first - 1] not in names.not_when) and text[end : end + 1] not in _POSSESSIVE:
            found.append(day)
    return tuple(found)


def _relative(row: Row, text: str, at: int, published: date | None, names: _Names) -> Day | None:
    """Read "Monday", "last Friday", "yesterday"; None without the item's date."""
    word, before = row.words[at], row.words[at - 1] if at else ""
    if published is None:
        return None
    if word in names.near:
        return Day(published + timedelta(days=names.near[word]), at, at)
    if word not in names.weekdays or not text[row.starts[at]].isupper():
        return None
    back = (published.weekday() - names.weekdays[word]) % 7
    if before in names.next:
        return Day(published + timedelta(days=7 - back), at - 1, at)
    if before in names.last:
        return Day(published - timedelta(days=back or 7), at - 1, at)
    return Day(published - timedelta(days=back), at, at)


def _calendar(row: Row, text: str, at: int, published: date | None, names: _Names) -> Day | None:
    """Read "22 March 2021", "March 22nd, 2021", "22 March", "2021-03-22"."""
    words = row.words
    if words[at] in names.months and text[row.starts[at]].isupper():
        # the day stands behind the month, or else before it
        number = _day_number(words[at + 1 : at + 2], names)
        if number is not None:
            year = _year(words[at + 2 : at + 3])
            return _made(year, names.months[words[at]], number, published, at, at + 1 + (year is not None))
        number = _day_number(words[at - 1 : at], names) if at else None
        if number is not None:
            year = _year(words[at + 1 : at + 2])
            return _made(year, names.months[words[at]], number, published, at - 1, at + (year is not None))
    year = _year(words[at : at + 1])
    if year is not None and text[row.starts[at] + 4 : row.starts[at] + 5] == "-" and len(words) > at + 2:
        month, number = _day_number(words[at + 1 : at + 2], names), _day_number(words[at + 2 : at + 3], names)
        if month is not None and number is not None:
            return _made(year, month, number, published, at, at + 2)
    return None


def _day_number(words: Sequence[str], names: _Names) -> int | None:
    if not words:
        return None
    digits = words[0]
    for ending in names.ordinals:
        digits = digits.removesuffix(ending)
    return int(digits) if digits.isdecimal() and len(digits) <= 2 and 1 <= int(digits) <= 31 else None


def _year(words: Sequence[str]) -> int | None:
    if words and words[0].isdecimal() and len(words[0]) == 4 and words[0].startswith(("19", "20")):
        return int(words[0])
    return None


def _made(year: int | None, month: int, number: int, published: date | None, first: int, last: int) -> Day | None:
    """Return the day, its year guessed from the item's date where none is written; None if there is no such day."""
    if year is None and published is None:
        return None
    years = [year] if year is not None else [published.year + shift for shift in (-1, 0, 1)] if published else []
    days = [day for one in years if (day := _date(one, month, number)) is not None]
    if year is None and published is not None:
        days = [day for day in days if abs(day - published) <= _FARTHEST]
        days.sort(key=lambda day: abs(day - published))
    return Day(days[0], first, last) if days else None


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _names(lexicon: Lexicon) -> _Names:
    """Compile ``seeds/dates.toml``. Raises SeedError where it does not hold."""
    seed: Mapping[str, Any] = lexicon.seeds.get("dates", {})
    words = seed.get("words", {})
    try:
        return _Names(
            weekdays={name: number for number, row in enumerate(seed["weekdays"]["names"]) for name in row},
            months={name: number for number, row in enumerate(seed["months"]["names"], 1) for name in row},
            near={name: int(days) for name, days in seed.get("near", {}).items()},
            last=frozenset(words.get("last", ())),
            next=frozenset(words.get("next", ())),
            not_when=frozenset(words.get("not_when", ())),
            ordinals=tuple(words.get("ordinals", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SeedError(f"seeds/dates.toml: {error!r}; needs [weekdays] names and [months] names") from error
