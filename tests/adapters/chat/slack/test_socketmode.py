"""Socket Mode comes back within seconds, whatever happens to the connection."""

import asyncio

import pytest

from adapters.chat.slack.client import SlackChat
from tests.adapters.chat.slack.support import until
from tests.emulators.slack import Fault, SlackEmulator
from tests.fakes import FakeLog

pytestmark = pytest.mark.usefixtures("chat")
SECONDS = 8.0


async def answers_again(slack: SlackEmulator, before: int) -> None:
    """Wait until a command over a new connection is acknowledged."""
    await until(lambda: len(slack.api.called("apps.connections.open")) > before and slack.sockets, SECONDS)
    assert (await slack.command("bob", "alerts", "status")).acked


@pytest.mark.parametrize("trouble", ["refresh", "drop", "abort"])
async def test_a_lost_connection_is_replaced(slack: SlackEmulator, trouble: str) -> None:
    before = len(slack.api.called("apps.connections.open"))
    await slack.trouble(trouble)
    await answers_again(slack, before)


@pytest.mark.parametrize(("trouble", "status"), [("refresh", 500), ("drop", 0)])
async def test_a_new_connection_that_is_refused_at_first_is_asked_for_again(
    slack: SlackEmulator, trouble: str, status: int
) -> None:
    slack.api.faults.append(Fault("apps.connections.open", status=status, times=2))
    before = len(slack.api.called("apps.connections.open")) + 2
    await slack.trouble(trouble)
    await answers_again(slack, before)


async def test_an_address_that_was_refused_is_not_tried_for_ever(slack: SlackEmulator, log: FakeLog) -> None:
    slack.refusing = True
    await slack.trouble("drop")
    await until(lambda: log.named("slack_socket_lost"), SECONDS)
    slack.refusing = False
    await until(lambda: log.named("slack_socket_restored"), 2 * SECONDS)
    assert (await slack.command("bob", "alerts", "status")).acked


async def test_one_connection_is_kept_and_no_more(slack: SlackEmulator) -> None:
    for _ in range(2):
        before = len(slack.api.called("apps.connections.open"))
        await slack.trouble("abort")
        await answers_again(slack, before)
    await asyncio.sleep(1)
    assert len(slack.sockets) == 1


async def test_closing_while_the_connection_is_lost_takes_no_time(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.refusing = True
    await slack.trouble("drop")
    await asyncio.sleep(0.2)
    async with asyncio.timeout(2):
        await chat.close()
