"""What Slack refuses for now comes later; what it refuses for good says how to mend it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.chat.slack.client import SlackChat
from bot.domain import AlertKind, Receipt
from bot.errors import Delayed, Undeliverable
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import delivery
from tests.emulators.slack import Fault, SlackEmulator
from tests.fakes import FakeLog


async def test_slack_is_believed_when_it_asks_to_wait(slack: SlackEmulator, chat: SlackChat) -> None:
    slack.api.faults.append(Fault("chat.postMessage", status=429, retry_after=30))
    with pytest.raises(Delayed) as caught:
        await chat.send(delivery(slack.world.room("alerts")))
    assert caught.value.after == timedelta(seconds=30)
    with pytest.raises(Delayed, match="its turn comes"):
        await chat.send(delivery(slack.world.room("alerts"), key="d2"))
    assert len(slack.api.called("chat.postMessage")) == 1
    await chat.send(delivery(slack.world.room("general"), key="d3"))


async def test_a_slack_that_is_down_delays(slack: SlackEmulator, make: Make) -> None:
    chat = make()
    await chat.connect()
    await slack._runner.cleanup()
    with pytest.raises(Delayed, match="cannot be reached"):
        await chat.send(delivery(slack.world.room("alerts")))
    await chat.close()


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        ("is_archived", "unarchive"),
        ("not_in_channel", "/invite"),
        ("channel_not_found", "/invite"),
        ("restricted_action", "an admin can allow it"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("account_inactive", "SLACK_BOT_TOKEN"),
        ("missing_scope", "manifest"),
    ],
)
async def test_what_never_arrives_says_how_to_mend_it(
    slack: SlackEmulator, chat: SlackChat, log: FakeLog, error: str, mend: str
) -> None:
    slack.api.faults.append(Fault("chat.postMessage", error=error))
    with pytest.raises(Undeliverable, match=mend):
        await chat.send(delivery(slack.world.room("alerts")))
    assert log.named("slack_refused")


@pytest.mark.parametrize(
    "state", [{"is_archived": True}, {"is_member": False}, {"is_member": False, "is_private": True}]
)
async def test_a_room_that_is_closed_is_undeliverable(
    slack: SlackEmulator, chat: SlackChat, state: dict[str, bool]
) -> None:
    slack.world.named("alerts").update(state)
    with pytest.raises(Undeliverable):
        await chat.send(delivery(slack.world.room("alerts")))


@pytest.mark.parametrize("room", ["slack:T0OTHER/C1", "slack:nowhere", "slack:T0EMULATOR/C1/2", "discord:1"])
async def test_a_room_of_nobodys_is_undeliverable(chat: SlackChat, room: str) -> None:
    with pytest.raises(Undeliverable):
        await chat.send(delivery(room))


async def test_an_edit_of_a_deleted_post_is_undeliverable(slack: SlackEmulator, chat: SlackChat) -> None:
    one = delivery(slack.world.room("alerts"), kind=AlertKind.EDIT, replies_to=Receipt(message="1.000001"))
    with pytest.raises(Undeliverable, match="deleted"):
        await chat.send(one)
    with pytest.raises(Undeliverable, match="no post to change"):
        await chat.send(replace(one, key="d2", replies_to=None))


async def test_a_layout_that_slack_refuses_is_posted_as_plain_text(
    slack: SlackEmulator, chat: SlackChat, log: FakeLog
) -> None:
    slack.api.faults.append(Fault("chat.postMessage", error="invalid_blocks"))
    await chat.send(delivery(slack.world.room("alerts")))
    (message,) = slack.world.said("alerts")
    assert (message["blocks"], "Norland sanctions Sudland" in message["text"]) == ([], True)
    assert log.named("slack_layout_refused")
