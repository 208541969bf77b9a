"""Stories from the ledger: the latest, one by one, and who answered whom between two."""

from collections.abc import Mapping, Sequence

from bot.briefs.lines import cut
from bot.domain import Button, Code, Key, Link, Listing, Message, Report, Story
from bot.wording import Wording

PAGE = 10
"""Stories listed on one page."""


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


def found(
    words: str, stories: Sequence[Story], listings: Sequence[Listing], wording: Wording, lists: Mapping[Key, str]
) -> Message:
    """List the stories and the entries of official lists that a search found; `lists` has the lists' names by key."""
    lines = [f"{story_line(story, wording)}  [{story.key}]" for story in stories]
    entries = [listing_line(one, wording, lists.get(one.list, one.list)) for one in listings]
    if entries:
        lines = ["On official lists:", *entries, *(["In the news:", *lines] if lines else [])]
    nothing = "Nothing has these words, in this or a like spelling."
    return Message(title=f'Found for "{words}"', lines=tuple(lines) or (nothing,))


def listing_line(one: Listing, wording: Wording, name: str) -> str:
    """Return an entry of an official list on one line."""
    since = f", since {wording.day(one.listed_on)}" if one.listed_on else ""
    also = f"; also {', '.join(one.aliases[:3])}" if one.aliases else ""
    where = f" ({wording.join([wording.names.short(code) for code in one.countries[:3]])})" if one.countries else ""
    programmes = ", ".join(one.programmes[:3])
    return cut(f"• {one.name}{where}: {one.kind}, {name}, {programmes}{since}{also}", 300)


def report_line(report: Report) -> str:
    """Return a report on one line: when, whose, and the words that show the action."""
    words = f" — “{report.evidence}”" if report.evidence and report.evidence != report.title else ""
    return cut(f"• {report.at:%d %b %Y %H:%M}  {report.outlet}: {report.title}{words}", 400)


def story_link(story: Story, wording: Wording) -> Link:
    """Return a story that came of another as a link: what happened, and when."""
    day = wording.day(story.action.when or story.first.date())
    url = story.reports[0].link if story.reports else ""
    return Link(label=f"Then: {wording.phrase(story.action)}, {day}", url=url, story=story.key)


def story_line(story: Story, wording: Wording) -> str:
    """Return a story on one line: day, then what happened."""
    day = story.action.when or story.first.date()
    line = wording.sentence(story.action) if story.action.sure else story.headline or wording.phrase(story.action)
    return f"{wording.day(day)}  {cut(line)}"
