"""Is silence evidence? Which sources are in trouble, whom that concerns, and what they are told. Pure.

dead       every visit of a day failed
changed    what is answered is no longer a feed, or a list laid out otherwise: for an hour, three times in a row; a
           challenge page comes and goes
silent     it is read well, and its newest item is older than twice the longest silence that is usual for it, and than
           a day; what is usual is in `bot.lulls`

A source has one trouble at a time, and each is told once: a changed source that a day later is dead is no news. Nor is
one that was paused or removed meanwhile.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.alerts import Audience
from bot.domain import (
    AlertKind,
    Delivery,
    Feed,
    FeedState,
    Key,
    Looked,
    Message,
    StoppedRoom,
    Trouble,
    TroubleKind,
)
from bot.errors import NotAFeed, SchemaChanged
from bot.lulls import span, usual
from bot.rhythm import free, latest
from bot.rules import Query, Rhythm, RuleField, Term
from bot.rules.values import fold_source

DEAD_AFTER = timedelta(days=1)
CHANGED_AFTER = timedelta(hours=1)
CHANGED_TIMES = 3
LEAST_SILENCE = timedelta(days=1)
FRESH = timedelta(hours=1)
"""How long ago the last good visit may be, where the feed is not visited more rarely, for its silence to be its own."""
LATE = timedelta(hours=1)
"""A heartbeat that could not be told for so long is left out; the next one tells as much."""
STUCK = timedelta(minutes=10)
"""How long an errand may be late before the service is ill."""
LONGEST_DETAIL = 200
SHOWN = 10
"""Sources named in one notice."""

_NO_LONGER = frozenset({NotAFeed.problem, SchemaChanged.problem})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is to be told of sources: whose troubles began, and whose are over."""

    begun: tuple[Trouble, ...] = ()
    over: tuple[Key, ...] = ()
    """Those that are well again."""
    gone: tuple[Key, ...] = ()
    """Those that are no longer visited: forgotten without a word."""


def trouble(feed: Feed, state: FeedState, now: datetime) -> Trouble | None:
    """Return what is wrong with a source's silence, if anything."""
    if state.failing_since is not None:
        failing = now - state.failing_since
        changed = state.stocked and state.problem in _NO_LONGER and state.failures >= CHANGED_TIMES
        if changed and failing >= CHANGED_AFTER:
            return Trouble(feed=feed.key, kind=TroubleKind.CHANGED, since=state.failing_since)
        if failing >= DEAD_AFTER:
            return Trouble(feed=feed.key, kind=TroubleKind.DEAD, since=state.failing_since)
        return None
    lull = usual(state)
    if lull is None or state.newest is None or not _well(feed, state, now):
        return None
    if now - state.newest > max(LEAST_SILENCE, 2 * lull):
        return Trouble(feed=feed.key, kind=TroubleKind.SILENT, since=state.newest)
    return None


def look(feeds: Iterable[Feed], states: Mapping[Key, FeedState], told: Iterable[Trouble], now: datetime) -> Finding:
    """Compare the sources as they are with what rooms were told of them. `feeds` are those that are visited."""
    visited = {feed.key: feed for feed in feeds}
    found = {
        key: one
        for key, feed in visited.items()
        if (state := states.get(key)) is not None and (one := trouble(feed, state, now)) is not None
    }
    known = {one.feed for one in told}
    calm = known & visited.keys() - found.keys()
    return Finding(
        begun=tuple(one for key, one in found.items() if key not in known),
        over=tuple(sorted(key for key in calm if _well(visited[key], states.get(key), now))),
        gone=tuple(sorted(known - visited.keys())),
    )


def _well(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    """Return whether a source was read well just now. After a long night of our own its silence says nothing yet."""
    if state is None or state.failing_since is not None or state.last_good is None:
        return False
    return now - state.last_good <= max(FRESH, 3 * feed.every)


# --- whom to tell ---------------------------------------------------------------------------------------------------


def dependents(audience: Audience, feed: Feed) -> set[str]:
    """Return the rooms that may be told what this source says."""
    return {
        one.room
        for key, one in audience.subscriptions.items()
        if audience.hears(one.room, feed.key) and _may_pick(audience.queries[key], feed)
    }


def _may_pick(query: Query, feed: Feed) -> bool:
    return all(any(_may_hold(term, feed) for term in either) for either in query.terms)


def _may_hold(term: Term, feed: Feed) -> bool:
    """Return whether a term may hold of what a source says; where that depends on the item, it may."""
    if term.field is RuleField.OFFICIAL:
        return (("yes" if feed.official else "no") in term.values) is not term.negated
    if term.field is RuleField.SOURCE and feed.outlet:
        names = {fold_source(feed.key), fold_source(feed.outlet)}
        return bool(names & set(term.values)) is not term.negated
    return True


def trouble_notices(
    finding: Finding,
    feeds: Iterable[Feed],
    states: Mapping[Key, FeedState],
    audience: Audience,
    now: datetime,
) -> list[Delivery]:
    """Return one notice for each room that depends on any source of which there is something to tell."""
    begun = {one.feed: one for one in finding.begun}
    rooms: dict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        if feed.key in begun or feed.key in finding.over:
            for room in dependents(audience, feed):
                rooms[room].append(feed)
    rhythms = _rhythms(audience)
    notices = []
    for room, concerned in sorted(rooms.items()):
        lines = [_line(feed, begun.get(feed.key), states.get(feed.key)) for feed in concerned]
        about = [f"{feed.key} {begun[feed.key].since if feed.key in begun else now}" for feed in concerned]
        ill = sum(feed.key in begun for feed in concerned)
        notices.append(_notice(room, _troubles(lines, ill), now, rhythms[room], "trouble", *about))
    return notices


def _troubles(lines: Sequence[str], ill: int) -> Message:
    well = len(lines) - ill
    said = [f"{_sources(ill)} in trouble" if ill else "", f"{_sources(well)} well again" if well else ""]
    more = (f"… and {len(lines) - SHOWN} more",) if len(lines) > SHOWN else ()
    footer = "What a source in trouble reports is not heard here" if ill else "Silence is evidence again"
    title = "; ".join(part for part in said if part)
    return Message(title=title, lines=(*lines[:SHOWN], *more), footer=f"{footer}. status shows every source.")


def _sources(count: int) -> str:
    return f"{_count(count, 'source')} {'is' if count == 1 else 'are'}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _line(feed: Feed, begun: Trouble | None, state: FeedState | None) -> str:
    name = f"{feed.outlet} ({feed.key})" if feed.outlet else feed.key
    if begun is None or state is None:
        return f"{name}: is as it should be again"
    since = f"{begun.since:%d %b %H:%M} UTC"
    if begun.kind is TroubleKind.SILENT:
        return (
            f"{name}: nothing new since {since}; usually it is silent for {span(usual(state) or LEAST_SILENCE)} at most"
        )
    what = f"{state.problem}{f' ({state.detail[:LONGEST_DETAIL]})' if state.detail else ''}"
    if begun.kind is TroubleKind.CHANGED:
        return f"{name}: answers something else than it did, since {since}: {what}"
    return f"{name}: cannot be read since {since}, {_count(state.failures, 'visit')} in a row: {what}"


# --- heartbeats -----------------------------------------------------------------------------------------------------


def heartbeats(audience: Audience, now: datetime) -> dict[str, datetime]:
    """Return the rooms that are to be told now what was looked at, each with the moment that it asked for."""
    moments: dict[str, datetime] = {}
    for key, one in audience.subscriptions.items():
        rhythm = audience.queries[key].rhythm
        if rhythm.heartbeat is not None and now - (moment := latest(rhythm.heartbeat, rhythm.zone, now)) <= LATE:
            moments[one.room] = max(moment, moments.get(one.room, moment))
    return moments


def heartbeat_notices(
    asked: Mapping[str, datetime], looked: Looked, failing: Sequence[Key], now: datetime
) -> list[Delivery]:
    """Return the one line that says what was looked at, for each room; the same room and moment, the same key.

    Quiet hours do not hold it: the room itself said when.
    """
    said = f"Looked {_count(looked.visits, 'time')} in a day: "
    said += f"{_count(looked.sources, 'source')} read, {_count(looked.items, 'new item')}"
    said += ", 1 new story" if looked.stories == 1 else f", {looked.stories:,} new stories"
    if failing:
        named = ", ".join(failing[:3]) + (f" and {len(failing) - 3} more" if len(failing) > 3 else "")
        said += f"; cannot be read: {named}"
    return [
        _notice(room, Message(title=said), now, (), "heartbeat", f"{moment:%Y-%m-%d %H:%M}")
        for room, moment in sorted(asked.items())
    ]


# --- the service itself ---------------------------------------------------------------------------------------------


def standstill(sources: Iterable[tuple[Feed, FeedState]], started: datetime, now: datetime) -> str:
    """Return what shows that sources are no longer visited; empty where they are.

    Each is visited when it is due, so that one late visit says as much as all. Before a visit is late, the service
    must have had time for it.
    """
    late = [
        (max(state.next_visit or started, started), feed.key)
        for feed, state in sources
        if now - max(state.next_visit or started, started) > STUCK + feed.every
    ]
    if not late:
        return ""
    due, key = min(late)
    return f"{_sources(len(late))} not visited though due, {key} since {due:%d %b %H:%M} UTC"


# --- rooms ----------------------------------------------------------------------------------------------------------


def closed_room(room: StoppedRoom, give_up: timedelta) -> Message:
    """Word for those who look after a room that it takes nothing."""
    return Message(
        title=f"Sanctionwire cannot post in {room.room}",
        lines=(
            room.reason,
            f"What is meant for it is kept for {span(give_up)} and tried every hour; it comes once the room takes it.",
        ),
        private=True,
    )


def _rhythms(audience: Audience) -> dict[str, list[Rhythm]]:
    """Return each room's rhythms."""
    rhythms: dict[str, list[Rhythm]] = defaultdict(list)
    for key, one in audience.subscriptions.items():
        rhythms[one.room].append(audience.queries[key].rhythm)
    return rhythms


def _notice(room: str, message: Message, now: datetime, rhythms: Sequence[Rhythm], *about: str) -> Delivery:
    held = free(rhythms, now) if rhythms else None
    said = "\0".join(("notice", room, *about))
    key = base64.b32encode(blake2b(said.encode(), digest_size=10).digest()).decode().lower()
    return Delivery(
        key=key,
        room=room,
        kind=AlertKind.NOTICE,
        story="",
        message=message,
        created=now,
        due=held or now,
        held=held,
    )
