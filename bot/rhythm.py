"""When a room is told: at once, in a digest, after its quiet hours; and when many messages become one. Pure.

Wall-clock times are those of the subscription's zone. Where the clock is put forward, a time that does not exist is
taken as that much later (02:30 becomes 03:30); where it is put back, a time that is there twice is the first one. So
a daily digest comes once a day on both days, and quiet hours begin and end once.

Bundling loses nothing and changes no order: what was held until one moment is told in one message; and a room that is
told more than `burst` messages within `SPAN` gets the rest in one, or, where even that would be one more, waits until
the span has passed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from bot.domain import Key, Waiting
from bot.rules import Every, Rhythm

SPAN = timedelta(minutes=10)
"""The time over which a room's messages are counted."""
MOST_IN_ONE = 10
"""Stories told in one message."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def due(rhythm: Rhythm, now: datetime) -> datetime | None:
    """Return when a room is told of what is found `now`; None: at once."""
    zone = ZoneInfo(rhythm.zone)
    when = _digest(rhythm, now, zone)
    end = _quiet_until(rhythm, when or now, zone)
    return end or when


def earliest(rhythms: Iterable[Rhythm], now: datetime) -> datetime | None:
    """Return when a room is told that has several subscriptions for one story; None: at once."""
    moments = [due(rhythm, now) for rhythm in dict.fromkeys(rhythms)]
    return min((moment for moment in moments if moment), default=None) if None not in moments else None


def free(rhythms: Iterable[Rhythm], now: datetime) -> datetime | None:
    """Return when the quiet hours of a room end; None where one of its subscriptions has none now."""
    ends = [_quiet_until(rhythm, now, ZoneInfo(rhythm.zone)) for rhythm in dict.fromkeys(rhythms)]
    return min((end for end in ends if end), default=None) if None not in ends else None


def latest(at: time, zone: str, now: datetime) -> datetime:
    """Return when it was last `at` in a zone."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    return next(when for day in range(3) if (when := _moment(today - day * _DAY, at, place)) <= now)


def _digest(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> datetime | None:
    if rhythm.every is Every.HOUR:
        # counted in UTC from the hour that has begun there, because an hour on the wall may be there twice
        local = now.astimezone(zone)
        return now + _HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    if rhythm.every is Every.DAY and rhythm.at is not None:
        today = now.astimezone(zone).date()
        return next(when for day in range(3) if (when := _moment(today + day * _DAY, rhythm.at, zone)) > now)
    return None


def _quiet_until(rhythm: Rhythm, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours end that a moment lies in; None where it lies in none."""
    if rhythm.quiet is None:
        return None
    start, end = rhythm.quiet
    over_midnight = _DAY if end < start else timedelta()
    today = moment.astimezone(zone).date()
    for day in (today - _DAY, today):
        begins, ends = _moment(day, start, zone), _moment(day + over_midnight, end, zone)
        if begins <= moment < ends:
            return ends
    return None


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when a clock on the wall shows a time: the first time it does, or should have."""
    return datetime.combine(day, at, zone).astimezone(UTC)


# --- many messages become one ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What becomes of the deliveries that are due in all rooms; those not named here go by themselves."""

    bundles: tuple[tuple[str, tuple[Key, ...]], ...] = ()
    """A room with the deliveries that one message is to tell."""
    holds: tuple[tuple[datetime, tuple[Key, ...]], ...] = ()
    """Until when deliveries wait."""


def gather(
    waiting: Iterable[Waiting], sent: Mapping[str, Sequence[datetime]], now: datetime, bursts: Mapping[str, int]
) -> Gathering:
    """Decide which deliveries are bundled and which wait.

    `sent` has for each room when it was sent what, oldest first. `bursts` has for each platform how many messages a
    room may get within `SPAN`; a platform that is not there has no such limit.
    """
    bundles: list[tuple[str, tuple[Key, ...]]] = []
    holds: list[tuple[datetime, tuple[Key, ...]]] = []
    for room, group in groupby(sorted(waiting, key=lambda one: one.room), key=lambda one: one.room):
        found = list(group)
        lately = [when for when in sent.get(room, ()) if when > now - SPAN]
        burst = bursts.get(room.partition(":")[0])
        if burst is not None and len(lately) >= burst:
            holds.append((lately[0] + SPAN, tuple(one.key for one in found)))
        else:
            free = len(found) if burst is None else burst - len(lately)
            bundles += [(room, parcel) for parcel in _bundled(found, free)]
    return Gathering(bundles=tuple(bundles), holds=tuple(holds))


def full_rooms(sent: Mapping[str, Sequence[datetime]], bursts: Mapping[str, int]) -> list[str]:
    """Return the rooms that were told as much lately as they may be."""
    return [room for room, lately in sent.items() if len(lately) >= bursts.get(room.partition(":")[0], len(lately) + 1)]


def _bundled(found: Sequence[Waiting], free: int) -> list[tuple[Key, ...]]:
    """Return what one room is told in common: several that were held; and the rest, where it is more than `free`."""
    held = [one.key for one in found if one.held is not None]
    digests = _parcels(held) if len(held) > 1 else []
    rest = [one.key for one in found if one.held is None]
    if len(rest) > 1 and len(rest) + max(len(digests), len(held) == 1) > free:
        digests = [*digests, *_parcels(rest)]
    return digests


def _parcels(keys: Sequence[Key]) -> list[tuple[Key, ...]]:
    """Cut deliveries into messages of about equal length, `MOST_IN_ONE` at most in each."""
    parts = -(-len(keys) // MOST_IN_ONE) or 1
    cuts = [place * len(keys) // parts for place in range(parts + 1)]
    return [tuple(keys[start:stop]) for start, stop in pairwise(cuts)]
