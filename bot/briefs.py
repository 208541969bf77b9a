"""What is known of a country, and who answered whom: stories -> Message."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import Button, Code, Feed, FeedState, Field, Link, Message, Outcome, Step, Story
from bot.wording import Wording, sources

PAGE = 10
"""Stories listed on one page."""


def country(
    code: Code,
    *,
    against: Sequence[Story],
    by: Sequence[Story],
    wording: Wording,
    looked: datetime | None,
) -> Message:
    """Word what the ledger holds against a country and by it, newest first; `looked` is the last good visit."""
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
        buttons=(Button(action="timeline", label="Timeline", value=code),),
        footer=as_of(looked),
    )


def between(first: Code, second: Code, chain: Sequence[Story], wording: Wording) -> Message:
    """Word the chain of measures and counter-measures between two, oldest first."""
    keys = {story.key: number for number, story in enumerate(chain, 1)}
    lines = []
    for number, story in enumerate(chain, 1):
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


def story_line(story: Story, wording: Wording) -> str:
    """Return a story on one line: day, then what happened."""
    day = story.action.when or story.first.date()
    line = wording.sentence(story.action) if story.action.sure else story.headline or wording.phrase(story.action)
    return f"{wording.day(day)}  {line}"


def why(title: str, outcome: Outcome, because: str, trail: Sequence[Step], story: Story | None) -> Message:
    """Say what became of an item, step by step."""
    return Message(
        title=title,
        lines=(f"{outcome}: {because}",),
        fields=tuple(Field(label=step.verb, value=f"{step.outcome}: {step.because}", inline=False) for step in trail),
        sources=sources(story.reports) if story else (),
        links=(Link(label="Story", story=story.key),) if story else (),
        private=True,
    )


def status(
    feeds: Sequence[Feed], states: dict[str, FeedState], counts: Mapping[str, int], waiting: int, now: datetime
) -> Message:
    """Say when each source was last read well, and what is wrong with the others: silence as evidence."""
    lines = [feed_line(feed, states.get(feed.key), now) for feed in feeds]
    failing = sum(1 for feed in feeds if (state := states.get(feed.key)) and state.problem)
    fields = [Field(label=name, value=f"{number:,}") for name, number in counts.items()]
    fields.append(Field(label="waiting to be sent", value=str(waiting)))
    return Message(
        title=f"{len(feeds)} sources, {failing} failing",
        lines=tuple(lines),
        fields=tuple(fields),
    )


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
        what = f"ok, read {ago(state.last_good, now)}{newest}"
    return f"{feed.key:<24} {what}"


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
