"""How fast Slack is spoken to: so that it never needs to say that it was too fast.

Posts: one a second in each channel, and a few hundred a minute in the workspace. Slack documents the first and hints at
the second ("several hundred messages per minute"); it answers 429 to both, and does not say which was meant. So a 429
rests the channel in which it came; while one rests, a second channel's rests the workspace. Edits and lookups have
limits of their own, of 50 a minute in the workspace, and paces of their own: many edits hold up no alert.

Nobody waits here for long: who would have to is told when to come again.
"""

from collections.abc import Callable

CHANNEL_EVERY = 1.05
"""Seconds between posts in one channel."""
WORKSPACE_EVERY = 0.12
"""Seconds between posts in the workspace, over time: 500 a minute."""
WORKSPACE_BURST = 20
"""Posts that may go out at once after a silence."""
TIER_EVERY = 1.34
"""Seconds between calls of a method of Slack's tier 3, over time: 45 a minute, and with the burst no more than 50."""
TIER_BURST = 5
PATIENCE = 2.5
"""Seconds that a send may wait by itself."""

_KEPT = 2_000


def posting(clock: Callable[[], float]) -> "Pace":
    """Return the pace at which messages are posted."""
    return Pace(clock, channel_every=CHANNEL_EVERY, every=WORKSPACE_EVERY, burst=WORKSPACE_BURST)


def tier(clock: Callable[[], float]) -> "Pace":
    """Return the pace of a method of tier 3."""
    return Pace(clock, channel_every=0.0, every=TIER_EVERY, burst=TIER_BURST)


class Pace:
    """When the next call may be made, for each channel and for all, in seconds of a monotonic clock."""

    def __init__(self, clock: Callable[[], float], *, channel_every: float, every: float, burst: int) -> None:
        self._clock = clock
        self._channel_every = channel_every
        self._every = every
        self._leeway = burst * every
        self._channels: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._workspace_rests = 0.0
        self._workspace = 0.0
        """The moment at which the workspace's allowance is whole again."""

    def claim(self, channel: str, patience: float = PATIENCE) -> float:
        """Return how many seconds to wait before a call. Up to `patience` the turn is ours; above, it is not taken."""
        now = self._clock()
        free = max(self._channels.get(channel, 0.0), self._resting.get(channel, 0.0), self._workspace_rests)
        crowded = self._workspace - self._leeway + self._every
        start = max(now, free, crowded)
        if start - now > patience:
            return start - now
        self._channels[channel] = start + self._channel_every
        self._workspace = max(self._workspace, start) + self._every
        self._forget(now)
        return start - now

    def rest(self, channel: str, seconds: float) -> None:
        """Note that Slack asked to wait before anything more is sent to a channel."""
        now = self._clock()
        others = [until for other, until in self._resting.items() if other != channel and until > now]
        self._resting[channel] = max(self._resting.get(channel, 0.0), now + seconds)
        if others:
            self._workspace_rests = max(self._workspace_rests, now + seconds)

    def _forget(self, now: float) -> None:
        if len(self._channels) > _KEPT:
            self._channels = {channel: free for channel, free in self._channels.items() if free > now}
        if len(self._resting) > _KEPT:
            self._resting = {channel: until for channel, until in self._resting.items() if until > now}
