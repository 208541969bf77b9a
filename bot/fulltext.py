"""Full text: reading the article where a feed gives little more than a title.

A title tells who acts on whom, but seldom how many, whom by name and by which law. So for items without a summary the
article may be read too; few items, because each is a visit to somebody: only what was never seen before and already
looks like sanctions news, the newest first. All are visited at once and none is waited for long: an item whose article
does not come is told by its title, and nothing is tried twice.

What comes back is believed only if it has the title's words in it. Links lead to consent pages, to front pages with all
of the day's news and to pages that are gone; what those say is not what the item says.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import Item
from bot.errors import FeedError
from bot.folding import flatten, fold
from bot.lexicon import Lexicon
from bot.ports import Articles, Log
from bot.reading import read

SHORT = 60
"""Characters of summary from which on an item tells enough by itself."""
PROMISING = 0.2
"""How likely an item must be sanctions news, by its title, to be worth a visit."""
PATIENCE = 5.0
"""Seconds that the items of a visit may be held up, all articles together."""
_SHARED = 0.5
"""The share of a title's words that its article has; a word counts by its beginning, as endings vary."""
_TELLING, _BEGINNING = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FullText:
    """Where articles are read, and what it takes to choose them."""

    articles: Articles
    lexicon: Lexicon
    log: Log
    most: int = 5
    """Articles asked for in one visit to a feed."""

    async def texts(self, fresh: Iterable[Item]) -> Mapping[str, str]:
        """Return the texts of the articles that are worth it and came in time, by their links."""
        items = wanted(fresh, self.lexicon, self.most)
        if not items:
            return {}
        tasks = {asyncio.create_task(self.articles.text(item.link)): item for item in items}
        try:
            await asyncio.wait(tasks, timeout=PATIENCE)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        texts = {}
        for task, item in tasks.items():
            outcome, text = _outcome(task, item)
            self.log("article", feed=item.feed, link=item.link, outcome=outcome, characters=len(text))
            if text:
                texts[item.link] = text
        return texts


def wanted(fresh: Iterable[Item], lexicon: Lexicon, most: int) -> list[Item]:
    """Return the items whose articles are worth a visit, the newest first, each link once."""
    worth: dict[str, Item] = {}
    for item in reversed(list(fresh)):
        if lacks_text(item) and item.link not in worth and _chance(item, lexicon) >= PROMISING:
            worth[item.link] = item
    return list(worth.values())[:most]


def lacks_text(item: Item) -> bool:
    """Return whether an item is hardly more than a title with a link."""
    return bool(item.title and item.link) and not (item.text or item.actions or len(item.summary) >= SHORT)


def with_texts(items: Sequence[Item], texts: Mapping[str, str]) -> list[Item]:
    """Return the items, those that lack a text with the one that was found behind their link."""
    return [replace(item, text=texts.get(item.link, "")) if lacks_text(item) else item for item in items]


def is_about(title: str, text: str) -> bool:
    """Return whether a text has most of a title's words in it."""
    told = {word[:_BEGINNING] for word in _words(text)}
    asked = [word[:_BEGINNING] for word in _words(title) if len(word) >= _TELLING]
    return sum(word in told for word in asked) >= _SHARED * len(asked)


def _words(text: str) -> list[str]:
    return flatten(fold(text)).split()


def _chance(item: Item, lexicon: Lexicon) -> float:
    reading = read(item, lexicon)
    return reading.confidence if reading.relevant else 1 - reading.confidence


def _outcome(task: "asyncio.Task[str]", item: Item) -> tuple[str, str]:
    """Return what came of an article, in a word, and its text where it is one of the item's."""
    if task.cancelled():
        return "too_slow", ""
    error = task.exception()
    if isinstance(error, FeedError):
        return error.problem, ""
    if error is not None:  # a fault of ours costs the article, not the news
        return repr(error), ""
    text = task.result()
    return ("read", text) if is_about(item.title, text) else ("another_page", "")
