"""Signed HTTP: what Slack signed is answered, and nothing else."""

import json
import time
import urllib.parse
from collections.abc import AsyncIterator

import pytest

from adapters.chat.slack.client import SlackChat
from bot.errors import ChatError
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import FakeDesk, until, words
from tests.emulators.slack import SECRET, SlackEmulator, signed
from tests.fakes import FakeLog

HTTP = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "SLACK_EVENTS_URL": "http://127.0.0.1:0/slack/events"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def served(slack: SlackEmulator, make: Make) -> AsyncIterator[SlackChat]:
    chat = make(**HTTP)
    await chat.connect()
    slack.request_url = chat.address
    yield chat
    await chat.close()


def body(slack: SlackEmulator, text: str = "status") -> str:
    channel, person = slack.world.named("alerts")["id"], slack.world.person("bob")["id"]
    fields = {"command": "/sanctions", "text": text, "channel_id": channel, "user_id": person, "team_id": "T0EMULATOR"}
    return urllib.parse.urlencode(fields | {"trigger_id": "t1", "response_url": f"{slack.base}/nowhere"})


@pytest.mark.usefixtures("served")
async def test_commands_forms_and_home_work_as_over_a_socket(slack: SlackEmulator, desk: FakeDesk) -> None:
    sent = await slack.command("alice", "alerts", "rules add")
    assert (sent.acked, sent.took < 1) == (True, True)
    form = await until(lambda: slack.world.view("modal", "form"))
    assert (await slack.submit("alice", form, kind="mute", rule="issuer:us")).acked
    assert "You asked rules add" in words(slack.world.view("modal"))
    assert (await slack.visit_home("alice")).acked
    await until(lambda: slack.world.view("home"))
    suggested = await slack.suggest("alice", slack.world.view("modal"), "kind", "")
    assert suggested.reply == {
        "options": [{"text": {"type": "plain_text", "text": "text", "emoji": True}, "value": "one"}]
    }


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "x" * 9, "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "9" * 5000, "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": str(int(time.time()))},
    ],
    ids=["unsigned", "early", "no number", "huge", "half"],
)
async def test_an_unsigned_request_is_refused(slack: SlackEmulator, desk: FakeDesk, headers: dict[str, str]) -> None:
    status, _ = await slack.request(body(slack), FORM | headers)
    assert (status, desk.asked) == (401, [])


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("age", [-400, 400])
async def test_a_late_request_is_refused(slack: SlackEmulator, desk: FakeDesk, age: int) -> None:
    given = body(slack)
    status, _ = await slack.request(given, FORM | signed(given, at=time.time() + age))
    assert (status, desk.asked) == (401, [])


@pytest.mark.usefixtures("served")
async def test_a_request_signed_with_another_secret_is_refused(slack: SlackEmulator, desk: FakeDesk) -> None:
    given = body(slack)
    status, _ = await slack.request(given, FORM | signed(given, secret="guessed"))
    assert (status, desk.asked) == (401, [])


@pytest.mark.usefixtures("served")
async def test_a_changed_request_is_refused(slack: SlackEmulator) -> None:
    given = body(slack)
    status, _ = await slack.request(given.replace("status", "rules"), FORM | signed(given))
    assert status == 401


@pytest.mark.usefixtures("served")
async def test_a_replayed_request_is_refused_and_does_nothing(slack: SlackEmulator, desk: FakeDesk) -> None:
    given = body(slack)
    headers = FORM | signed(given)
    assert (await slack.request(given, headers))[0] == 200
    await until(lambda: desk.asked)
    assert (await slack.request(given, headers))[0] == 401
    # claiming to be Slack's own repetition gains an acknowledgement, and no more
    assert (await slack.request(given, headers | {"X-Slack-Retry-Num": "1"}))[0] == 200
    await slack.command("bob", "alerts", "help")
    await until(lambda: slack.world.said("alerts", to="bob"))
    assert [asked.words for asked in desk.asked] == ["status", "help"]


@pytest.mark.usefixtures("served")
async def test_slacks_check_of_the_address_is_answered(slack: SlackEmulator) -> None:
    given = json.dumps({"type": "url_verification", "challenge": "c1"})
    status, answer = await slack.request(given, {"Content-Type": "application/json", **signed(given)})
    assert (status, json.loads(answer)) == (200, {"challenge": "c1"})


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("given", ["", "payload=%7B", "{", "\xff", "payload=" + "x" * 2_000_000])
async def test_signed_nonsense_breaks_nothing(slack: SlackEmulator, given: str) -> None:
    await slack.request(given, FORM | signed(given))
    assert (await slack.command("bob", "alerts", "status")).acked


async def test_an_address_that_is_taken_is_told(slack: SlackEmulator, make: Make, served: SlackChat) -> None:
    with pytest.raises(ChatError, match="SLACK_EVENTS_URL"):
        await make(**HTTP | {"SLACK_EVENTS_URL": served.address}).connect()


async def test_where_it_listens_is_logged(slack: SlackEmulator, served: SlackChat, log: FakeLog) -> None:
    assert log.named("slack_listening") == [{"address": served.address}]
    assert served.address.endswith("/slack/events")
