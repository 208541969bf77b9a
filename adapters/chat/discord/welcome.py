"""The bot introduces itself where it was invited: once, in a channel where it may write."""

from dataclasses import replace

import discord

from adapters.chat.discord import commands, faults, wire
from adapters.chat.discord.places import writable
from adapters.chat.discord.render import render
from bot.domain import Request
from bot.ports import Desk

ASKED = ("welcome", "help")
"""What the desk is asked for: the first of these that it knows."""
LOOKED_AT = 5
"""Channels in which it is tried."""


async def greet(guild: discord.Guild, desk: Desk) -> str:
    """Post the desk's welcome into a server; returns the room, or an empty string where the bot may write nowhere."""
    words = next((one for one in ASKED if commands.find(one, desk.commands)), ASKED[-1])
    for channel in writable(guild, LOOKED_AT):
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
