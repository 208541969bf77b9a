"""word(alert, ...) -> Message: what is said of a story, in no platform's format.

An alert claims what is sure and quotes the rest: where the reading is not sure, or the news is only context, the title
is the outlet's own headline and the fields show what was read.
"""

from collections.abc import Iterator

from bot.domain import Action, Alert, AlertKind, Button, Field, Link, Message, Quote, Stage, Story
from bot.wording import Wording, sources


def word(alert: Alert, wording: Wording, *, answered: Story | None = None, followed: Story | None = None) -> Message:
    """Word an alert; `answered` and `followed` are the stories that it answers and follows, where they are known."""
    story = alert.story
    message = story_message(story, wording, answered=answered, followed=followed)
    lines = tuple(alert.added) if alert.kind is AlertKind.FOLLOW_UP else ()
    flags = "".join(f"⚑ {flag} " for flag in alert.flags)
    return Message(
        title=flags + message.title,
        stage=message.stage,
        lines=lines,
        fields=message.fields,
        quote=message.quote,
        sources=message.sources,
        links=message.links,
        buttons=(
            Button(action="timeline", label="Timeline", value=story.key),
            Button(action="not_relevant", label="Not relevant", value=story.key),
            Button(action="mute", label="Mute like this", value=story.key, admin=True),
        ),
        footer=story.key,
        mentions=alert.mentions,
        actions=message.actions,
    )


def story_message(
    story: Story, wording: Wording, *, answered: Story | None = None, followed: Story | None = None
) -> Message:
    """Word a story as it stands, for `story KEY` and for alerts."""
    action = story.action
    return Message(
        title=title(story, wording),
        stage=action.stage,
        fields=tuple(_fields(action, wording)),
        quote=_quote(story),
        sources=sources(story.reports),
        links=tuple(_links(wording, answered=answered, followed=followed)),
        footer=story.key,
        actions=(action, *story.also),
    )


def title(story: Story, wording: Wording) -> str:
    """Return a story's title: our words where we are sure, the outlet's headline where we are not."""
    action = story.action
    flags = wording.flags((*action.issuers, *action.targets))
    claimed = action.sure and action.stage is not Stage.CONTEXT
    line = wording.sentence(action) if claimed or not story.headline else story.headline
    return f"{flags} {line}".strip()


def _fields(action: Action, wording: Wording) -> Iterator[Field]:
    """Yield what is known of an action, and nothing else."""
    values = {
        "issuers": wording.actors(action.issuers),
        "targets": wording.actors(action.targets),
        "speaker": wording.actors(action.speaker),
        "instruments": wording.labels(action.instruments),
        "grounds": wording.labels(action.grounds),
        "counts": wording.counts(action.counts),
        "names": ", ".join(action.names),
        "when": wording.day(action.when) if action.when else "",
        "legal_basis": ", ".join(action.legal_basis),
    }
    for name, value in values.items():
        if value:
            yield Field(label=wording.field(name), value=value[:1].upper() + value[1:], inline=len(value) < 60)


def _quote(story: Story) -> Quote | None:
    """Return the words that show the action, or the headline where they are missing."""
    first = story.reports[0] if story.reports else None
    text = story.action.evidence or story.headline
    return Quote(text=text, outlet=first.outlet if first else "") if text else None


def _links(wording: Wording, *, answered: Story | None, followed: Story | None) -> Iterator[Link]:
    for name, other in (("answers", answered), ("follows", followed)):
        if other is not None:
            when = wording.day(other.action.when or other.first.date())
            label = f"{wording.field(name)} {wording.phrase(other.action)} of {when}"
            url = other.reports[0].link if other.reports else ""
            yield Link(label=label, url=url, story=other.key)
