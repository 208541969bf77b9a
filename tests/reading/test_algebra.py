"""The stage algebra: base cue and turn, nearest first, never across an edge."""

import pytest

from bot.reading.algebra import Sense, sense
from bot.reading.page import frame, lead, page
from tests.reading.reading_support import lexicon, news


def made(title: str) -> Sense:
    scanned = page(news(title), lexicon())
    leading = lead(scanned)
    assert leading
    _, scan, at = leading
    return sense(scanned, scan, at, frame(scanned, scan, at))


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("EU imposes sanctions on Belarus", "imposed"),
        ("US sanctions Iranian shipping line", "imposed"),
        ("EU lifts sanctions on Belarus", "eased"),
        ("Sanctions on Belarus lifted", "eased"),
        ("EU extends sanctions against Belarus", "extended"),
        ("EU refuses to lift sanctions on Belarus", "extended"),
        ("US will not ease sanctions on Cuba", "extended"),
        ("Council fails to renew sanctions on Mali", "eased"),
        ("EU weighs sanctions on Georgia", "proposed"),
        ("US mulls easing sanctions on Venezuela", "easing_proposed"),
        ("Havana urges Washington to lift sanctions", "easing_proposed"),
        ("Kyiv calls for sanctions on Russian gas", "proposed"),
        ("Mali demands that ECOWAS lift the sanctions", "easing_proposed"),
        ("Council votes to end nine years of sanctions on Mali", "eased"),
        ("Russia vetoes sanctions on Mali", "blocked"),
        ("Moscow condemns sanctions on its banks", "condemned"),
        ("Firm evades sanctions on Iran", "context"),
    ],
)
def test_cue_and_turn_give_the_stage(title: str, stage: str) -> None:
    assert made(title).stage == stage


def test_nothing_works_across_an_edge() -> None:
    assert made("Oil jumps after OPEC lifts output: sanctions on Iran").base == ""


def test_a_background_clause_is_known_by_its_edge() -> None:
    scanned = page(news("Iran opens airport amid sanctions"), lexicon())
    leading = lead(scanned)
    assert leading
    assert frame(scanned, leading[1], leading[2]).edge == "amid"


def test_what_is_refused_is_told_from_what_is_merely_not_so() -> None:
    assert made("Ghana refuses to sanction Mali").refused
    assert made("Ghana refuses to sanction Mali").stage == "blocked"
    assert not made("Ghana will not hesitate to impose sanctions on Mali").refused
