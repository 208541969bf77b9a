"""What people ask on Slack, and what they see: commands, presses, forms and App Home, as an admin and as a member."""

import pytest

from adapters.chat.slack.client import SlackChat
from bot.domain import Button, Message, Right
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import ALERT, COMMANDS, MUTING, FakeDesk, delivery, rule_input, until, words
from tests.emulators.slack import Fault, SlackEmulator
from tests.emulators.slack_limits import Json
from tests.fakes import FakeLog

pytestmark = pytest.mark.usefixtures("chat")
OFFERED = [command.words for command in COMMANDS if not command.hidden]


async def answer(slack: SlackEmulator, person: str, count: int = 1) -> Json:
    """Return the latest answer that somebody alone sees in #alerts."""
    await until(lambda: len(slack.world.said("alerts", to=person)) >= count)
    return slack.world.said("alerts", to=person)[-1]


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["alice", "bob"])
@pytest.mark.parametrize("line", [*OFFERED, "", "nonsense", 'country "open', "rules add mute issuer:us"])
async def test_every_command_is_acknowledged_and_answered(slack: SlackEmulator, person: str, line: str) -> None:
    sent = await slack.command(person, "alerts", line)
    assert sent.acked
    assert (sent.took < 1, sent.acks) == (True, 1)
    await until(lambda: slack.world.said("alerts", to=person) or slack.world.view("modal"))
    assert slack.world.said("alerts") == []


async def test_an_answer_is_seen_by_whoever_asked_alone(slack: SlackEmulator) -> None:
    await slack.command("bob", "alerts", "status")
    assert "You asked status" in words(await answer(slack, "bob"))
    assert slack.world.said("alerts", to="alice") == []


@pytest.mark.parametrize(("person", "right"), [("alice", Right.ADMIN), ("bob", Right.ALL)])
async def test_the_desk_learns_who_asks_from_where(
    slack: SlackEmulator, desk: FakeDesk, person: str, right: Right
) -> None:
    await slack.command(person, "alerts", "rules add mute issuer:us target:ir")
    await answer(slack, person)
    (asked,) = desk.asked
    assert asked.options == {"kind": "mute", "rule": "issuer:us target:ir"}
    assert (asked.room, asked.place) == (slack.world.room("alerts"), "slack:T0EMULATOR")
    assert (asked.person, asked.name, asked.right) == (slack.world.person(person)["id"], person.title(), right)


async def test_a_line_is_read_as_it_was_typed(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("bob", "alerts", "country “A &amp; B”")
    await answer(slack, "bob")
    assert desk.asked[0].options == {"name": '"A & B"'}


async def test_an_empty_line_asks_for_help(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("bob", "alerts", "  ")
    await answer(slack, "bob")
    assert desk.asked[0].words == "help"


async def test_subscribing_where_the_bot_is_not_says_how_to_invite_it(slack: SlackEmulator) -> None:
    slack.world.named("alerts")["is_member"] = False
    await slack.command("alice", "alerts", "subscribe issuer:us")
    assert "/invite" in words(await answer(slack, "alice"))


async def test_a_long_answer_comes_in_several_posts_of_one_question(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="Long", lines=tuple(f"line {n} " + "x" * 90 for n in range(300)))
    await slack.command("bob", "alerts", "status")
    await until(lambda: "line 299 " in "\n".join(words(message) for message in slack.world.said("alerts", to="bob")))
    assert len(slack.world.said("alerts", to="bob")) > 1


async def test_an_answer_never_calls_anybody(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="x", lines=("<!channel>",), mentions=("S0TEAM123",))
    await slack.command("bob", "alerts", "status")
    assert (await answer(slack, "bob"))["_pings"] == []


# --- buttons and menus ------------------------------------------------------------------------------------------------


async def posted(slack: SlackEmulator, chat: SlackChat) -> Json:
    await chat.send(delivery(slack.world.room("alerts"), message=ALERT))
    return slack.world.said("alerts")[0]


async def test_a_button_asks_its_line_and_answers_its_presser(
    slack: SlackEmulator, chat: SlackChat, desk: FakeDesk
) -> None:
    sent = await slack.press("bob", "alerts", await posted(slack, chat), "Timeline")
    assert sent.acked
    assert "You asked status" in words(await answer(slack, "bob"))
    assert "Norland" in words(slack.world.said("alerts")[0])


async def test_pages_of_an_answer_take_each_others_place(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="Page", buttons=(Button(action="status", label="More", value="page:2"),))
    await slack.command("bob", "alerts", "status")
    first = await answer(slack, "bob")
    desk.answers["status"] = Message(title="Page two")
    await slack.press("bob", "alerts", first, "More")
    await until(lambda: words(slack.world.said("alerts", to="bob")[0]) == "Page two")
    assert len(slack.world.said("alerts", to="bob")) == 1


async def test_muting_opens_a_form_filled_in_for_an_admin(
    slack: SlackEmulator, chat: SlackChat, desk: FakeDesk
) -> None:
    desk.answers["mute"] = MUTING
    await slack.press("alice", "alerts", await posted(slack, chat), "ask:menu", "Mute like this")
    view = await until(lambda: slack.world.view("modal", "form"))
    assert "It would have muted 3 stories." in words(view)
    assert rule_input(view)["element"]["initial_value"] == "issuer:no target:su"


async def test_muting_is_refused_to_a_member_in_words(slack: SlackEmulator, chat: SlackChat, desk: FakeDesk) -> None:
    desk.answers["mute"] = MUTING
    await slack.press("bob", "alerts", await posted(slack, chat), "ask:menu", "Mute like this")
    assert "for admins" in words(await answer(slack, "bob"))
    assert slack.world.views == {}


async def test_a_form_that_cannot_be_opened_any_more_is_answered_in_the_room(
    slack: SlackEmulator, chat: SlackChat, desk: FakeDesk
) -> None:
    desk.answers["mute"] = MUTING
    slack.api.faults.append(Fault("views.open", error="expired_trigger_id"))
    await slack.press("alice", "alerts", await posted(slack, chat), "ask:menu", "Mute like this")
    assert "Confirm" in words(await answer(slack, "alice"))


# --- who may ----------------------------------------------------------------------------------------------------------


async def test_the_members_of_the_configured_group_are_admins(
    slack: SlackEmulator, make: Make, desk: FakeDesk, chat: SlackChat
) -> None:
    await chat.close()
    slack.world.groups["compliance"] = ["bob"]
    grouped = make(admins="@compliance")
    await grouped.connect()
    await slack.command("bob", "alerts", "rules")
    await answer(slack, "bob")
    assert desk.asked[-1].right is Right.ADMIN
    await grouped.close()


async def test_an_admin_of_another_workspace_is_a_guest_here(slack: SlackEmulator, desk: FakeDesk) -> None:
    slack.world.add_person("eve", team_id="T0OTHER")["is_admin"] = True
    await slack.command("eve", "alerts", "rules")
    await answer(slack, "eve")
    assert desk.asked[-1].right is Right.ALL


async def test_whoever_cannot_be_looked_up_may_only_ask(slack: SlackEmulator, desk: FakeDesk, log: FakeLog) -> None:
    slack.api.faults.append(Fault("users.info", status=500, times=9))
    await slack.command("alice", "alerts", "rules")
    assert "for admins" in words(await answer(slack, "alice"))
    assert log.named("slack_person_unknown")


async def test_people_are_looked_up_once_a_minute(slack: SlackEmulator) -> None:
    for n in range(3):
        await slack.command("bob", "alerts", "status")
        await answer(slack, "bob", count=n + 1)
    assert len(slack.api.called("users.info")) == 1
