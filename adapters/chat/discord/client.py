"""The connection to Discord: comes online, stays so, goes offline.

discord.py keeps one session alive by itself (heartbeats, resumes, new sessions). `_stay` is for what ends a client of
its altogether: it makes another one, until Discord says that no other will be let in either. Nothing is kept in a
client that would be missed.

`Ready` may come again and again, after every session that Discord ended. What it starts must be idempotent: installing
the command compares before it writes, and a server that was greeted is known by the greeting's nonce.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
from yarl import URL

from adapters.chat.discord import commands, faults
from adapters.chat.discord.asking import Asking
from adapters.chat.discord.checking import examine
from adapters.chat.discord.notices import Notices
from adapters.chat.discord.pace import Pace
from adapters.chat.discord.sending import Sender
from adapters.chat.discord.tasks import break_off
from adapters.chat.discord.welcome import greet
from bot.domain import Delivery, Finding, Message, Receipt
from bot.errors import ChatError, Delayed
from bot.ports import Desk, Log

API = "https://discord.com/api/v10"
GATEWAY = "wss://gateway.discord.gg/"
CONNECT_WITHIN = 60.0
"""Seconds that coming online may take."""
BACK_OFF = (1.0, 5.0, 15.0, 60.0)
"""Seconds before each further client, the last again and again."""
INSTALL_AGAIN = 60.0
MAX_LIMIT_WAIT = 30.0
"""Seconds that discord.py waits out a limit by itself; longer ones come back as Delayed."""
CLOSE_WITHIN = 0.8
ANSWERS_GRACE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the bot is, and where Discord is."""

    token: str
    api: str = API
    gateway: str = GATEWAY

    def __repr__(self) -> str:
        return f"Account(token=***, api={self.api!r})"

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> "Account":
        """Return the account that the environment's variables describe."""
        return cls(
            token=variables.get("DISCORD_TOKEN", "").strip(),
            api=(variables.get("DISCORD_API_BASE") or API).rstrip("/"),
            gateway=variables.get("DISCORD_GATEWAY_URL") or GATEWAY,
        )

    def point(self) -> None:
        """Point discord.py at this Discord. It knows one for the whole process."""
        discord.http.Route.BASE = self.api
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(self.gateway)


class DiscordChat:
    """The chat whose rooms are Discord's channels, threads and forum posts."""

    name = "discord"

    def __init__(self, account: Account, *, desk: Desk | None, admins: str, log: Log, settle: float = 0.5) -> None:
        """`settle`: seconds without a further server after which those that the bot is in are taken to be all."""
        self._account = account
        self._desk = desk
        self._log = log
        self._settle = settle
        self._pace = Pace()
        self._notices = Notices()
        self._sender = Sender(self._online, self._pace, self._on_arrival)
        self._asking = Asking(desk, admins=admins, log=log) if desk else None
        self._client: _Client | None = None
        self._runner: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._problem = "not yet"
        self._ended: ChatError | None = None
        """Why no client would be let in any more."""
        self._closing = False
        self._errands: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Come online; return when messages can be sent and questions asked. Raises ChatError with what to do."""
        self._account.point()
        self._runner = asyncio.create_task(self._stay(), name="discord")
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({self._runner, ready}, timeout=CONNECT_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._ended:
            raise self._ended
        if not self._ready.is_set():
            await self.close()
            raise ChatError(
                f"Discord was not reached within {CONNECT_WITHIN:.0f} s ({self._problem}); check this machine's "
                "network and https://discordstatus.com, then start again"
            )

    async def send(self, delivery: Delivery) -> Receipt:
        """Post, answer or edit. Raises Delayed, Doubtful or Undeliverable."""
        return await self._sender.send(delivery)

    async def notify(self, room: str, message: Message) -> None:
        """Tell those who look after a room something about it. Raises ChatError where nobody could be told."""
        await self._notices.notify(self._online(), room, message)

    async def close(self) -> None:
        """Go offline, within two seconds."""
        self._closing = True
        if self._asking:
            await self._asking.close(ANSWERS_GRACE)
        await self._sender.close()
        # the client first: a task of discord.py's that is merely cancelled may go on, a client that is closed does not
        if self._client:
            await _close(self._client)
        runner, self._runner = self._runner, None
        await break_off([*self._errands, *([runner] if runner else [])])

    async def diagnose(self, rooms: Iterable[str] = ()) -> list[Finding]:
        """Look at the token, the command, and the permissions in these rooms."""
        self._account.point()
        wanted = commands.payload(self._desk.commands) if self._desk else None
        return await examine(self._account.token, list(rooms), wanted, self._pace.tracing(self._account.api))

    def _online(self) -> discord.Client:
        """Return the client by which messages can be sent. Raises Delayed."""
        if self._client and self._client.application_id and not self._client.is_closed():
            return self._client
        raise Delayed(f"not connected to Discord: {self._ended or self._problem}", after=timedelta(seconds=10))

    # --- staying online -------------------------------------------------------------------------------------------

    async def _stay(self) -> None:
        """Keep a client running, until it is told to close or no other would be let in."""
        tries = 0
        while not self._closing:
            self._ended = await self._run_client()
            if self._closing:
                return
            if self._ended:
                self._log("chat_ended", chat=self.name, problem=str(self._ended))
                return
            tries = 0 if self._ready.is_set() else tries
            wait = BACK_OFF[min(tries, len(BACK_OFF) - 1)]
            self._log("chat_lost", chat=self.name, problem=self._problem, again_in=wait)
            await asyncio.sleep(wait)
            tries += 1

    async def _run_client(self) -> ChatError | None:
        """Run one client until it ends; returns why no other would fare better, if so."""
        client = self._client = self._make_client()
        try:
            await client.start(self._account.token)
        except (discord.LoginFailure, discord.PrivilegedIntentsRequired, discord.ConnectionClosed) as error:
            if fatal := _fatal(error):
                return fatal
            self._problem = str(error)
        except faults.RAISED as error:
            self._problem = str(faults.fault(error))
        except AttributeError as error:
            # discord.py resumes where it should begin when the very first connection to the gateway fails
            self._problem = f"the gateway cannot be reached ({error})"
        finally:
            await _close(client)
        return None

    def _make_client(self) -> "_Client":
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        return _Client(
            ready=self._on_ready,
            joined=self._on_join,
            lost=self._notices.note,
            asked=self._asking.take if self._asking else None,
            intents=discord.Intents(guilds=True),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=self._settle,
            max_ratelimit_timeout=MAX_LIMIT_WAIT,
            http_trace=self._pace.tracing(self._account.api),
        )

    async def _on_ready(self, client: discord.Client) -> None:
        if self._desk and not await self._install(client):
            errand = asyncio.create_task(self._install_later(client), name="discord commands")
            self._errands.add(errand)
            errand.add_done_callback(self._errands.discard)
        self._ready.set()
        self._log("chat_ready", chat=self.name, places=len(client.guilds))

    async def _install(self, client: discord.Client) -> bool:
        """Install the command where Discord has another shape of it; tells whether it is there now."""
        assert self._desk is not None and client.application_id is not None  # noqa: S101, PT018 - see its callers
        wanted = commands.payload(self._desk.commands)
        try:
            there: Sequence[Any] = await client.http.get_global_commands(client.application_id)
            if len(there) != 1 or not commands.same(wanted, there[0]):
                await client.http.bulk_upsert_global_commands(client.application_id, payload=[wanted])
                self._log("commands_installed", chat=self.name, commands=len(self._desk.commands))
        except faults.RAISED as error:
            self._log("commands_failed", chat=self.name, problem=str(faults.fault(error)))
            return False
        return True

    async def _install_later(self, client: discord.Client) -> None:
        while not client.is_closed():
            await asyncio.sleep(INSTALL_AGAIN)
            if await self._install(client):
                return

    def _on_arrival(self, client: discord.Client, room: int) -> None:
        channel = client.get_channel(room)
        if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            self._notices.note(room, channel.guild.id)

    async def _on_join(self, guild: discord.Guild) -> None:
        if self._desk:
            where = await greet(guild, self._desk)
            self._log("joined", chat=self.name, place=f"discord:{guild.id}", greeted=where)


class _Client(discord.Client):
    """discord.py's client, handing on what happens."""

    def __init__(
        self,
        *,
        ready: Callable[[discord.Client], Awaitable[None]],
        joined: Callable[[discord.Guild], Awaitable[None]],
        lost: Callable[[int, int], None],
        asked: Callable[[discord.Interaction[Any]], Awaitable[None]] | None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._ready_heard = ready
        self._joined_heard = joined
        self._lost_heard = lost
        self._asked_heard = asked

    async def on_ready(self) -> None:
        await self._ready_heard(self)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._joined_heard(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._lost_heard(channel.id, channel.guild.id)

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        self._lost_heard(thread.thread_id, thread.guild_id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if self._asked_heard:
            await self._asked_heard(interaction)


async def _close(client: discord.Client) -> None:
    """Close a client with its lines; a server that does not say goodbye is not waited for."""
    with suppress(TimeoutError, *faults.RAISED):
        await asyncio.wait_for(client.close(), CLOSE_WITHIN)
    for line in _lines(client):
        with suppress(TimeoutError, *faults.RAISED):
            await asyncio.wait_for(line.close(), CLOSE_WITHIN / 2)
    with suppress(*faults.RAISED):
        await client.http.close()


def _lines(client: discord.Client) -> list[discord.gateway.DiscordWebSocket]:
    """Return a client's lines that still beat. One that it was about to open is known to nobody but its heartbeat."""
    beats = (one for one in threading.enumerate() if isinstance(one, discord.gateway.KeepAliveHandler))
    return [one.ws for one in beats if one.ws._connection is client._connection and not one._stop_ev.is_set()]


def _fatal(error: Exception) -> ChatError | None:
    """Return what an admin must do before any client is let in."""
    if isinstance(error, discord.LoginFailure):
        return ChatError(
            "Discord does not accept DISCORD_TOKEN; copy the present one from "
            "https://discord.com/developers/applications (your application, Bot, Reset Token), set it and start again"
        )
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return ChatError("Discord refuses the intents asked for, though none is privileged; update Sanctionwire")
    if isinstance(error, discord.ConnectionClosed) and error.code == 4004:
        return ChatError("Discord's gateway no longer accepts DISCORD_TOKEN; set the present one and start again")
    if isinstance(error, discord.ConnectionClosed) and error.code in {4010, 4011, 4012, 4013}:
        return ChatError(f"Discord's gateway refuses this version (close code {error.code}); update Sanctionwire")
    return None
