"""Waiting for a long answer, and showing meanwhile how far it has come.

The desk says how far it is as often as it likes; a chat shows the latest of it, at most every `EVERY` seconds, and
never after the answer: what is shown is waited for before the answer is returned.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain import Message

EVERY = 2.0
"""Seconds between two words on how far an answer has come, well within every platform's limit on edits."""


class Progress:
    """How far an answer has come, as it was last heard: give it as a request's `meanwhile`."""

    def __init__(self) -> None:
        self.last: Message | None = None

    def __call__(self, message: Message) -> None:
        """Hear how far it has come."""
        self.last = message


async def attended(
    answer: "asyncio.Future[Message]",
    progress: Progress,
    show: Callable[[Message], Awaitable[None]],
    *,
    first: float | None = None,
) -> Message:
    """Return an answer, and let `show` show meanwhile how far it has come; the first time after `first` seconds.

    `show` sees to its own failures. Whoever stops waiting does not stop the answer.
    """
    shown, wait = None, EVERY if first is None else first
    while not answer.done():
        await asyncio.wait({answer}, timeout=wait)
        wait = EVERY
        if not answer.done() and progress.last is not None and progress.last is not shown:
            shown = progress.last
            await show(shown)
    return await asyncio.shield(answer)
