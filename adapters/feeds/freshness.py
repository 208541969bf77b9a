"""How long a server asks us to stay away: Cache-Control, Expires, Age and Retry-After, read from its headers.

Pure: `now` is an argument, and headers go by their names in lower case. Every result is positive and at most a day,
whatever the header claims: a server may ask for patience, not for oblivion.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)

_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|,)\s*no-(?:cache|store)\b", re.IGNORECASE)
_ENOUGH_DIGITS = 9


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how much longer an answer is fresh (RFC 9111): max-age less Age, or Expires less Date; None if stale."""
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return None
    if match := _MAX_AGE.search(control):
        return _capped(_seconds(match[1]) - _seconds(headers.get("age", "")))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    return _capped(expires - (http_date(headers.get("date", "")) or now))


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long Retry-After (seconds, or an HTTP date) asks to wait; None where it asks nothing readable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return _capped(_seconds(text))
    moment = http_date(text)
    return None if moment is None else _capped(moment - now)


def http_date(text: str) -> datetime | None:
    """Parse an HTTP date to aware UTC; None for anything else (``0`` and ``-1`` are common in Expires)."""
    try:
        moment = parsedate_to_datetime(text)
        # RFC 9110: an HTTP date is in GMT, also where a careless server leaves the word out
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _seconds(digits: str) -> timedelta:
    """Turn digits into seconds; absurd numbers are cut, for int() and timedelta have limits of their own."""
    digits = digits.strip()
    if not (digits.isascii() and digits.isdigit()):
        return timedelta()
    return timedelta(seconds=int(digits) if len(digits) <= _ENOUGH_DIGITS else 10**_ENOUGH_DIGITS)


def _capped(wait: timedelta) -> timedelta | None:
    return min(wait, LONGEST) if wait > timedelta() else None
