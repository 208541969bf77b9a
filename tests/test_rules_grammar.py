"""What a rule line means, and what is said about one that means nothing."""

import time as clock
from datetime import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import RuleError
from bot.rules import Every, Query, Rhythm, RuleField, Term, parse, print_line
from tests.rules_support import NAMES, rule


def fault(line: str) -> RuleError:
    with pytest.raises(RuleError) as caught:
        parse(line, NAMES)
    return caught.value


def test_an_empty_line_is_a_query_for_everything() -> None:
    assert rule("") == rule("   ") == Query()


def test_a_line_prints_in_canonical_order_and_spelling() -> None:
    line = '"Shadow  FLEET" -instrument:"travel ban" stage:Imposed target:"north korea",iran issuer:us,brussels'
    assert print_line(rule(line)) == ('issuer:EU,US target:IR,KP stage:imposed -instrument:travel_ban "shadow fleet"')


def test_lines_that_say_the_same_are_equal() -> None:
    assert rule('target:ir issuer:us,eu "oil"|gas') == rule("issuer:EU,US gas|oil target:IRAN target:ir")


def test_the_bar_binds_closer_than_the_blank() -> None:
    assert rule("a b|c d").terms == (
        (Term(RuleField.TEXT, ("a",)),),
        (Term(RuleField.TEXT, ("b",)), Term(RuleField.TEXT, ("c",))),
        (Term(RuleField.TEXT, ("d",)),),
    )
    assert rule("b | c") == rule("b|c")


def test_the_minus_binds_closer_than_the_bar() -> None:
    assert rule("-oil|gas").terms == ((Term(RuleField.TEXT, ("gas",)), Term(RuleField.TEXT, ("oil",), negated=True)),)


@pytest.mark.parametrize("name", ["china", "CN", "CHN", "Beijing", '"china"'])
def test_countries_are_found_by_any_name(name: str) -> None:
    assert print_line(rule(f"target:{name}")) == "target:CN"


def test_typographic_and_full_width_marks_count_as_plain_ones() -> None:
    assert rule("–target：ir，ru “shadow fleet”｜«oil»") == rule('-target:ir,ru "shadow fleet"|"oil"')


@pytest.mark.parametrize(
    ("line", "column", "what", "hint"),
    [
        ("isuer:us", 1, '"isuer"', "issuer"),
        ("oil targt:ir", 5, '"targt"', "target"),
        ("https://example.org", 1, '"https"', "quotes"),
        ("issuer:atlantis", 8, '"atlantis"', "ISO 3166"),
        ("issuer:us,norway", 11, '"norway"', "North Korea"),
        ("stage:imposd", 7, '"imposd"', "imposed"),
        ("instrument:travelbann", 12, '"travelbann"', "travel_ban"),
        ("ground:cybr", 8, '"cybr"', "cyber"),
        ("official:maybe", 10, '"maybe"', "yes or no"),
        ("source:--", 8, '"--"', "outlet"),
        ("issuer: us", 8, "missing", "issuer:one,two"),
        ("issuer:us, eu", 11, "missing", "issuer:one,two"),
        ("issuer:us|eu", 11, "could be meant", "issuer:US,eu"),
        ('oil "shadow fleet', 5, "never closed", "close"),
        ('"a "b" c"', 5, "blank is missing", "quotes"),
        ("|oil", 1, "before", '"a"|"b"'),
        ("oil|", 4, "after", '"a"|"b"'),
        ("oil||gas", 5, "before", '"a"|"b"'),
        ("oil - gas", 5, "nothing after", "right before"),
        ("--oil", 1, "nothing after", "right before"),
        ("sanc*tion", 5, '"*"', "after a word"),
        ("*", 1, '"*"', "after a word"),
        ("s*", 2, "two letters", "oil*"),
        ('"--"', 2, "no word", "type"),
        ("oil every:dya", 11, '"dya"', "day"),
        ("at:09:00", 1, "every:day", "every:day at:09:00"),
        ("every:day at:25:00", 14, '"25:00"', "09:00"),
        ("every:day every:hour", 11, "twice", "one"),
        ("heartbeat:noon", 11, '"noon"', "09:00"),
        ("heartbeat:09:00 heartbeat:10:00", 17, "stands twice", "keep one"),
        ("oil|heartbeat:09:00", 5, "when, not what", "by itself"),
        ("quiet:22:00", 7, "span", "22:00-07:00"),
        ("quiet:22:00-7", 13, '"7"', "09:00"),
        ("quiet:22:00-22:00", 7, "end when they begin", "22:00-07:00"),
        ("zone:Europe/Berlim", 6, "Berlim", "Europe/Berlin"),
        ("-every:day", 1, "neither - nor |", "by itself"),
        ("oil|every:day", 5, "neither - nor |", "by itself"),
        ("every:day|oil", 10, "joined", "blank"),
    ],
)
def test_a_fault_points_at_its_column_and_says_what_to_type(line: str, column: int, what: str, hint: str) -> None:
    error = fault(line)
    assert (error.column, what in error.what, hint in error.hint) == (column, True, True), str(error)


def test_lines_terms_values_and_endings_are_capped() -> None:
    assert fault("x" * 1_001).column == 1_001
    assert len(rule(" ".join(f"w{n}" for n in range(50))).terms) == 50
    assert fault(" ".join(f"w{n}" for n in range(51))).column == 191
    assert "50 values" in fault("issuer:" + ",".join(["us"] * 51)).what
    assert print_line(rule('"aa* bb* cc* dd*"')) == '"aa* bb* cc* dd*"'
    assert "more than 4" in fault('"aa* bb* cc* dd* ee*"').what


def test_what_was_typed_is_shown_short_and_on_one_line() -> None:
    error = fault('target:"' + "\u202e\n" + "x" * 900 + '"')
    assert len(str(error)) < 200
    assert str(error).isprintable()


def test_options_are_parsed_apart_from_terms() -> None:
    query = rule("every:day oil at:7:30 zone:europe/berlin quiet:22:00–07:00")
    assert query.terms == rule("oil").terms
    assert query.rhythm == Rhythm(every=Every.DAY, at=time(7, 30), zone="Europe/Berlin", quiet=(time(22), time(7)))
    assert print_line(query) == '"oil" every:day at:07:30 zone:Europe/Berlin quiet:22:00-07:00'


def test_a_daily_digest_has_an_hour_even_if_none_was_typed() -> None:
    assert rule("every:day").rhythm.at == time(9)
    assert rule("every:hour").rhythm.at is None
    assert rule("every:now").rhythm == Rhythm()


def test_a_city_is_enough_for_a_zone() -> None:
    assert rule("zone:new_york").rhythm.zone == "America/New_York"


PIECES = st.sampled_from(
    [
        *'-|",:* \u202e\x00“”*é制ก้งІ',
        *(
            "issuer:us",
            "target:",
            "north korea",
            "-country:ir",
            "stage:imposed,eased",
            '"shadow fleet"',
            "sanction*",
            "制裁",
        ),
        *(
            "heartbeat:09:00",
            "heartbeat:",
            "every:day",
            "at:09:00",
            "quiet:22:00-07:00",
            "zone:UTC",
            "source:",
            "official:no",
            "санкц*",
            "|",
            " ",
        ),
    ]
)


def attempt(line: str) -> Query | RuleError:
    try:
        return rule(line)
    except RuleError as error:
        return error


@example("ក;็")
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map("".join)))
def test_any_line_parses_or_points_into_itself_and_prints_back(line: str) -> None:
    query = attempt(line)
    if isinstance(query, RuleError):
        assert 1 <= query.column <= max(1, len(line))
        assert query.hint
        return
    assert rule(print_line(query)) == query
    assert print_line(rule(print_line(query))) == print_line(query)


@pytest.mark.parametrize(
    "line", ['"' * 1_000, "a*" * 500, "|" * 1_000, '"a' * 500, "target:" * 142, '"' + "ab* " * 249 + '"', "x" * 10_000]
)
def test_no_line_takes_long_to_refuse(line: str) -> None:
    start = clock.process_time()
    fault(line)
    assert clock.process_time() - start < 0.1


def test_a_heartbeat_is_asked_for_at_an_hour_and_changes_no_rhythm() -> None:
    query = rule("heartbeat:7:30 zone:europe/berlin issuer:us")
    assert query.rhythm == Rhythm(zone="Europe/Berlin", heartbeat=time(7, 30))
    assert print_line(query) == "issuer:US zone:Europe/Berlin heartbeat:07:30"
    assert parse(print_line(query), NAMES) == query
