"""The ledger on disk, and the archive that placing looks things up in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain import Code, Key, Receipt, Stage, Story


class StoryStore(Protocol):
    """The ledger: stories and the actions they tell."""

    def recent_stories(self, since: datetime) -> list[Story]:
        """Return stories that were last reported at or after `since`, oldest first."""
        ...

    def story(self, key: Key) -> Story | None:
        """Return one story with all its reports."""
        ...

    def stories_about(
        self, *, against: Code | None = None, by: Code | None = None, since: datetime | None = None, limit: int = 50
    ) -> list[Story]:
        """Return stories with these codes among their actions' targets and issuers, newest first."""
        ...

    def story_of(self, item: Key) -> Story | None:
        """Return the story that a stored item tells."""
        ...

    def earlier_stories(
        self,
        pairs: Iterable[tuple[Code, Code]],
        stages: Collection[Stage],
        *,
        since: datetime,
        until: datetime,
        scope: str = "",
        limit: int = 60,
    ) -> list[Story]:
        """Return stories that began from `since` to `until`, by issuer and target of their lead action, newest first.

        An issuer ``*`` is anybody; an empty issuer or target is one that is not named.
        """
        ...

    def following(self, key: Key) -> list[Story]:
        """Return the stories that follow this one or answer it, oldest first."""
        ...

    def search_stories(self, text: str, limit: int = 50) -> list[Story]:
        """Return the stories whose reports have all words of a text, newest first; by sound where none has."""
        ...

    def seed_stories(self, stories: Iterable[Story]) -> int:
        """Put the seeds' events into the ledger, replacing what an earlier start put there; returns how many."""
        ...


class Archive(Protocol):
    """The part of the store that the memory leans on: what is too old to be held, asked for when it matters."""

    def story(self, key: Key) -> Story | None:
        """As `StoryStore.story`."""
        ...

    def story_of(self, item: Key) -> Story | None:
        """As `StoryStore.story_of`."""
        ...

    def earlier_stories(
        self,
        pairs: Iterable[tuple[Code, Code]],
        stages: Collection[Stage],
        *,
        since: datetime,
        until: datetime,
        scope: str = "",
        limit: int = 60,
    ) -> list[Story]:
        """As `StoryStore.earlier_stories`."""
        ...

    def told(self, story: Key) -> Mapping[str, Receipt | None]:
        """As `OutboxStore.told`."""
        ...
