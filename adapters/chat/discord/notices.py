"""A room that is closed to us: told once to those who can mend it, in a channel of the same server where we may write.

"Once" is until the room works again, or this program is started again.
"""

from contextlib import suppress

import discord

from adapters.chat.discord import faults, wire
from adapters.chat.discord.places import writable
from adapters.chat.discord.render import render
from bot.domain import Message
from bot.ports import Log

LOOKED_AT = 3
"""Channels in which a notice is tried."""


class Notices:
    """Which rooms are closed, and to which server each room belongs: of a deleted one Discord no longer says so."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._servers: dict[int, int] = {}
        self._told: set[int] = set()

    def works(self, client: discord.Client, room: int) -> None:
        """Note that something arrived in a room."""
        self._told.discard(room)
        if room not in self._servers and (channel := client.get_channel(room)):
            guild = getattr(channel, "guild", None)
            if guild is not None:
                self._servers[room] = guild.id

    async def tell(self, client: discord.Client, room: int, reason: str) -> None:
        """Say once in a room's server that the room is closed, and why. Never raises."""
        if room in self._told:
            return
        self._told.add(room)
        guild = getattr(client.get_channel(room), "guild", None) or client.get_guild(self._servers.get(room, 0))
        where = await self._post(guild, room, reason) if guild else ""
        self._log("room_closed", room=f"discord:{room}", problem=reason, told=where)

    async def _post(self, guild: discord.Guild, room: int, reason: str) -> str:
        channel = guild.get_channel_or_thread(room)
        name = f"#{channel.name}" if channel else f"channel {room}"
        message = Message(title=f"I can no longer post in {name}", lines=(f"{reason[:1].upper()}{reason[1:]}.",))
        for place in writable(guild, LOOKED_AT, besides=room):
            with suppress(*faults.RAISED):
                await place.send(**wire.to_send(render(message)), nonce=f"no{room}", allowed_mentions=wire.NOBODY)
                return f"discord:{place.id}"
        return ""
