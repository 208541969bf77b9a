"""One alert to thousands of rooms: our share of the time that the platform takes for it."""

import asyncio

from bot.alerts import Audience
from bot.domain import Subscription
from tests.bench.house import knowledge, opened, pipeline
from tests.bench.news import START, item
from tests.bench.table import Row, processor
from tests.fakes import FakeChat

ROOMS = 10_000
A_SECOND = 50
"""Messages that Discord takes in all."""


def measure(*, rooms: int = ROOMS) -> list[Row]:
    """Return our processor time for one alert, as a share of the time that the platform takes at least."""
    hears = [Subscription(key=f"s{n}", room=f"discord:{n}") for n in range(rooms)]
    chat = FakeChat(name="discord")
    with opened() as store:
        shell = pipeline(store, Audience(hears, [], knowledge().names), chats={"discord": chat})

        async def tell() -> None:
            await shell.take([item(0)], now=START)
            while await shell.deliver():
                pass

        seconds = processor(lambda: asyncio.run(tell()))
    told = {delivery.room for delivery in chat.sent}
    assert len(told) == len(chat.sent) == rooms, f"{len(told)} of {rooms} rooms were told, {len(chat.sent)} times"
    share = seconds / (rooms / A_SECOND)
    return [
        Row(
            name=f"one alert to {rooms:,} rooms: our processor time by what Discord's limit takes",
            measured=f"{share:.1%} ({seconds / rooms * 1e6:,.0f} µs a room)",
            wanted="under 5 %",
            value=share,
            floor=0.05,
        )
    ]
