"""Breaking off tasks that may not want to end."""

import asyncio
from collections.abc import Iterable
from typing import Any

PATIENCE = 0.2
"""Seconds that tasks are given to end after they were cancelled.

Not waited for without end: discord.py sits out a limit even in a request that was cancelled, and before Python 3.12
`asyncio.wait_for` may swallow a cancellation altogether.
"""


async def break_off(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait a moment for them."""
    pending = [task for task in tasks if not task.done()]
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending, timeout=PATIENCE)
