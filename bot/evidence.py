"""Evidence of visits goes to disk together: a transaction for all visits that end at about the same time.

Half of what an unchanged visit costs would be a transaction of its own. So a visit waits for the others that are under
way, for `TOGETHER` at most; and as it waits until its evidence is on disk, nothing is ever promised that is not there.
A visit that is alone waits for nobody.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.domain import FeedState, Visit
from bot.ports import FeedStore

TOGETHER = 0.01
"""Seconds that a visit which has ended waits for others to end."""
MOST = 100
"""Visits in one transaction: it takes some milliseconds, and the loop waits for it."""


class Evidence:
    """Collects what visits leave behind, and has it kept, many at a time."""

    def __init__(self, store: FeedStore) -> None:
        self._store = store
        self._under_way = 0
        self._ended: list[tuple[tuple[Visit, FeedState], asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count a visit as one that others may wait for, while it lasts."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def keep(self, visit: Visit, state: FeedState) -> None:
        """Return when it is on disk. Raises StoreError where that fails, for all that were to be kept with it."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        self._ended.append(((visit, state), kept))
        if len(self._ended) >= min(self._under_way, MOST):
            self._write()
        elif self._timer is None:
            self._timer = loop.call_later(TOGETHER, self._write)
        await kept

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ended, self._ended = self._ended, []
        fault: Exception | None = None
        try:
            self._store.save_visits([one for one, _ in ended])
        except Exception as error:  # noqa: BLE001 - handed to those who wait, whatever it is
            fault = error
        for _, kept in ended:
            # one that was called off meanwhile is on disk with the others, and asks no more
            with suppress(asyncio.InvalidStateError):
                kept.set_exception(fault) if fault else kept.set_result(None)
