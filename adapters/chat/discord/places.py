"""Where in a server the bot may write, for what belongs to no room."""

from collections.abc import Iterator
from itertools import islice

import discord


def writable(guild: discord.Guild, most: int, *, besides: int = 0) -> Iterator[discord.TextChannel]:
    """Yield channels where the bot may post, at most so many: the one for the server's own notices first."""
    first = guild.system_channel
    ordered = sorted(guild.text_channels, key=lambda channel: (channel != first, channel.position, channel.id))
    yield from islice((one for one in ordered if one.id != besides and _may_write(one)), most)


def _may_write(channel: discord.TextChannel) -> bool:
    may = channel.permissions_for(channel.guild.me)
    return may.view_channel and may.send_messages and may.embed_links
