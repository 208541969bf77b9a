"""Visits to a list on a real server, with the real store and the real clerk: stock, news, outages, sudden deaths."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.feeds import POLLERS
from adapters.feeds.fetch import Fetcher
from adapters.feeds.lists import LISTS, base
from adapters.store import SqliteStore
from bot import visits
from bot.domain import Feed, FeedState, Item, ListingChange, Poll
from bot.errors import FeedError, Refused, SchemaChanged, Shrunken, Truncated, Unreachable
from bot.ports import ListBooks, Source
from tests.adapters.feeds.lists.files import OFAC_ADDRESSES, OFAC_ALIASES, ofac_entries, ofac_file, ofac_row, un_file
from tests.adapters.feeds.lists.files import un_individual as person
from tests.adapters.feeds.server import Server
from tests.adapters.store.kit import opened, silent
from tests.fakes import FakeClock
from tests.lists_support import make_clerk


@dataclass
class Desk:
    """The pipeline's part of a visit: what is new is recorded, then the feed's state is saved."""

    store: SqliteStore
    source: Source
    feed: Feed
    clock: FakeClock
    told: list[Item] = field(default_factory=list)

    async def read(self) -> Poll:
        return await self.source.poll(self.feed, self.store.feed_state(self.feed.key))

    def record(self, found: Poll) -> list[Item]:
        fresh = self.store.unseen(found.items, self.clock())
        self.store.record([silent(item) for item in fresh], self.clock())
        self.told += fresh
        return fresh

    def finish(self, found: Poll, fresh: Sequence[Item]) -> None:
        state = self.store.feed_state(self.feed.key)
        self.store.save_visit(*visits.good(self.feed, state, found, fresh=len(fresh), now=self.clock()))

    async def visit(self) -> list[str]:
        """Visit the list as the pipeline does; returns the headlines that are new."""
        self.clock.advance(hours=6)
        try:
            found = await self.read()
        except FeedError as error:
            state = self.store.feed_state(self.feed.key)
            self.store.save_visit(*visits.failed(self.feed, state, error, now=self.clock()))
            raise
        fresh = self.record(found)
        self.finish(found, fresh)
        return [item.title for item in fresh]

    def listed(self) -> set[str]:
        return set(self.store.listing_marks(self.feed.key))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(opened(tmp_path / "bot.db")) as store:
        yield store


def desk(kind: str, url: str, store: SqliteStore, fetcher: Fetcher) -> Desk:
    clock = FakeClock()
    source = LISTS[kind](fetcher, ListBooks(store, make_clerk(), clock))
    return Desk(store, source, Feed(key=f"list-{kind}", url=url, kind=kind), clock)


@pytest.fixture
async def ofac(server: Server, store: SqliteStore, fetcher: Fetcher) -> Desk:
    server.says("/ADD.CSV", OFAC_ADDRESSES)
    server.says("/ALT.CSV", OFAC_ALIASES)
    return desk("ofac", server.base + "/SDN.CSV", store, fetcher)


def shows(server: Server, uids: Iterable[int], etag: str = '"v1"') -> None:
    server.says("/SDN.CSV", ofac_entries(uids), ETag=etag)


# --- stock and news -----------------------------------------------------------------------------------------------


async def test_the_first_visit_takes_stock_and_tells_nothing(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 41))
    assert await ofac.visit() == []
    assert len(ofac.listed()) == 40
    assert ofac.store.listed_counts("RU") == {"list-ofac": {"individual": 40}}


async def test_what_is_added_and_removed_is_told(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 41))
    await ofac.visit()
    shows(server, range(3, 44))
    assert await ofac.visit() == [
        "OFAC adds 3 names under RUSSIA-EO14024: 3 people",
        "OFAC removes 2 names from RUSSIA-EO14024: 2 people",
    ]
    assert ofac.listed() == {str(n) for n in range(3, 44)}
    assert await ofac.visit() == []
    assert len(ofac.told) == 2


async def test_an_item_carries_its_action(server: Server, ofac: Desk) -> None:
    shows(server, [1])
    await ofac.visit()
    shows(server, [1, 2])
    found = await ofac.read()
    (item,) = found.items
    assert item.official
    assert item.actions[0].targets == ("RU",)
    assert item.actions[0].names == ("PERSON, Number 2",)
    assert item.date == ofac.clock()


async def test_a_list_that_did_not_change_is_not_read_again(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 41))
    await ofac.visit()
    found = await ofac.read()
    assert not found.modified
    assert not found.items


async def test_unchanged_word_from_the_server_ends_the_visit_at_the_first_file(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 41))
    await ofac.visit()
    server.says("/SDN.CSV", status=304)
    server.requests.clear()
    assert await ofac.visit() == []
    assert [request.path for request in server.requests] == ["/SDN.CSV"]
    assert server.requests[0].headers["If-None-Match"] == '"v1"'


async def test_a_change_in_another_file_of_the_list_is_no_news_but_known(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 41))
    await ofac.visit()
    server.says("/ALT.CSV", ofac_file(['7,1,"aka","SHINING PATHFINDER",-0- ']))
    assert await ofac.visit() == []
    assert [one.uid for one in ofac.store.search_listings("shining pathfinder")] == ["7"]


async def test_two_lists_of_one_authority_do_not_delete_each_other(
    server: Server, ofac: Desk, store: SqliteStore, fetcher: Fetcher
) -> None:
    shows(server, range(1, 41))
    server.says("/CONS_PRIM.CSV", ofac_entries(range(900, 910)))
    server.says("/CONS_ADD.CSV", ofac_file([]))
    server.says("/CONS_ALT.CSV", ofac_file([]))
    other = replace(ofac, feed=Feed(key="list-other", url=server.base + "/CONS_PRIM.CSV", kind="ofac"), told=[])
    for _ in range(2):
        assert await ofac.visit() == []
        assert await other.visit() == []
    assert len(ofac.listed()) == 40
    assert len(other.listed()) == 10


async def test_a_list_without_books_is_read_and_counted(server: Server, fetcher: Fetcher) -> None:
    url = server.says("/un.xml", un_file([person("CDi.1", "A"), person("CDi.2", "B")]))
    source = POLLERS["un"](fetcher)
    found = await source.poll(Feed(key="un", url=url, kind="un"), FeedState(feed="un"))
    assert found.items == ()
    assert found.detail == "2 entries read; nothing is kept"
    await source.close()


# --- outages ------------------------------------------------------------------------------------------------------


async def test_a_list_that_shrank_is_a_failure_and_no_mass_delisting(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    shows(server, range(1, 6))
    with pytest.raises(Shrunken, match=r"95 of 100 entries are missing at once; they stay listed") as caught:
        await ofac.visit()
    assert caught.value.problem == "shrunken"
    assert len(ofac.listed()) == 100


async def test_a_list_that_recovers_has_lost_nothing_and_told_nothing(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    shows(server, range(1, 6))
    with pytest.raises(Shrunken):
        await ofac.visit()
    shows(server, range(1, 102))
    assert await ofac.visit() == ["OFAC adds PERSON, Number 101 under RUSSIA-EO14024"]
    shows(server, range(1, 6))
    with pytest.raises(Shrunken):
        await ofac.visit()


async def test_what_two_visits_miss_is_gone(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    shows(server, range(1, 6))
    with pytest.raises(Shrunken):
        await ofac.visit()
    assert await ofac.visit() == ["OFAC removes 95 names from RUSSIA-EO14024: 95 people"]
    assert len(ofac.listed()) == 5


async def test_what_was_added_on_a_doubted_visit_is_told_once_it_is_not(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    shows(server, [*range(1, 6), 500])
    with pytest.raises(Shrunken):
        await ofac.visit()
    assert "500" in ofac.listed()
    assert ofac.told == []
    shows(server, [*range(1, 101), 500])
    assert await ofac.visit() == ["OFAC adds PERSON, Number 500 under RUSSIA-EO14024"]


@pytest.mark.parametrize(
    ("body", "failure", "complaint"),
    [
        ("ent_num,SDN_Name,SDN_Type\r\n" + ofac_entries([1, 2]), SchemaChanged, "row 1 has 3 columns, expected 12"),
        (ofac_entries(range(1, 101))[:-40], Truncated, "ends within row 100"),
        ("", Truncated, "the file has not one entry"),
        ("<html><body>Maintenance</body></html>", SchemaChanged, "a web page is there"),
    ],
)
async def test_a_file_that_cannot_be_read_changes_nothing(
    server: Server, ofac: Desk, body: str, failure: type[FeedError], complaint: str
) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    server.says("/SDN.CSV", body)
    with pytest.raises(failure, match=complaint):
        await ofac.visit()
    assert len(ofac.listed()) == 100
    shows(server, range(1, 102))
    assert len(await ofac.visit()) == 1


async def test_a_list_is_taken_in_only_with_all_its_files(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    server.says("/ALT.CSV", status=500)
    with pytest.raises(Refused):
        await ofac.visit()
    assert ofac.listed() == set()
    assert ofac.store.list_state("list-ofac") is None


async def test_more_entries_than_any_list_has_are_refused(
    server: Server, ofac: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "MAX_LISTINGS", 50)
    shows(server, range(1, 101))
    with pytest.raises(FeedError, match="more than 50 entries"):
        await ofac.visit()


async def test_a_store_that_fails_is_a_failed_visit(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    state = FeedState(feed="list-ofac")
    ofac.store.close()
    with pytest.raises(FeedError, match="read, but not kept") as caught:
        await ofac.source.poll(ofac.feed, state)
    assert caught.value.problem == "store_failed"


async def test_a_source_that_is_closed_reads_nothing_more(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.source.close()
    with pytest.raises(Unreachable, match="closing"):
        await ofac.visit()


# --- sudden deaths ------------------------------------------------------------------------------------------------


async def _stocked(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 401))
    await ofac.visit()
    shows(server, range(1, 701))


async def test_a_death_between_saving_and_recording_loses_nothing(server: Server, ofac: Desk) -> None:
    await _stocked(server, ofac)
    await ofac.read()
    assert len(ofac.listed()) == 700
    assert await ofac.visit() == ["OFAC adds 300 names under RUSSIA-EO14024: 300 people"]
    assert await ofac.visit() == []


async def test_a_death_between_recording_and_the_feeds_state_tells_nothing_twice(server: Server, ofac: Desk) -> None:
    await _stocked(server, ofac)
    assert len(ofac.record(await ofac.read())) == 1
    assert await ofac.visit() == []
    assert len(ofac.told) == 1


async def test_a_death_in_the_middle_of_saving_is_made_good(
    server: Server, ofac: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _stocked(server, ofac)
    save, batches = ofac.store.save_listings, iter(range(2))

    def until_the_power_fails(list_: str, changes: Sequence[tuple[ListingChange, int]]) -> None:
        if next(batches, None) is None:
            raise OSError("power failure")
        save(list_, changes)

    with monkeypatch.context() as patch:
        patch.setattr(ofac.store, "save_listings", until_the_power_fails)
        with pytest.raises(OSError, match="power failure"):
            await ofac.read()
    assert len(ofac.listed()) == 600
    assert ofac.told == []
    assert await ofac.visit() == ["OFAC adds 300 names under RUSSIA-EO14024: 300 people"]


async def test_a_death_before_the_first_state_is_saved_still_takes_stock_in_silence(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.read()
    shows(server, range(1, 103))
    assert await ofac.visit() == []
    shows(server, range(1, 104))
    assert await ofac.visit() == ["OFAC adds PERSON, Number 103 under RUSSIA-EO14024"]


async def test_changes_of_several_visits_that_died_are_each_told(server: Server, ofac: Desk) -> None:
    shows(server, range(1, 101))
    await ofac.visit()
    for last in (103, 106):
        shows(server, range(1, last))
        ofac.clock.advance(hours=6)
        await ofac.read()
    assert await ofac.visit() == [
        "OFAC adds 2 names under RUSSIA-EO14024: 2 people",
        "OFAC adds 3 names under RUSSIA-EO14024: 3 people",
    ]


# --- every kind ---------------------------------------------------------------------------------------------------


async def test_a_programme_of_many_programmes_is_told_under_each(server: Server, ofac: Desk) -> None:
    shows(server, [1])
    await ofac.visit()
    rows = [ofac_row(1), ofac_row(2, programme="CUBA"), ofac_row(3, programme="SDGT"), ofac_row(4, programme="CUBA")]
    server.says("/SDN.CSV", ofac_file(rows))
    assert await ofac.visit() == [
        "OFAC adds 2 names under CUBA: 2 people",
        "OFAC adds PERSON, Number 3 under SDGT",
    ]


async def test_the_un_list_is_told_like_any_other(server: Server, store: SqliteStore, fetcher: Fetcher) -> None:
    url = server.says("/un.xml", un_file([person("CDi.1", "A")]))
    un = desk("un", url, store, fetcher)
    await un.visit()
    server.says("/un.xml", un_file([person("CDi.1", "A"), person("CDi.2", "JOHN", "DOE")]))
    found = await un.read()
    assert [item.title for item in found.items] == ["UN Security Council adds JOHN DOE under DRC"]
    assert found.items[0].actions[0].issuers == ("UN",)
    assert found.items[0].actions[0].targets == ("CD",)
