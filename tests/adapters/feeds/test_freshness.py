"""What servers ask for in their headers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.freshness import LONGEST, max_age, retry_after

NOW = datetime(2026, 2, 17, 18, tzinfo=UTC)
AT = "Tue, 17 Feb 2026 18:05:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": "public, MAX-AGE = 300"}, 300),
        ({"cache-control": 'max-age="300"'}, 300),
        ({"cache-control": "max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=300", "age": "500"}, None),
        ({"cache-control": "max-age=300", "age": "old"}, 300),
        ({"cache-control": "max-age=300", "expires": "0"}, 300),
        ({"cache-control": "s-maxage=300"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=" + "9" * 6_000}, 86_400),
        ({"expires": AT}, 300),
        ({"expires": AT, "date": "Tue, 17 Feb 2026 18:04:00 GMT"}, 60),
        ({"expires": "-1"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert max_age(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("9" * 6_000, 86_400),
        (AT, 300),
        ("Tue, 17 Feb 2026 17:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("Mon, 01 Jan 0001 00:00:00 +2300", None),
    ],
)
def test_how_long_a_refusal_asks_to_wait(text: str, seconds: int | None) -> None:
    found = retry_after({"retry-after": text}, NOW)
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(), st.text())
def test_no_header_breaks_anything(one: str, other: str) -> None:
    headers = {"cache-control": one, "expires": other, "retry-after": other, "age": one, "date": other}
    for found in (max_age(headers, NOW), retry_after(headers, NOW)):
        assert found is None or timedelta() < found <= LONGEST
