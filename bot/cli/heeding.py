"""What is changed beside the service, as by `sanctionwire rules add`, is live in it within seconds."""

from collections.abc import Callable

from bot.cli.house import House

EVERY = 5.0
"""Seconds between two looks."""


class Heed:
    """Looks whether somebody else changed rules, subscriptions or sources, and tells the house."""

    def __init__(self, house: House) -> None:
        """Take over the hooks of the house: what is changed in it needs no second look."""
        self._house = house
        self._seen = self._state()
        house.hooks.audience = self._noting(house.hooks.audience)
        house.hooks.feeds = self._noting(house.hooks.feeds)

    async def look(self) -> None:
        """Tell the house of what changed since the last look."""
        if self._state() != self._seen:
            self._house.log("changed_elsewhere")
            self._house.hooks.audience()
            self._house.hooks.feeds()

    def _noting(self, told: Callable[[], None]) -> Callable[[], None]:
        def tell() -> None:
            self._seen = self._state()
            told()

        return tell

    def _state(self) -> object:
        store = self._house.store
        return store.changes(1), store.feeds()
