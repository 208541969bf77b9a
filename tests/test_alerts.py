"""Who hears of a story, and why."""

import pytest

from bot.alerts import Audience, Heard, choose, subject_of
from bot.domain import Action, AlertKind, Item, Reading, Rule, RuleKind, Stage, Step, Subscription
from bot.errors import ConfigError
from bot.rules import Subject
from tests.fakes import FakeNames
from tests.test_messages import story

ROOM = "slack:T1/C1"


def subject() -> Subject:
    action = Action(stage=Stage.IMPOSED, issuers=("CN",), targets=("EU",))
    reading = Reading(relevant=True, actions=(action,))
    return subject_of(Item(title="Beijing bans Europeans over shadow fleet"), reading)


def audience(*lines: str, rules: tuple[Rule, ...] = ()) -> Audience:
    subscriptions = [Subscription(key=str(number), room=ROOM, line=line) for number, line in enumerate(lines)]
    return Audience(subscriptions, rules, FakeNames())


def rule(kind: RuleKind, line: str, **fields: str) -> Rule:
    return Rule(key="r1", name="noise", kind=kind, line=line, **fields)  # type: ignore[arg-type]


def outcomes(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [(step.outcome, step.because) for step in steps]


def test_a_room_that_asked_for_it_is_alerted_and_told_why() -> None:
    alerts, steps = choose(Heard(story=story()), subject(), audience("issuer:cn"), ())
    assert [(alert.kind, alert.room) for alert in alerts] == [(AlertKind.ALERT, ROOM)]
    assert "issuer" in steps[0].because


def test_a_room_with_two_subscriptions_hears_it_once() -> None:
    alerts, _ = choose(Heard(story=story()), subject(), audience("issuer:cn", "target:eu"), ())
    assert len(alerts) == 1


def test_nobody_asked_is_a_silence_with_a_reason() -> None:
    alerts, steps = choose(Heard(story=story()), subject(), audience("issuer:us"), ())
    assert alerts == ()
    assert outcomes(steps) == [("silent", "no subscription asks for it")]


def test_a_first_visit_tells_nobody_and_says_so() -> None:
    alerts, steps = choose(Heard(story=story()), subject(), audience(""), (), stock=True)
    assert alerts == ()
    assert steps[0].because == "the first visit to its feed takes stock"


def test_a_report_that_adds_something_is_a_follow_up() -> None:
    alerts, _ = choose(Heard(story=story(), added=("Canada joins",)), subject(), audience(""), [ROOM])
    assert [(alert.kind, alert.added) for alert in alerts] == [(AlertKind.FOLLOW_UP, ("Canada joins",))]


def test_another_outlet_is_an_edit_of_the_first_post() -> None:
    alerts, _ = choose(Heard(story=story()), subject(), audience(""), [ROOM])
    assert [alert.kind for alert in alerts] == [AlertKind.EDIT]


def test_a_report_that_changes_nothing_is_told_to_nobody() -> None:
    alerts, steps = choose(Heard(story=story(), changed=False), subject(), audience(""), [ROOM])
    assert alerts == ()
    assert steps[0].because == "it is told there already"


def test_a_room_that_never_heard_of_a_known_story_is_alerted() -> None:
    alerts, _ = choose(Heard(story=story()), subject(), audience(""), ["discord:1"])
    assert {(alert.kind, alert.room) for alert in alerts} == {(AlertKind.ALERT, ROOM), (AlertKind.EDIT, "discord:1")}


def test_a_muted_story_names_the_rule_that_mutes_it() -> None:
    muted = audience("", rules=(rule(RuleKind.MUTE, '"shadow fleet"'),))
    alerts, steps = choose(Heard(story=story()), subject(), muted, ())
    assert alerts == ()
    assert outcomes(steps) == [(f"muted in {ROOM}", "mute rule noise")]


def test_a_mute_rule_of_another_workspace_does_not_reach_this_room() -> None:
    elsewhere = audience("", rules=(rule(RuleKind.MUTE, "", scope="slack:T2"),))
    alerts, _ = choose(Heard(story=story()), subject(), elsewhere, ())
    assert len(alerts) == 1


def test_a_flag_rule_marks_and_mentions_only_what_it_names() -> None:
    flagged = audience("", rules=(rule(RuleKind.FLAG, "target:eu", mention="role:7"),))
    alerts, _ = choose(Heard(story=story()), subject(), flagged, ())
    assert (alerts[0].flags, alerts[0].mentions) == (("noise",), ("role:7",))


def test_a_watch_rule_hears_items_without_sanctions_news() -> None:
    watching = audience("issuer:us", rules=(rule(RuleKind.WATCH, '"shadow fleet"'),))
    plain = subject_of(Item(title="A shadow fleet was seen"), Reading(relevant=False))
    assert watching.watches(plain)
    assert [alert.room for alert in choose(Heard(story=story()), plain, watching, ())[0]] == [ROOM]


def test_every_line_that_does_not_parse_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        audience("issuer:atlantis", "colour:red")
    assert len(caught.value.faults) == 2
