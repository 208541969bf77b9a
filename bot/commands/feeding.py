"""The sources: list, add, pause, resume, remove. The operator's own stand in a file and are not changed from chat."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from bot import briefs
from bot.commands.drafting import buttons, propose, settle
from bot.commands.office import Office, Row, reach
from bot.commands.pages import PAGED, page_of, turning
from bot.domain import Command, Feed, FeedState, Key, Made, Message, Option, Poll, Request, Right
from bot.errors import AlreadyThere, FeedError, UsageError
from bot.reading import read_all
from bot.rules.values import shown
from bot.tables import parse_duration

SHOWN = 5
"""Items shown of a source that somebody adds."""
READ = 50
"""Items of it that are read, to say how many are sanctions news."""
OFTEN = timedelta(minutes=1)
"""A source added in chat is visited no more often."""
LONGEST_URL = 500
KIND = "rss"


async def _list(office: Office, request: Request) -> Message:
    states, now = office.store.feed_states(), office.clock()
    page = page_of(request, office.feeds_for(request))
    lines = tuple(briefs.feed_line(feed, states.get(feed.key), now) for feed in page.shown)
    count = f"{page.total} {'source' if page.total == 1 else 'sources'}"
    listed = Message(title=count, lines=lines or ('None yet. "feeds add" adds one.',), footer=page.footer)
    return replace(listed, buttons=turning(office, FEEDS, request, page))


async def _add(office: Office, request: Request) -> Message:
    feed = _wanted(office, request)
    found = await _visit(office, feed)
    feed = replace(feed, url=found.moved_to or feed.url, outlet=" ".join(found.title.split())[:60])
    draft = propose(office, request, after=Made(feeds=(feed,)), says=f"Added {briefs.thing_line(feed)}")
    return Message(
        title=f"Add {feed.outlet or feed.url}?",
        lines=(*_preview(office, found), f"Visited every {briefs.span(feed.every)} as {feed.key}."),
        buttons=buttons(draft, "Add"),
        private=True,
    )


def _wanted(office: Office, request: Request) -> Feed:
    """Return the feed that is asked for. Raises UsageError where it cannot be, AlreadyThere where it is."""
    url = _url(request.options["url"])
    feeds = office.all_feeds()
    for other in feeds:
        if other.url == url and other.scope in ("", reach(request)):
            raise AlreadyThere(f"{shown(url)} is read already, as {other.key}.")
    every = parse_duration(request.options.get("every") or "10m")
    if every < OFTEN and request.right < Right.OPERATOR:
        raise UsageError(f"A source is visited at most once in {briefs.span(OFTEN)}; type every:10m, for one.")
    return Feed(key=feed_key(url, {feed.key for feed in feeds}), url=url, kind=KIND, every=every, scope=reach(request))


async def _visit(office: Office, feed: Feed) -> Poll:
    source = office.sources.get(feed.kind)
    if source is None:
        raise UsageError("Sources are added while the service runs; start it with: sanctionwire run")
    try:
        return await source.poll(feed, FeedState(feed=feed.key))
    except FeedError as error:
        raise UsageError(f"{shown(feed.url)}: {error.problem}: {error.detail}. Nothing was added.") from error


def _preview(office: Office, found: Poll) -> list[str]:
    """Say what a source shows, newest first."""
    relevant = sum(reading.relevant for reading in read_all(found.items[:READ], office.lexicon))
    news = f"{relevant} of the first {min(READ, len(found.items))} are sanctions news"
    newest = sorted(found.items, key=lambda item: (item.date is not None, item.date), reverse=True)[:SHOWN]
    lines = [
        f"• {item.date:%d %b %H:%M}  {briefs.cut(item.title)}" if item.date else f"• {briefs.cut(item.title)}"
        for item in newest
    ]
    return (
        [f"It shows {len(found.items)} items; {news}. The newest:", *lines]
        if found.items
        else ["It shows no items now."]
    )


async def _pause(office: Office, request: Request) -> Message:
    return _set_paused(office, request, paused=True)


async def _resume(office: Office, request: Request) -> Message:
    return _set_paused(office, request, paused=False)


def _set_paused(office: Office, request: Request, *, paused: bool) -> Message:
    """Pause or resume at once: nothing is lost by it, and the same words take it back."""
    feed = _own(office, request)
    if feed.paused is paused:
        raise AlreadyThere(f"{feed.key} is {'paused' if paused else 'not paused'} already.")
    says = f"{feed.key} is {'paused: it is not visited' if paused else 'visited again'}."
    after = replace(feed, paused=paused)
    draft = propose(office, request, before=Made(feeds=(feed,)), after=Made(feeds=(after,)), says=says)
    return settle(office, request, draft)


async def _remove(office: Office, request: Request) -> Message:
    feed = _own(office, request)
    draft = propose(office, request, before=Made(feeds=(feed,)), says=f"Removed {briefs.thing_line(feed)}")
    line = briefs.feed_line(feed, office.store.feed_states().get(feed.key), office.clock())
    return Message(
        title=f"Remove {feed.outlet or feed.key}?",
        lines=(line, "Its stories stay; nothing new is read of it."),
        buttons=buttons(draft, "Remove"),
        private=True,
    )


def _own(office: Office, request: Request) -> Feed:
    """Return the feed of the place that a key names. Raises UsageError."""
    key = request.options["key"].strip().strip("[]")
    for feed in office.store.feeds():
        if feed.key == key and (feed.scope == reach(request) or request.right >= Right.OPERATOR):
            return feed
    if any(feed.key == key for feed in office.feeds_for(request)):
        raise UsageError(f"{key} is the operator's, and stands in config/feeds.toml.")
    raise UsageError(f'There is no source "{shown(key)}" here. "feeds" lists them with their keys.')


def _url(text: str) -> str:
    """Return an address that may be visited. Raises UsageError; who it leads to is the fetcher's to check."""
    url = text.strip().strip("<>").partition("|")[0]
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise UsageError(f'"{shown(text)}" is no address; type it in full, such as https://example.org/rss.xml.')
    return url


def feed_key(url: str, taken: Collection[Key]) -> Key:
    """Make a source's short name of its address: the host's telling part, numbered where that is taken."""
    parts = [part for part in (urlsplit(url).hostname or "").lower().split(".") if part not in _DULL]
    name = re.sub(r"[^a-z0-9]+", "-", "-".join(parts[:-1] or parts)).strip("-")[:40] or "source"
    keys = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


_DULL = frozenset({"www", "feeds", "rss", "feed"})
_KEY = Option(name="key", about='The source\'s key, as "feeds" lists it', kind="feed")


def _admins(words: str, about: str, *options: Option) -> Command:
    return Command(words=words, about=about, options=options, right=Right.ADMIN, private=True)


FEEDS = _admins("feeds list", "The sources and how they are", PAGED)
ROWS = (
    Row(command=FEEDS, answer=_list),
    Row(
        command=_admins(
            "feeds add",
            "Look at a feed's address, and read it from now on",
            Option(name="url", about="The feed's address", kind="url"),
            Option(name="every", about="How often to visit it, such as 10m", required=False),
        ),
        answer=_add,
        cost=4,
    ),
    Row(command=_admins("feeds pause", "Do not visit a source for now", _KEY), answer=_pause),
    Row(command=_admins("feeds resume", "Visit a paused source again", _KEY), answer=_resume),
    Row(command=_admins("feeds remove", "Read a source no more", _KEY), answer=_remove),
)
