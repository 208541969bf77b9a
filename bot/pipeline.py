"""The shell around the brain: poll (outside to disk) and deliver (disk to outside).

Between the two errands everything is on disk. If the process dies before `record`, the feed is read again; between
`record` and `send`, the delivery is still pending; between `send` and `save_delivery`, the delivery's key lets the
platform recognise what it has posted already. `poll` is here, `deliver` is the courier's (`bot.courier`); each has the
one broad `except` that keeps a fault in one feed or one room from stopping the others.

Where articles are read (`bot.fulltext`), that happens before anything of a visit is decided: between remembering and
recording nothing is ever awaited. While stock is taken, no article is.

The memory never holds what is not on disk. Where a record failed, or the clock was put back behind what the memory has
forgotten as old, it is filled anew before anything is decided.
"""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot import visits
from bot.alerts import Audience
from bot.courier import Courier
from bot.decision import Memory, decide, readings_of
from bot.domain import Decision, Feed, FeedState, Item, Outcome, Poll, Visit
from bot.errors import FeedError, StoreError
from bot.evidence import Evidence
from bot.fulltext import FullText, lacks_text, with_texts
from bot.lexicon import Lexicon
from bot.ports import Chat, Clock, Log, Source, Store
from bot.wording import Wording

BATCH = 50
"""Items decided and recorded in one go: long enough to share a transaction, short enough not to hold up the loop."""

PUT_BACK = timedelta(minutes=5)
"""A clock that goes back by more was put back; by less, it was only set right."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brain:
    """What `decide` needs besides the item."""

    memory: Memory
    lexicon: Lexicon
    wording: Wording

    def decide(self, items: Sequence[Item], *, stock: bool, now: datetime) -> list[Decision]:
        """Decide items in their order, each in the light of those before it; they are read together."""
        decisions = []
        for item, reading in zip(items, readings_of(items, self.lexicon), strict=True):
            decision = decide(item, self.memory, self.lexicon, self.wording, stock=stock, now=now, reading=reading)
            self.memory.remember(decision)
            decisions.append(decision)
        return decisions


@dataclass(slots=True)
class _Batch:
    """Items that are decided in one go."""

    items: Sequence[Item]
    fresh: Sequence[Item] = ()
    """Those of them that were new when `records` was how often something had been recorded."""
    records: int = -1
    """-1: nobody has asked yet."""


class Pipeline:
    """Both errands over one store."""

    def __init__(
        self,
        *,
        store: Store,
        brain: Brain,
        sources: Mapping[str, Source],
        chats: Mapping[str, Chat],
        clock: Clock,
        log: Log,
        take_stock: bool = True,
        give_up: timedelta = timedelta(days=1),
        bursts: Mapping[str, int] | None = None,
        full_text: FullText | None = None,
    ) -> None:
        """Take the parts; `bursts` has for each platform how many messages a room may get within `rhythm.SPAN`.

        Without `full_text`, items are read as their feeds have them.
        """
        self._store = store
        self._brain = brain
        self._sources = sources
        self._clock = clock
        self._log = log
        self._take_stock = take_stock
        self._full_text = full_text
        self._latest = NEVER
        """The latest moment at which something was decided."""
        self._unsure = False
        """Whether the memory may hold what is not on disk."""
        self._records = 0
        """How often something was recorded: while it stays the same, what was new is new still."""
        self._evidence = Evidence(store)
        courier = Courier(
            store=store, chats=chats, clock=clock, log=log, wording=brain.wording, give_up=give_up, bursts=bursts
        )
        self.deliver = courier.deliver

    async def poll(self, feed: Feed) -> Visit:
        """Visit a feed and put on disk what follows from its new items. Never raises; failures are in the visit."""
        try:
            state = self._store.feed_state(feed.key)
            with self._evidence.under_way():
                try:
                    return await self._visit(feed, state)
                except FeedError as error:
                    return await self._failed(feed, state, error)
        except StoreError as error:
            # none of the feed's faults, and nothing that could be kept: the feed is read again as if for the first time
            self._log("store_failed", feed=feed.key, error=str(error))
            now = self._clock()
            return Visit(feed=feed.key, at=now, outcome="store_failed", detail=str(error), due=now + feed.every)

    async def _visit(self, feed: Feed, state: FeedState) -> Visit:
        """Visit a feed. Raises FeedError and StoreError, and nothing else."""
        try:
            found = await self._sources[feed.kind].poll(feed, state)
            stock = self._take_stock and not state.stocked
            scoped = [item if item.scope == feed.scope else replace(item, scope=feed.scope) for item in found.items]
            decisions = await self.take(scoped, stock=stock) if scoped else []
        except (FeedError, StoreError):
            raise
        except Exception as error:  # one feed's fault is not the others'
            self._log("poll_broke", feed=feed.key, error=repr(error))
            raise FeedError(repr(error), problem="internal_error") from error
        return await self._visited(feed, state, found, decisions)

    async def take(self, items: Iterable[Item], *, stock: bool = False, now: datetime | None = None) -> list[Decision]:
        """Decide and record items, oldest first; returns the decisions on those never seen before."""
        taken: list[Decision] = []
        ordered = sorted(items, key=lambda item: item.date or NEVER)
        batches = [_Batch(ordered[start : start + BATCH]) for start in range(0, len(ordered), BATCH)]
        if self._full_text is not None and not stock:
            await self._complete(batches, self._full_text, now or self._clock())
        for batch in batches:
            taken.extend(self._take_batch(batch, stock=stock, now=now or self._clock()))
            await asyncio.sleep(0)
        return taken

    async def _complete(self, batches: Iterable["_Batch"], full_text: FullText, now: datetime) -> None:
        """Give items that are hardly more than a title their articles, where that is worth it.

        What is new is looked up here with whole batches, as in `_take_batch`, and not once more there unless something
        was recorded meanwhile.
        """
        asked = [batch for batch in batches if any(map(lacks_text, batch.items))]
        for batch in asked:
            batch.fresh, batch.records = self._store.unseen(batch.items, now), self._records
            await asyncio.sleep(0)
        texts = await full_text.texts([item for batch in asked for item in batch.fresh])
        for batch in asked if texts else ():
            batch.items, batch.fresh = with_texts(batch.items, texts), with_texts(batch.fresh, texts)

    def _take_batch(self, batch: "_Batch", *, stock: bool, now: datetime) -> list[Decision]:
        """Nothing is awaited in here, so two feeds that report one event at the same moment cannot both tell it."""
        if self._unsure or now + PUT_BACK < self._latest:
            self.recall(now)
        self._latest = now
        fresh = batch.fresh if batch.records == self._records else self._store.unseen(batch.items, now)
        if not fresh:
            return []
        # whatever goes wrong from here on, and whatever it is
        self._unsure = True
        self._records += 1
        self._brain.memory.forget(now)
        decisions = self._brain.decide(fresh, stock=stock, now=now)
        self._store.record(decisions, now)
        self._unsure = False
        return decisions

    @property
    def audience(self) -> Audience:
        """Who is heard for."""
        return self._brain.memory.audience

    def listen(self, audience: Audience) -> None:
        """Hear for these subscriptions and rules from now on."""
        self._brain.memory.audience = audience

    def recall(self, now: datetime) -> None:
        """Fill the memory from disk: at the start, and when what it holds was not recorded."""
        memory = self._brain.memory
        memory.renew(self._store.recent_stories(now - memory.recent.window), self._store)
        self._unsure = False

    async def _visited(self, feed: Feed, state: FeedState, found: Poll, decisions: Sequence[Decision]) -> Visit:
        fresh, chance = len(decisions), random.random()
        visit, after = visits.good(feed, state, found, fresh=fresh, now=self._clock(), chance=chance)
        await self._evidence.keep(visit, after)
        self._log(
            "polled",
            feed=feed.key,
            outcome=visit.outcome,
            items=visit.items,
            fresh=visit.fresh,
            actions=sum(len(decision.reading.actions) for decision in decisions),
            stories=sum(decision.story is not None and len(decision.story.reports) == 1 for decision in decisions),
            told=sum(decision.outcome is Outcome.ALERT for decision in decisions),
            stock=self._take_stock and not state.stocked,
        )
        return visit

    async def _failed(self, feed: Feed, state: FeedState, error: FeedError) -> Visit:
        visit, after = visits.failed(feed, state, error, now=self._clock(), chance=random.random())
        await self._evidence.keep(visit, after)
        self._log("poll_failed", feed=feed.key, problem=error.problem, detail=error.detail, failures=after.failures)
        return visit
