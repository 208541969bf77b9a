"""What people think of an alert: not relevant, and why; mute like this."""

from dataclasses import replace

from bot import briefs
from bot.commands.drafting import buttons, propose
from bot.commands.looking import known_story
from bot.commands.office import Office, Row, reach
from bot.commands.ruling import made_rule
from bot.commands.trying import heard_here, told, tried
from bot.domain import (
    Button,
    Command,
    Feedback,
    Form,
    Made,
    Message,
    Objection,
    Option,
    Request,
    Right,
    RuleKind,
    Story,
)
from bot.errors import AlreadyThere, UsageError
from bot.feedback import REMEMBERED, WORDS, mute_line, proposal
from bot.rules import parse
from bot.rules.values import shown


async def _not_relevant(office: Office, request: Request) -> Message:
    story = _told_story(office, request)
    why = request.options.get("why", "").strip()
    if not why:
        return Message(title="What is wrong with it?", lines=(story.headline,), buttons=_reasons(story), private=True)
    feedback = _feedback(office, request, story, _objection(why))
    office.store.keep_feedback(feedback)
    noted = f"Noted as {WORDS[feedback.objection]}. Thank you."
    return await _with_proposal(office, request, feedback, noted)


def _told_story(office: Office, request: Request) -> Story:
    """Return a story that was told in this room. Raises UsageError."""
    story = known_story(office, request, request.options["story"])
    if request.room not in office.store.told(story.key) and request.right < Right.OPERATOR:
        raise UsageError("That story was not told in this channel, so there is nothing to mend here.")
    return story


def _reasons(story: Story) -> tuple[Button, ...]:
    return tuple(
        Button(action="not_relevant", label=words[:1].upper() + words[1:], value=f"{story.key} {objection}")
        for objection, words in WORDS.items()
    )


def _objection(text: str) -> Objection:
    try:
        return Objection("_".join(text.lower().split()))
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no reason; type one of {", ".join(Objection)}.') from None


def _feedback(office: Office, request: Request, story: Story, objection: Objection) -> Feedback:
    first = story.reports[0] if story.reports else None
    return Feedback(
        story=story.key,
        objection=objection,
        place=reach(request),
        room=request.room,
        person=request.person,
        at=office.clock(),
        action=story.action,
        headline=story.headline,
        outlet=first.outlet if first else "",
    )


async def _with_proposal(office: Office, request: Request, feedback: Feedback, noted: str) -> Message:
    """Return the thanks, with a rule where this objection is one of a few of a kind."""
    plain = Message(title=noted, private=True)
    said = office.store.feedback(feedback.place, office.clock() - REMEMBERED)
    found = proposal(said, feedback)
    if found is None:
        return plain
    why = f"{found.stories} stories that people here found {WORDS[found.objection]} have this in common."
    try:
        offered = await offer_mute(office, request, found.line, why)
    except AlreadyThere:
        return plain
    return Message(title=noted, lines=(offered.title, *offered.lines), buttons=offered.buttons, private=True)


async def _mute(office: Office, request: Request) -> Message:
    story = known_story(office, request, request.options["story"])
    first = story.reports[0] if story.reports else None
    line = mute_line(story.action, story.headline, first.outlet if first else "")
    hint = f"For another rule type: rules add mute {line}"
    offered = await offer_mute(office, request, line, f"Like this: {story.headline}", hint)
    return replace(offered, form=Form(words="rules add", options={"kind": RuleKind.MUTE, "rule": line}))


async def offer_mute(office: Office, request: Request, line: str, why: str, hint: str = "") -> Message:
    """Propose a mute rule with its back-test; whoever has the right to may confirm it."""
    query = parse(line, office.names)
    rule = made_rule(office, request, RuleKind.MUTE, query)
    result = await tried(office, request, query, heard_here(office, request).and_(rule), everything=True)
    draft = propose(
        office,
        request,
        after=Made(rules=(rule,)),
        says=f"Added {briefs.rule_line(rule)}",
        words="rules add",
        anybody=True,
    )
    offered = tuple(
        Button(action=one.action, label=one.label, value=one.value, admin=True, style=one.style)
        for one in buttons(draft, "Mute")
    )
    lines = (why, *told(office, result), *([hint] if hint else []))
    return Message(title=f"Mute {rule.line}?", lines=lines, buttons=offered, private=True)


_STORY = Option(name="story", about="The story's key", kind="story")
ROWS = (
    Row(
        command=Command(
            words="not_relevant",
            about="Say that an alert was not relevant here, and why",
            options=(_STORY, Option(name="why", about="Why", required=False, choices=tuple(Objection))),
            private=True,
            hidden=True,
        ),
        answer=_not_relevant,
        cost=2,
    ),
    Row(
        command=Command(
            words="mute",
            about="Mute stories like this one",
            options=(_STORY,),
            right=Right.ADMIN,
            private=True,
            hidden=True,
        ),
        answer=_mute,
        cost=4,
    ),
)
