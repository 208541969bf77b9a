"""When to visit a feed again and when to try a delivery again. Pure: `now` and chance are arguments.

How often a feed is visited is the operator's word (`every`); what a server asks for can only make it less often:

* all is well: `every`, or the server's max-age where that is longer, but at most twice `every`. Caching headers and
  RSS ttl are mostly somebody's defaults ("hourly" in every WordPress), and an hour is long for news.
* it fails: 5 min, 10 min, 20 min ... 12 h, though never more often than `every`. A source visited more than once a
  minute starts from its own `every` instead, so that a stumble on a fast local source is not a pause of minutes.
* it says Retry-After: not before that.

Jitter only ever adds, so that nothing happens more often than written: at most a tenth of the wait.
"""

from datetime import datetime, timedelta

from bot.domain import Feed

FIRST_BACK_OFF = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=12)
FAST = timedelta(minutes=1)
"""Feeds visited more often than this are the operator's own, and are visited as often as written."""
MAX_STRETCH = 2
"""How many times `every` a server's caching headers may make it."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=15)
LONGEST_ASKED = timedelta(days=1)
"""What a server or platform may ask us to wait is believed up to here."""
MAX_JITTER = 0.1

_MAX_DOUBLINGS = 24


def next_visit(
    feed: Feed,
    failures: int,
    now: datetime,
    *,
    max_age: timedelta | None = None,
    retry_after: timedelta | None = None,
    jitter: float,
) -> datetime:
    """Return when to visit a feed next, after so many failures in a row.

    `failures` counts this visit's own too; 0 after a good one. `max_age` is for a good visit, `retry_after` for a
    failed one; `jitter` is a chance from 0 to 1. The result lies at least `feed.every` after `now`.
    """
    wait = _back_off(feed, failures) if failures > 0 else _pace(feed, max_age)
    return now + _jittered(max(wait, _believed(retry_after)), jitter)


def retry_delivery(attempts: int, now: datetime, after: timedelta | None = None, *, jitter: float) -> datetime:
    """Return when to try a delivery again after so many failed `attempts` (1 or more): 2 s, 4 s, 8 s ... 15 min.

    `after` is what the platform asked for, and then it is the platform that knows; `jitter` is a chance from 0 to 1.
    """
    wait = _doubled(FIRST_RETRY, attempts - 1, LONGEST_RETRY) if after is None else _believed(after)
    return now + _jittered(wait, jitter)


def _pace(feed: Feed, max_age: timedelta | None) -> timedelta:
    if max_age is None or feed.every < FAST:
        return feed.every
    return max(feed.every, min(max_age, feed.every * MAX_STRETCH))


def _back_off(feed: Feed, failures: int) -> timedelta:
    first = feed.every if feed.every < FAST else FIRST_BACK_OFF
    return max(feed.every, _doubled(first, failures - 1, LONGEST_BACK_OFF))


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """Double a wait so many times; the exponent is capped because timedelta overflows before the cap could help."""
    return min(first * (1 << min(max(times, 0), _MAX_DOUBLINGS)), longest)


def _believed(asked: timedelta | None) -> timedelta:
    return max(timedelta(), min(asked or timedelta(), LONGEST_ASKED))


def _jittered(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + MAX_JITTER * min(max(jitter, 0.0), 1.0))
