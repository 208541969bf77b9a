"""What is known of a country, and who answered whom: stories -> Message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import lulls
from bot.domain import (
    Button,
    Change,
    Code,
    Feed,
    FeedState,
    Field,
    Key,
    Link,
    Message,
    Record,
    Rule,
    Step,
    StoppedRoom,
    Story,
    Subscription,
)
from bot.rules import Verdict
from bot.wording import Wording, sources

PAGE = 10
"""Stories listed on one page."""
MOST_VERDICTS = 12
LONGEST_TITLE = 200
"""Characters of a title in a list."""


def country(
    code: Code,
    *,
    against: Sequence[Story],
    by: Sequence[Story],
    wording: Wording,
    looked: datetime | None,
    buttons: Sequence[Button] = (),
) -> Message:
    """Word what the ledger holds against a country and by it, newest first; `looked` is the last good visit.

    `buttons` lead to each side by itself.
    """
    lines: list[str] = []
    for label, stories in (("Against it", against), ("By it", by)):
        if stories:
            lines.append(f"{label} ({len(stories)}):")
            lines += [f"• {story_line(story, wording)}" for story in stories[:PAGE]]
            if len(stories) > PAGE:
                lines.append(f"… and {len(stories) - PAGE} earlier")
    return Message(
        title=f"{wording.names.flag(code)} Sanctions: {wording.names.short(code)}".strip(),
        lines=tuple(lines) or ("The ledger holds no action against it or by it.",),
        buttons=(Button(action="timeline", label="Timeline", value=code), *buttons),
        footer=as_of(looked),
    )


def country_side(code: Code, side: str, stories: Sequence[Story], *, wording: Wording, total: int) -> Message:
    """List one page of what is held against a country (``against``) or what it holds itself (``by``)."""
    title = f"{wording.names.flag(code)} Sanctions {side} {wording.names.name(code)} ({total:,})".strip()
    lines = tuple(f"{story_line(story, wording)}  [{story.key}]" for story in stories)
    return Message(title=title, lines=lines or (f"The ledger holds no action {side} it.",))


def between(first: Code, second: Code, chain: Sequence[Story], wording: Wording, *, start: int = 0) -> Message:
    """Word the chain of measures and counter-measures between two, oldest first: a page of it from `start` on."""
    keys = {story.key: number for number, story in enumerate(chain, 1)}
    lines = []
    for number, story in list(enumerate(chain, 1))[start : start + 2 * PAGE]:
        answers = f"  (answers {keys[story.answers]})" if story.answers in keys else ""
        lines.append(f"{number}. {story_line(story, wording)}{answers}")
    pair = f"{wording.names.short(first)} and {wording.names.short(second)}"
    return Message(
        title=f"Between {pair}: who answered whom",
        lines=tuple(lines) or (f"The ledger holds no action between {pair}.",),
        buttons=(Button(action="timeline", label="Timeline", value=f"{first} {second}"),),
    )


def latest(stories: Sequence[Story], wording: Wording, *, title: str = "Latest sanctions news") -> Message:
    """List stories, newest first."""
    lines = tuple(f"{story_line(story, wording)}  [{story.key}]" for story in stories)
    return Message(title=title, lines=lines or ("Nothing in the ledger yet.",))


def story_link(story: Story, wording: Wording) -> Link:
    """Return a story that came of another as a link: what happened, and when."""
    day = wording.day(story.action.when or story.first.date())
    url = story.reports[0].link if story.reports else ""
    return Link(label=f"Then: {wording.phrase(story.action)}, {day}", url=url, story=story.key)


def cut(text: str, most: int = LONGEST_TITLE) -> str:
    """Return a text in one line of at most so many characters: titles come from outside."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def story_line(story: Story, wording: Wording) -> str:
    """Return a story on one line: day, then what happened."""
    day = story.action.when or story.first.date()
    line = wording.sentence(story.action) if story.action.sure else story.headline or wording.phrase(story.action)
    return f"{wording.day(day)}  {cut(line)}"


def why(
    title: str, verdict: str, trail: Sequence[Step], verdicts: Mapping[str, Verdict], story: Story | None
) -> Message:
    """Say what became of an item in a room: how it was read and placed, and what each rule and subscription says."""
    steps = [Field(label=step.verb, value=f"{step.outcome}: {step.because}", inline=False) for step in trail]
    judged = sorted(verdicts.items(), key=lambda one: not one[1].yes)
    said = [Field(label=name, value=_verdict(one), inline=False) for name, one in judged[:MOST_VERDICTS]]
    left = len(judged) - len(said)
    return Message(
        title=title,
        lines=(verdict, *([f"{left} more rules and subscriptions say no."] if left else [])),
        fields=(*steps, *said),
        sources=sources(story.reports) if story else (),
        links=(Link(label="Story", story=story.key),) if story else (),
        private=True,
    )


def _verdict(verdict: Verdict) -> str:
    found = f" (found: {', '.join(verdict.words)})" if verdict.words else ""
    return f"{'yes' if verdict.yes else 'no'}: {verdict.because}{found}"


def status(
    feeds: Sequence[Feed],
    page: Sequence[Feed],
    states: Mapping[Key, FeedState],
    counts: Mapping[str, int],
    waiting: int,
    now: datetime,
    *,
    stopped: Sequence[StoppedRoom] = (),
) -> Message:
    """Say when each source of a page was last read well, and what is wrong with it: silence as evidence.

    `stopped` are the rooms that take nothing; they come first, because in them silence is no evidence at all.
    """
    failing = sum(1 for feed in feeds if (state := states.get(feed.key)) and state.problem)
    told = ("items", "stories", "visits")
    fields = [Field(label=name, value=f"{counts[name]:,}") for name in told if name in counts]
    fields.append(Field(label="waiting to be sent", value=f"{waiting:,}"))
    return Message(
        title=f"{len(feeds)} sources, {failing} failing",
        lines=(
            *(stopped_line(room) for room in stopped),
            *(feed_line(feed, states.get(feed.key), now) for feed in page),
        ),
        fields=tuple(fields),
    )


def with_footer(message: Message, footer: str, buttons: Sequence[Button]) -> Message:
    """Return a message as one page of several."""
    return replace(message, footer=footer or message.footer, buttons=(*message.buttons, *buttons))


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
