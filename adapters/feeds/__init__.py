"""The kinds of source that can be polled.

To add a kind: write `adapters/feeds/xy.py` with a class that is a `bot.ports.Source` (its `poll` visits by the
shared `Fetcher` and raises FeedErrors only), and add its line to `POLLERS`. Its name there is what `kind` says
in `config/feeds.toml`; nothing else needs to know.

Official lists tell what changed only when they are made with books as well (`adapters.feeds.lists.LISTS`). As `POLLERS`
makes them they are read and counted, which is what a check of a source needs.
"""

from collections.abc import Callable

from adapters.feeds.fetch import Fetcher
from adapters.feeds.lists import LISTS
from adapters.feeds.rss import RssSource
from bot.ports import Source

POLLERS: dict[str, Callable[[Fetcher], Source]] = {
    "rss": RssSource,
    **LISTS,
}
