"""What went wrong, in our own errors: Discord's answers and the network's faults -> Delayed, Doubtful, Undeliverable.

    refused for good (403, 404, most 400)           Undeliverable, with what an admin can do about it
    refused for now (429, 401, a full room)         Delayed
    never reached Discord (no connection)           Delayed
    no answer, or a server's fault                  Doubtful: the post may stand

A wrong token is "for now": with a new one the backlog still goes out.
"""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp
import discord

from adapters.chat.discord.pace import seconds_asked
from bot.errors import ChatError, Delayed, Doubtful, Undeliverable

RAISED = (discord.DiscordException, aiohttp.ClientError, OSError, RuntimeError)
"""All that discord.py lets through when a request fails; RuntimeError is a session that was closed."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
WRONG_KIND, NO_TEXT, ARCHIVED = 50024, 50008, 50083
THREAD_EXISTS, THREAD_LOCKED, TOO_MANY_THREADS = 160004, 160005, 160006
OLD_EDITS = 30046
ANSWERED, EXPIRED = 40060, 10062

_REASONS: Mapping[int, str] = {
    UNKNOWN_CHANNEL: "the channel is gone; subscribe another one with /sanctions subscribe",
    UNKNOWN_MESSAGE: "the post was deleted in Discord",
    MISSING_ACCESS: "the bot may not see this channel; give it View Channel there, or subscribe another channel",
    MISSING_PERMISSIONS: (
        "the bot lacks a permission here; it needs View Channel, Send Messages, Embed Links and, in threads, "
        "Send Messages in Threads: `sanctionwire doctor` says which is missing"
    ),
    WRONG_KIND: "this kind of channel takes no messages; subscribe a text channel, a thread or a forum's post",
    NO_TEXT: "this kind of channel takes no messages; subscribe a text channel, a thread or a forum's post",
    ARCHIVED: "the thread is archived and locked; unlock it, or give the bot Manage Threads",
    THREAD_LOCKED: "the thread is locked; unlock it, or give the bot Manage Threads",
    10004: "the bot is no longer in this server; invite it again",
    20016: "the channel's slow mode holds the bot back; give it Manage Messages",
    40333: "Discord's own shield refuses requests from this machine's address",
    50007: "this person takes no direct messages",
}
_LATER: Mapping[int, timedelta] = {
    OLD_EDITS: timedelta(hours=1),
    20016: timedelta(minutes=1),
    20028: timedelta(seconds=30),
    40333: timedelta(minutes=15),
    130000: timedelta(minutes=1),
}
"""Refusals that pass: too many edits of an old post, slow mode, the channel's limit, the shield, an overload."""

_NEW_TOKEN = timedelta(minutes=5)


def fault(error: BaseException) -> ChatError:
    """Return our name for what a request to Discord raised."""
    if isinstance(error, ChatError):
        return error
    if isinstance(error, discord.RateLimited):
        return Delayed("Discord asks to wait", after=timedelta(seconds=error.retry_after))
    if isinstance(error, discord.DiscordServerError):
        return Doubtful(f"Discord answered {error.status}; whether it posted is not known")
    if isinstance(error, discord.HTTPException):
        return _answered(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Delayed(f"Discord cannot be reached: {error.os_error.strerror or error.os_error}")
    if isinstance(error, RuntimeError):
        return Delayed("the connection to Discord is being closed")
    return Doubtful(f"no answer from Discord ({type(error).__name__}); whether it posted is not known")


def code_of(error: BaseException) -> int:
    """Return Discord's code of an error, 0 where it has none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def _answered(error: discord.HTTPException) -> ChatError:
    said = _REASONS.get(error.code, "")
    if error.status == 429:
        after = seconds_asked(error.response.headers.get("Retry-After"), default=60)
        return Delayed("Discord takes nothing from this machine for now (429)", after=timedelta(seconds=after))
    if error.status == 401:
        return Delayed("Discord no longer accepts DISCORD_TOKEN; set the present one and restart", after=_NEW_TOKEN)
    if error.code in _LATER:
        return Delayed(said or _own_words(error), after=_LATER[error.code])
    if error.status in {403, 404} and not error.code:
        # not the API speaks but something before it: a proxy, or the shield's page
        return Delayed(f"something before Discord answered {error.status}", after=timedelta(minutes=1))
    return Undeliverable(said or _own_words(error))


def _own_words(error: discord.HTTPException) -> str:
    return " ".join(f"Discord refuses ({error.status}, code {error.code}): {error.text}".split())[:300]
