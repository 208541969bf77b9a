"""What people ask on Slack, and what they see: commands, presses, forms and App Home, as an admin and as a member."""

import pytest

from adapters.chat.slack.client import SlackChat
from bot.domain import Button, Message, Right
from tests.adapters.chat.slack.conftest import Make
from tests.adapters.chat.slack.support import ALERT, COMMANDS, CONFIRM, MUTING, FakeDesk, delivery, until, words
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
    rule = next(block["element"] for block in view["blocks"] if block.get("block_id") == "in:rule")
    assert rule["initial_value"] == "issuer:no target:su"


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


# --- forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["subscribe", "rules add", "rules edit", "country", "rules add mute"])
async def test_what_is_missing_is_asked_for_in_a_form(slack: SlackEmulator, desk: FakeDesk, line: str) -> None:
    await slack.command("alice", "alerts", line)
    view = await until(lambda: slack.world.view("modal", "form"))
    assert view["title"]["text"].lower() in line
    assert desk.asked == []


@pytest.mark.parametrize("line", ["subscribe", "rules add", "rules edit"])
async def test_nobody_fills_in_a_form_in_vain(slack: SlackEmulator, line: str) -> None:
    await slack.command("bob", "alerts", line)
    assert "for admins" in words(await answer(slack, "bob"))
    assert slack.world.views == {}


async def test_a_submitted_form_shows_the_answer_and_keeps_what_was_typed(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["rules add"] = Message(title="Would have muted 3 stories", buttons=CONFIRM)
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    sent = await slack.submit("alice", form, kind="mute", rule="issuer:us")
    assert (sent.acked, sent.took < 1) == (True, True)
    assert desk.asked[-1].options == {"kind": "mute", "rule": "issuer:us"}
    tried = slack.world.view("modal", "form")
    assert "Would have muted 3 stories" in words(tried)
    await slack.press_view("alice", tried, "Confirm")
    done = await until(lambda: slack.world.view("modal", "answer"))
    assert "You asked confirm" in words(done)
    assert desk.asked[-1].options == {"token": "t1"}
    assert desk.asked[-1].room == slack.world.room("alerts")


async def test_a_form_can_be_corrected_and_tried_again(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, kind="mute", rule="isuer:us")
    await slack.submit("alice", slack.world.view("modal"), rule="issuer:us")
    assert desk.asked[-1].options == {"kind": "mute", "rule": "issuer:us"}


async def test_a_rule_entered_in_a_form_is_tried_at_once(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.press_view("alice", form, "rule", "issuer:us", typed={"kind": "flag"})
    await until(lambda: "You asked rules add" in words(slack.world.view("modal")))
    assert desk.asked[-1].options == {"kind": "flag", "rule": "issuer:us"}


async def test_an_answer_that_takes_long_reaches_the_form_later(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.takes = 2.2
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    sent = await slack.submit("alice", form, kind="mute", rule="issuer:us")
    assert (sent.acked, sent.took < 3) == (True, True)
    assert "One moment" in words(slack.world.view("modal"))
    await until(lambda: "You asked rules add" in words(slack.world.view("modal")))


async def test_menus_in_a_form_are_completed_by_the_desk(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "country")
    form = await until(lambda: slack.world.view("modal", "form"))
    sent = await slack.suggest("alice", form, "name", "nor")
    (option,) = (sent.reply or {})["options"]
    assert (option["text"]["text"], option["value"]) == ("country nor", "one")


async def test_slow_completions_are_none_and_in_time(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "country")
    form = await until(lambda: slack.world.view("modal", "form"))
    desk.takes = 9
    sent = await slack.suggest("alice", form, "name", "nor")
    assert (sent.acked, sent.took < 3, sent.reply) == (True, True, {"options": []})


async def test_a_time_and_a_choice_are_what_the_desk_reads(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "subscribe")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, every="day", at="09:00", zone="Europe/Berlin")
    assert desk.asked[-1].options == {"every": "day", "at": "09:00", "zone": "Europe/Berlin"}


# --- App Home ---------------------------------------------------------------------------------------------------------


async def test_app_home_shows_subscriptions_rules_and_sources_to_an_admin(slack: SlackEmulator, desk: FakeDesk) -> None:
    sent = await slack.visit_home("alice")
    assert sent.acked
    view = await until(lambda: slack.world.view("home"))
    for part in ("You asked status", "You asked subscriptions", "You asked rules list", "/sanctions subscribe"):
        assert part in words(view)
    assert {asked.room for asked in desk.asked} == {"slack:T0EMULATOR"}


async def test_app_home_shows_a_member_no_rules_and_no_menu(slack: SlackEmulator) -> None:
    await slack.visit_home("bob")
    view = await until(lambda: slack.world.view("home"))
    assert "rules" not in words(view).lower()


async def test_a_menu_in_app_home_opens_a_form_above_it(slack: SlackEmulator) -> None:
    await slack.visit_home("alice")
    home = await until(lambda: slack.world.view("home"))
    await slack.press_view("alice", home, "ask:menu", "Add")
    form = await until(lambda: slack.world.view("modal", "form"))
    assert form["title"]["text"] == "Rules add"


async def test_what_is_confirmed_above_app_home_is_seen_in_it(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["rules add"] = Message(title="Sure?", buttons=CONFIRM)
    await slack.visit_home("alice")
    await slack.press_view("alice", await until(lambda: slack.world.view("home")), "ask:menu", "Add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, kind="mute", rule="issuer:us")
    published = len(slack.api.called("views.publish"))
    await slack.press_view("alice", slack.world.view("modal"), "Confirm")
    await until(lambda: len(slack.api.called("views.publish")) > published)


async def test_a_button_in_app_home_is_answered_above_it(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="Sources", buttons=(Button(action="help", label="Help"),))
    await slack.visit_home("bob")
    await slack.press_view("bob", await until(lambda: slack.world.view("home")), "Help")
    await until(lambda: "You asked help" in words(slack.world.view("modal", "answer")))


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
