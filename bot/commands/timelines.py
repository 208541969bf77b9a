"""Who answered whom, as a list and as a picture: between two, around a country, or around a story."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot import briefs
from bot import timeline as timelines
from bot.commands.country import measures
from bot.commands.office import LEDGER_LIMIT, Office, Row
from bot.commands.pages import PAGED, page_of, turning
from bot.domain import Button, Code, Command, Message, Option, Picture, Request, Story
from bot.errors import UsageError
from bot.events import chain, linked
from bot.rules.values import shown
from bot.timeline import Timeline


async def _between(office: Office, request: Request) -> Message:
    first, second = office.code(request.options["a"]), office.code(request.options["b"])
    links = _chain(office, request, first, second)
    page = page_of(request, links, 2 * briefs.PAGE)
    told = briefs.between(first, second, links, office.wording, start=links.index(page.shown[0]) if links else 0)
    told = replace(told, buttons=(*told.buttons, *turning(office, BETWEEN, request, page)), footer=page.footer)
    if page.number > 1 or not links:
        return told
    return await _pictured(office, told, _of_pair(office, first, second, links), f"{first}-{second}")


async def _timeline(office: Office, request: Request) -> Message:
    """Draw the timeline of a story's two sides, of a pair, or of a country."""
    of = request.options["of"].strip()
    story = office.story(request, of.strip("[]"))
    if story is not None:
        return await _of_story(office, request, story)
    pair = _pair(office, of)
    if pair is None:
        return await _of_country(office, request, office.code(of))
    return await _told(office, _of_pair(office, *pair, _chain(office, request, *pair)), "-".join(pair), _asks(pair))


async def _of_story(office: Office, request: Request, story: Story) -> Message:
    sides = story.action.issuers[:1], story.action.targets[:1]
    ask = Button(action="story", label="Story", value=story.key)
    if not all(sides) or sides[0] == sides[1]:
        code = next((code for codes in sides for code in codes), None)
        if code is None:
            raise UsageError("That story names neither who acts nor against whom; there is nothing to draw.")
        return await _of_country(office, request, code, ask)
    pair = sides[0][0], sides[1][0]
    return await _told(office, _of_pair(office, *pair, _chain(office, request, *pair)), "-".join(pair), ask)


async def _of_country(office: Office, request: Request, code: Code, *buttons: Button) -> Message:
    against = measures(office, request, against=code, limit=timelines.MOST)
    by = measures(office, request, by=code, limit=timelines.MOST)
    name, mine = office.wording.names.short(code), {story.key for story in by}
    both = linked([*against, *by])
    drawn = timelines.timeline(
        f"Sanctions: {name}",
        (f"by {name}", [story for story in both if story.key in mine]),
        (f"against {name}", [story for story in both if story.key not in mine]),
        office.wording,
    )
    return await _told(office, drawn, code, *buttons, Button(action="country", label=name, value=code))


def _of_pair(office: Office, first: Code, second: Code, links: Sequence[Story]) -> Timeline:
    names = office.wording.names.short(first), office.wording.names.short(second)
    mine = [story for story in links if first in story.action.issuers]
    others = [story for story in links if first not in story.action.issuers]
    title = f"{names[0]} and {names[1]}"
    return timelines.timeline(title, (f"by {names[0]}", mine), (f"by {names[1]}", others), office.wording)


def _chain(office: Office, request: Request, first: Code, second: Code) -> tuple[Story, ...]:
    """Return the measures between two, oldest first. Raises UsageError for one with itself."""
    if first == second:
        raise UsageError(f"{office.wording.names.short(first)} stands on both sides; name two different ones.")
    stories = {
        story.key: story
        for by, against in ((first, second), (second, first))
        for story in measures(office, request, by=by, against=against, limit=LEDGER_LIMIT)
    }
    return chain(first, second, stories.values())


def _pair(office: Office, of: str) -> tuple[Code, Code] | None:
    """Return the two that a text names, if it does not name one."""
    find, names = office.lexicon.find, of.split()
    if find(of) is not None:
        return None
    halves = ((find(" ".join(names[:cut])), find(" ".join(names[cut:]))) for cut in range(1, min(len(names), 20)))
    return next(((first, second) for first, second in halves if first and second), None)


def _asks(pair: tuple[Code, Code]) -> Button:
    return Button(action="between", label="Who answered whom", value=" ".join(pair))


async def _told(office: Office, drawn: Timeline, name: str, *buttons: Button) -> Message:
    told = Message(
        title=f"Timeline: {shown(drawn.title)}", lines=timelines.in_words(drawn, office.wording), buttons=buttons
    )
    return await _pictured(office, told, drawn, name) if drawn.marks else told


async def _pictured(office: Office, told: Message, drawn: Timeline, name: str) -> Message:
    """Return a message with its picture, where pictures can be made; drawn beside the loop."""
    if office.draw is None:
        return told
    async with office.drawing:
        data = await asyncio.to_thread(office.draw, timelines.drawing(drawn, office.wording))
    alt = timelines.alt(drawn, office.wording)
    return replace(told, picture=Picture(name=f"timeline-{name}.png", data=data, alt=alt))


BETWEEN = Command(
    words="between",
    about="Who answered whom: measures and counter-measures, oldest first",
    options=(
        Option(name="a", about="A country or issuer", kind="country"),
        Option(name="b", about="Another one", kind="country"),
        PAGED,
    ),
)
TIMELINE = Command(
    words="timeline",
    about="What led to a story, or to where two countries stand",
    options=(Option(name="of", about="A story's key, a country, or two"),),
    hidden=True,
)

ROWS = (
    Row(command=BETWEEN, answer=_between, cost=2),
    Row(command=TIMELINE, answer=_timeline, cost=2),
)
