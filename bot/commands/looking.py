"""Questions to the ledger: a country, two countries, the latest, a search, a story."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot import briefs
from bot.commands.office import Office, Row
from bot.commands.pages import asking, page_of, turning
from bot.domain import Button, Command, Item, Key, Message, Option, Request, Stage, Story
from bot.errors import UsageError
from bot.events import chain
from bot.messages import story_message
from bot.rules import Query, Subject, matches, parse
from bot.rules.query import RuleField, Term
from bot.rules.values import shown
from bot.rules.words import fold_words

SIDES = ("against", "by")
PAGED = Option(name="page", about="which page", required=False)


async def _country(office: Office, request: Request) -> Message:
    code = office.code(request.options["name"])
    since, side = _since(request.options.get("since", "")), _side(request.options.get("side", ""))
    against = _measures(office.stories(request, against=code, since=since))
    by = _measures(office.stories(request, by=code, since=since))
    one = {"against": against, "by": by}.get(side)
    if one is None:
        buttons = _sides(office, request, against, by)
        return briefs.country(
            code, against=against, by=by, wording=office.wording, looked=_looked(office), buttons=buttons
        )
    page = page_of(request, one)
    told = briefs.country_side(code, side, page.shown, wording=office.wording, total=page.total)
    others = [button for button in _sides(office, request, against, by) if side not in button.value.split(":")]
    footer = " · ".join(filter(None, (page.footer, briefs.as_of(_looked(office)))))
    return replace(told, buttons=(*turning(office, COUNTRY, request, page), *others), footer=footer)


def _sides(office: Office, request: Request, against: Sequence[Story], by: Sequence[Story]) -> tuple[Button, ...]:
    """Return the buttons to each side by itself."""
    counted = {"against": ("Against", len(against)), "by": ("By", len(by))}
    return tuple(
        asking(office, COUNTRY, request, {"side": side, "page": ""}, f"{label} ({count})")
        for side, (label, count) in counted.items()
        if count
    )


async def _between(office: Office, request: Request) -> Message:
    first, second = office.code(request.options["a"]), office.code(request.options["b"])
    if first == second:
        raise UsageError(f"{office.wording.names.short(first)} stands on both sides; name two different ones.")
    stories = {
        story.key: story
        for by, against in ((first, second), (second, first))
        for story in office.stories(request, by=by, against=against)
    }
    links = chain(first, second, _measures(stories.values()))
    page = page_of(request, links, 2 * briefs.PAGE)
    told = briefs.between(first, second, links, office.wording, start=links.index(page.shown[0]) if links else 0)
    return replace(told, buttons=(*told.buttons, *turning(office, BETWEEN, request, page)), footer=page.footer)


async def _latest(office: Office, request: Request) -> Message:
    query = parse(request.options.get("rule", ""), office.names)
    return _list(office, request, LATEST, query, "Latest sanctions news")


async def _search(office: Office, request: Request) -> Message:
    words = request.options["words"]
    phrases = list(dict.fromkeys(fold_words(word) for word in words.split()))[:20]
    terms = tuple((Term(RuleField.TEXT, (phrase,)),) for phrase in phrases if phrase)
    if not terms:
        raise UsageError(f'"{shown(words)}" has no word to look for; type one or several words.')
    return _list(office, request, SEARCH, Query(terms), f'Stories with "{shown(words)}"')


def _list(office: Office, request: Request, command: Command, query: Query, title: str) -> Message:
    """Return a page of the stories that a query picks, newest first."""
    stories = office.stories(request)
    page = page_of(request, [story for story in stories if matches(query, subject_of_story(story)).yes])
    told = briefs.latest(page.shown, office.wording, title=title)
    return replace(told, buttons=turning(office, command, request, page), footer=page.footer)


async def _story(office: Office, request: Request) -> Message:
    story = known_story(office, request, request.options["key"])
    answered = office.story(request, story.answers)
    followed = office.story(request, story.follows)
    told = story_message(story, office.wording, answered=answered, followed=followed)
    later = [briefs.story_link(other, office.wording) for other in office.store.following(story.key)[: briefs.PAGE]]
    return replace(told, links=(*told.links, *later))


async def _timeline(office: Office, request: Request) -> Message:
    """Answer in words until there is a picture: a story with its links, a pair's chain, or a country."""
    of = request.options["of"].strip()
    if office.story(request, of) is not None:
        return await _story(office, replace(request, words="story", options={"key": of}))
    names = of.split()
    pairs = ((" ".join(names[:cut]), " ".join(names[cut:])) for cut in range(1, len(names)))
    pair = next(((a, b) for a, b in pairs if office.lexicon.find(a) and office.lexicon.find(b)), None)
    if pair is not None and office.lexicon.find(of) is None:
        return await _between(office, replace(request, words="between", options={"a": pair[0], "b": pair[1]}))
    return await _country(office, replace(request, words="country", options={"name": of}))


def known_story(office: Office, request: Request, key: Key) -> Story:
    """Return a story by its key. Raises UsageError."""
    story = office.story(request, key.strip().strip("[]"))
    if story is None:
        raise UsageError(f'There is no story "{shown(key)}". "latest" lists the newest with their keys.')
    return story


def subject_of_story(story: Story) -> Subject:
    """Return what a rule sees of a whole story: the words and outlets of every report."""
    first = story.reports[0] if story.reports else None
    words = " ".join([story.action.evidence, *(report.title for report in story.reports)])
    item = Item(
        title=story.headline,
        summary=words,
        outlet=first.outlet if first else "",
        official=any(report.official for report in story.reports),
    )
    return Subject.of(item, (story.action, *story.also))


def _measures(stories: Iterable[Story]) -> list[Story]:
    """Return the stories that tell of measures, leaving out mere context."""
    return [story for story in stories if story.action.stage is not Stage.CONTEXT]


def _looked(office: Office) -> datetime | None:
    return max((one.last_good for one in office.store.feed_states().values() if one.last_good), default=None)


def _since(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no date; type it as 2024-02-29.') from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _side(text: str) -> str:
    side = text.strip().lower()
    if side and side not in SIDES:
        raise UsageError(f'"{shown(text)}" is no side; type side:against or side:by.')
    return side


COUNTRY = Command(
    words="country",
    about="What is in force against a country and by it",
    options=(
        Option(name="name", about="A country or issuer, by any of its names", kind="country"),
        Option(
            name="side", about="Only what others hold against it, or only what it does", required=False, choices=SIDES
        ),
        Option(name="since", about="Only from this day on, such as 2024-02-29", required=False),
        PAGED,
    ),
)
BETWEEN = Command(
    words="between",
    about="Who answered whom: measures and counter-measures, oldest first",
    options=(
        Option(name="a", about="A country or issuer", kind="country"),
        Option(name="b", about="Another one", kind="country"),
        PAGED,
    ),
)
LATEST = Command(
    words="latest",
    about="The newest stories, or those that a rule picks",
    options=(
        Option(name="rule", about="A rule line, such as issuer:eu target:ru", kind="rule", required=False),
        PAGED,
    ),
)
SEARCH = Command(
    words="search",
    about="Stories with these words",
    options=(Option(name="words", about="One or several words; all must be there"), PAGED),
)
STORY = Command(
    words="story",
    about="One story with every report and its links",
    options=(Option(name="key", about="A story's key, as it stands below every alert", kind="story"),),
)
TIMELINE = Command(
    words="timeline",
    about="What led to a story, or to where two countries stand",
    options=(Option(name="of", about="A story's key, a country, or two"),),
    hidden=True,
)

ROWS = (
    Row(command=COUNTRY, answer=_country),
    Row(command=BETWEEN, answer=_between),
    Row(command=LATEST, answer=_latest, cost=2),
    Row(command=SEARCH, answer=_search, cost=2),
    Row(command=STORY, answer=_story),
    Row(command=TIMELINE, answer=_timeline),
)
