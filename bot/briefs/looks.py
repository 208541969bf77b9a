"""What became of an item, and how the sources are: silence as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.briefs.lines import feed_line, stopped_line
from bot.domain import Button, Feed, FeedState, Field, Key, Link, Message, Step, StoppedRoom, Story
from bot.rules import Verdict
from bot.wording import sources

MOST_VERDICTS = 12


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
