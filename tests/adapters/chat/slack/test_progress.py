"""A long answer says how far it has come, in a modal, which then holds the answer."""

import asyncio

import pytest

from adapters.chat import attending
from bot.domain import Button, Message
from tests.adapters.chat.slack.support import CONFIRM, MUTING, FakeDesk, until, words
from tests.emulators.slack import Fault, SlackEmulator

pytestmark = pytest.mark.usefixtures("chat")
STEPS = [f"Looked at {n} of 8" for n in range(8)]
LINE = "rules add mute issuer:us"


@pytest.fixture(autouse=True)
def slow(desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the desk take some three seconds; a word each half a second is enough."""
    desk.takes, desk.so_far = 0.35, STEPS
    desk.answers["rules add"] = Message(title="Add it?", lines=("It picks 3 items.",), buttons=CONFIRM)
    monkeypatch.setattr(attending, "EVERY", 0.5)


async def seen_until(slack: SlackEmulator, last: str) -> list[str]:
    """Return what the modal said, one after the other, until it says this."""
    seen: list[str] = [""]
    async with asyncio.timeout(15):
        while last not in seen[-1]:
            views = [one for one in slack.world.views.values() if one["type"] == "modal" and one["_open"]]
            seen += [said for one in views if (said := words(one)) != seen[-1]]
            await asyncio.sleep(0.05)
    return seen[1:]


async def test_a_long_answer_opens_a_modal_that_says_how_far_it_is_and_then_holds_it(slack: SlackEmulator) -> None:
    await slack.command("alice", "alerts", LINE)
    seen = await seen_until(slack, "It picks 3 items.")
    assert 2 <= len(seen) - 1 <= 6
    assert all(said.startswith("Looked at") for said in seen[:-1])
    assert slack.world.said("alerts", to="alice") == []
    await slack.press_view("alice", slack.world.view("modal"), "Confirm")
    assert "You asked confirm" in (await seen_until(slack, "confirm"))[-1]


async def test_a_modal_that_was_closed_meanwhile_costs_nobody_the_answer(slack: SlackEmulator) -> None:
    await slack.command("alice", "alerts", LINE)
    await until(lambda: slack.world.view("modal"))
    slack.world.views.clear()
    said = await until(lambda: slack.world.said("alerts", to="alice"))
    assert "It picks 3 items." in words(said[-1])


async def test_where_no_modal_can_be_opened_one_post_says_that_it_takes_a_while(slack: SlackEmulator) -> None:
    slack.api.faults.append(Fault("views.open", error="expired_trigger_id"))
    await slack.command("alice", "alerts", LINE)
    await until(lambda: len(slack.world.said("alerts", to="alice")) == 2)
    first, last = (words(one) for one in slack.world.said("alerts", to="alice"))
    assert (first[:9], "It picks 3 items." in last) == ("Looked at", True)


async def test_a_form_that_is_long_in_trying_says_how_far_it_is(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.takes = 0.6
    await slack.command("alice", "alerts", "rules add")
    await until(lambda: slack.world.view("modal"))
    await slack.submit("alice", slack.world.view("modal"), kind="mute", rule="issuer:us")
    seen = await seen_until(slack, "It picks 3 items.")
    assert any(said.startswith("Looked at") for said in seen)
    assert "Rule" in words(slack.world.view("modal"))


async def test_a_button_below_an_alert_that_takes_long_answers_in_a_modal(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="Look", buttons=(Button(action="mute", label="Mute like this", value="n1"),))
    desk.so_far, desk.takes = (), 0.0
    await slack.command("alice", "alerts", "status")
    post = (await until(lambda: slack.world.said("alerts", to="alice")))[-1]
    desk.so_far, desk.takes, desk.answers["mute"] = STEPS, 0.35, MUTING
    await slack.press("alice", "alerts", post, "Mute like this")
    assert (await seen_until(slack, "It would have muted"))[0].startswith("Looked at")
