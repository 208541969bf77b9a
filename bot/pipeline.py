"""The shell around the brain: poll (outside to disk) and deliver (disk to outside).

Between the two errands everything is on disk. If the process dies before `record`, the feed is read again; between
`record` and `send`, the delivery is still pending; between `send` and `save_delivery`, the delivery's key lets the
platform recognise what it has posted already. The only broad `except`s of the core are here, one for each errand: a
fault in one feed or one room must not stop the others.
"""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot import timing, visits
from bot.alerts import Audience
from bot.decision import Memory, decide
from bot.digests import digest
from bot.domain import (
    AlertKind,
    Decision,
    Delivery,
    DeliveryState,
    Feed,
    FeedState,
    Item,
    Key,
    Outcome,
    Poll,
    Visit,
)
from bot.errors import Delayed, Doubtful, FeedError, StoreError, Undeliverable
from bot.lexicon import Lexicon
from bot.ports import Chat, Clock, Log, Source, Store
from bot.rhythm import SPAN, gather
from bot.wording import Wording

BATCH = 50
"""Items decided and recorded in one go: long enough to share a transaction, short enough not to hold up the loop."""

HORIZON = timedelta(days=400)
"""How far back stories are remembered, so that a counter-measure finds what it answers."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brain:
    """What `decide` needs besides the item."""

    memory: Memory
    lexicon: Lexicon
    wording: Wording

    def decide(self, item: Item, *, stock: bool, now: datetime) -> Decision:
        """Decide one item and remember the decision."""
        decision = decide(item, self.memory, self.lexicon, self.wording, stock=stock, now=now)
        self.memory.remember(decision)
        return decision


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
    ) -> None:
        """Take the parts; `bursts` has for each platform how many messages a room may get within `rhythm.SPAN`."""
        self._store = store
        self._brain = brain
        self._sources = sources
        self._chats = chats
        self._clock = clock
        self._log = log
        self._take_stock = take_stock
        self._give_up = give_up
        self._bursts = bursts or {}
        self._sent: dict[str, list[datetime]] = {}
        """When each room was told something lately."""

    async def poll(self, feed: Feed) -> Visit:
        """Visit a feed and put on disk what follows from its new items. Never raises; failures are in the visit."""
        state = self._store.feed_state(feed.key)
        try:
            found = await self._sources[feed.kind].poll(feed, state)
            stock = self._take_stock and not state.stocked
            decisions = await self.take(found.items, stock=stock)
            return self._visited(feed, state, found, decisions)
        except FeedError as error:
            return self._failed(feed, state, error)
        except Exception as error:  # noqa: BLE001 - one feed's fault is not the others'
            self._log("poll_broke", feed=feed.key, error=repr(error))
            return self._failed(feed, state, FeedError(repr(error), problem="internal_error"))

    async def take(self, items: Iterable[Item], *, stock: bool = False, now: datetime | None = None) -> list[Decision]:
        """Decide and record items, oldest first; returns the decisions on those never seen before."""
        taken: list[Decision] = []
        ordered = sorted(items, key=lambda item: item.date or NEVER)
        for start in range(0, len(ordered), BATCH):
            batch = ordered[start : start + BATCH]
            taken.extend(self._take_batch(batch, stock=stock, now=now or self._clock()))
            await asyncio.sleep(0)
        return taken

    def _take_batch(self, batch: Sequence[Item], *, stock: bool, now: datetime) -> list[Decision]:
        """Nothing is awaited in here, so two feeds that report one event at the same moment cannot both tell it."""
        try:
            self._brain.memory.forget(now)
            decisions = [self._brain.decide(item, stock=stock, now=now) for item in self._store.unseen(batch, now)]
            self._store.record(decisions, now)
        except StoreError:
            self.recall(now)
            raise
        return decisions

    @property
    def audience(self) -> Audience:
        """Who listens now."""
        return self._brain.memory.audience

    def listen(self, audience: Audience) -> None:
        """Hear for these subscriptions and rules from now on."""
        self._brain.memory.audience = audience

    def recall(self, now: datetime) -> None:
        """Fill the memory from disk: at the start, and when what it holds was not recorded."""
        memory = self._brain.memory
        stories = self._store.recent_stories(now - HORIZON)
        placed = [story.key for story in stories if story.last >= now - memory.recent.window]
        memory.renew(stories, {key: self._store.told(key) for key in placed})

    async def deliver(self) -> int:
        """Send what is due, rooms side by side and in order within each; returns how many were sent."""
        self._gather(self._clock())
        deliveries = self._store.due(self._clock())
        rooms = groupby(sorted(deliveries, key=lambda one: one.room), key=lambda one: one.room)
        sent = await asyncio.gather(*(self._deliver_room(list(group)) for _, group in rooms))
        return sum(sent)

    def _gather(self, now: datetime) -> None:
        """Let one message tell what was held, or what would be a flood."""
        self._sent = {
            room: lately for room, all_ in self._sent.items() if (lately := [t for t in all_ if t > now - SPAN])
        }
        gathering = gather(self._store.fresh(now), self._sent, now, self._bursts)
        for until, keys in gathering.holds:
            self._store.hold(keys, until)
        for room, keys in gathering.bundles:
            self._bundle(room, keys, now)

    def _bundle(self, room: str, keys: Sequence[Key], now: datetime) -> None:
        members = [delivery for key in keys if (delivery := self._store.delivery(key))]
        stories = {one.story: story for one in members if (story := self._store.story(one.story))}
        message = digest(members, stories, self._brain.wording, now)
        made = Delivery(
            key="", room=room, kind=AlertKind.ALERT, story=members[0].story, message=message, created=now, due=now
        )
        if self._store.bundle(made, keys):
            self._log("bundled", room=room, stories=len(members))

    async def _deliver_room(self, deliveries: Sequence[Delivery]) -> int:
        sent = 0
        for delivery in deliveries:
            after = await self._attempt(delivery)
            self._store.save_delivery(after)
            sent += after.state is DeliveryState.SENT
            if after.state is DeliveryState.PENDING:
                break
        return sent

    async def _attempt(self, delivery: Delivery) -> Delivery:
        """Try once; returns the delivery as it is afterwards."""
        tried = replace(delivery, attempts=delivery.attempts + 1)
        platform = delivery.room.partition(":")[0]
        chat = self._chats.get(platform)
        try:
            if chat is None:
                raise Delayed(f"{platform} is not connected", after=timedelta(minutes=1))
            self._store.begin(delivery.key)
            receipt = await chat.send(delivery)
        except Undeliverable as error:
            return self._refused(tried, str(error))
        except Delayed as error:
            return self._postponed(tried, str(error), after=error.after)
        except Doubtful as error:
            return self._postponed(replace(tried, doubtful=True), str(error), after=None)
        except Exception as error:  # noqa: BLE001 - one room's fault is not the others'
            self._log("deliver_broke", delivery=delivery.key, room=delivery.room, error=repr(error))
            return self._postponed(replace(tried, doubtful=True), repr(error), after=None)
        if delivery.kind is not AlertKind.EDIT:
            self._sent.setdefault(delivery.room, []).append(self._clock())
        self._log("delivered", delivery=delivery.key, room=delivery.room, kind=delivery.kind, story=delivery.story)
        return replace(tried, state=DeliveryState.SENT, receipt=receipt, problem="", doubtful=False)

    def _postponed(self, delivery: Delivery, problem: str, *, after: timedelta | None) -> Delivery:
        now = self._clock()
        if now - (delivery.held or delivery.created) > self._give_up:
            return self._refused(delivery, f"given up after {self._give_up}: {problem}")
        due = timing.retry_delivery(delivery.attempts, now, after=after, jitter=random.random())
        self._log("delayed", delivery=delivery.key, room=delivery.room, due=due, problem=problem)
        return replace(delivery, due=due, problem=problem)

    def _refused(self, delivery: Delivery, problem: str) -> Delivery:
        self._log("refused", delivery=delivery.key, room=delivery.room, problem=problem)
        return replace(delivery, state=DeliveryState.REFUSED, problem=problem)

    def _visited(self, feed: Feed, state: FeedState, found: Poll, decisions: Sequence[Decision]) -> Visit:
        visit, after = visits.good(feed, state, found, fresh=len(decisions), now=self._clock())
        visit = self._save(feed, visit, after, max_age=found.max_age)
        told = sum(decision.outcome is Outcome.ALERT for decision in decisions)
        stock = self._take_stock and not state.stocked
        self._log(
            "polled", feed=feed.key, outcome=visit.outcome, items=visit.items, fresh=visit.fresh, told=told, stock=stock
        )
        return visit

    def _failed(self, feed: Feed, state: FeedState, error: FeedError) -> Visit:
        visit, after = visits.failed(feed, state, error, now=self._clock())
        visit = self._save(feed, visit, after, retry_after=error.retry_after)
        self._log("poll_failed", feed=feed.key, problem=error.problem, detail=error.detail, failures=after.failures)
        return visit

    def _save(
        self,
        feed: Feed,
        visit: Visit,
        state: FeedState,
        *,
        max_age: timedelta | None = None,
        retry_after: timedelta | None = None,
    ) -> Visit:
        """Keep a visit's evidence, and say when the next is due; a store that cannot be written is logged."""
        due = timing.next_visit(feed, state, visit.at, max_age=max_age, retry_after=retry_after, jitter=random.random())
        visit = replace(visit, due=due)
        try:
            self._store.save_visit(visit, replace(state, next_visit=due))
        except StoreError as error:
            self._log("store_failed", feed=feed.key, error=str(error))
        return visit
