"""What servers ask for in their headers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from adapters.feeds.freshness import LONGEST, max_age, retry_after

NOW = datetime(2026, 2, 17, 18, tzinfo=UTC)
AT = "Tue, 17 Feb 2026 18:05:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=300"}, 300),
        ({"Cache-Control": "public, MAX-AGE = 300"}, 300),
        ({"Cache-Control": 'max-age="300"'}, 300),
        ({"Cache-Control": "max-age=300", "Age": "100"}, 200),
        ({"Cache-Control": "max-age=300", "Age": "500"}, None),
        ({"Cache-Control": "max-age=300", "Age": "old"}, 300),
        ({"Cache-Control": "max-age=300", "Expires": "0"}, 300),
        ({"Cache-Control": "s-maxage=300"}, None),
        ({"Cache-Control": "no-cache, max-age=300"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Cache-Control": "max-age=" + "9" * 6_000}, 86_400),
        ({"Expires": AT}, 300),
        ({"Expires": AT, "Date": "Tue, 17 Feb 2026 18:04:00 GMT"}, 60),
        ({"Expires": "-1"}, None),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert max_age(CIMultiDict(headers), NOW) == (None if seconds is None else timedelta(seconds=seconds))


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
    found = retry_after({"Retry-After": text}, NOW)
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(), st.text())
def test_no_header_breaks_anything(one: str, other: str) -> None:
    headers = {"Cache-Control": one, "Expires": other, "Retry-After": other, "Age": one, "Date": other}
    for found in (max_age(headers, NOW), retry_after(headers, NOW)):
        assert found is None or timedelta() < found <= LONGEST
