"""Whatever is written outside: in Slack it shows what it says, and does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.slack.text import address, clean, link, literal, typed, units
from tests.emulators.slack_limits import pings

WILD = st.text(alphabet=st.characters() | st.sampled_from("<>&|*_~`!@#^\u202e\u200b\x00\n"), max_size=300)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<!channel> hear!", "&lt;!channel&gt; hear!"),
        ("AT&T", "AT&amp;T"),
        ("*bold* _slanted_ ~gone~ `code`", "∗bold* ˍslanted_ ∼gone~ ˋcodeˋ"),
        ("snake_case and 2*3", "snake_case and 2*3"),
        ('sanction* "(*fleet*)" ```x', 'sanction* "(∗fleet*)" ˋˋˋx'),
        ("> quoted", "› quoted"),
        ("a\nb\tc", "a b c"),
        ("\u202eevil\x00", "evil"),
        ("half \ud800", "half \ufffd"),
    ],
)
def test_text_from_outside_is_shown_and_not_obeyed(written: str, shown: str) -> None:
    assert literal(written, 200) == shown


@given(WILD, st.integers(1, 400))
def test_no_text_pings_or_outgrows_its_place(text: str, most: int) -> None:
    shown = literal(text, most)
    assert units(shown) <= most
    assert pings(shown, None) == []
    assert not set(shown) & set("<>\n\x00\u202e\u200b`")
    assert not re.search(r"(?<!\w)[*_~](?=[^\s…])", shown)
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)


@given(WILD, WILD)
def test_no_link_can_be_broken_out_of(label: str, url: str) -> None:
    shown = link(label, url)
    assert pings(shown, None) == []
    if "<" in shown:
        assert re.fullmatch(r"<https?://[^<>|]+(\|[^<>|]*)?>", shown, re.IGNORECASE)


@given(st.sampled_from(["https://a.example/", "http://b.example/?q="]), WILD)
def test_an_address_with_anything_behind_it_stays_one(start: str, rest: str) -> None:
    shown = address(start + rest)
    assert not set(shown) & set("<>|\n ")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a/", "https://", "//a", "http://[", "mailto:a@b", "", "a b"]
)
def test_only_http_addresses_become_links(url: str) -> None:
    assert link("Wire", url) == "Wire"


def test_an_address_keeps_what_it_asks_for() -> None:
    assert link("Wire", "https://a.example/?a=1&b=<2>") == "<https://a.example/?a=1&amp;b=%3C2%3E|Wire>"


def test_a_cut_text_says_so_and_cuts_no_escape() -> None:
    assert literal("&" * 100, 12) == "&amp;&amp;…"
    assert clean("🇪🇺" * 100, 9) == "🇪🇺🇪🇺…"


def test_what_fits_exactly_is_not_cut() -> None:
    assert clean("abcde", 5) == "abcde"
    assert literal("ab&", 7) == "ab&amp;"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("why <https://a.example/?a=1&amp;b=2>", "why https://a.example/?a=1&b=2"),
        ("why <https://a.example/|a.example>", "why https://a.example/"),
        ("subscribe “shadow fleet”", 'subscribe "shadow fleet"'),
        ("why https://a.example/?a=1&copy=2", "why https://a.example/?a=1&copy=2"),
        ("a &amp;lt; b", "a &lt; b"),
        ("subscribe ∗fleet ˍx", "subscribe *fleet _x"),
    ],
)
def test_a_typed_line_is_read_as_it_was_meant(sent: str, meant: str) -> None:
    assert typed(sent) == meant
