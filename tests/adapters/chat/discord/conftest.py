"""A Discord on loopback, and a bot that is connected to it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.chat.discord.client import Account, DiscordChat
from tests.adapters.chat.discord.support import FakeDesk
from tests.emulators.discord_server import DiscordServer

Logged = list[tuple[str, dict[str, Any]]]


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def logged() -> Logged:
    return []


@pytest.fixture
def make(discord: DiscordServer, desk: FakeDesk, logged: Logged) -> Any:
    """Return what makes a bot that is not connected yet."""

    def made(admins: str = "", **variables: str) -> DiscordChat:
        account = Account.of({**discord.variables, **variables})
        log = lambda event, **fields: logged.append((event, fields))  # noqa: E731
        return DiscordChat(account, desk=desk, admins=admins, log=log, settle=0.05)

    return made


@pytest.fixture
async def chat(make: Any) -> AsyncIterator[DiscordChat]:
    one: DiscordChat = make()
    await one.connect()
    yield one
    await one.close()
