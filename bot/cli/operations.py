"""What keeps the service in order: backups, and the errands that prune, watch the sources and tell heartbeats."""

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.schedule import Schedule
from adapters.store.upkeep import copy_database
from bot.cli.arguments import Options
from bot.cli.build import database, now
from bot.cli.house import House
from bot.domain import Key
from bot.ports import Clock
from bot.settings import Retention
from bot.watch import heartbeat_notices, heartbeats, look, trouble_notices

WATCH_EVERY = 600.0
"""Seconds between looks at whether sources are well."""
BEAT_EVERY = 20.0
"""Seconds between looks at who is to be told what was looked at."""
PRUNE_FIRST = timedelta(minutes=5)
"""After a start there is other work to do."""
PRUNE_EVERY = timedelta(hours=6)
PRUNE_REST = timedelta(seconds=1)
"""Between two steps, so that feeds and rooms have their turns."""
PRUNE_STEP = 500
"""Rows of each kind that go in one step: a few milliseconds."""
DAY = timedelta(days=1)


def backup(options: Options, environ: Mapping[str, str]) -> int:
    """Copy the database to a new file, whether or not a service is using it."""
    written = copy_database(database(options, environ), options.file)
    sys.stdout.write(f"Wrote {options.file} ({written:,} bytes), checked. To use it, start with --db {options.file}.\n")
    return 0


class Errands:
    """What the house does besides visiting sources and telling rooms."""

    def __init__(self, house: House, clock: Clock = now) -> None:
        self._house = house
        self._clock = clock
        self._beaten: dict[str, datetime] = {}
        """The latest heartbeat of each room that was put into the outbox."""

    def enter(self, schedule: Schedule) -> None:
        """Put all of them on the clock."""
        schedule.at("prune", self._clock() + PRUNE_FIRST, self.prune)
        schedule.every("watch", WATCH_EVERY, self.watch)
        schedule.every("heartbeat", BEAT_EVERY, self.heartbeat)

    async def prune(self) -> datetime:
        """Take one step in dropping what is older than the settings say; returns when to take the next."""
        moment = self._clock()
        gone: dict[str, int] = {}
        for kind, before in horizons(self._house.settings.retention, moment).items():
            gone |= self._house.store.prune(before, PRUNE_STEP, only=(kind,))
        if any(gone.values()):
            self._house.log("pruned", **gone)
            return moment + PRUNE_REST
        return moment + PRUNE_EVERY

    async def watch(self) -> None:
        """Tell, once, the rooms that depend on a source which of them are in trouble, or no longer are."""
        moment, store, feeds = self._clock(), self._house.store, self._house.feeds()
        states = store.feed_states()
        finding = look(feeds, states, store.troubles(), moment)
        if not (finding.begun or finding.over or finding.gone):
            return
        notices = trouble_notices(finding, feeds, states, self._house.pipeline.audience, moment)
        store.tell_troubles(finding.begun, (*finding.over, *finding.gone), notices)
        for one in finding.begun:
            self._house.log("source_in_trouble", feed=one.feed, kind=one.kind, since=one.since)
        for key in finding.over:
            self._house.log("source_well", feed=key)

    async def heartbeat(self) -> None:
        """Tell the rooms that asked for it what was looked at in the last day."""
        moment, store, audience = self._clock(), self._house.store, self._house.pipeline.audience
        asked = {room: at for room, at in heartbeats(audience, moment).items() if self._beaten.get(room) != at}
        if not asked:
            return
        visited = {feed.key for feed in self._house.feeds()}
        failing = sorted(key for key, state in store.feed_states().items() if state.problem and key in visited)
        told = store.put_notices(heartbeat_notices(asked, store.looked(moment - DAY), failing, moment))
        self._beaten |= asked
        if told:
            self._house.log("heartbeat", rooms=len(told))


def horizons(retention: Retention, moment: datetime) -> dict[Key, datetime]:
    """Return before when each kind of row is dropped; what is kept for good is not there."""
    months = {
        "visits": retention.visits,
        "items": retention.items,
        "deliveries": retention.deliveries,
        "list_changes": retention.items,
    }
    return {kind: _months_before(moment, count) for kind, count in months.items() if count}


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months earlier, or the last of that month where it has no such day."""
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(whole, 12)
    first = moment.replace(year=max(year, 1), month=month + 1, day=1)
    following = (first + 31 * DAY).replace(day=1)
    return min(first + (moment.day - 1) * DAY, following - DAY)
