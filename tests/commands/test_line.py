"""Typed lines to commands and options, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import FrontDesk
from bot.commands.line import typed
from tests.commands.kit import Town


@pytest.mark.parametrize(
    ("line", "words", "options"),
    [
        ("", "help", {}),
        ("  HELP  ", "help", {}),
        ("country North Korea", "country", {"name": "North Korea"}),
        ('country "North Korea" side:by page:2', "country", {"name": "North Korea", "side": "by", "page": "2"}),
        ("country since:2024-01-01 Côte d'Ivoire", "country", {"name": "Côte d'Ivoire", "since": "2024-01-01"}),
        ("between us china", "between", {"a": "us", "b": "china"}),
        ('between "North Korea" US', "between", {"a": "North Korea", "b": "US"}),
        ("between “North Korea” “South Korea”", "between", {"a": "North Korea", "b": "South Korea"}),
        ("between north korea and united states", "between", {"a": "north korea", "b": "united states"}),
        ("between the European Union vs. china", "between", {"a": "the European Union", "b": "china"}),
        ('latest issuer:us "shadow fleet" page:3', "latest", {"rule": 'issuer:us "shadow fleet"', "page": "3"}),
        (
            "subscribe issuer:eu every:day at:09:00 zone:Europe/Berlin quiet:22:00-07:00",
            "subscribe",
            {"rule": "issuer:eu every:day at:09:00 zone:Europe/Berlin quiet:22:00-07:00"},
        ),
        ("subscribe rule:issuer:us target:ru", "subscribe", {"rule": "issuer:us target:ru"}),
        ('subscribe rule:"issuer:us target:ru"', "subscribe", {"rule": "issuer:us target:ru"}),
        ('rules add mute "fifa" | uefa', "rules add", {"kind": "mute", "rule": '"fifa" | uefa'}),
        (
            "rules add flag target:cn mention:<@&77> label:suppliers",
            "rules add",
            {"kind": "flag", "rule": "target:cn", "mention": "<@&77>", "label": "suppliers"},
        ),
        ("rules test mute fifa", "rules test", {"kind": "mute", "rule": "fifa"}),
        ("rules test mute", "rules test", {"rule": "mute"}),
        ('rules test "shadow fleet"', "rules test", {"rule": '"shadow fleet"'}),
        ("rules edit abc123 oil gas", "rules edit", {"key": "abc123", "rule": "oil gas"}),
        ("rules", "rules list", {}),
        ("feeds", "feeds list", {}),
        ("rules page:2", "rules list", {"page": "2"}),
        ("rules list page:2", "rules list", {"page": "2"}),
        ("rules frobnicate now", "rules frobnicate", {}),
        ("frobnicate", "frobnicate", {}),
        ("not_relevant s1 too_minor", "not_relevant", {"story": "s1", "why": "too_minor"}),
    ],
)
def test_a_typed_line_becomes_a_command_and_its_options(
    town: Town, line: str, words: str, options: dict[str, str]
) -> None:
    assert town.desk.parse(line) == (words, options)


def test_a_command_is_typed_as_it_was_parsed(town: Town) -> None:
    for line in ("country Iran side:by", 'latest issuer:us "shadow fleet" page:2', 'between "North Korea" US'):
        words, options = town.desk.parse(line)
        command = next(one for one in town.desk.commands if one.words == words)
        assert town.desk.parse(typed(command, options)) == (words, options)


@given(st.text(max_size=300))
def test_no_line_is_too_strange_to_be_parsed(line: str) -> None:
    words, options = _DESK[0].parse(line)
    assert words
    assert all(isinstance(value, str) for value in options.values())


_DESK: list[FrontDesk] = []


@pytest.fixture(autouse=True)
def _desk(town: Town) -> None:
    _DESK[:] = [town.desk]
