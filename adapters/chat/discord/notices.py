"""A word to those who look after a room that takes nothing any more: elsewhere, for the room itself cannot be told.

The owner of the room's server is told in person; where they take no direct messages, a channel of the server in which
the bot may still write, the one for the server's own notices first.

Of a channel that is gone Discord no longer says where it was. So it is remembered of every room in which something
arrived, and of every channel that goes while we look; a bot that is in one server only need not ask.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import discord

from adapters.chat.discord import faults, wire
from adapters.chat.discord.places import writable
from adapters.chat.discord.render import Post, render
from adapters.chat.discord.sending import room_id
from bot.domain import Message
from bot.errors import ChatError

PATIENCE = 25.0
"""Seconds within which somebody must have been told."""
LOOKED_AT = 3
"""Channels in which it is tried."""


class Notices:
    """Tells those who look after rooms, and knows to which server each room belongs."""

    def __init__(self) -> None:
        self._servers: dict[int, int] = {}

    def note(self, room: int, server: int) -> None:
        """Remember to which server a room belongs."""
        self._servers[room] = server

    async def notify(self, client: discord.Client, room: str, message: Message) -> None:
        """Tell those who look after a room. Raises ChatError where nobody could be told."""
        channel = room_id(room)
        guild = self._guild(client, channel)
        if guild is None:
            raise ChatError(f"{room}: it is not known to which server it belonged")
        post = replace(render(message), roles=())
        problem = f"{room}: the bot may write nowhere in its server, and not to the owner"
        try:
            async with asyncio.timeout(PATIENCE):
                async for place in _places(client, guild, channel):
                    if not (failed := await _told(place, post, channel)):
                        return
                    problem = failed
        except TimeoutError:
            problem = f"{room}: Discord did not answer within {PATIENCE:.0f} s"
        raise ChatError(problem)

    def _guild(self, client: discord.Client, channel: int) -> discord.Guild | None:
        found = client.get_channel(channel)
        if isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return found.guild
        if channel in self._servers:
            return client.get_guild(self._servers[channel])
        return client.guilds[0] if len(client.guilds) == 1 else None


async def _places(
    client: discord.Client, guild: discord.Guild, room: int
) -> AsyncIterator[discord.DMChannel | discord.TextChannel]:
    if guild.owner_id and (owner := await _in_person(client, guild.owner_id)):
        yield owner
    for channel in writable(guild, LOOKED_AT, besides=room):
        yield channel


async def _in_person(client: discord.Client, person: int) -> discord.DMChannel | None:
    try:
        return await client.create_dm(discord.Object(person))
    except faults.RAISED:
        return None


async def _told(place: discord.DMChannel | discord.TextChannel, post: Post, room: int) -> str:
    """Tell it in one place; returns what went wrong, if anything did."""
    try:
        # the room as nonce: what was told but not answered is not told twice
        await place.send(**wire.to_send(post), nonce=f"no{room}", allowed_mentions=wire.NOBODY)
    except faults.RAISED as error:
        return str(faults.fault(error))
    return ""
