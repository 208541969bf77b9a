"""Evidence of visits: on disk before a visit ends, and many at a time."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from adapters.store import SqliteStore
from bot.domain import FeedState, Visit
from bot.errors import StoreError
from bot.evidence import MOST, Evidence
from tests.adapters.store.kit import NOW, opened


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = opened()
    yield store
    store.close()


async def keep(evidence: Evidence, feed: str) -> None:
    with evidence.under_way():
        await asyncio.sleep(0)
        await evidence.keep(Visit(feed=feed, at=NOW, outcome="unchanged"), FeedState(feed=feed, etag=feed))


def transactions(store: SqliteStore, patched: pytest.MonkeyPatch) -> list[int]:
    """Return how many visits each transaction keeps, from now on."""
    counts: list[int] = []
    save = store.save_visits

    def counting(ended: Sequence[tuple[Visit, FeedState]]) -> None:
        counts.append(len(ended))
        save(ended)

    patched.setattr(store, "save_visits", counting)
    return counts


async def test_visits_that_end_together_share_a_transaction(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = transactions(store, monkeypatch)
    evidence = Evidence(store)
    await asyncio.gather(*(keep(evidence, f"feed{n}") for n in range(30)))
    assert counts == [30]
    assert len(store.visits(limit=100)) == 30
    assert store.feed_state("feed7").etag == "feed7"


async def test_a_visit_that_is_alone_waits_for_nobody(store: SqliteStore) -> None:
    evidence = Evidence(store)
    with evidence.under_way():
        kept = asyncio.create_task(evidence.keep(Visit(feed="a", at=NOW, outcome="new"), FeedState(feed="a")))
        await asyncio.sleep(0)
        assert [visit.feed for visit in store.visits()] == ["a"]
        await kept


async def test_a_visit_waits_only_so_long_for_one_that_does_not_end(store: SqliteStore) -> None:
    evidence = Evidence(store)
    with ExitStack() as slow:
        slow.enter_context(evidence.under_way())
        await asyncio.wait_for(keep(evidence, "quick"), 2)
    assert [visit.feed for visit in store.visits()] == ["quick"]


async def test_a_transaction_never_grows_without_end(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = transactions(store, monkeypatch)
    evidence = Evidence(store)
    await asyncio.gather(*(keep(evidence, f"feed{n}") for n in range(2 * MOST + 5)))
    assert counts == [MOST, MOST, 5]


async def test_a_disk_that_is_full_is_every_visits_fault(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("disk full")

    evidence = Evidence(store)
    with monkeypatch.context() as broken:
        broken.setattr(store, "save_visits", full)
        faults = await asyncio.gather(*(keep(evidence, feed) for feed in "abc"), return_exceptions=True)
    assert [type(fault) for fault in faults] == [StoreError] * 3
    await keep(evidence, "d")
    assert [visit.feed for visit in store.visits()] == ["d"]


async def test_a_visit_that_is_called_off_takes_no_evidence_with_it(store: SqliteStore) -> None:
    evidence = Evidence(store)
    with evidence.under_way():  # one more, so that both wait
        visits = [asyncio.create_task(keep(evidence, feed)) for feed in "ab"]
        await asyncio.sleep(0.001)
        visits[0].cancel()
        await asyncio.gather(*visits, return_exceptions=True)
    assert sorted(visit.feed for visit in store.visits()) == ["a", "b"]
