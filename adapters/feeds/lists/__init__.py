"""Official sanctions lists as sources, one file for each format.

    base     the visit: fetch, compare with what is known, save, tell          rows     CSV, read strictly
    ofac, un, uk, eu, canada    one authority's format each, to `Listing`s     trees    XML, streamed and hardened

To add a list: write a function that reads its files to listings and raises FeedErrors only, add its line to `READERS`
and its table to `seeds/lists.toml`. Its name there is what `kind` says in `config/feeds.toml`.
"""

from functools import partial
from typing import Protocol

from adapters.feeds.fetch import Fetcher
from adapters.feeds.lists import canada, eu, ofac, uk, un
from adapters.feeds.lists.base import ListSource, Reader
from bot.ports import ListBooks

READERS: dict[str, Reader] = {
    "ofac": Reader(ofac.read, further=ofac.further),
    "un": Reader(un.read),
    "uk": Reader(uk.read),
    "eu": Reader(eu.read),
    "canada": Reader(canada.read),
}


class ListMaker(Protocol):
    """Makes a source for one kind of list. Without books a visit reads the list, keeps nothing and tells nothing."""

    def __call__(self, fetcher: Fetcher, books: ListBooks | None = None) -> ListSource:
        """Return the source."""
        ...


LISTS: dict[str, ListMaker] = {kind: partial(ListSource, reader) for kind, reader in READERS.items()}
