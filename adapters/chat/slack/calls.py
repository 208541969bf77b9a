"""One Web API client, and Slack's failures in our own words.

slack_sdk tries again by itself after a broken connection, and can be told to after a 5xx. Both have been seen to post
a message twice, for Slack knows no nonce; so every retry handler is taken away, and what failed is told apart here:

* it cannot have arrived (no connection, 429): Delayed, with Slack's Retry-After where it gives one;
* it may have arrived (no answer, 5xx, ``internal_error``: "some aspect of the operation may have succeeded"): Doubtful;
* it never will (archived, not in the channel, token revoked ...): Undeliverable, with what a person can do about it.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChatError, Delayed, Doubtful, Undeliverable

TIMEOUT = 10
"""Seconds for one call: a call that hangs holds up one room, and not for long."""
UNSAID = timedelta(seconds=30)
"""How long a 429 without Retry-After asks to wait."""
LATER = timedelta(minutes=5)
"""When to look again whether the operator has mended something."""

FAILURES = (
    SlackClientError,
    aiohttp.ClientError,
    OSError,
    asyncio.TimeoutError,
    ValueError,
    AttributeError,
    LookupError,
)
"""What slack_sdk raises: besides its own errors, whatever happens to it while it reads an answer that is none."""

_INVITE = "invite the bot there: /invite @Sanctionwire"
_TOKEN = "make a new one under OAuth & Permissions, put it into SLACK_BOT_TOKEN and start again"  # noqa: S105
_HOPELESS: Mapping[str, str] = {
    "is_archived": "the channel is archived; unarchive it, or unsubscribe it",
    "channel_is_archived": "the channel is archived; unarchive it, or unsubscribe it",
    "not_in_channel": f"the bot is not in the channel; {_INVITE}",
    "channel_not_found": f"there is no such channel, or it is private and the bot is not in it; {_INVITE}",
    "user_not_found": "there is nobody with this id",
    "restricted_action": "the workspace's settings do not let the bot post there; an admin can allow it",
    "restricted_action_read_only_channel": "the channel is read-only; an admin can let the bot post there",
    "restricted_action_thread_only_channel": "the channel takes replies only; an admin can let the bot post there",
    "restricted_action_non_threadable_channel": "the channel takes no replies",
    "no_permission": "the bot's token may not post there; reinstall the app with all scopes of its manifest",
    "invalid_auth": f"Slack does not know the bot's token; {_TOKEN}",
    "not_authed": f"Slack was given no token; {_TOKEN}",
    "account_inactive": f"the app was removed from the workspace, or its bot was; {_TOKEN}",
    "token_revoked": f"the bot's token was revoked; {_TOKEN}",
    "token_expired": f"the bot's token has expired; {_TOKEN}",
    "not_allowed_token_type": "this kind of token cannot do that; SLACK_BOT_TOKEN begins with xoxb-",
    "org_login_required": "the workspace moves to an organisation; install the app there anew",
    "team_access_not_granted": "the app was not granted this workspace; an admin can grant it",
    "message_not_found": "the post that this changes was deleted",
    "cant_update_message": "the post that this changes is not the bot's own any more",
    "edit_window_closed": "the workspace's settings do not let posts be changed so late",
    "msg_too_long": "the message is too long for Slack; please report this",
    "no_text": "the message is empty; please report this",
}
_IN_DOUBT = frozenset({"internal_error", "fatal_error"})
_UNLAID = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"})
_ORPHANED = frozenset({"thread_not_found", "cannot_reply_to_message", "invalid_thread_ts"})


def make_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that tries nothing twice, and that uses the environment's proxy only where one is due."""
    client = AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, session=session, retry_handlers=[])
    # slack_sdk reads HTTPS_PROXY but not NO_PROXY, and would send even loopback through it
    if goes_direct(base_url):
        client.proxy = None
    return client


def goes_direct(url: str) -> bool:
    """Return whether an address is one for no proxy: on loopback, or excepted by NO_PROXY."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or bool(proxy_bypass(host))


def error_of(error: BaseException) -> str:
    """Return Slack's own name for a failure; empty where it gave none."""
    return str(_answer(error).get("error") or "")


def needed_scope(error: BaseException) -> str:
    """Return the scope that Slack says was missing."""
    return str(_answer(error).get("needed") or "")


def is_unlaid(error: BaseException) -> bool:
    """Return whether Slack refused how a message is laid out, rather than the message."""
    return error_of(error) in _UNLAID


def is_orphaned(error: BaseException) -> bool:
    """Return whether the post that was to be answered is gone."""
    return error_of(error) in _ORPHANED


def failure(error: BaseException, what: str) -> ChatError:
    """Return what a failed call means; `what` begins the sentence: the room, or what was asked."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return Delayed(f"{what}: Slack cannot be reached ({error.strerror or type(error).__name__})")
    status = _status(error)
    if not isinstance(error, SlackClientError) or status is None:
        return Doubtful(f"{what}: no answer from Slack ({type(error).__name__})")
    name = error_of(error)
    if status == 429 or name in {"ratelimited", "rate_limited"}:
        wait = retry_after(error)
        return Delayed(f"{what}: Slack asks to wait {wait.total_seconds():.0f} s", after=wait)
    if name in _HOPELESS:
        return Undeliverable(f"{what}: {_HOPELESS[name]} ({name})")
    if name == "missing_scope":
        needed = needed_scope(error) or "a scope"
        return Undeliverable(f"{what}: the app lacks {needed}; update it from its manifest and reinstall it ({name})")
    if status >= 500 or name in _IN_DOUBT or not name:
        return Doubtful(f"{what}: Slack failed ({name or status})")
    return Delayed(f"{what}: Slack says {name}")


def retry_after(error: BaseException) -> timedelta:
    """Return how long a 429 asks to wait."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    said = next((str(value) for key, value in dict(headers).items() if str(key).lower() == "retry-after"), "")
    return timedelta(seconds=int(said)) if said.isascii() and said.isdecimal() else UNSAID


def _status(error: BaseException) -> int | None:
    """Return the HTTP status of Slack's answer; slack_sdk hands over its own response or aiohttp's."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else None


def _answer(error: BaseException) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    return data if isinstance(data, Mapping) else {}
