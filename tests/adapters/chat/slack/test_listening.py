"""Everything is acknowledged in time, whatever happens behind it, and done once."""

import pytest

from adapters.chat.slack.client import SlackChat
from adapters.chat.slack.listening import MOST, REMEMBERED, Once
from bot.domain import Button, Message
from tests.adapters.chat.slack.support import FakeDesk, until, words
from tests.emulators.slack import Fault, SlackEmulator
from tests.fakes import FakeLog

pytestmark = pytest.mark.usefixtures("chat")


@pytest.mark.parametrize(
    "kind", ["message", "app_mention", "member_joined_channel", "tokens_revoked", "never_heard_of"]
)
async def test_events_that_nobody_needs_are_acknowledged(slack: SlackEmulator, kind: str) -> None:
    sent = await slack.event({"type": kind, "user": "U1", "channel": "C1", "text": "hi", "ts": "1.1"})
    assert (sent.acked, sent.attempts) == (True, 1)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "shortcut", "callback_id": "x", "user": {"id": "U1"}, "trigger_id": "1"},
        {"type": "message_action", "callback_id": "x", "user": {"id": "U1"}, "trigger_id": "1", "message": {}},
        {"type": "view_closed", "view": {"id": "V1", "callback_id": "form"}, "user": {"id": "U1"}},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "old"}], "user": {"id": "U1"}},
    ],
    ids=lambda payload: str(payload["type"]),
)
async def test_interactions_that_nobody_needs_are_acknowledged(
    slack: SlackEmulator, payload: dict[str, object]
) -> None:
    sent = await slack.send("interactive", {"team": {"id": "T0EMULATOR"}, **payload})
    assert sent.acked


async def test_a_desk_that_falls_over_costs_no_acknowledgement(
    slack: SlackEmulator, desk: FakeDesk, log: FakeLog
) -> None:
    desk.broken = True
    for line in ("status", "rules add mute x"):
        assert (await slack.command("alice", "alerts", line)).acked
    assert (await slack.visit_home("alice")).acked
    await until(lambda: len(log.named("slack_broke")) == 3)
    desk.broken = False
    await slack.command("alice", "alerts", "status")
    await until(lambda: slack.world.said("alerts", to="alice"))


async def test_a_form_whose_answer_fails_says_so(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    desk.broken = True
    sent = await slack.submit("alice", form, kind="mute", rule="x")
    assert sent.acked
    assert "our fault" in words(slack.world.view("modal"))


async def test_a_slow_desk_costs_no_acknowledgement(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.takes = 3.5
    sent = await slack.command("bob", "alerts", "status")
    assert (sent.acked, sent.took < 0.5) == (True, True)
    await until(lambda: slack.world.said("alerts", to="bob"))


@pytest.mark.parametrize("method", ["auth.test", "users.info", "views.open", "views.publish", "conversations.info"])
@pytest.mark.parametrize("status", [0, 429, 500])
async def test_no_failing_call_costs_an_acknowledgement(slack: SlackEmulator, method: str, status: int) -> None:
    slack.api.faults.append(Fault(method, status=status, times=99))
    for line in ("status", "subscribe issuer:us", "rules add"):
        sent = await slack.command("alice", "alerts", line)
        assert (sent.acked, sent.took < 1) == (True, True)
    assert (await slack.visit_home("alice")).acked
    await until(lambda: len(slack.world.said("alerts", to="alice")) >= 2)


async def test_an_event_that_comes_twice_is_done_once(slack: SlackEmulator) -> None:
    event = {"type": "app_home_opened", "user": slack.world.person("bob")["id"], "tab": "home"}
    for _ in range(2):
        assert (await slack.event(event, event_id="Ev1")).acked
    await slack.command("bob", "alerts", "status")
    await until(lambda: slack.world.said("alerts", to="bob"))
    assert len(slack.api.called("views.publish")) == 1


async def test_a_command_that_comes_twice_is_done_once(slack: SlackEmulator, desk: FakeDesk) -> None:
    first = await slack.command("bob", "alerts", "status")
    assert (await slack.send("slash_commands", first.payload)).acked
    await slack.command("bob", "alerts", "help")
    await until(lambda: len(slack.world.said("alerts", to="bob")) == 2)
    assert [asked.words for asked in desk.asked] == ["status", "help"]


async def test_an_answer_whose_way_back_fails_is_noted(slack: SlackEmulator, desk: FakeDesk, log: FakeLog) -> None:
    desk.answers["status"] = Message(title="x", buttons=(Button(action="help", label="Help"),))
    sent = await slack.command("bob", "alerts", "status")
    await until(lambda: slack.world.said("alerts", to="bob"))
    again = sent.payload | {"trigger_id": "another", "response_url": f"{slack.base}/nowhere"}
    assert (await slack.send("slash_commands", again)).acked
    await until(lambda: log.named("slack_answer_refused"))


async def test_closing_breaks_off_what_is_under_way(slack: SlackEmulator, chat: SlackChat, desk: FakeDesk) -> None:
    desk.takes = 60
    await slack.command("bob", "alerts", "status")
    await chat.close()
    assert slack.world.said("alerts", to="bob") == []


def test_what_was_seen_is_forgotten_after_an_hour_and_bounded() -> None:
    now = 0.0
    once = Once(lambda: now)
    assert [once.first("a"), once.first("a"), once.first(""), once.first("")] == [True, False, True, True]
    now += REMEMBERED + 1
    assert once.first("a")
    for n in range(2 * MOST):
        once.first(f"e{n}")
    assert len(once._seen) <= MOST
