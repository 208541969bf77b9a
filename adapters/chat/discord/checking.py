"""What `doctor` looks at on Discord: whether the token is good, the command there, and each room open to the bot.

Asks over HTTP alone and logs in nowhere else, so that it can look while the service runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import discord

from adapters.chat.discord import commands, faults
from adapters.chat.discord.sending import room_id
from bot.domain import Finding
from bot.errors import ChatError

NEEDED: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
FOR_FOLLOW_UPS: Mapping[str, str] = {
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
IN_THREADS: Mapping[str, str] = {
    **{name: label for name, label in NEEDED.items() if name != "send_messages"},
    "send_messages_in_threads": "Send Messages in Threads",
}
PERMISSIONS = 309_237_763_072
"""What the invitation asks for: those above, and Attach Files for pictures."""


async def examine(
    token: str, rooms: Sequence[str], wanted: commands.Payload | None, trace: aiohttp.TraceConfig
) -> list[Finding]:
    """Return what was found, each with what to do where it does not hold. Raises nothing."""
    client = discord.Client(intents=discord.Intents(guilds=True), http_trace=trace, max_ratelimit_timeout=30)
    try:
        await client.login(token)
        found = [Finding(what="discord token", holds=True, said=f"valid, the bot is called {client.user}")]
        found.append(await _command(client, wanted))
        places: dict[int, tuple[discord.Guild, discord.Member]] = {}
        return [*found, *[await _room(client, room, places) for room in rooms]]
    except discord.LoginFailure:
        said = (
            "Discord does not accept DISCORD_TOKEN; copy the present one from the developer portal (Bot, Reset Token)"
        )
        return [Finding(what="discord token", holds=False, said=said)]
    except faults.RAISED as error:
        return [Finding(what="discord", holds=False, said=str(faults.fault(error)))]
    finally:
        await client.close()


async def _command(client: discord.Client, wanted: commands.Payload | None) -> Finding:
    what = "discord command"
    there: Sequence[Any] = await client.http.get_global_commands(client.application_id or 0)
    named = next((one for one in there if one["name"] == commands.NAME), None)
    if named is None:
        return Finding(
            what=what, holds=False, said=f"/{commands.NAME} is not installed yet; `sanctionwire run` does it"
        )
    if wanted is not None and not commands.same(wanted, named):
        return Finding(what=what, holds=False, said=f"/{commands.NAME} is an older one; `sanctionwire run` renews it")
    return Finding(what=what, holds=True, said=f"/{commands.NAME} is installed")


async def _room(client: discord.Client, room: str, places: dict[int, tuple[discord.Guild, discord.Member]]) -> Finding:
    try:
        lacking = await _lacking(client, room_id(room), places)
    except ChatError as error:
        return Finding(what=room, holds=False, said=str(error))
    except faults.RAISED as error:
        return Finding(what=room, holds=False, said=str(faults.fault(error)))
    if lacking:
        said = f"give the bot {', '.join(lacking)} in this channel (channel settings, Permissions)"
        return Finding(what=room, holds=False, said=said)
    return Finding(what=room, holds=True, said="the bot may post, and answer in threads")


async def _lacking(
    client: discord.Client, channel_id: int, places: dict[int, tuple[discord.Guild, discord.Member]]
) -> list[str]:
    """Return the permissions that are missing in a channel, by the names that Discord's settings give them."""
    found = await client.fetch_channel(channel_id)
    if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
        raise ChatError("this is no channel of a server")
    if found.guild.id not in places:
        guild = await client.fetch_guild(found.guild.id)
        places[guild.id] = (guild, await guild.fetch_member(client.user.id if client.user else 0))
    guild, me = places[found.guild.id]
    is_thread = isinstance(found, discord.Thread)
    where = await guild.fetch_channel(found.parent_id if isinstance(found, discord.Thread) else found.id)
    if isinstance(where, discord.Thread) or not hasattr(where, "permissions_for"):
        return []
    may = where.permissions_for(me)
    needed = IN_THREADS if is_thread else {**NEEDED, **FOR_FOLLOW_UPS}
    return [label for name, label in needed.items() if not getattr(may, name)]
