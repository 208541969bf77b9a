"""One event, one story: what is told once, what grows, and what is another event."""

from dataclasses import replace

import pytest

from bot.domain import Reading, Stage
from bot.stories import Placed, Recent, echo
from tests.stories_support import item, read, remember, tell


@pytest.fixture
def recent() -> Recent:
    return remember()


# --- is one, is not -----------------------------------------------------------------------------------------------


def test_two_outlets_with_other_words_tell_one_event(recent: Recent) -> None:
    first = tell(recent, item("EU sanctions 10 Russian officials"), read("EU>RU", counts={"individuals": 10}))
    second = tell(
        recent,
        item("EU adds ten Russians to blacklist", hours=2, outlet="AP"),
        read("EU>RU", counts={"individuals": 10}),
    )
    assert (first.verdict, second.verdict) == (Placed.NEW, Placed.SAME)
    assert second.story.key == first.story.key
    assert [report.outlet for report in second.story.reports] == ["Reuters", "AP"]


def test_the_next_package_is_another_event(recent: Recent) -> None:
    first = tell(recent, item("EU adopts 10th package of sanctions against Russia"), read("EU>RU"))
    second = tell(recent, item("EU agrees 11th package of sanctions against Russia", hours=30), read("EU>RU"))
    assert second.verdict is Placed.NEW
    assert second.story.key != first.story.key


def test_a_package_is_the_same_in_words_and_digits(recent: Recent) -> None:
    tell(recent, item("EU adopts tenth package of sanctions against Russia"), read("EU>RU"))
    second = tell(recent, item("EU countries approve 10th Russia sanctions package", hours=3), read("EU>RU"))
    assert second.verdict is Placed.SAME


def test_other_firms_a_day_later_are_another_event(recent: Recent) -> None:
    tell(recent, item("US sanctions Russian banks"), read())
    assert tell(recent, item("US sanctions Russian shipping firms", hours=26), read()).verdict is Placed.NEW


def test_the_same_words_about_another_country_are_another_event(recent: Recent) -> None:
    tell(recent, item("US imposes visa bans on officials over elections"), read("US>UG"))
    second = tell(recent, item("US imposes visa bans on officials over elections", hours=5), read("US>ZW"))
    assert second.verdict is Placed.NEW


def test_another_issuer_hours_later_is_another_event(recent: Recent) -> None:
    tell(recent, item("US sanctions Putin's daughters"), read())
    second = tell(recent, item("UK sanctions daughters of Putin", hours=40, outlet="BBC"), read("GB>RU"))
    assert second.verdict is Placed.NEW


def test_a_wrong_stage_does_not_part_reports_that_agree_in_words(recent: Recent) -> None:
    tell(recent, item("US sanctions Myanmar's state oil and gas enterprise"), read("US>MM"))
    second = tell(
        recent,
        item("US hits Myanmar junta's oil and gas enterprise with sanctions", hours=4),
        read("US>MM", Stage.ENFORCED, field_confidence={"stage": 0.5}),
    )
    assert second.verdict is Placed.SAME


def test_a_late_report_of_the_plan_is_no_new_event_after_the_deed(recent: Recent) -> None:
    tell(recent, item("EU bans imports of Russian diamonds"), read("EU>RU"))
    second = tell(recent, item("EU to ban imports of Russian diamonds", hours=1), read("EU>RU", Stage.PROPOSED))
    assert second.verdict is Placed.SAME


def test_the_deed_after_the_plan_is_a_new_event_where_both_were_read_surely(recent: Recent) -> None:
    plan = tell(recent, item("EU weighs ban on Russian diamonds"), read("EU>RU", Stage.PROPOSED))
    deed = tell(recent, item("EU bans Russian diamonds", hours=24), read("EU>RU"))
    assert deed.verdict is Placed.NEW
    assert deed.story.follows == plan.story.key


def test_a_missing_issuer_does_not_part_reports_that_agree_in_words(recent: Recent) -> None:
    tell(recent, item("U.S., U.K. team up to sanction 7 members of Trickbot ransomware gang"), read("US GB>RU"))
    second = tell(recent, item("Seven members of Trickbot cyber gang sanctioned", hours=3), read(">RU"))
    assert second.verdict is Placed.SAME


def test_a_loose_name_may_mean_one_of_its_states(recent: Recent) -> None:
    tell(recent, item("West to cut Russian lenders off from Swift payment network"), read("WEST>RU"))
    second = tell(recent, item("US to cut Russian lenders off Swift network", hours=1), read("US>RU"))
    assert second.verdict is Placed.SAME


def test_words_alone_do_not_join_what_is_a_week_apart(recent: Recent) -> None:
    tell(recent, item("US issues new Iran sanctions"), read("US>IR"))
    assert tell(recent, item("US issues new Iran sanctions", hours=6 * 24), read("US>IR")).verdict is Placed.NEW


def test_a_reaction_is_a_story_of_its_own_that_follows_the_measure(recent: Recent) -> None:
    measure = tell(recent, item("US blacklists Chinese chip firms Loongson and Inspur"), read("US>CN"))
    reaction = tell(
        recent,
        item("China condemns US blacklisting of chip firms Loongson and Inspur", hours=8),
        read("US>CN", Stage.CONDEMNED, speaker=("CN",)),
    )
    assert reaction.verdict is Placed.NEW
    assert reaction.story.follows == measure.story.key


# --- told again, and not read -------------------------------------------------------------------------------------


def test_an_item_without_an_action_that_tells_a_known_event_is_one_more_source(recent: Recent) -> None:
    first = tell(recent, item("European Commission bans TikTok from staff devices"), read("EU>CN"))
    again = item("European Commission bans TikTok from devices of its staff", hours=2, outlet="AP")
    echoed = echo(again, Reading(relevant=False, confidence=0.6), recent)
    assert echoed is not None
    assert (echoed.verdict, echoed.story.key) == (Placed.SAME, first.story.key)
    assert [report.outlet for report in echoed.story.reports] == ["Reuters", "AP"]
    assert echoed.story.action == first.story.action


def test_other_news_echoes_nothing(recent: Recent) -> None:
    tell(recent, item("European Commission bans TikTok from staff devices"), read("EU>CN"))
    other = item("European Commission warns of drought across the south", hours=2)
    assert echo(other, Reading(relevant=False, confidence=0.6), recent) is None


def test_what_is_surely_no_sanctions_news_echoes_nothing(recent: Recent) -> None:
    tell(recent, item("European Commission bans TikTok from staff devices"), read("EU>CN"))
    again = item("European Commission bans TikTok from devices of its staff", hours=2)
    assert echo(again, Reading(relevant=False, confidence=1.0), recent) is None


# --- why ----------------------------------------------------------------------------------------------------------


def test_a_join_says_which_story_and_what_agreed(recent: Recent) -> None:
    first = tell(recent, item("Germany expels 2 Iranian diplomats over death sentence"), read("DE>IR"))
    second = tell(recent, item("Germany expels two Iran envoys over death sentence ruling", hours=2), read("DE>IR"))
    assert first.story.key in second.because
    assert "same issuers, same targets, same stage" in second.because
    assert "death" in second.because


def test_a_first_story_says_that_nothing_like_it_is_known(recent: Recent) -> None:
    assert tell(recent, item("US sanctions Russian banks"), read()).because == (
        "no recent story has anything of the US against Russia"
    )


def test_a_story_kept_apart_names_the_nearest(recent: Recent) -> None:
    first = tell(recent, item("US sanctions Russian banks"), read())
    second = tell(recent, item("US sanctions Russian shipping firms", hours=26), read())
    assert f"nearest is {first.story.key}" in second.because


def test_a_key_is_short_and_typeable_and_the_same_every_time() -> None:
    keys = {tell(remember(), item("US sanctions Russian banks"), read()).story.key for _ in range(3)}
    assert len(keys) == 1
    assert all(len(key) == 8 and key.isalnum() and key.islower() for key in keys)


def test_two_stories_never_share_a_key(recent: Recent) -> None:
    same = item("US sanctions Russian banks")
    first = tell(recent, same, read())
    again = replace(same, seen=None, date=None)  # so far off in time that it cannot be the same event
    second = tell(recent, again, read())
    assert second.verdict is Placed.NEW
    assert first.story.key != second.story.key
