"""One event, one story: what is told once, what grows, and what is another event."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import Reading, Stage
from bot.stories import Placed, Recent
from tests.stories_support import NOW, act, item, read, remember, tell


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


# --- what it adds -------------------------------------------------------------------------------------------------


def test_numbers_where_there_were_none_are_told_once(recent: Recent) -> None:
    tell(recent, item("UK imposes fresh sanctions on Russian officials over conscription"), read("GB>RU"))
    text = "UK sanctions 22 Russian officials over conscription"
    second = tell(recent, item(text, hours=1, outlet="AP"), read("GB>RU", counts={"individuals": 22}))
    third = tell(recent, item(text, hours=2, outlet="AFP"), read("GB>RU", counts={"individuals": 22}))
    assert (second.verdict, second.added) == (Placed.GROWN, ("22 people",))
    assert (third.verdict, third.added) == (Placed.SAME, ())
    assert third.story.action.counts == {"individuals": 22}


def test_a_smaller_number_is_a_part_of_the_known_one(recent: Recent) -> None:
    tell(recent, item("US sanctions 4 Russians over Navalny poisoning"), read(counts={"individuals": 4}))
    part = read(counts={"individuals": 3})
    second = tell(recent, item("US sanctions Russian FSB operatives over Navalny poisoning", hours=1), part)
    assert second.verdict is Placed.SAME
    assert second.story.action.counts == {"individuals": 4}


def test_a_larger_number_is_told(recent: Recent) -> None:
    tell(recent, item("US sanctions 4 Russians over Navalny poisoning"), read(counts={"individuals": 4}))
    more = read(counts={"individuals": 7})
    second = tell(recent, item("US sanctions seven Russians over poisoning of Navalny", hours=1), more)
    assert second.added == ("7 people",)


def test_new_names_are_told_but_not_those_already_in_the_headline(recent: Recent) -> None:
    tell(recent, item("Australia sanctions Sergey Dubinskiy and others over MH17"), read("AU>RU"))
    second = tell(
        recent,
        item("Australia sanctions Dubinskiy, Muchkaev over downing of MH17", hours=2),
        read("AU>RU", names=("Sergey Dubinskiy", "Sergey Muchkaev")),
    )
    assert second.added == ("named: Sergey Muchkaev",)


def test_a_longer_form_of_a_known_name_is_nothing_new(recent: Recent) -> None:
    tell(recent, item("China sanctions US library over Tsai visit"), read("CN>US", names=("Reagan Library",)))
    second = tell(
        recent,
        item("China puts sanctions on US library that hosted Tsai visit", hours=2),
        read("CN>US", names=("Ronald Reagan Presidential Library",)),
    )
    assert second.verdict is Placed.SAME
    assert second.story.action.names == ("Reagan Library",)


def test_a_further_issuer_joins(recent: Recent) -> None:
    tell(recent, item("US sanctions Lebanon's ex-central bank chief Salameh"), read("US>LB"))
    second = tell(
        recent, item("US and Canada sanction Lebanon's former central bank chief Salameh", hours=2), read("US CA>LB")
    )
    assert second.added == ("Canada joins",)
    assert second.story.action.issuers == ("US", "CA")


def test_another_measure_is_told_and_a_vague_one_is_not(recent: Recent) -> None:
    tell(recent, item("US sanctions Iranian prosecutor over executions"), read("US>IR", instruments=("unspecified",)))
    vague = tell(
        recent,
        item("US blacklists Iran's prosecutor over executions", hours=1),
        read("US>IR", instruments=("designation",)),
    )
    said = tell(
        recent,
        item("US bans Iranian prosecutor's travel over executions", hours=2),
        read("US>IR", instruments=("travel_ban",)),
    )
    assert vague.verdict is Placed.SAME
    assert said.added == ("also: travel ban",)
    assert (
        said.story.action.instruments == ("designation", "travel_ban") or "travel_ban" in said.story.action.instruments
    )


def test_what_was_read_unsurely_is_not_told_as_new(recent: Recent) -> None:
    tell(recent, item("EU hits Iran with sanctions over protest crackdown"), read("EU>IR"))
    doubtful = read("EU>IR", counts={"individuals": 32}, field_confidence={"counts": 0.3})
    second = tell(recent, item("EU hits Iran with more sanctions over protest crackdown", hours=1), doubtful)
    assert second.verdict is Placed.SAME


def test_a_further_target_is_told_where_it_was_read_surely(recent: Recent) -> None:
    tell(recent, item("US sanctions firms that help Russia's war"), read("US>RU"))
    text = "US sanctions Chinese and Russian firms that help the war"
    doubtful = read("US>RU CN", field_confidence={"targets": 0.6})
    assert tell(recent, item(text, hours=1, outlet="AP"), doubtful).verdict is Placed.SAME
    second = tell(recent, item(text, hours=2, outlet="AFP"), read("US>RU CN"))
    assert second.added == ("also against China",)
    assert second.story.action.targets == ("RU", "CN")


def test_swapped_roles_are_a_misreading_and_nobody_joins(recent: Recent) -> None:
    tell(recent, item("European Commission bans TikTok from staff devices"), read("EU>CN"))
    wrong = read("CN>EU", field_confidence={"issuers": 0.5, "targets": 0.5})
    second = tell(recent, item("TikTok banned from devices of EU Commission staff", hours=1), wrong)
    assert second.verdict is Placed.SAME
    assert second.story.action.issuers == ("EU",)


def test_swapped_roles_are_a_reply_where_it_says_so(recent: Recent) -> None:
    cause = tell(recent, item("Canada expels Chinese diplomat over threats to lawmaker"), read("CA>CN"))
    reply = tell(
        recent,
        item("China expels Canadian diplomat over expelled Chinese diplomat", hours=9),
        read("CN>CA", counter=True),
    )
    assert reply.verdict is Placed.NEW
    assert reply.story.answers == cause.story.key


def test_what_was_guessed_is_mended_by_a_sure_report_without_a_word(recent: Recent) -> None:
    guess = read(">IR", Stage.PROPOSED, sure=False, field_confidence={"stage": 0.4, "issuers": 0.4})
    tell(recent, item("Treasury targets Iranian drone makers Paravar and Qods"), guess)
    second = tell(recent, item("US sanctions Iranian drone makers Paravar, Qods", hours=1), read("US>IR"))
    assert second.verdict is Placed.SAME
    assert (second.story.action.stage, second.story.action.issuers, second.story.action.sure) == (
        Stage.IMPOSED,
        ("US",),
        True,
    )


def test_a_further_action_of_a_report_is_kept_beside_the_lead(recent: Recent) -> None:
    reading = Reading(relevant=True, actions=(act("CN>EU", counter=True), act("EU>CN")))
    first = tell(recent, item("China hits back at EU sanctions with its own"), reading)
    second = tell(recent, item("China hits back at EU with sanctions of its own", hours=1), reading)
    assert [(*one.issuers, *one.targets) for one in second.story.also] == [("EU", "CN")]
    assert first.story.also == second.story.also


# --- corrected by its outlet --------------------------------------------------------------------------------------


def test_a_correction_replaces_its_report_and_never_grows(recent: Recent) -> None:
    wrong = item("US sanctions 12 Russian shipping firms over arms")
    first = tell(recent, wrong, read(counts={"entities": 12}))
    right = item("US sanctions 10 Russian shipping firms over arms", hours=1, edits=wrong.key)
    second = tell(recent, right, read(counts={"entities": 10}))
    assert (second.verdict, second.added) == (Placed.SAME, ())
    assert "corrected" in second.because
    assert second.story.key == first.story.key
    assert second.story.headline == right.title
    assert second.story.action.counts == {"entities": 10}
    assert [report.title for report in second.story.reports] == [right.title]


def test_a_correction_may_change_the_stage(recent: Recent) -> None:
    wrong = item("EU weighs sanctions on Belarus potash")
    tell(recent, wrong, read("EU>BY", Stage.PROPOSED))
    right = item("EU imposes sanctions on Belarus potash", hours=1, edits=wrong.key)
    assert tell(recent, right, read("EU>BY")).story.action.stage is Stage.IMPOSED


def test_a_correction_of_a_second_report_leaves_the_first_in_its_place(recent: Recent) -> None:
    tell(recent, item("US sanctions Russian shipping firms over arms"), read())
    wrong = item("US sanctions 12 shipping firms over Russian arms", hours=1, outlet="AP")
    tell(recent, wrong, read(counts={"entities": 12}))
    right = replace(wrong, key="AP:again", title="US sanctions 11 shipping firms over Russian arms", edits=wrong.key)
    story = tell(recent, right, read(counts={"entities": 11})).story
    assert [report.outlet for report in story.reports] == ["Reuters", "AP"]
    assert story.headline == "US sanctions Russian shipping firms over arms"
    assert story.action.counts == {"entities": 11}


def test_a_late_correction_of_an_old_story_is_no_new_event(recent: Recent) -> None:
    old = item("US sanctions Russian shipping firms over arms")
    first = tell(recent, old, read())
    again = item("US sanctions Russian shipping firms over arms: officials", hours=30 * 24, edits=old.key)
    recent.forget(NOW + timedelta(days=30))
    second = tell(recent, again, read())
    assert second.verdict is Placed.SAME
    assert second.story.key == first.story.key


def test_a_page_rewritten_for_another_event_is_no_correction(recent: Recent) -> None:
    page = item("Live: EU agrees oil embargo on Russia")
    first = tell(recent, page, read("EU>RU"))
    later = item("Live: US sanctions Iranian drone makers", hours=20, edits=page.key)
    second = tell(recent, later, read("US>IR"))
    assert second.verdict is Placed.NEW
    assert second.story.key != first.story.key


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
