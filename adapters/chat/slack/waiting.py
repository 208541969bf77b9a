"""Where a long answer shows how far it has come: in the modal that it was asked from, or in one opened for it.

What a slash command is answered cannot be changed: Slack ignores `replace_original` there (slackapi/bolt-js#2287), and
takes five posts in all. A modal can be changed as often as one likes, but opened only within three seconds of the
question. So an answer that takes longer than most opens one while that is still possible, and comes into it. Where it
was too late, one post says that it will take a while.
"""

from collections.abc import Awaitable, Callable

from adapters.chat.slack import forms
from adapters.chat.slack.forms import View, Where
from bot.domain import Message

AFTER = 1.6
"""Seconds after which an answer is a long one; a modal must be opened, and has to be within two."""

Open = Callable[[View], Awaitable[str]]
"""Opens a modal; returns its id, empty where Slack will not."""
Change = Callable[[str, View], Awaitable[bool]]
"""Changes a modal; returns whether it was there."""


Post = Callable[[Message], Awaitable[object]]


class Waiting:
    """How one long answer is waited for."""

    def __init__(
        self,
        where: Where,
        change: Change,
        *,
        view: str = "",
        opening: Open | None = None,
        posting: Post | None = None,
    ) -> None:
        """`view` is the modal that is there, or else `opening` makes one; where neither can be, `posting` says it."""
        self.view = view
        self.posted = 0
        """Posts that were made instead."""
        self._where = where
        self._change = change
        self._opening = opening
        self._posting = posting

    async def show(self, message: Message) -> None:
        """Show how far the answer has come."""
        view = forms.working(self._where, message)
        if self.view:
            await self._change(self.view, view)
            return
        opening, self._opening = self._opening, None
        if opening is not None and (opened := await opening(view)):
            self.view = opened
        elif self._posting is not None and not self.posted:
            self.posted += 1
            await self._posting(message)
