"""Forms and App Home: asked for, filled in, tried, corrected and confirmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.forms import Where, answer_view, form, menu, values
from adapters.chat.slack.home import home
from bot.domain import Button, Choice, Command, Form, Message, Right
from tests.adapters.chat.slack.support import ALERT, COMMANDS, CONFIRM, HOSTILE, FakeDesk, rule_input, until, words
from tests.emulators.slack import SlackEmulator
from tests.emulators.slack_limits import view_faults
from tests.emulators.slack_shapes import shape_faults

WILD = st.text(max_size=60) | st.sampled_from([HOSTILE, "09:00", "day", "x" * 3_000])


async def refusal(slack: SlackEmulator, person: str) -> str:
    await until(lambda: slack.world.said("alerts", to=person))
    return words(slack.world.said("alerts", to=person)[-1])


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize("line", ["subscribe", "rules add", "rules edit", "country", "rules add mute"])
async def test_what_is_missing_is_asked_for_in_a_form(slack: SlackEmulator, desk: FakeDesk, line: str) -> None:
    await slack.command("alice", "alerts", line)
    view = await until(lambda: slack.world.view("modal", "form"))
    assert view["title"]["text"].lower() in line
    assert desk.asked == []


@pytest.mark.usefixtures("chat")
@pytest.mark.parametrize("line", ["subscribe", "rules add", "rules edit"])
async def test_nobody_fills_in_a_form_in_vain(slack: SlackEmulator, line: str) -> None:
    await slack.command("bob", "alerts", line)
    assert "for admins" in await refusal(slack, "bob")
    assert slack.world.views == {}


@pytest.mark.usefixtures("chat")
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


@pytest.mark.usefixtures("chat")
async def test_a_form_can_be_corrected_and_tried_again(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, kind="mute", rule="isuer:us")
    await slack.submit("alice", slack.world.view("modal"), rule="issuer:us")
    assert desk.asked[-1].options == {"kind": "mute", "rule": "issuer:us"}


@pytest.mark.usefixtures("chat")
async def test_a_rule_entered_in_a_form_is_tried_at_once(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.press_view("alice", form, "rule", "issuer:us", typed={"kind": "flag"})
    await until(lambda: "You asked rules add" in words(slack.world.view("modal")))
    assert desk.asked[-1].options == {"kind": "flag", "rule": "issuer:us"}


@pytest.mark.usefixtures("chat")
async def test_an_answer_that_is_a_form_is_opened_as_one(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["rules edit"] = Message(title="Rule one", form=Form(words="rules edit", options={"rule": "issuer:us"}))
    await slack.command("alice", "alerts", "rules edit one x")
    view = await until(lambda: slack.world.view("modal", "form"))
    assert rule_input(view)["element"]["initial_value"] == "issuer:us"
    assert "Rule one" in words(view)


@pytest.mark.usefixtures("chat")
async def test_choosing_a_rule_to_edit_fills_in_how_it_stands(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "rules edit")
    form = await until(lambda: slack.world.view("modal", "form"))
    desk.answers["rules edit"] = Message(
        title="x", form=Form(words="rules edit", options={"key": "one", "rule": "issuer:us"})
    )
    await slack.press_view("alice", form, "key", "one")
    await until(lambda: rule_input(slack.world.view("modal"))["element"].get("initial_value") == "issuer:us")
    # Slack keeps what was typed in an input of the same name
    assert rule_input(slack.world.view("modal"))["block_id"] != rule_input(form)["block_id"]
    await slack.submit("alice", slack.world.view("modal"))
    assert desk.asked[-1].options == {"key": "one", "rule": "issuer:us"}


@pytest.mark.usefixtures("chat")
async def test_an_answer_that_takes_long_reaches_the_form_later(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.takes = 2.2
    await slack.command("alice", "alerts", "rules add")
    form = await until(lambda: slack.world.view("modal", "form"))
    sent = await slack.submit("alice", form, kind="mute", rule="issuer:us")
    assert (sent.acked, sent.took < 3) == (True, True)
    assert "One moment" in words(slack.world.view("modal"))
    await until(lambda: "You asked rules add" in words(slack.world.view("modal")))


@pytest.mark.usefixtures("chat")
async def test_menus_in_a_form_are_completed_by_the_desk(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "country")
    form = await until(lambda: slack.world.view("modal", "form"))
    sent = await slack.suggest("alice", form, "name", "nor")
    (option,) = (sent.reply or {})["options"]
    assert (option["text"]["text"], option["value"]) == ("country nor", "one")


@pytest.mark.usefixtures("chat")
async def test_slow_completions_are_none_and_in_time(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "country")
    form = await until(lambda: slack.world.view("modal", "form"))
    desk.takes = 9
    sent = await slack.suggest("alice", form, "name", "nor")
    assert (sent.acked, sent.took < 3, sent.reply) == (True, True, {"options": []})


@pytest.mark.usefixtures("chat")
async def test_a_time_and_a_choice_are_what_the_desk_reads(slack: SlackEmulator, desk: FakeDesk) -> None:
    await slack.command("alice", "alerts", "subscribe")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, every="day", at="09:00", zone="Europe/Berlin")
    assert desk.asked[-1].options == {"every": "day", "at": "09:00", "zone": "Europe/Berlin"}


# --- App Home ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("chat")
async def test_app_home_shows_subscriptions_rules_and_sources_to_an_admin(slack: SlackEmulator, desk: FakeDesk) -> None:
    sent = await slack.visit_home("alice")
    assert sent.acked
    view = await until(lambda: slack.world.view("home"))
    for part in ("You asked status", "You asked subscriptions", "You asked rules list", "/sanctions subscribe"):
        assert part in words(view)
    assert {asked.room for asked in desk.asked} == {"slack:T0EMULATOR"}


@pytest.mark.usefixtures("chat")
async def test_app_home_shows_a_member_no_rules_and_no_menu(slack: SlackEmulator) -> None:
    await slack.visit_home("bob")
    view = await until(lambda: slack.world.view("home"))
    assert "rules" not in words(view).lower()


@pytest.mark.usefixtures("chat")
async def test_a_menu_in_app_home_opens_a_form_above_it(slack: SlackEmulator) -> None:
    await slack.visit_home("alice")
    home = await until(lambda: slack.world.view("home"))
    await slack.press_view("alice", home, "ask:menu", "Add")
    form = await until(lambda: slack.world.view("modal", "form"))
    assert form["title"]["text"] == "Rules add"


@pytest.mark.usefixtures("chat")
async def test_what_is_confirmed_above_app_home_is_seen_in_it(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["rules add"] = Message(title="Sure?", buttons=CONFIRM)
    await slack.visit_home("alice")
    await slack.press_view("alice", await until(lambda: slack.world.view("home")), "ask:menu", "Add")
    form = await until(lambda: slack.world.view("modal", "form"))
    await slack.submit("alice", form, kind="mute", rule="issuer:us")
    published = len(slack.api.called("views.publish"))
    await slack.press_view("alice", slack.world.view("modal"), "Confirm")
    await until(lambda: len(slack.api.called("views.publish")) > published)


@pytest.mark.usefixtures("chat")
async def test_a_button_in_app_home_is_answered_above_it(slack: SlackEmulator, desk: FakeDesk) -> None:
    desk.answers["status"] = Message(title="Sources", buttons=(Button(action="help", label="Help"),))
    await slack.visit_home("bob")
    await slack.press_view("bob", await until(lambda: slack.world.view("home")), "Help")
    await until(lambda: "You asked help" in words(slack.world.view("modal", "answer")))


# --- whatever is filled in --------------------------------------------------------------------------------------------


@given(
    st.sampled_from(COMMANDS),
    st.dictionaries(st.sampled_from(["rule", "every", "at", "zone", "key", "kind", "name"]), WILD),
)
def test_a_form_keeps_every_limit_whatever_it_is_filled_with(command: Command, filled: dict[str, str]) -> None:
    view = form(command, filled, Where(room="slack:T1/C1"), ALERT, typed_in={})
    assert view_faults(view) == shape_faults("modal", view) == []
    assert Where.of(view) == Where(room="slack:T1/C1", words=command.words)


@given(st.lists(st.builds(Choice, label=WILD, value=WILD), max_size=120))
def test_a_menu_gives_back_what_was_chosen_or_does_not_offer_it(choices: list[Choice]) -> None:
    offered = menu(choices)
    assert len(offered) <= 100
    assert {one["value"] for one in offered} <= {choice.value for choice in choices}


def test_what_nobody_touched_is_what_the_form_was_opened_with() -> None:
    command = next(one for one in COMMANDS if one.words == "subscribe")
    filled = {"rule": "issuer:us", "every": "day", "at": "09:00", "zone": "Europe/Berlin"}
    assert values(form(command, filled, Where(room="r"))) == filled


def test_a_long_answer_and_a_full_home_keep_to_a_view() -> None:
    message = Message(title=HOSTILE, lines=(HOSTILE,) * 300, more=(ALERT,) * 40, buttons=CONFIRM * 9)
    shown = answer_view(message, Where(room="r"))
    full = home([(command, message) for command in COMMANDS], COMMANDS, Right.ADMIN)
    assert view_faults(shown) == view_faults(full) == []
    assert shape_faults("modal", shown) == shape_faults("home", full) == []


def test_a_modal_that_remembers_nonsense_is_from_nowhere() -> None:
    assert Where.of({"private_metadata": "{"}) == Where.of({}) == Where(room="")
