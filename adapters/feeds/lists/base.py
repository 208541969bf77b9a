"""A visit to an official list: fetch it, read it in whole, compare it with what is known, save what changed, tell it.

What must never happen: a change that nobody is told of, one told twice, or a mass delisting because a server was ill.

* **Reading comes first.** Nothing is saved before every file was read to its end without a fault.
* **Saved before told.** Changes are logged in the transaction that applies them (`ListingStore`), and news is made from
  the log, never from the comparison. The feed's state, which names the last digest that was told, is saved by the
  pipeline after the items were recorded. So if the process dies
  - before all is saved: what is saved no longer differs, the next visit does the rest and finishes the same state;
  - between saved and recorded: the feed's state still names the older digest, the log gives the same items again;
  - between recorded and the feed's state: the same, and the store recognises the items by their guids.
* **Many missing entries are doubted** until the next visit misses them too (`ListClerk.missing`). Such a visit fails as
  `shrunken`, where people see it; what was added meanwhile is saved, and told with the state that is finished later.
* The first visit takes stock: entries are saved, nothing is logged, so there is nothing to tell.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b

from adapters.feeds.fetch import Fetched, Fetcher
from bot.domain import Feed, FeedState, Key, Listing, ListingChange, ListingFate, Poll
from bot.errors import FeedError, Shrunken, StoreError, Truncated, Unreachable
from bot.ports import ListBooks

ACCEPT = "text/csv, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
MAX_BYTES = 64 << 20
"""Unpacked bytes of one file; the largest list there is has 25 MB."""
TIMEOUT = 180.0
"""Seconds for one file: some of these servers send slowly."""
MAX_LISTINGS = 250_000
BATCH = 100
"""Entries saved in one go, so that the loop can breathe between."""

Read = Callable[[Sequence[Fetched], Key], Iterator[Listing]]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one kind of list is read: its files, in order, to listings; and what files it has besides the feed's own."""

    read: Read
    further: Callable[[str], Sequence[str]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What a list holds: every uid, and the entries that are not known as they are."""

    uids: frozenset[str]
    fresh: tuple[tuple[Listing, int], ...]


class ListSource:
    """Polls one kind of official list. Raises FeedErrors only."""

    def __init__(self, reader: Reader, fetcher: Fetcher, books: ListBooks | None = None) -> None:
        self._reader = reader
        self._fetcher = fetcher
        self._books = books
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lists")
        self._closed = False

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        """Visit a list; the items are what changed since the last visit that was told."""
        try:
            return await self._visit(feed, state)
        except StoreError as error:
            raise FeedError(f"the list was read, but not kept: {error}", problem="store_failed") from error

    async def close(self) -> None:
        """Let go of the reading thread; the fetcher is its maker's to close."""
        self._closed = True
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _visit(self, feed: Feed, state: FeedState) -> Poll:
        main = await self._get(feed.url, state)
        if main.status == 304:
            return _poll(main, digest=state.body_hash, modified=False)
        files = [main, *[await self._get(url, FeedState(feed=feed.key)) for url in self._reader.further(feed.url)]]
        digest = _digest(files)
        if self._books is None:
            found = await self._beside(self._find, feed, files, {})
            return _poll(main, digest=digest, detail=f"{len(found.uids):,} entries read; nothing is kept")
        last = self._books.store.list_state(feed.key)
        if last is None or last.digest != digest:
            await self._take_in(self._books, feed, files, digest)
        changes = self._books.store.changes_after(feed.key, state.body_hash)
        items = self._books.clerk.items(feed, changes)
        return _poll(main, digest=digest, modified=digest != state.body_hash, items=items)

    async def _get(self, url: str, state: FeedState) -> Fetched:
        return await self._fetcher.get(
            url,
            etag=state.etag,
            last_modified=state.last_modified,
            accept=ACCEPT,
            max_bytes=MAX_BYTES,
            timeout=TIMEOUT,
        )

    async def _take_in(self, books: ListBooks, feed: Feed, files: Sequence[Fetched], digest: str) -> None:
        """Save what differs. Raises Shrunken, after saving, where entries are missing that are not believed gone."""
        store, at = books.store, books.clock()
        known = store.listing_marks(feed.key)
        found = await self._beside(self._find, feed, files, known)
        missing = books.clerk.missing(known.keys(), found.uids, store.listing_doubts(feed.key))
        changes = [
            (ListingChange(fate=_fate(listing, known), listing=listing, at=at), mark) for listing, mark in found.fresh
        ]
        changes += [
            (ListingChange(fate=ListingFate.REMOVED, listing=listing, at=at), 0)
            for listing in store.listings(feed.key, missing.removed)
        ]
        for start in range(0, len(changes), BATCH):
            store.save_listings(feed.key, changes[start : start + BATCH])
            await asyncio.sleep(0)
        if missing.doubted:
            store.doubt_listings(feed.key, missing.doubted)
            raise Shrunken(
                f"{len(missing.doubted):,} of {len(known):,} entries are missing at once; they stay listed until a "
                "second visit misses them too"
            )
        store.finish_list(feed.key, digest=digest, at=at)

    def _find(self, feed: Feed, files: Sequence[Fetched], known: Mapping[str, int]) -> _Found:
        """Read the files to the end; only entries that are new or differ are held on to. Slow, so beside the loop."""
        marks: dict[str, int] = {}
        fresh: dict[str, tuple[Listing, int]] = {}
        for listing in self._reader.read(files, feed.key):
            settled = self._books.clerk.settle(feed.kind, listing) if self._books else listing
            marks[listing.uid] = mark = self._books.clerk.mark(settled) if self._books else 0
            fresh.pop(listing.uid, None)
            if known.get(listing.uid) != mark:
                fresh[listing.uid] = (settled, mark)
            if len(marks) > MAX_LISTINGS:
                raise FeedError(f"more than {MAX_LISTINGS:,} entries; no sanctions list has as many")
        if not marks:
            raise Truncated("the file has not one entry")
        return _Found(frozenset(marks), tuple(fresh.values()))

    async def _beside(
        self,
        work: Callable[[Feed, Sequence[Fetched], Mapping[str, int]], _Found],
        feed: Feed,
        files: Sequence[Fetched],
        known: Mapping[str, int],
    ) -> _Found:
        if self._closed:
            raise Unreachable("the service is closing; nothing is read any more")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, feed, files, known)


def _fate(listing: Listing, known: Mapping[str, int]) -> ListingFate:
    return ListingFate.CHANGED if listing.uid in known else ListingFate.ADDED


def _digest(files: Sequence[Fetched]) -> str:
    digest = blake2b(digest_size=16)
    for each in files:
        digest.update(len(each.body).to_bytes(8, "big"))
        digest.update(each.body)
    return digest.hexdigest()


def _poll(main: Fetched, *, digest: str | None, modified: bool = True, **more: object) -> Poll:
    return Poll(
        modified=modified,
        status=main.status,
        etag=main.etag,
        last_modified=main.last_modified,
        body_hash=digest,
        max_age=main.max_age,
        moved_to=main.moved_to,
        **more,  # type: ignore[arg-type]  # items and detail, by their own names
    )
