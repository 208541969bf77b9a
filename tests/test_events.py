"""The first ledger, and who answered whom."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Action, Stage, Story
from bot.errors import SeedError
from bot.events import chain, day_of, linked, pending, stories_from_events

SEEDS = Path(__file__).parent.parent / "seeds" / "events.toml"


def event(key: str = "eu-cn-2021", **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "date": date(2021, 3, 22),
        "stage": "imposed",
        "issuers": ["EU"],
        "targets": ["CN"],
        "summary": "The EU freezes the assets of four officials.",
        **more,
    }


def one(**more: Any) -> Story:
    return stories_from_events({"events": [event(**more)]})[0]


# --- from the seeds -----------------------------------------------------------------------------------------------


def test_an_event_becomes_a_story_with_its_own_key_and_day() -> None:
    story = one(counts={"individuals": 4}, names=["Chen Mingguo"], instruments=["asset_freeze"])
    assert story.key == "eu-cn-2021"
    assert story.first == story.last == datetime(2021, 3, 22, tzinfo=UTC)
    assert story.action == Action(
        stage=Stage.IMPOSED,
        issuers=("EU",),
        targets=("CN",),
        counts={"individuals": 4},
        names=("Chen Mingguo",),
        instruments=("asset_freeze",),
        when=date(2021, 3, 22),
        evidence="The EU freezes the assets of four officials.",
    )


def test_a_link_becomes_its_report() -> None:
    report = one(link="https://www.europa.example/oj/1").reports[0]
    assert (report.outlet, report.link, report.official) == ("europa.example", "https://www.europa.example/oj/1", True)
    assert one().reports == ()


def test_events_come_oldest_first_and_keep_what_they_answer() -> None:
    raw = [
        event("reply", issuers=["CN"], targets=["EU"], answers="cause", counter=True, date="2021-03-23"),
        event("cause"),
    ]
    first, second = stories_from_events({"events": raw})
    assert (first.key, second.key, second.answers) == ("cause", "reply", "cause")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"date": "March 2021"}, r"date must be a day such as 2021-03-22, not 'March 2021'"),
        ({"date": None}, "date must be a day"),
        ({"stage": "impose"}, "stage 'impose' is none of imposed, proposed"),
        ({"issuers": "EU"}, "issuers must be a list of texts"),
        ({"issuers": [], "targets": []}, "issuers or targets must name somebody"),
        ({"counts": {"individuals": "four"}}, "counts must be whole numbers"),
        ({"counts": [4]}, "counts must be whole numbers"),
        ({"counter": "yes"}, "counter must be true or false"),
        ({"summary": " "}, "summary is missing"),
        ({"link": "javascript:alert(1)"}, "link must be an http or https address"),
        ({"targts": ["CN"]}, "unknown field 'targts'; known are answers,"),
        ({"answers": "nobody"}, "answers 'nobody', which is no event's key"),
    ],
)
def test_a_fault_is_named_with_its_event(fault: dict[str, Any], named: str) -> None:
    with pytest.raises(SeedError, match=rf"seeds/events\.toml: event eu-cn-2021: .*{named}"):
        stories_from_events({"events": [event(**fault)]})


def test_a_key_given_twice_is_named() -> None:
    with pytest.raises(SeedError, match="event eu-cn-2021: the key is given 2 times"):
        stories_from_events({"events": [event(), event()]})


def test_nothing_is_answered_before_it_happened() -> None:
    raw = [event("cause"), event("reply", date=date(2021, 3, 1), answers="cause")]
    with pytest.raises(SeedError, match="event reply: answers 'cause', which came later"):
        stories_from_events({"events": raw})


@pytest.mark.parametrize("raw", [{"events": ["x"]}, {"events": {"key": "x"}}])
def test_what_is_no_list_of_tables_is_said(raw: dict[str, Any]) -> None:
    with pytest.raises(SeedError, match=r"seeds/events\.toml"):
        stories_from_events(raw)


# --- who answered whom --------------------------------------------------------------------------------------------


def told(key: str, roles: str, day: int, stage: Stage = Stage.IMPOSED, **more: Any) -> Story:
    issuers, _, targets = roles.partition(">")
    at = datetime(2021, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)
    also = more.pop("also", ())
    answers = more.pop("answers", None)
    action = Action(stage=stage, issuers=tuple(issuers.split()), targets=tuple(targets.split()), **more)
    return Story(key=key, action=action, also=also, first=at, last=at, answers=answers)


def test_the_chain_has_both_sides_oldest_first() -> None:
    stories = [told("b", "CN>EU", 2, counter=True), told("a", "US EU GB>CN", 1), told("x", "US>RU", 1)]
    assert [(story.key, story.answers) for story in chain("CN", "EU", stories)] == [("a", None), ("b", "a")]
    assert chain("CN", "EU", stories) == chain("EU", "CN", stories)


def test_on_one_day_a_reply_comes_after_its_cause() -> None:
    stories = [told("a-reply", "CN>EU", 1, counter=True), told("b-cause", "EU>CN", 1)]
    assert [story.key for story in chain("CN", "EU", stories)] == ["b-cause", "a-reply"]


def test_a_stated_answer_stands_and_a_missing_one_is_found_in_the_window() -> None:
    stories = [told("old", "EU>CN", -300), told("a", "EU>CN", 1), told("b", "EU>CN", 3)]
    stated = told("c", "CN>EU", 4, counter=True, answers="a")
    found = told("d", "CN>EU", 5, counter=True)
    answers = {story.key: story.answers for story in chain("CN", "EU", [*stories, stated, found])}
    assert (answers["c"], answers["d"]) == ("a", "b")
    assert chain("CN", "EU", [told("old", "EU>CN", -300), found])[-1].answers is None


def test_talk_is_no_link_of_the_chain() -> None:
    stories = [told("a", "EU>CN", 1, Stage.CONDEMNED), told("b", "EU>CN", 1, Stage.CONTEXT)]
    assert chain("CN", "EU", stories) == ()


def test_a_measure_told_beside_another_is_shown_only_where_no_story_tells_it() -> None:
    beside = Action(stage=Stage.IMPOSED, issuers=("EU",), targets=("CN",), when=date(2021, 3, 2))
    reply = told("reply", "CN>EU", 2, counter=True, also=(beside,))
    assert [story.action.issuers for story in chain("CN", "EU", [reply])] == [("EU",), ("CN",)]
    own = told("own", "EU>CN", 1)
    assert [story.key for story in chain("CN", "EU", [reply, own])] == ["own", "reply"]


# --- the ledger that we ship --------------------------------------------------------------------------------------


def test_the_seeds_hold() -> None:
    stories = stories_from_events(tomllib.loads(SEEDS.read_text(encoding="utf-8")))
    assert all(day_of(story) <= date(2030, 1, 1) for story in stories)
    assert len({story.key for story in stories}) == len(stories)


def test_between_china_and_the_eu_the_seeds_tell_march_2021() -> None:
    stories = stories_from_events(tomllib.loads(SEEDS.read_text(encoding="utf-8")))
    march = [story for story in chain("CN", "EU", stories) if (day_of(story).year, day_of(story).month) == (2021, 3)]
    assert [(story.action.issuers, story.action.counter) for story in march][:2] != []
    cause, reply = march[0], next(story for story in march if story.action.issuers == ("CN",))
    assert "EU" in cause.action.issuers
    assert reply.answers == cause.key
    assert reply.action.counts == {"individuals": 10, "entities": 4}


# --- what is still open -------------------------------------------------------------------------------------------

TODAY = date(2021, 6, 1)


@pytest.mark.parametrize(
    ("later", "open_still"),
    [
        (told("d", "EU>CN", 30), False),
        (told("d", "EU>CN", 30, Stage.BLOCKED), False),
        (told("d", "EU US>CN RU", 30), False),
        (told("d", "EU>CN", 30, Stage.PROPOSED, grounds=("cyber",)), True),
        (told("d", "EU>CN", 30, Stage.CONDEMNED), True),
        (told("d", "US>CN", 30), True),
        (told("d", "EU>RU", 30), True),
        (told("d", "EU>CN", -1), True),
    ],
)
def test_a_proposal_is_open_until_its_issuer_decides_on_its_target(later: Story, *, open_still: bool) -> None:
    found = pending([told("p", "EU>CN", 0, Stage.PROPOSED), later], TODAY)
    assert bool(found) is open_still


def test_what_comes_a_hundred_days_later_decides_another_proposal() -> None:
    proposal = told("p", "EU>CN", 0, Stage.PROPOSED)
    assert pending([proposal, told("d", "EU>CN", 100)], date(2021, 8, 1)) == (proposal,)


def test_a_measure_that_follows_a_proposal_decides_it_however_late() -> None:
    follows = replace(told("d", "EU>CN", 100), follows="p")
    assert pending([told("p", "EU>CN", 0, Stage.PROPOSED), follows], date(2021, 8, 1)) == ()


def test_a_proposal_of_which_nothing_was_heard_for_a_year_has_lapsed() -> None:
    proposal = told("p", "EU>CN", 0, Stage.PROPOSED)
    assert pending([proposal], date(2022, 3, 1)) == (proposal,)
    assert pending([proposal], date(2022, 3, 10)) == ()


def test_easing_is_decided_by_easing_or_by_keeping() -> None:
    proposal = told("p", "US>SY", 0, Stage.EASING_PROPOSED)
    assert pending([proposal, told("d", "US>SY", 9)], TODAY) == (proposal,)
    assert pending([proposal, told("d", "US>SY", 9, Stage.EASED)], TODAY) == ()
    assert pending([proposal, told("d", "US>SY", 9, Stage.EXTENDED)], TODAY) == ()


def test_of_several_proposals_of_one_pair_the_newest_is_told() -> None:
    stories = [told(f"p{day}", "EU>CN", day, Stage.PROPOSED) for day in (0, 5, 3)]
    assert [story.key for story in pending(stories, TODAY)] == ["p5"]


def test_linked_stories_are_each_there_once_oldest_first_with_what_they_answer() -> None:
    stories = [told("b", "CN>EU", 2, counter=True), told("a", "EU>CN", 1), told("c", "RU>US", 3, counter=True)]
    assert [(story.key, story.answers) for story in linked([*stories, *stories])] == [
        ("a", None),
        ("b", "a"),
        ("c", None),
    ]
