"""What a further report adds to a story, and what a correction mends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import Reading, Stage
from bot.stories import Placed, Recent
from tests.stories_support import NOW, act, item, read, remember, tell


@pytest.fixture
def recent() -> Recent:
    return remember()


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
