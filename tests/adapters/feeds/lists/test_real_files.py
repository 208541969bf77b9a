"""The real files beside the project, against a count that shares no code with the readers; skipped without them."""

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from adapters.feeds.fetch import Fetcher
from adapters.feeds.lists import LISTS, READERS, ofac
from bot.domain import FeedState, Item, Listing, Stage
from bot.errors import Shrunken, Truncated
from bot.ports import ListBooks
from tests.adapters.feeds.lists.files import fetched
from tests.adapters.feeds.server import Server
from tests.adapters.store.kit import opened
from tests.fakes import FakeClock
from tests.lists_support import SHARED, feed, make_clerk

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real lists are not beside this checkout")

FILES = ("sdn.csv", "add.csv", "alt.csv")
# an entry's line begins with its number and a quoted name; nothing else in the file does
_ENTRY = re.compile(rb'^(\d+),"', re.MULTILINE)
_REFERENCE = re.compile(rb"<REFERENCE_NUMBER>\s*([^<\s]+)\s*</REFERENCE_NUMBER>")


def bodies(state: str) -> list[bytes]:
    return [(SHARED / f"ofac-{state}" / name).read_bytes() for name in FILES]


def counted(state: str) -> set[str]:
    return {uid.decode() for uid in _ENTRY.findall(bodies(state)[0])}


def read(state: str) -> dict[str, Listing]:
    found = ofac.read([fetched(body) for body in bodies(state)], "list-ofac")
    return {one.uid: one for one in found}


@pytest.mark.parametrize("state", ["earlier", "later"])
def test_every_row_of_an_ofac_file_is_an_entry(state: str) -> None:
    assert read(state).keys() == counted(state)


def test_every_entry_of_the_un_file_is_read() -> None:
    body = (SHARED / "un" / "UN_consolidated.xml").read_bytes()
    found = [one.uid for one in READERS["un"].read([fetched(body)], "list-un")]
    assert sorted(found) == sorted(uid.decode() for uid in _REFERENCE.findall(body))


def test_nothing_in_the_real_files_has_an_unknown_programme() -> None:
    clerk = make_clerk()
    listings = [*read("earlier").values(), *read("later").values()]
    tags = {("ofac", tag) for one in listings for tag in one.programmes}
    body = (SHARED / "un" / "UN_consolidated.xml").read_bytes()
    tags |= {("un", tag) for one in READERS["un"].read([fetched(body)], "x") for tag in one.programmes}
    issuers = {"ofac": "US", "un": "UN"}
    assert sorted(tag for kind, tag in tags if clerk.regimes.of_programme(issuers[kind], tag) is None) == []


def serve(server: Server, files: Sequence[bytes]) -> None:
    for name, body in zip(FILES, files, strict=True):
        server.says(f"/{name}", body)


def _numbers(items: Sequence[Item], stage: Stage) -> int:
    return sum(sum(item.actions[0].counts.values()) for item in items if item.actions[0].stage is stage)


async def test_what_changed_between_the_two_states_is_told_in_full(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    earlier, later = counted("earlier"), counted("later")
    with closing(opened(tmp_path / "bot.db")) as store:
        source = LISTS["ofac"](fetcher, ListBooks(store, make_clerk(), FakeClock()))
        list_ = feed(url=server.base + "/sdn.csv")
        serve(server, bodies("earlier"))
        stock = await source.poll(list_, FeedState(feed=list_.key))
        assert stock.items == ()
        assert store.listing_marks(list_.key).keys() == earlier
        serve(server, bodies("later"))
        told = await source.poll(list_, FeedState(feed=list_.key, stocked=True, body_hash=stock.body_hash))
        assert _numbers(told.items, Stage.IMPOSED) == len(later - earlier)
        assert _numbers(told.items, Stage.EASED) == len(earlier - later)
        assert store.listing_marks(list_.key).keys() == later
        await source.close()


async def test_a_real_file_that_lost_nearly_all_or_breaks_off_delists_nobody(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    entries, *others = bodies("later")
    rows = entries.splitlines(keepends=True)
    with closing(opened(tmp_path / "bot.db")) as store:
        source = LISTS["ofac"](fetcher, ListBooks(store, make_clerk(), FakeClock()))
        list_ = feed(url=server.base + "/sdn.csv")
        serve(server, [entries, *others])
        stock = await source.poll(list_, FeedState(feed=list_.key))
        state = FeedState(feed=list_.key, stocked=True, body_hash=stock.body_hash)
        for broken, failure in (
            (b"".join(rows[: len(rows) // 20]), Shrunken),
            (entries[: len(entries) // 2], Truncated),
        ):
            serve(server, [broken, *others])
            with pytest.raises(failure):
                await source.poll(list_, state)
            assert store.listing_marks(list_.key).keys() == counted("later")
        await source.close()
