"""Which items a query picks, and the reason that is given."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import Stage
from bot.rules import mark, matches
from bot.rules.words import find_phrase, fold_parts, fold_places, fold_words, segments
from tests.rules_support import act, item, rule, unread


def picks(line: str, title: str) -> bool:
    return matches(rule(line), item(title)).yes


def test_all_terms_must_hold_of_one_action() -> None:
    both = item("...", act("US", "IR"), act("EU", "RU", Stage.PROPOSED))
    assert matches(rule("issuer:us target:ir"), both).yes
    verdict = matches(rule("issuer:us target:ru"), both)
    assert (verdict.yes, verdict.because) == (False, "no single action with issuer US and target RU")


def test_a_country_is_found_on_either_side() -> None:
    assert matches(rule("country:ir"), item("...", act("IR", "US"))).yes
    assert matches(rule("country:ir"), item("...", act("US", "IR"))).yes
    assert not matches(rule("country:ir"), item("...", act("US", "RU"))).yes


def test_any_of_several_values_is_enough_and_none_may_be_there_when_negated() -> None:
    assert matches(rule("target:ru,ir"), item("...")).yes
    assert not matches(rule("-target:ru,ir"), item("...")).yes
    assert matches(rule("-target:ru,kp"), item("...")).yes


def test_a_negated_field_speaks_of_the_action_that_the_rest_speaks_of() -> None:
    two = item("...", act("US", "IR", Stage.IMPOSED, "travel_ban"), act("US", "IR", Stage.IMPOSED, "asset_freeze"))
    assert matches(rule("target:ir -instrument:travel_ban"), two).yes


def test_either_of_two_terms_is_enough() -> None:
    assert matches(rule('issuer:cn|"tanker"'), item("A tanker is listed")).yes
    assert matches(rule('issuer:us|"tanker"'), item("A bank is listed")).yes
    assert not matches(rule('issuer:cn|"tanker"'), item("A bank is listed")).yes


@pytest.mark.parametrize("name", ["bbc-world", '"BBC News"', "bbcnews", "BBC_World"])
def test_a_source_is_an_outlet_or_a_feed(name: str) -> None:
    assert matches(rule(f"source:{name}"), item("...")).yes
    assert not matches(rule(f"-source:{name}"), item("...")).yes


def test_another_source_is_not_that_source() -> None:
    assert matches(rule("source:reuters"), item("...")).because == "not source reuters"


def test_yes_and_no_fields_ask_the_item_and_the_action() -> None:
    seen = item("...", act("US", "IR", counter=True, sure=False), official=True)
    assert matches(rule("official:yes counter:yes sure:no"), seen).yes
    assert not matches(rule("official:no"), seen).yes
    assert not matches(rule("sure:yes"), seen).yes
    assert not matches(rule("-counter:yes"), seen).yes


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("iran", "Iran's oil"),
        ("ELYSEE", "L’Élysée says"),
        ('"shadow fleet"', "The “Shadow–Fleet”, again"),
        ("sanction*", "Sanctioning a bank"),
        ('"sanction* evad*"', "sanctions evaders"),
        ('"sanction* evad* bank"', "sanctioned evading bank"),
        ("strasse", "Straße"),
        ("60", "٦٠ banks"),
        ("санкции", "САНКЦИИ против"),
        ("санкц*", "новых санкций"),
        ("ايران", "إيران"),
        ("制裁", "美国制裁伊朗"),
        ("制裁*", "美国制裁伊朗"),
        ("制裁", "EUが制裁を科す"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("คว่ำบาตร", "สหรัฐคว่ำบาตรอิหร่าน"),
        ("제재", "미국의 대이란제재를"),
        ("cafe*", "cafe\u0301s"),
        ("cafe\u0301*", "Cafés"),
        ("sanctions", "sanc\u200btions \u202eagain"),
    ],
)
def test_a_phrase_is_found(line: str, title: str) -> None:
    assert picks(line, title)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("iran", "Iranian oil"),
        ("ran", "Iran"),
        ('"shadow fleet"', "shadow of a fleet"),
        ('"shadow fleet"', "shadow fleets"),
        ('"sanction* evad*"', "sanctions may evade"),
        ("oil*", "spoil"),
        ("制裁", "制定裁判"),
        ("ก", "กิ"),
    ],
)
def test_a_phrase_is_whole_words_only(line: str, title: str) -> None:
    assert not picks(line, title)


def test_no_phrase_reaches_from_the_title_into_the_summary() -> None:
    assert matches(rule("shadow fleet"), item("In the shadow", summary="Fleet seized")).yes
    assert not matches(rule('"shadow fleet"'), item("In the shadow", summary="Fleet seized")).yes


def test_an_item_without_actions_is_seen_by_watch_rules_only() -> None:
    quiet = unread("A shadow fleet sails")
    assert matches(rule(""), quiet).because == "no sanctions action was read in it"
    assert not matches(rule("shadow"), quiet).yes
    assert matches(rule("shadow source:bbcnews"), quiet, without_actions=True).yes
    assert not matches(rule("shadow target:ir"), quiet, without_actions=True).yes
    assert matches(rule("shadow -target:ir"), quiet, without_actions=True).yes


@pytest.mark.parametrize(
    ("line", "because", "words"),
    [
        ("", "everything", ()),
        ("issuer:us,eu target:ir", "issuer US, target IR", ()),
        ('"shadow fleet*" -oil', '"shadow fleet*", not "oil"', ("shadow fleets",)),
        ("issuer:cn|fleet*", '"fleet*"', ("fleets",)),
        ("-stage:eased", "not stage eased", ()),
        ("sure:yes", "sure: yes", ()),
    ],
)
def test_a_yes_names_the_terms_that_held(line: str, because: str, words: tuple[str, ...]) -> None:
    verdict = matches(rule(line), item("Shadow Fleets listed"))
    assert (verdict.yes, verdict.because, verdict.words) == (True, because, words)


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("target:ru", "no action with target RU"),
        ("target:ru,cn", "no action with target CN or RU"),
        ("-target:ir", "every action has target IR"),
        ('"oil tanker"', '"oil tanker" not in the text'),
        ("-fleet", '"fleet" in the text'),
        ("source:reuters", "not source reuters"),
        ("-official:no", "official: no, which is excluded"),
        ("target:ru|-fleet", 'neither target RU nor not "fleet"'),
        ("制裁", '"制裁" not in the text'),
    ],
)
def test_a_no_names_the_term_that_failed(line: str, because: str) -> None:
    assert matches(rule(line), item("A shadow fleet")).because == because


def test_found_words_are_marked_where_they_stand_in_what_was_published() -> None:
    title = "L’Élysée: “Shadow–Fleet” sanctions, 制裁も"
    spans = mark(rule('elysee "shadow fleet" sanction* "fleet sanction*" 制裁 -oil'), title)
    assert [title[start:end] for start, end in spans] == ["Élysée", "Shadow–Fleet” sanctions", "制裁"]


@example("0::ꩻ")
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_words(fold_words(text)) == fold_words(text)


@given(st.text(alphabet="aé 'ßـ制กิ้'\u0301-", max_size=40))
def test_folding_with_places_is_folding(text: str) -> None:
    folded, places = fold_places(text)
    assert folded.split() == fold_words(text).split()
    assert len(places) == len(folded)


@given(st.lists(st.sampled_from(["ab", "abc", "b", "制"]), min_size=1), st.data())
def test_any_stretch_of_words_is_found(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    phrase = " ".join(words[start:end])
    assert find_phrase(segments(phrase), fold_parts("x", " ".join(words))) == phrase
