"""How fast Slack is spoken to: a message a second in each channel, and a few hundred a minute in the workspace.

Slack documents the first and hints at the second ("several hundred messages per minute"); it answers 429 to both, and
does not say which was meant. So a 429 rests the channel in which it came; while one rests, a second channel's rests
the workspace. Nobody waits here for long: who would have to is told when to come again.
"""

from collections.abc import Callable

CHANNEL_EVERY = 1.05
"""Seconds between posts in one channel."""
WORKSPACE_EVERY = 0.12
"""Seconds between posts in the workspace, over time: 500 a minute."""
WORKSPACE_BURST = 20
"""Posts that may go out at once after a silence."""
PATIENCE = 2.5
"""Seconds that a send may wait by itself."""

_KEPT = 2_000


class Pace:
    """When each channel may be posted to next, in seconds of a monotonic clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._channels: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._workspace_rests = 0.0
        self._workspace = 0.0
        """The moment at which the workspace's allowance is whole again."""

    def claim(self, channel: str, patience: float = PATIENCE) -> float:
        """Return how many seconds to wait before posting. Up to `patience` the turn is ours; above, it is not taken."""
        now = self._clock()
        free = max(self._channels.get(channel, 0.0), self._resting.get(channel, 0.0), self._workspace_rests)
        crowded = self._workspace - WORKSPACE_BURST * WORKSPACE_EVERY
        start = max(now, free, crowded)
        if start - now > patience:
            return start - now
        self._channels[channel] = start + CHANNEL_EVERY
        self._workspace = max(self._workspace, start) + WORKSPACE_EVERY
        self._forget(now)
        return start - now

    def rest(self, channel: str, seconds: float) -> None:
        """Note that Slack asked to wait before anything more is posted to a channel."""
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
