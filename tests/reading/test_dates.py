"""Dates: the day an action happened, against the item's own date (a Wednesday, 24 March 2021)."""

from datetime import date

import pytest

from bot.errors import SeedError
from bot.lexicon import compile_lexicon
from bot.reading import dates
from tests.reading.details_support import lexicon, marked, place

WEDNESDAY = date(2021, 3, 24)


def day(summary: str, published: date | None = WEDNESDAY) -> date | None:
    return dates.when(marked("EU imposes sanctions", summary), place(line=1), published, lexicon())


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("The EU on Monday imposed sanctions.", date(2021, 3, 22)),
        ("The sanctions were announced Wednesday.", WEDNESDAY),
        ("The sanctions were announced last Wednesday.", date(2021, 3, 17)),
        ("The sanctions start next Monday.", date(2021, 3, 29)),
        ("Sanctions were imposed today.", WEDNESDAY),
        ("Sanctions were imposed yesterday.", date(2021, 3, 23)),
        ("Sanctions were imposed on 22 March.", date(2021, 3, 22)),
        ("Sanctions were imposed on March 22nd.", date(2021, 3, 22)),
        ("Sanctions were imposed on Dec. 8, 2020.", date(2020, 12, 8)),
        ("Sanctions were imposed on 8 December.", date(2020, 12, 8)),
        ("Sanctions imposed on 2021-03-22 stand.", date(2021, 3, 22)),
        ("Sanctions come on April 2.", date(2021, 4, 2)),
    ],
)
def test_a_named_day_is_counted_from_the_items_date(summary: str, expected: date) -> None:
    assert day(summary) == expected


@pytest.mark.parametrize(
    "summary",
    [
        "Sanctions stand until Friday.",
        "Sanctions in force since 2 March continue.",
        "Sanctions answer the Oct. 7 attack.",
        "Sanctions answer Monday's raid.",
        "The US may sanction 4 firms.",
        "Sanctions on 31 February are a joke.",
        "They march on 22 banks under sanctions.",
        "The sun shines on the sanctioned yacht.",
    ],
)
def test_a_day_that_is_not_the_actions_own_is_none(summary: str) -> None:
    assert day(summary) is None


def test_without_an_items_date_only_full_dates_are_read() -> None:
    assert day("Sanctions were imposed on Monday.", None) is None
    assert day("Sanctions were imposed on 8 December.", None) is None
    assert day("Sanctions were imposed on 8 December 2020.", None) == date(2020, 12, 8)


def test_the_day_nearest_to_the_action_is_taken() -> None:
    assert day("On Monday the EU imposed sanctions, and it meets again on Tuesday.") == date(2021, 3, 22)


def test_a_leap_day_is_sought_in_the_years_that_have_it() -> None:
    assert day("Sanctions were imposed on 29 February.", date(2024, 3, 3)) == date(2024, 2, 29)
    assert day("Sanctions were imposed on 29 February.", date(2022, 3, 3)) is None


def test_a_seed_without_months_is_a_named_fault() -> None:
    seeds = {**lexicon().seeds, "dates": {"weekdays": {"names": [["monday"]]}}}
    with pytest.raises(SeedError, match=r"seeds/dates\.toml"):
        dates.when(marked("EU sanctions on Monday"), place(), WEDNESDAY, compile_lexicon(seeds))
