"""The kinds of source that can be polled.

To add a kind: write `adapters/feeds/xy.py` with a class that is a `bot.ports.Source` (its `poll` visits by the
shared `Fetcher` and raises FeedErrors only), and add its line to `POLLERS`. Its name there is what `kind` says
in `config/feeds.toml`; nothing else needs to know.

The makers import what they make: a command that only looks something up never loads the client of the network.

Official lists tell what changed only when they are made with books as well (`adapters.feeds.lists.LISTS`). As `POLLERS`
makes them they are read and counted, which is what a check of a source needs.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bot.ports import Source

if TYPE_CHECKING:
    from adapters.feeds.fetch import Fetcher


def _rss(fetcher: "Fetcher") -> Source:
    from adapters.feeds.rss import RssSource

    return RssSource(fetcher)


def _list(kind: str, fetcher: "Fetcher") -> Source:
    from adapters.feeds.lists import LISTS

    return LISTS[kind](fetcher)


POLLERS: "dict[str, Callable[[Fetcher], Source]]" = {
    "rss": _rss,
    **{kind: partial(_list, kind) for kind in ("ofac", "un", "uk", "eu", "canada")},
}
