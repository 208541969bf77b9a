"""Things that people make or ask about, each on one line."""

from datetime import datetime, timedelta

from bot import lulls
from bot.domain import Change, Feed, FeedState, Record, Rule, StoppedRoom, Subscription

LONGEST_TITLE = 200
"""Characters of a title in a list."""


def cut(text: str, most: int = LONGEST_TITLE) -> str:
    """Return a text in one line of at most so many characters: titles come from outside."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def feed_line(feed: Feed, state: FeedState | None, now: datetime) -> str:
    """Return a source's state on one line."""
    if feed.paused:
        what = "paused"
    elif state is None or state.last_visit is None:
        what = "not visited yet"
    elif state.problem:
        since = f"last good visit {ago(state.last_good, now)}" if state.last_good else "never read well"
        what = f"FAILING {state.problem}: {state.detail} ({state.failures} in a row, {since})"
    else:
        newest = f", newest item {ago(state.newest, now)}" if state.newest else ""
        lull = lulls.usual(state)
        gap = f" (usually silent for {lulls.span(lull)} at most)" if lull else ""
        what = f"ok, read {ago(state.last_good, now)}{newest}{gap}"
    return f"{feed.key:<24} {what}"


def stopped_line(room: StoppedRoom) -> str:
    """Return a room that takes nothing on one line."""
    return f"{room.room} takes nothing since {room.since:%d %b %H:%M} UTC: {room.reason}"


def ago(when: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in one unit."""
    if when is None:
        return "never"
    seconds = max(0, int((now - when).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"


def as_of(looked: datetime | None) -> str:
    """Return when sources were last read."""
    return f"Sources last read {looked:%d %b %Y %H:%M} UTC" if looked else "No source was read yet: past events only"


def subscription_line(one: Subscription, *, everywhere: bool = False) -> str:
    """Return a subscription on one line; `everywhere`: with its room."""
    room = f"{one.room}  " if everywhere else ""
    kept = "  (the operator's)" if one.origin == "file" else ""
    return f"[{one.key}]  {room}{one.line or 'everything'}{kept}"


def rule_line(rule: Rule, record: Record | None = None, now: datetime | None = None) -> str:
    """Return a rule on one line; with its record: how it is doing."""
    kept = "  (the operator's)" if rule.origin == "file" else ""
    mention = f"  mentions {rule.mention}" if rule.mention else ""
    named = f"{rule.name}: " if rule.name != rule.line else ""
    doing = "" if now is None else f"  · {_doing(record, now)}"
    return f"[{rule.key}]  {rule.kind}  {named}{rule.line or 'everything'}{mention}{kept}{doing}"


def _doing(record: Record | None, now: datetime) -> str:
    if record is None or not record.hits:
        return "no hits yet"
    hits = f"{record.hits:,} {'hit' if record.hits == 1 else 'hits'}, last {ago(record.last, now)}"
    return hits + (f", {record.objections / record.hits:.0%} not relevant" if record.objections else "")


def thing_line(thing: Rule | Subscription | Feed) -> str:
    """Return anything that people make on one line."""
    if isinstance(thing, Rule):
        return rule_line(thing)
    if isinstance(thing, Subscription):
        return f"[{thing.key}]  subscription of {thing.room}  {thing.line or 'everything'}"
    return f"[{thing.key}]  source {thing.url}" + ("  (paused)" if thing.paused else "")


def change_line(change: Change) -> str:
    """Return a change on one line: number, when, who, what."""
    head = f"{change.n}.  {change.at:%d %b %Y %H:%M} UTC  {change.by}: "
    if change.before is None:
        return head + (f"added {thing_line(change.after)}" if change.after else "nothing")
    if change.after is None:
        return head + f"removed {thing_line(change.before)}"
    return head + f"changed {thing_line(change.before)} → {thing_line(change.after)}"


def span(length: timedelta) -> str:
    """Return a length of time in its largest whole unit: ``10 min``."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
