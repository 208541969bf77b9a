"""How the service is: what `/health` and the gauges of `/metrics` are made of."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from adapters.health import Vitals
from bot.domain import Feed, FeedState
from bot.ports import Clock, Store
from bot.watch import STUCK, standstill

OLD = 30.0
"""Seconds for which what is known of the sources will do: decoding thousands of states is no work for each question."""


class Pulse:
    """Keeps what the errands do, and tells from it and the store how the service is."""

    def __init__(
        self,
        store: Store,
        feeds: Callable[[], Iterable[Feed]],
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts; `seconds` is a clock that nobody sets."""
        self._store = store
        self._feeds = feeds
        self._clock = clock
        self._seconds = seconds
        self._began = seconds()
        self._beats: dict[str, float] = {}
        self._started = clock()
        self._seen: float | None = None
        self._states: list[tuple[Feed, FeedState]] = []

    def beat(self, errand: str) -> None:
        """Note that a round of an errand that never rests has ended."""
        self._beats[errand] = self._seconds()

    def look(self) -> Vitals:
        """Return how the service is. Raises StoreError."""
        self._refresh()
        waiting, stopped = self._store.waiting(), self._store.stopped()
        problems = []
        for errand, beat in sorted(self._beats.items()):
            if (still := timedelta(seconds=self._seconds() - beat)) > STUCK:
                problems.append(f"{errand}: stands still for {int(still.total_seconds())} s")
        if late := standstill(self._states, self._started, self._clock()):
            problems.append(late)
        return Vitals(
            problems=tuple(problems),
            waiting=waiting,
            stopped_rooms=len(stopped),
            store_bytes=self._store.size(),
            last_good={feed.key: state.last_good for feed, state in self._states},
            failing=tuple(sorted(feed.key for feed, state in self._states if state.problem)),
            up=timedelta(seconds=self._seconds() - self._began),
        )

    def _refresh(self) -> None:
        now = self._seconds()
        if self._seen is None or now - self._seen >= OLD:
            states = self._store.feed_states()
            self._states = [(feed, states.get(feed.key, FeedState(feed=feed.key))) for feed in self._feeds()]
            self._seen = now
