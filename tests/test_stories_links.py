"""What continues what, and who answered whom."""

from datetime import timedelta

import pytest

from bot.domain import Key, Stage, Story
from bot.events import stories_from_events
from bot.stories import Placed, Recent
from tests.stories_support import KNOWLEDGE, item, read, remember, tell


@pytest.fixture
def recent() -> Recent:
    return remember()


def told(
    recent: Recent, title: str, roles: str, stage: Stage = Stage.IMPOSED, *, days: float = 0, **more: object
) -> Story:
    placement = tell(recent, item(title, hours=days * 24), read(roles, stage, **more))  # type: ignore[arg-type]
    assert placement.verdict is Placed.NEW
    return placement.story


# --- a later stage ------------------------------------------------------------------------------------------------


def test_what_was_proposed_and_then_imposed_is_a_new_story_that_follows(recent: Recent) -> None:
    before = told(recent, "EU proposes ban on Russian diamonds in 12th sanctions package", "EU>RU", Stage.PROPOSED)
    after = told(recent, "EU adopts 12th package with ban on Russian diamonds", "EU>RU", days=30)
    assert after.follows == before.key


def test_what_was_imposed_and_then_eased_follows_across_weeks(recent: Recent) -> None:
    before = told(recent, "US imposes sanctions on Venezuela's oil industry", "US>VE", instruments=("sectoral",))
    after = told(
        recent, "US lifts sanctions on Venezuela's oil", "US>VE", Stage.EASED, days=60, instruments=("sectoral",)
    )
    assert after.follows == before.key


def test_of_two_earlier_stories_the_one_about_the_same_measure_is_followed(recent: Recent) -> None:
    diamonds = told(recent, "EU weighs ban on Russian diamonds", "EU>RU", Stage.PROPOSED)
    told(recent, "EU weighs sanctions on Russian propaganda channels", "EU>RU", Stage.PROPOSED, days=5)
    after = told(recent, "EU bans imports of Russian diamonds", "EU>RU", days=12)
    assert after.follows == diamonds.key


def test_another_package_is_not_what_a_package_follows(recent: Recent) -> None:
    told(recent, "Commission proposes 11th package of Russia sanctions", "EU>RU", Stage.PROPOSED)
    after = told(recent, "EU adopts 12th package of Russia sanctions", "EU>RU", days=20)
    assert after.follows is None


def test_the_same_actors_and_nothing_else_in_common_are_not_linked(recent: Recent) -> None:
    told(recent, "US weighs curbs on AI chips for China", "US>CN", Stage.PROPOSED)
    after = told(recent, "US sanctions Chinese firms over fentanyl", "US>CN", days=9)
    assert after.follows is None


def test_a_measure_does_not_follow_what_came_after_it(recent: Recent) -> None:
    told(recent, "EU imposes embargo on Belarus potash", "EU>BY")
    later = told(recent, "EU weighs embargo on Belarus potash", "EU>BY", Stage.PROPOSED, days=20)
    assert later.follows is None


# --- a counter-measure --------------------------------------------------------------------------------------------


def test_a_counter_measure_answers_the_swapped_measure(recent: Recent) -> None:
    cause = told(recent, "EU sanctions Chinese officials over Xinjiang abuses", "EU>CN")
    reply = told(recent, "China hits back with sanctions on 10 Europeans", "CN>EU", days=0.2, counter=True)
    assert reply.answers == cause.key


def test_of_two_causes_the_one_that_the_text_names_is_answered(recent: Recent) -> None:
    xinjiang = told(recent, "US sanctions Chinese officials over Xinjiang labour abuses", "US>CN")
    told(recent, "US blacklists Chinese chip makers", "US>CN", days=3)
    reply = told(
        recent,
        "China sanctions US researchers in response to Xinjiang sanctions over labour abuses",
        "CN>US",
        days=6,
        counter=True,
    )
    assert reply.answers == xinjiang.key


def test_where_the_text_names_none_the_latest_cause_is_answered(recent: Recent) -> None:
    told(recent, "UK expels Russian military attache", "GB>RU")
    latest = told(recent, "UK strips Moscow trade mission of its status", "GB>RU", days=8)
    reply = told(recent, "Kremlin bans entry to British officials", "RU>GB", days=10, counter=True)
    assert reply.answers == latest.key


def test_retaliation_as_a_ground_is_an_answer_too(recent: Recent) -> None:
    cause = told(recent, "Germany expels 2 Iranian diplomats", "DE>IR")
    reply = told(recent, "Iran throws out German envoys", "IR>DE", days=7, grounds=("retaliation",))
    assert reply.answers == cause.key


def test_an_answer_to_the_west_answers_one_of_its_states(recent: Recent) -> None:
    cause = told(recent, "US caps price of Russian oil", "US G7>RU")
    assert (
        told(recent, "Russia hits back at the West with oil ban", "RU>WEST", days=5, counter=True).answers == cause.key
    )


def test_an_answer_that_names_nobody_answers_what_its_words_mean(recent: Recent) -> None:
    cap = told(recent, "G7 and Australia agree $60 price cap on Russian oil", "G7 AU>RU")
    told(recent, "UK sanctions Russian judges", "GB>RU", days=4)
    reply = told(recent, "Russia bans oil sales to those who comply with price cap", "RU>", days=20, counter=True)
    assert reply.answers == cap.key
    assert told(recent, "Russia bans foreign websites", "RU>", days=21, counter=True).answers is None


def test_a_measure_that_is_no_answer_answers_nothing(recent: Recent) -> None:
    told(recent, "US sanctions Chinese firms over fentanyl", "US>CN")
    assert told(recent, "China bans US chip maker Micron", "CN>US", days=2).answers is None


def test_what_is_older_than_the_window_is_not_answered(recent: Recent) -> None:
    told(recent, "EU sanctions Chinese officials", "EU>CN")
    days = KNOWLEDGE.answer_window / timedelta(days=1) + 1
    assert told(recent, "China sanctions EU diplomats", "CN>EU", days=days, counter=True).answers is None


def test_talk_is_not_what_a_counter_measure_answers(recent: Recent) -> None:
    told(recent, "US condemns Chinese bans", "CN>US", Stage.CONDEMNED)
    told(recent, "How US sanctions changed China", "US>CN", Stage.CONTEXT)
    assert told(recent, "China hits back at US firms", "CN>US", days=1, counter=True).answers is None


def test_an_event_of_the_seeds_can_be_answered() -> None:
    raw = {
        "key": "eu-cn",
        "date": "2023-02-20",
        "stage": "imposed",
        "issuers": ["EU"],
        "targets": ["CN"],
        "summary": "EU x",
    }
    recent = Recent(stories_from_events({"events": [raw]}), knowledge=KNOWLEDGE)
    key: Key | None = told(recent, "China hits back at EU", "CN>EU", counter=True).answers
    assert key == "eu-cn"
