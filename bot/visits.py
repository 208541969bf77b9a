"""What a visit to a feed leaves behind: its row of evidence, and the feed's state with when the next one is due.

`chance`, from 0 to 1, says how much later than it might that is (`timing.next_visit`).
"""

from dataclasses import replace
from datetime import datetime

from bot import timing
from bot.domain import Feed, FeedState, Poll, Visit
from bot.errors import FeedError
from bot.lulls import grown


def good(
    feed: Feed, state: FeedState, found: Poll, *, fresh: int, now: datetime, chance: float = 0.0
) -> tuple[Visit, FeedState]:
    """Return the evidence of a visit that succeeded, and the state after it; `fresh` items were never seen before."""
    dates = [item.date for item in found.items if item.date is not None and item.date <= now]
    newest = max(dates if state.newest is None else [*dates, state.newest], default=None)
    outcome = ("new" if fresh else "nothing_new") if found.modified else "unchanged"
    due = timing.next_visit(feed, 0, now, max_age=found.max_age, jitter=chance)
    after = replace(
        state,
        feed=feed.key,
        etag=found.etag,
        last_modified=found.last_modified,
        body_hash=found.body_hash or state.body_hash,
        stocked=True,
        failures=0,
        problem=None,
        detail=f"moved for good to {found.moved_to}" if found.moved_to else "",
        failing_since=None,
        last_visit=now,
        last_good=now,
        next_visit=due,
        newest=newest,
        lulls=grown(state, dates) if dates else state.lulls,
    )
    visit = Visit(
        feed=feed.key,
        at=now,
        outcome=outcome,
        status=found.status,
        items=len(found.items),
        fresh=fresh,
        newest=newest,
        detail=after.detail,
        due=due,
    )
    return visit, after


def failed(
    feed: Feed, state: FeedState, error: FeedError, *, now: datetime, chance: float = 0.0
) -> tuple[Visit, FeedState]:
    """Return the evidence of a visit that failed, and the state after it: validators stay, failures are counted."""
    failures = state.failures + 1
    due = timing.next_visit(feed, failures, now, retry_after=error.retry_after, jitter=chance)
    after = replace(
        state,
        feed=feed.key,
        failures=failures,
        problem=error.problem,
        detail=error.detail,
        failing_since=state.failing_since or now,
        last_visit=now,
        next_visit=due,
    )
    visit = Visit(feed=feed.key, at=now, outcome=error.problem, status=error.status, detail=error.detail, due=due)
    return visit, after
