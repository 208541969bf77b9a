"""Chats: where rooms are. Two tables are all that the rest of the program knows of them.

To add a platform:

1. Write `adapters/chat/NAME.py` with a class behind the Chat door (`bot.ports`): a pure `render(message)`, and a `send`
   that turns every exception of the platform's library into Delayed, Doubtful or Undeliverable.
2. Describe it in `PLATFORMS`: what its rooms look like, and which environment variables turn it on.
3. Put its maker into `CHATS`. The import stands inside the maker: a program that talks to the terminal never loads
   Discord's library, and one that only prints help loads none.
4. Give it a home (a server on loopback) in `tests/adapters/chat/test_contract.py`, which fails until it has one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from bot.ports import Chat, Desk, Log, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What any chat may need to be made; each takes what it uses."""

    stream: TextIO
    """The terminal, or what stands in for it."""
    json_lines: bool = False
    """Whether the terminal's chat speaks JSON."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The platform's own environment variables, tokens among them."""
    desk: Desk | None = None
    """Where people's questions are answered; None: nowhere."""
    admins: str = ""
    """The role or group that may change rules and feeds, besides those whom the platform itself calls admins."""
    log: Log | None = None


PLATFORMS: tuple[Platform, ...] = (
    Platform(name="console", room="console", pattern=""),
    Platform(
        name="discord",
        room="discord:CHANNEL_ID",
        pattern=r"[0-9]{1,20}",
        token="DISCORD_TOKEN",  # noqa: S106 - a variable's name
        tokens={"DISCORD_TOKEN": ""},
        addresses={"DISCORD_API_BASE": ("https", "http"), "DISCORD_GATEWAY_URL": ("wss", "ws")},
        together=(("DISCORD_API_BASE", "DISCORD_GATEWAY_URL"),),
    ),
    Platform(
        name="slack",
        room="slack:TEAM_ID/CHANNEL_ID",
        pattern=r"[A-Z0-9]{1,40}/[A-Z0-9]{1,40}",
        token="SLACK_BOT_TOKEN",  # noqa: S106 - a variable's name
        tokens={"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-", "SLACK_SIGNING_SECRET": ""},
        addresses={"SLACK_API_BASE": ("https", "http"), "SLACK_EVENTS_URL": ("http",)},
    ),
)


def _console(kit: Kit) -> Chat:
    from adapters.chat.console import ConsoleChat

    return ConsoleChat(kit.stream, json_lines=kit.json_lines)


def _discord(kit: Kit) -> Chat:
    from adapters.chat.discord.client import Account, DiscordChat

    return DiscordChat(Account.of(kit.variables), desk=kit.desk, admins=kit.admins, log=kit.log or _silent)


def _slack(kit: Kit) -> Chat:
    from adapters.chat.slack.client import SlackChat

    return SlackChat(kit.variables, desk=kit.desk, admins=kit.admins, log=kit.log)


def _silent(_: str, **__: object) -> None:
    """Log nothing."""


CHATS: dict[str, Callable[[Kit], Chat]] = {"console": _console, "discord": _discord, "slack": _slack}
"""Each platform's name, and what makes its chat of a Kit."""
