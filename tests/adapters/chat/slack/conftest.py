"""A Slack on loopback, and a bot that is connected to it."""

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.chat.slack.client import SlackChat
from tests.adapters.chat.slack.support import FakeDesk
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SlackEmulator
from tests.fakes import FakeLog

Make = Callable[..., SlackChat]


@pytest.fixture
async def slack() -> AsyncIterator[SlackEmulator]:
    async with SlackEmulator() as emulator:
        yield emulator
    assert emulator.world.violations == []


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def make(slack: SlackEmulator, desk: FakeDesk, log: FakeLog) -> Make:
    """Return what makes a bot that is not connected yet; an empty variable is as good as none."""

    def made(admins: str = "", **variables: str) -> SlackChat:
        usual = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_BASE": f"{slack.base}/api/"}
        given = {name: value for name, value in {**usual, **variables}.items() if value}
        return SlackChat(given, desk=desk, admins=admins, log=log)

    return made


@pytest.fixture
async def chat(make: Make) -> AsyncIterator[SlackChat]:
    one = make()
    await one.connect()
    yield one
    await one.close()
