"""What is said of a story."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain import Action, Alert, AlertKind, Report, Stage, Story
from bot.messages import story_message, word
from bot.wording import MAX_SOURCES, Wording, sources
from tests.fakes import START, FakeNames
from tests.test_wording import RAW

ACTION = Action(
    stage=Stage.IMPOSED,
    issuers=("CN",),
    targets=("EU",),
    instruments=("travel_ban",),
    grounds=("human_rights",),
    counts={"individuals": 10},
    evidence="Beijing sanctions ten Europeans",
)


@pytest.fixture
def wording() -> Wording:
    return Wording(RAW, FakeNames(), measures={"travel_ban": "travel bans"})


def report(outlet: str = "Harbour Wire", *, official: bool = False) -> Report:
    link = f"https://{outlet.lower().replace(' ', '-')}.example/1"
    return Report(item="i1", outlet=outlet, link=link, title="Beijing bans Europeans", at=START, official=official)


def story(**fields: object) -> Story:
    given: dict[str, object] = {
        "key": "abcd1234",
        "action": ACTION,
        "headline": "Beijing bans Europeans",
        "reports": (report(),),
        "first": START,
        "last": START,
    }
    return Story(**(given | fields))  # type: ignore[arg-type]


def test_a_sure_alert_claims_the_action(wording: Wording) -> None:
    assert story_message(story(), wording).title == "🇨🇳🇪🇺 China imposes travel bans on the EU: 10 people"


def test_an_unsure_alert_quotes_the_headline_and_claims_nothing(wording: Wording) -> None:
    unsure = story(action=replace(ACTION, sure=False))
    assert story_message(unsure, wording).title == "🇨🇳🇪🇺 Beijing bans Europeans"


def test_context_is_told_by_its_headline(wording: Wording) -> None:
    context = story(action=replace(ACTION, stage=Stage.CONTEXT))
    assert story_message(context, wording).title.endswith("Beijing bans Europeans")


def test_only_known_fields_are_shown(wording: Wording) -> None:
    labels = [field.label for field in story_message(story(), wording).fields]
    assert labels == ["Issuer", "Target", "Measures", "Grounds", "Listed"]


def test_the_sentence_that_shows_it_is_quoted_with_its_outlet(wording: Wording) -> None:
    quote = story_message(story(), wording).quote
    assert quote is not None
    assert (quote.text, quote.outlet) == ("Beijing sanctions ten Europeans", "Harbour Wire")


def test_what_it_answers_is_named_with_its_date_and_linked(wording: Wording) -> None:
    first = replace(ACTION, issuers=("EU",), targets=("CN",), when=date(2021, 3, 22))
    answered = story(key="first", action=first)
    link = story_message(story(), wording, answered=answered).links[0]
    assert link.label == "Answers EU travel bans on China of 22 Mar 2021"
    assert (link.story, link.url) == ("first", "https://harbour-wire.example/1")


def test_each_outlet_is_named_once_and_official_ones_are_marked() -> None:
    links = sources([report(), report(), report("EU Council", official=True)])
    assert [link.label for link in links] == ["Harbour Wire", "EU Council (official)"]


def test_many_outlets_are_counted_instead_of_listed() -> None:
    links = sources([report(f"Outlet {number}") for number in range(MAX_SOURCES + 3)])
    assert links[-1].label == "and 3 more"
    assert len(links) == MAX_SOURCES + 1


def test_a_follow_up_says_what_is_new(wording: Wording) -> None:
    alert = Alert(kind=AlertKind.FOLLOW_UP, room="console", story=story(), because="", added=("Canada joins",))
    assert word(alert, wording).lines == ("Canada joins",)


def test_only_the_mute_button_is_for_admins(wording: Wording) -> None:
    alert = Alert(kind=AlertKind.ALERT, room="console", story=story(), because="")
    assert [(button.action, button.admin) for button in word(alert, wording).buttons] == [
        ("timeline", False),
        ("not_relevant", False),
        ("mute", True),
    ]


def test_a_story_of_a_seeded_event_without_reports_still_has_words(wording: Wording) -> None:
    old = datetime(2012, 12, 14, tzinfo=UTC)
    message = story_message(story(reports=(), first=old, last=old), wording)
    assert message.sources == ()
    assert message.quote is not None
