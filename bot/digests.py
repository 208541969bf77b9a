"""digest(...) -> Message: several stories in one message, a line with a link for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import AlertKind, Delivery, Key, Link, Message, Story
from bot.messages import title
from bot.wording import Wording

FLAG = "⚑"
LONGEST_LINE = 160
"""Characters of a line; ten of them with their addresses are still one message everywhere."""


def digest(deliveries: Sequence[Delivery], stories: Mapping[Key, Story], wording: Wording, now: datetime) -> Message:
    """Word what a room is told in common. A story is told as it stands in `stories` by now, else as it was worded then.

    What a flag rule mentions is mentioned once.
    """
    new = sum(delivery.kind is AlertKind.ALERT for delivery in deliveries)
    said = [f"{new} {'story' if new == 1 else 'stories'}"] if new else []
    if len(deliveries) > new:
        updates = len(deliveries) - new
        said.append(f"{updates} {'update' if updates == 1 else 'updates'}")
    return Message(
        title=f"Sanctions news: {', '.join(said)}",
        links=tuple(_line(delivery, stories.get(delivery.story), wording) for delivery in deliveries),
        footer=f"Held and told together, {wording.day(now.date())} {now:%H:%M} UTC",
        mentions=tuple(dict.fromkeys(one for delivery in deliveries for one in delivery.message.mentions)),
        actions=tuple(action for delivery in deliveries for action in delivery.message.actions),
    )


def _line(delivery: Delivery, story: Story | None, wording: Wording) -> Link:
    words = delivery.message.title if story is None else title(story, wording)
    if delivery.kind is AlertKind.FOLLOW_UP:
        words = f"Update: {words}" + (f": {'; '.join(delivery.message.lines)}" if delivery.message.lines else "")
    elif delivery.message.title.startswith(FLAG) and not words.startswith(FLAG):
        words = f"{FLAG} {words}"
    outlets = len(delivery.message.sources) if story is None else len({report.outlet for report in story.reports})
    more = f" ({outlets} outlets)" if outlets > 1 else ""
    room = LONGEST_LINE - len(more)
    cut = words if len(words) <= room else f"{words[: room - 1].rstrip()}…"
    url = next((source.url for source in delivery.message.sources if source.url), "")
    return Link(label=cut + more, url=url, story=delivery.story)
