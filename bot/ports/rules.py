"""What people made: subscriptions, rules, drafts of changes, feedback."""

from datetime import datetime
from typing import Protocol

from bot.domain import Change, Draft, Feed, Feedback, Key, Record, Rule, Subscription


class RuleStore(Protocol):
    """Subscriptions, rules and feeds made in chat, and their history."""

    def subscriptions(self) -> list[Subscription]:
        """Return the subscriptions made in chat."""
        ...

    def rules(self) -> list[Rule]:
        """Return the rules made in chat."""
        ...

    def feeds(self) -> list[Feed]:
        """Return the feeds added in chat or by command."""
        ...

    def save_feed(self, feed: Feed) -> None:
        """Add or change a feed."""
        ...

    def remove_feed(self, key: Key) -> bool:
        """Remove a feed that was added by command; returns whether there was one."""
        ...

    def save_subscription(self, subscription: Subscription, *, by: str, at: datetime) -> None:
        """Add or change a subscription, and note who did so."""
        ...

    def remove_subscription(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a subscription, and note who did so; returns whether there was one."""
        ...

    def save_rule(self, rule: Rule, *, by: str, at: datetime) -> None:
        """Add or change a rule, and note who did so."""
        ...

    def remove_rule(self, key: Key, *, by: str, at: datetime) -> bool:
        """Remove a rule, and note who did so; returns whether there was one."""
        ...

    def changes(self, limit: int = 50, *, place: str | None = None, room: str | None = None) -> list[Change]:
        """Return the latest changes, newest first: all, or those of one place and of the subscriptions of one room."""
        ...


class DraftStore(Protocol):
    """Changes that wait for a yes, and what is known of rooms."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep a draft; the same token again changes nothing. Long lapsed ones are forgotten."""
        ...

    def draft(self, token: Key) -> Draft | None:
        """Return a draft, whatever became of it."""
        ...

    def settle(self, token: Key, *, by: str, at: datetime) -> bool:
        """Make a draft's change, with its history, and mark it done, in one transaction.

        Returns False, and changes nothing, where it is not open or where what it changes is no longer as it was.
        """
        ...

    def cancel(self, token: Key) -> bool:
        """Mark an open draft cancelled; returns whether it was open."""
        ...

    def places(self) -> dict[str, str]:
        """Return the guild or workspace of each room of which it is known."""
        ...

    def note_place(self, room: str, place: str) -> None:
        """Remember to which guild or workspace a room belongs."""
        ...


class FeedbackStore(Protocol):
    """What people think of what they were told."""

    def keep_feedback(self, feedback: Feedback) -> None:
        """Keep an objection with the story's readings; one person's later word on a story replaces the earlier."""
        ...

    def feedback(self, place: str, since: datetime) -> list[Feedback]:
        """Return a place's objections from `since` on, oldest first."""
        ...

    def records(self, place: str) -> dict[Key, Record]:
        """Return how each rule that ever picked something is doing, by its key; objections are those of the place."""
        ...
