"""What people may ask, in a chat or on the command line: one table, one place where the right to ask is checked.

A platform only translates: typed options or a line of words to a `Request`, a `Message` back. Adding a row to
`COMMANDS` adds it everywhere.
"""

import difflib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from bot import briefs
from bot.domain import Code, Feed, Item, Message, Rule, Stage, Story, Subscription
from bot.errors import UsageError
from bot.events import chain
from bot.lexicon import Lexicon
from bot.messages import story_message
from bot.ports import Clock, Store
from bot.rules import Names, Subject, matches, parse
from bot.wording import Wording

LEDGER_LIMIT = 200
"""Stories looked through for one answer."""

PAGE = 10


class Right(IntEnum):
    """Who may ask; each includes those before it."""

    ALL = 0
    MANAGER = 1
    ADMIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something that a command takes. `kind` tells a platform what to offer: country, rule, story, link, text."""

    name: str
    about: str
    kind: str = "text"
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks: a command's words, its options, and who is asking from where."""

    words: str
    options: Mapping[str, str] = field(default_factory=dict)
    room: str = "console"
    person: str = ""
    right: Right = Right.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that an answer is made from."""

    store: Store
    lexicon: Lexicon
    names: Names
    wording: Wording
    feeds: Sequence[Feed]
    subscriptions: Sequence[Subscription]
    rules: Sequence[Rule]
    clock: Clock

    def code(self, name: str) -> Code:
        """Return the code of a country or issuer by any of its names. Raises UsageError with the nearest names."""
        code = self.lexicon.find(name)
        if code is None:
            nearest = ", ".join(self.lexicon.nearest(name))
            raise UsageError(
                f"No country or issuer is called {name!r}." + (f" Did you mean {nearest}?" if nearest else "")
            )
        return code


Answer = Callable[[Desk, Request], Awaitable[Message]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row of the table."""

    words: str
    about: str
    answer: Answer
    options: tuple[Option, ...] = ()
    right: Right = Right.ALL


async def answer(desk: Desk, request: Request) -> Message:
    """Answer a request. Raises UsageError where it cannot be done as asked: the message says what to type instead."""
    command = COMMANDS.get(request.words)
    if command is None:
        near = difflib.get_close_matches(request.words, COMMANDS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else " Try 'help'."
        raise UsageError(f"There is no command {request.words!r}.{hint}")
    if request.right < command.right:
        raise UsageError(f"{request.words!r} is for {command.right.name.lower()}s of this place.")
    for option in command.options:
        if option.required and not request.options.get(option.name):
            raise UsageError(f"{request.words!r} needs {option.name.upper()}: {option.about}.")
    return await command.answer(desk, request)


def parse_line(line: str) -> tuple[str, dict[str, str]]:
    """Split a line of words into a command's words and its options; the last option takes all that is left."""
    words = line.split()
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        if name in COMMANDS and len(words) >= length:
            return name, _options(COMMANDS[name], words[length:])
    return " ".join(words[:1]).lower() or "help", {}


def _options(command: Command, words: Sequence[str]) -> dict[str, str]:
    names = [option.name for option in command.options]
    if not names or not words:
        return {}
    head = dict(zip(names[:-1], words, strict=False))
    rest = " ".join(words[len(names) - 1 :])
    return head | ({names[-1]: rest} if rest else {})


# --- answers ------------------------------------------------------------------------------------------------------


async def _country(desk: Desk, request: Request) -> Message:
    code = desk.code(request.options["name"])
    since = _since(request.options.get("since", ""))
    side = request.options.get("side", "")
    against = _measures(desk.store.stories_about(against=code, since=since, limit=LEDGER_LIMIT)) if side != "by" else []
    by = _measures(desk.store.stories_about(by=code, since=since, limit=LEDGER_LIMIT)) if side != "against" else []
    return briefs.country(code, against=against, by=by, wording=desk.wording, looked=_looked(desk))


async def _between(desk: Desk, request: Request) -> Message:
    first, second = desk.code(request.options["a"]), desk.code(request.options["b"])
    stories = {
        story.key: story
        for by, against in ((first, second), (second, first))
        for story in desk.store.stories_about(by=by, against=against, limit=LEDGER_LIMIT)
    }
    return briefs.between(first, second, chain(first, second, _measures(stories.values())), desk.wording)


async def _latest(desk: Desk, request: Request) -> Message:
    query = parse(request.options.get("rule", ""), desk.names)
    stories = desk.store.stories_about(limit=LEDGER_LIMIT)
    picked = [story for story in stories if matches(query, _subject(story)).yes]
    return briefs.latest(picked[:PAGE], desk.wording)


async def _story(desk: Desk, request: Request) -> Message:
    key = request.options["key"]
    story = desk.store.story(key)
    if story is None:
        raise UsageError(f"There is no story {key!r}. 'latest' lists the newest with their keys.")
    answered = desk.store.story(story.answers) if story.answers else None
    followed = desk.store.story(story.follows) if story.follows else None
    return story_message(story, desk.wording, answered=answered, followed=followed)


async def _why(desk: Desk, request: Request) -> Message:
    link = request.options["link"]
    found = desk.store.find_item(link)
    if found is None:
        raise UsageError(f"No item with the link {link} was read. 'status' shows which sources are read, and when.")
    item, outcome, because, key = found
    return briefs.why(item.title, outcome, because, desk.store.trail(item.key), desk.store.story(key) if key else None)


async def _status(desk: Desk, _: Request) -> Message:
    counts = dict(desk.store.counts())
    return briefs.status(desk.feeds, desk.store.feed_states(), counts, desk.store.waiting(), desk.clock())


async def _feeds(desk: Desk, _: Request) -> Message:
    states, now = desk.store.feed_states(), desk.clock()
    lines = tuple(briefs.feed_line(feed, states.get(feed.key), now) for feed in desk.feeds)
    return Message(title=f"{len(lines)} sources", lines=lines)


async def _subscriptions(desk: Desk, request: Request) -> Message:
    mine = [one for one in desk.subscriptions if one.room == request.room or request.room == "console"]
    lines = tuple(f"{one.key}  {one.room}  {one.line or 'everything'}" for one in mine)
    return Message(title="Subscriptions", lines=lines or ("None here.",))


async def _rules(desk: Desk, _: Request) -> Message:
    lines = tuple(f"{one.key}  {one.kind}  {one.name}: {one.line}" for one in desk.rules)
    return Message(title="Rules", lines=lines or ("None yet.",))


async def _help(_: Desk, request: Request) -> Message:
    rows = [row for row in COMMANDS.values() if row.right <= request.right]
    lines = tuple(f"{usage(row):<28} {row.about}" for row in rows)
    return Message(title="What you can ask", lines=lines, private=True)


def usage(command: Command) -> str:
    """Return how a command is typed: ``between A B``, ``latest [RULE]``."""
    names = [one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.options]
    return " ".join([command.words, *names])


def _subject(story: Story) -> Subject:
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


def _looked(desk: Desk) -> datetime | None:
    return max((one.last_good for one in desk.store.feed_states().values() if one.last_good), default=None)


def _since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date; type it as 2024-02-29.") from None
    return when if when.tzinfo else when.astimezone()


def _table(*rows: Command) -> dict[str, Command]:
    return {row.words: row for row in rows}


COMMANDS: Mapping[str, Command] = _table(
    Command(
        words="country",
        about="what is in force against a country and by it",
        answer=_country,
        options=(Option(name="name", about="a country or issuer, by any of its names", kind="country"),),
    ),
    Command(
        words="between",
        about="who answered whom: measures and counter-measures, oldest first",
        answer=_between,
        options=(
            Option(name="a", about="a country or issuer", kind="country"),
            Option(name="b", about="another one", kind="country"),
        ),
    ),
    Command(
        words="latest",
        about="the newest stories, or those that a rule picks",
        answer=_latest,
        options=(Option(name="rule", about="a rule line, e.g. issuer:eu target:ru", kind="rule", required=False),),
    ),
    Command(
        words="story",
        about="one story with every report and its links",
        answer=_story,
        options=(Option(name="key", about="a story's key", kind="story"),),
    ),
    Command(
        words="why",
        about="why an item was or was not told here",
        answer=_why,
        options=(Option(name="link", about="the article's link", kind="link"),),
    ),
    Command(words="status", about="when each source was last read, and what is waiting", answer=_status),
    Command(words="feeds", about="the sources", answer=_feeds, right=Right.ADMIN),
    Command(words="subscriptions", about="what is subscribed here", answer=_subscriptions),
    Command(words="rules", about="the keyword rules", answer=_rules, right=Right.ADMIN),
    Command(words="help", about="this list", answer=_help),
)
