"""How much one person may ask: an allowance that fills again with time (a token bucket)."""

from datetime import datetime

from bot.domain import Key

ALLOWANCE = 120.0
"""What somebody may ask at once; a look at all of history takes more of it than a glance."""
PER_SECOND = 2.0
MOST = 20_000
"""People remembered."""


class Allowances:
    """Each person's allowance, in memory: a restart is nobody's loss."""

    def __init__(self) -> None:
        self._left: dict[Key, tuple[float, datetime]] = {}

    def take(self, person: Key, cost: float, now: datetime) -> float:
        """Take from a person's allowance; returns 0, or in how many seconds there is enough, and then takes nothing."""
        left, then = self._left.get(person, (ALLOWANCE, now))
        left = min(ALLOWANCE, left + max(0.0, (now - then).total_seconds()) * PER_SECOND)
        if left < cost:
            self._left[person] = (left, now)
            return (cost - left) / PER_SECOND
        self._left[person] = (left - cost, now)
        if len(self._left) > MOST:
            self._forget(now)
        return 0.0

    def _forget(self, now: datetime) -> None:
        """Drop whoever has the full allowance again, and where that is not enough whoever asked first."""
        full = ALLOWANCE / PER_SECOND
        self._left = {key: one for key, one in self._left.items() if (now - one[1]).total_seconds() < full}
        for key in list(self._left)[: max(0, len(self._left) - MOST)]:
            del self._left[key]
