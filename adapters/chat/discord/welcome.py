"""The bot introduces itself where it was invited: once, in a channel where it may write."""

from collections.abc import Iterator
from dataclasses import replace

import discord

from adapters.chat.discord import commands, faults, wire
from adapters.chat.discord.render import render
from bot.domain import Request
from bot.ports import Desk

ASKED = ("welcome", "help")
"""What the desk is asked for: the first of these that it knows."""


async def greet(guild: discord.Guild, desk: Desk) -> str:
    """Post the desk's welcome into a server; returns the room, or an empty string where the bot may write nowhere."""
    words = next((one for one in ASKED if commands.find(one, desk.commands)), ASKED[-1])
    for channel in _writable(guild):
        room = f"discord:{channel.id}"
        message = await desk.ask(Request(words=words, room=room, place=f"discord:{guild.id}"))
        post = replace(render(message), roles=())
        try:
            # the server's id as nonce: joined twice within minutes, or announced twice, it is greeted once
            await channel.send(**wire.to_send(post), nonce=f"hi{guild.id}", allowed_mentions=wire.NOBODY)
        except faults.RAISED:
            continue
        return room
    return ""


def _writable(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """Yield the channels where the bot may post, the one for the server's own notices first."""
    first = guild.system_channel
    channels = sorted(guild.text_channels, key=lambda channel: (channel != first, channel.position))
    for channel in channels[:5] if first is None else [first, *(one for one in channels if one != first)][:5]:
        may = channel.permissions_for(guild.me)
        if may.view_channel and may.send_messages and may.embed_links:
            yield channel
