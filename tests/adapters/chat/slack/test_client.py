"""Coming online and going offline, and what doctor says."""

import asyncio
import io
import logging
import subprocess
import sys
from collections.abc import Sequence

import pytest

from adapters.chat import CHATS, Kit
from adapters.chat.slack import client as module
from bot.domain import Finding
from bot.errors import ChatError, Delayed, Undeliverable
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import FakeDesk, delivery, until
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, Fault, SlackEmulator
from tests.fakes import FakeLog


async def test_a_bot_token_alone_posts_and_says_so(slack: SlackEmulator, make: Make, log: FakeLog) -> None:
    chat = make(SLACK_APP_TOKEN="")
    await chat.connect()
    await chat.send(delivery(slack.world.room("alerts")))
    await chat.close()
    (said,) = log.named("slack_posts_only")
    assert "SLACK_APP_TOKEN" in str(said)
    assert slack.api.called("apps.connections.open") == []


async def test_without_a_desk_nobody_can_ask(slack: SlackEmulator, log: FakeLog) -> None:
    variables = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_BASE": f"{slack.base}/api"}
    chat = CHATS["slack"](Kit(stream=io.StringIO(), variables=variables, log=log))
    await chat.connect()
    await chat.close()
    assert log.named("slack_posts_only")


@pytest.mark.parametrize(("variable", "value"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")])
async def test_a_wrong_token_is_told_at_once_and_not_repeated(
    slack: SlackEmulator, make: Make, variable: str, value: str
) -> None:
    async with asyncio.timeout(2):
        with pytest.raises(ChatError, match=variable) as caught:
            await make(**{variable: value}).connect()
    assert value not in str(caught.value)


async def test_a_slack_that_stumbles_at_the_start_is_tried_again(
    slack: SlackEmulator, make: Make, log: FakeLog
) -> None:
    slack.api.faults += [Fault("auth.test", status=429, retry_after=0), Fault("auth.test", status=500)]
    chat = make()
    await chat.connect()
    await chat.close()
    assert len(log.named("slack_unreachable")) == 2


async def test_a_slack_that_cannot_be_reached_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRIES", 1)
    with pytest.raises(ChatError, match="cannot be reached"):
        await make(SLACK_API_BASE="http://127.0.0.1:9/api/").connect()


async def test_nothing_is_sent_before_it_is_online_or_after(slack: SlackEmulator, make: Make) -> None:
    chat = make()
    with pytest.raises(Delayed, match="not connected"):
        await chat.send(delivery(slack.world.room("alerts")))
    with pytest.raises(Undeliverable):
        await chat.send(delivery("console"))


async def test_a_token_in_the_environment_confuses_nobody(
    slack: SlackEmulator, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    chat = make()
    await chat.connect()
    assert (await slack.command("bob", "alerts", "status")).acked
    await until(lambda: slack.world.said("alerts", to="bob"))
    await chat.send(delivery(slack.world.room("alerts")))
    await chat.close()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_no_token_is_ever_logged(
    slack: SlackEmulator, make: Make, log: FakeLog, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    chat = make()
    await chat.connect()
    slack.api.faults.append(Fault("*", status=500, times=3))
    with pytest.raises(ChatError):
        await chat.send(delivery(slack.world.room("alerts")))
    await slack.trouble("abort")
    await until(lambda: log.named("slack_socket_restored"), 10)
    await chat.close()
    told = repr(chat) + repr(log.events) + caplog.text
    assert BOT_TOKEN not in told
    assert APP_TOKEN not in told


async def test_closing_takes_less_than_two_seconds_even_when_slack_hangs(slack: SlackEmulator, make: Make) -> None:
    chat = make()
    await chat.connect()
    slack.api.faults.append(Fault("chat.postMessage", delay=9))
    sending = asyncio.create_task(chat.send(delivery(slack.world.room("alerts"))))
    await until(lambda: slack.api.called("chat.postMessage"))
    async with asyncio.timeout(2):
        await chat.close()
        await asyncio.gather(sending, return_exceptions=True)


# --- doctor -----------------------------------------------------------------------------------------------------------


def mends(findings: Sequence[Finding]) -> list[str]:
    return [finding.said for finding in findings if not finding.holds]


async def test_all_is_well_where_all_is_well(slack: SlackEmulator, make: Make) -> None:
    findings = await make().diagnose([slack.world.room("alerts"), "console"])
    assert mends(findings) == []
    assert [finding.what for finding in findings] == ["slack", "slack scopes", "slack socket", "slack room"]


async def test_each_missing_scope_is_named_with_what_it_is_for(slack: SlackEmulator, make: Make) -> None:
    slack.api.scopes -= {"users:read", "usergroups:read"}
    (said,) = mends(await make(admins="compliance").diagnose())
    assert "users:read (to tell admins from others)" in said
    assert "usergroups:read" in said


async def test_what_is_only_of_use_is_no_fault(slack: SlackEmulator, make: Make) -> None:
    slack.api.scopes -= {"files:write", "groups:history"}
    findings = await make().diagnose([slack.world.room("alerts")])
    assert mends(findings) == []
    assert "files:write" in findings[1].said
    slack.world.named("alerts")["is_private"] = True
    (said,) = mends(await make().diagnose([slack.world.room("alerts")]))
    assert "groups:history" in said


@pytest.mark.parametrize(("state", "mend"), [({"is_archived": True}, "unarchive"), ({"is_member": False}, "/invite")])
async def test_each_room_that_cannot_be_posted_to_is_named(
    slack: SlackEmulator, make: Make, state: dict[str, bool], mend: str
) -> None:
    slack.world.named("alerts").update(state)
    (said,) = mends(await make().diagnose([slack.world.room("alerts"), slack.world.room("general")]))
    assert "#alerts" in said
    assert mend in said


async def test_rooms_that_are_nowhere_are_named(make: Make) -> None:
    said = mends(await make().diagnose(["slack:T0EMULATOR/C0NONE", "slack:T0OTHER/C1"]))
    assert "channel_not_found" in said[0]
    assert "T0OTHER" in said[1]


async def test_wrong_tokens_are_named(make: Make) -> None:
    (said,) = mends(await make(SLACK_BOT_TOKEN="xoxb-wrong").diagnose())
    assert "SLACK_BOT_TOKEN" in said
    (said,) = mends(await make(SLACK_APP_TOKEN="xapp-wrong").diagnose())
    assert "SLACK_APP_TOKEN" in said


async def test_http_mode_needs_no_socket(slack: SlackEmulator, make: Make) -> None:
    findings = await make(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET).diagnose()
    assert "http" in findings[0].said
    assert slack.api.called("apps.connections.open") == []


def test_slack_is_loaded_only_when_it_is_used(desk: FakeDesk) -> None:
    code = "import adapters.chat, sys; sys.exit(any(name.startswith('slack') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
