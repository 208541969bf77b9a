"""Questions to the ledger: the latest, a search, a story."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from bot import briefs
from bot.commands.office import Office, Row, sees
from bot.commands.pages import PAGED, page_of, turning
from bot.domain import Button, Command, Item, Key, Link, Listing, Message, Option, Report, Request, Story
from bot.errors import UsageError
from bot.messages import story_message
from bot.rules import Subject, matches, parse
from bot.rules.values import shown

FOUND = 200
"""Stories that one search brings at most."""
LISTED = 5
"""Entries of official lists that one search shows."""


async def _latest(office: Office, request: Request) -> Message:
    query = parse(request.options.get("rule", ""), office.names)
    stories = office.stories(request)
    page = page_of(request, [story for story in stories if matches(query, subject_of_story(story)).yes])
    told = briefs.latest(page.shown, office.wording)
    return replace(told, buttons=turning(office, LATEST, request, page), footer=page.footer)


async def _search(office: Office, request: Request) -> Message:
    words = request.options["words"]
    if not any(sign.isalnum() for sign in words):
        raise UsageError(f'"{shown(words)}" has no word to look for; type one or several words.')
    found = [one for one in office.store.search_stories(words, FOUND) if sees(request, one.scope)]
    page = page_of(request, found)
    listings = office.store.search_listings(words, LISTED) if page.number == 1 else []
    names = {feed.key: (feed.outlet or feed.key, feed.kind) for feed in office.feeds_for(request)}
    told = briefs.found(
        shown(words), page.shown, listings, office.wording, {key: name for key, (name, _) in names.items()}
    )
    links = tuple(_entry(office, one, names.get(one.list, ("", ""))[1]) for one in listings)
    return replace(told, links=links, buttons=turning(office, SEARCH, request, page), footer=page.footer)


def _entry(office: Office, listing: Listing, kind: str) -> Link:
    """Return an entry of a list as a link to the authority's own page about it, where the list has such pages."""
    known = office.lists.get(kind)
    url = known.added.format(uid=quote(listing.uid)) if known else ""
    return Link(label=f"{briefs.cut(listing.name, 90)}: entry {briefs.cut(listing.uid, 30)}", url=url)


async def _story(office: Office, request: Request) -> Message:
    story = known_story(office, request, request.options["key"])
    page = page_of(request, story.reports)
    told = story_message(
        story,
        office.wording,
        answered=office.story(request, story.answers),
        followed=office.story(request, story.follows),
    )
    later = [one for one in office.store.following(story.key) if sees(request, one.scope)]
    links = [briefs.story_link(other, office.wording) for other in later[: briefs.PAGE]]
    footer = " · ".join(filter(None, (told.footer, page.footer.replace("in all", "reports"))))
    return replace(
        told,
        lines=(*told.lines, *(briefs.report_line(one) for one in page.shown)),
        sources=_sources(page.shown),
        links=(*told.links, *links),
        buttons=(
            Button(action="timeline", label="Timeline", value=story.key),
            *turning(office, STORY, request, page),
        ),
        footer=footer,
    )


def _sources(reports: Sequence[Report]) -> tuple[Link, ...]:
    """Return every report of a page with its own address, those of one outlet told apart by their number."""
    return tuple(
        Link(label=f"{number}. {report.outlet or 'source'}{' (official)' if report.official else ''}", url=report.link)
        for number, report in enumerate(reports, 1)
    )


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
    about="Stories and listed names with these words, in any spelling",
    options=(Option(name="words", about="One or several words; all must be there"), PAGED),
)
STORY = Command(
    words="story",
    about="One story with every report and its links",
    options=(Option(name="key", about="A story's key, as it stands below every alert", kind="story"), PAGED),
)
ROWS = (
    Row(command=LATEST, answer=_latest, cost=2),
    Row(command=SEARCH, answer=_search, cost=2),
    Row(command=STORY, answer=_story),
)
