"""What is the same item: links, marks, and the judgement on each combination of them."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Item, Known, Recognition, Sameness, Sight
from bot.errors import SeedError
from bot.identity import ItemIdentity, recognise
from bot.links import LinkRules, canonical_link, parse_link_rules
from bot.marks import keys_for, marks_of

RULES = parse_link_rules(tomllib.loads((Path(__file__).parents[1] / "seeds/links.toml").read_text()))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ITEM = Item(
    feed="gazette",
    guid="p=1",
    link="https://gazette.example/world/treaty",
    title="Envoys sign a treaty on fishing rights",
    summary="It was signed on Monday.",
    date=NOW,
    outlet="Gazette",
)
OTHER = replace(
    ITEM,
    guid="p=2",
    link="https://gazette.example/world/bridge",
    title="Oldest bridge of the valley reopens",
    summary="After nine years.",
    date=NOW + 2 * DAY,
)


def known(item: Item = ITEM, *, key: str = "k1", claimed: bool = False) -> Known:
    sight = Sight(feed=item.feed, marks=marks_of(item, RULES))
    return Known(key=key, feed=item.feed, sights=(sight,), title=item.title, date=item.date, seen=NOW, claimed=claimed)


def judge(item: Item, *candidates: Known) -> Recognition:
    return recognise(item, marks_of(item, RULES), candidates or (known(),))


@pytest.mark.parametrize(
    "url",
    [
        "http://gazette.example/world/treaty",
        "https://www.gazette.example/world/treaty/",
        "HTTPS://GAZETTE.EXAMPLE:443/world/treaty",
        "https://gazette.example/world/treaty#comments",
        "https://gazette.example/world/treaty?utm_source=rss&UTM_Medium=x&fbclid=1",
        "https://amp.gazette.example/world/treaty",
        "https://m.gazette.example/world/treaty/amp/",
        "  https://gazette.example./world/treaty?  ",
        "https://gazette.example/w%6Frld/treaty",
    ],
)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert canonical_link(url, RULES) == "https://gazette.example/world/treaty"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://gazette.example/a", "https://gazette.example/b"),
        ("https://gazette.example/?p=1", "https://gazette.example/?p=2"),
        ("https://gazette.example/a", "https://courier.example/a"),
        ("https://gazette.example:8080/a", "https://gazette.example/a"),
        ("https://gazette.example/A", "https://gazette.example/a"),
        ("https://m.com/a", "https://com/a"),
        ("https://gazette.example/?id=1&v=", "https://gazette.example/?id=1"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_link(one, RULES) != canonical_link(other, RULES)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_link("http://x.example/a?b=2&a=1", RULES) == canonical_link("http://x.example/a?a=1&b=2", RULES)


@given(st.text())
def test_any_text_has_a_canonical_form_that_is_its_own(text: str) -> None:
    once = canonical_link(text, RULES)
    assert canonical_link(once, RULES) == once


@given(st.text(alphabet="ab/%2.?&=#é\ud800", max_size=40))
def test_any_address_has_a_canonical_form_that_is_its_own(rest: str) -> None:
    once = canonical_link(f"http://x.example/{rest}", RULES)
    assert canonical_link(once, RULES) == once


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"drop": "utm_*"}, "drop must be a list"),
        ({"drop": [""]}, "none of them empty"),
        ({"hosts": [3]}, "hosts must be a list"),
        ({"drop": ["utm_*x"]}, "may only stand at the end"),
        ({"drop": ["*"]}, "may only stand at the end"),
        ({"dorp": []}, "unknown entry 'dorp'"),
    ],
)
def test_a_faulty_list_of_decorations_is_refused_with_the_entry(table: dict[str, object], complaint: str) -> None:
    with pytest.raises(SeedError, match=complaint):
        parse_link_rules(table)


def test_typography_and_case_of_a_title_change_no_mark() -> None:
    curly = replace(ITEM, title="ENVOYS sign  a “treaty” on fishing-rights")
    assert marks_of(curly, RULES).title == marks_of(ITEM, RULES).title


def test_a_guid_means_nothing_in_another_feed() -> None:
    assert marks_of(replace(ITEM, feed="courier"), RULES).guid != marks_of(ITEM, RULES).guid


@pytest.mark.parametrize(
    "link", ["", "https://gazette.example/", "http://www.gazette.example", "https://gazette.example/?utm_source=x"]
)
def test_a_link_to_the_front_page_marks_nothing(link: str) -> None:
    assert marks_of(replace(ITEM, link=link), RULES).link == 0


def test_marks_are_the_same_in_every_run() -> None:
    assert next(keys_for(marks_of(ITEM, RULES))) == "gxzb4pplfjlo2"


def test_keys_go_on_without_end_and_without_repeating() -> None:
    keys = list(islice(keys_for(marks_of(ITEM, RULES)), 50))
    assert len(set(keys)) == 50


@pytest.mark.parametrize(
    ("item", "sameness"),
    [
        (ITEM, Sameness.SAME),
        (replace(ITEM, date=NOW + 9 * DAY), Sameness.SAME),
        (replace(ITEM, guid="new"), Sameness.SAME),
        (replace(ITEM, link="https://gazette.example/moved"), Sameness.SAME),
        (replace(ITEM, guid="", link=""), Sameness.SAME),
        (replace(ITEM, title=OTHER.title), Sameness.EDITED),
        (replace(ITEM, title="Envoys sign treaty on fishing", link="https://gazette.example/x"), Sameness.EDITED),
        (replace(ITEM, summary="It was signed on Tuesday."), Sameness.EDITED),
        (replace(ITEM, guid="", title="Envoys sign the treaty on fishing rights", date=NOW + DAY), Sameness.EDITED),
        (replace(OTHER, guid=ITEM.guid), Sameness.NEW),
        (replace(OTHER, link=ITEM.link), Sameness.NEW),
        (replace(OTHER, link=ITEM.link, guid=""), Sameness.NEW),
        (replace(ITEM, guid="new", summary="Other words.", date=NOW + 2 * DAY), Sameness.NEW),
        (replace(OTHER, title=ITEM.title), Sameness.NEW),
        (replace(OTHER, title=ITEM.title, feed="gazette-world", summary="", date=NOW + 4 * DAY), Sameness.NEW),
        (OTHER, Sameness.NEW),
    ],
)
def test_the_three_marks_are_weighed_together(item: Item, sameness: Sameness) -> None:
    found = judge(item)
    assert found.sameness is sameness, found.because
    assert found.because
    assert found.of == ("" if sameness is Sameness.NEW else "k1")


def test_nothing_known_means_new() -> None:
    assert recognise(ITEM, marks_of(ITEM, RULES), ()).sameness is Sameness.NEW


def test_of_several_the_one_that_agrees_most_is_meant() -> None:
    by_guid = known(replace(OTHER, guid=ITEM.guid), key="guid")
    assert judge(replace(ITEM, summary=""), by_guid, known()).of == "k1"


@pytest.mark.parametrize(
    "item",
    [
        replace(ITEM, title="Quite another matter", summary="x"),
        replace(OTHER, guid=ITEM.guid, title=ITEM.title),
        replace(OTHER, title=ITEM.title, date=NOW),
        replace(ITEM, link="", title="Envoys sign a treaty on fishing right", summary="x"),
    ],
)
def test_what_another_entry_of_the_visit_is_already_is_nobody_else(item: Item) -> None:
    assert judge(item, known(claimed=True)).sameness is Sameness.NEW


def test_a_title_that_an_outlet_uses_again_and_again_identifies_nothing() -> None:
    formula = [known(replace(ITEM, guid=str(n), link=f"https://gazette.example/{n}"), key=str(n)) for n in range(2)]
    elsewhere = replace(ITEM, feed="gazette-world", guid="", link="https://gazette.example/9")
    assert judge(elsewhere, formula[0]).sameness is Sameness.SAME
    assert judge(elsewhere, *formula).sameness is Sameness.NEW


def test_official_titles_identify_nothing() -> None:
    official = replace(ITEM, feed="gazette-world", guid="", link="https://gazette.example/9", official=True)
    assert judge(official).sameness is Sameness.NEW


def test_titles_in_scripts_without_spaces_are_compared_too() -> None:
    chinese = replace(ITEM, title="外交部宣布对五家公司采取反制措施")
    corrected = replace(chinese, title="外交部宣布对六家公司采取反制措施", link="https://gazette.example/x")
    assert judge(corrected, known(chinese)).sameness is Sameness.EDITED


def test_the_door_asks_the_same_functions() -> None:
    identity = ItemIdentity(RULES)
    assert identity.marks(ITEM) == marks_of(ITEM, RULES)
    assert identity.recognise(ITEM, identity.marks(ITEM), [known()]).of == "k1"
    assert next(identity.keys(identity.marks(ITEM))) == next(keys_for(marks_of(ITEM, RULES)))
    assert ItemIdentity().rules == LinkRules()
