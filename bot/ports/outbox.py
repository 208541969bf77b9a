"""Deliveries on their way, and the rooms they go to."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain import Delivery, Key, Looked, Receipt, StoppedRoom, Trouble, Waiting


class OutboxStore(Protocol):
    """Deliveries on their way."""

    def due(
        self,
        now: datetime,
        limit: int = 100,
        *,
        only: Collection[str] = (),
        but: Collection[str] = (),
        busy: Collection[str] = (),
    ) -> list[Delivery]:
        """Return pending deliveries that are due, in the order in which they must be sent: what is urgent first.

        At most one for each room and story: a follow-up waits for the post that it answers, and is given its receipt.
        Those for rooms of `only` these platforms, or of all `but` these; none for the rooms that are `busy`.
        """
        ...

    def delivery(self, key: Key) -> Delivery | None:
        """Return one delivery, whatever became of it."""
        ...

    def save_delivery(self, delivery: Delivery) -> None:
        """Keep what became of a delivery."""
        ...

    def waiting(self) -> int:
        """Return how many deliveries are pending."""
        ...

    def begin(self, key: Key) -> None:
        """Note that a delivery is about to be sent: should the process die now, it may or may not have been."""
        ...

    def fresh(self, now: datetime, full: Collection[str] = ()) -> list[Waiting]:
        """Return alerts and follow-ups that are due, were never begun and may be bundled; each room's oldest first.

        Only of rooms that have several of them, and of those named in `full`.
        """
        ...

    def bundle(self, digest: Delivery, members: Sequence[Key]) -> bool:
        """Put one delivery in the place of several of its room, all or none; returns whether it was done."""
        ...

    def hold(self, keys: Sequence[Key], until: datetime) -> None:
        """Let deliveries that were never begun wait."""
        ...

    def told(self, story: Key) -> dict[str, Receipt | None]:
        """Return the rooms that were, or are about to be, told of a story."""
        ...


class RoomStore(Protocol):
    """Rooms that take nothing, and what rooms are told that is of no story."""

    def stopped(self) -> list[StoppedRoom]:
        """Return the rooms that take nothing, by name; `due` hands out nothing for them before their `again`."""
        ...

    def stop_room(self, room: StoppedRoom) -> None:
        """Keep that a room takes nothing; `since` and `told` of one that is stopped already stay."""
        ...

    def reopen_room(self, room: str) -> bool:
        """Forget that a room was stopped; returns whether it was."""
        ...

    def note_told(self, room: str, *, told: bool = True) -> None:
        """Note whether those who look after a stopped room were told."""
        ...

    def refuse_waiting(self, room: str, before: datetime, problem: str) -> int:
        """Refuse what has waited in a room since before a moment; returns how many deliveries."""
        ...

    def put_notices(self, notices: Iterable[Delivery]) -> list[Delivery]:
        """Put notices into the outbox, all or none; returns those whose key was not there before."""
        ...

    def troubles(self) -> list[Trouble]:
        """Return the troubles of which rooms were told and which are not over."""
        ...

    def tell_troubles(self, begun: Iterable[Trouble], over: Iterable[Key], notices: Iterable[Delivery]) -> None:
        """Remember troubles as told, forget those of feeds that are well, and put notices of both into the outbox.

        All or none, so that a trouble is told once whenever the process dies.
        """
        ...

    def looked(self, since: datetime) -> Looked:
        """Return what was looked at since a moment."""
        ...
