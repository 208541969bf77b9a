"""Words and links from outside."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.cleaning import MAX_MARKUP, plain, shorten, web_link

BASE = "https://news.example/world/"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("no markup at all", "no markup at all"),
        ("Oil < 60 $ & falling", "Oil < 60 $ & falling"),
        ("a<br>b<p>c</p>d", "a b c d"),
        ("<b>U</b>S and <i>E</i>U", "US and EU"),
        ("a<script>if (a<b) x()</script>b<style>p{}</style>c", "a b c"),
        ("x<img src=y onerror=alert(1)>y", "x y"),
        ("never <closed", "never"),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("&#128; &#0; &#xD800; &hellip;", "€ \ufffd \ufffd …"),
        ("a\u202eb\u200bc\u2066d\ufeffe\u00adf", "abcdef"),
        ("tab\tline\nfeed\u2028para\x0bend\x00", "tab line feed para end"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert plain(markup, 500) == text


@given(
    st.text(max_size=300) | st.from_regex(r"(<[a-z/!]{0,3}|&[a-z#]{0,4};?|[>\"' x\u202e\u0301]){0,60}"),
    st.integers(1, 50),
)
def test_whatever_comes_in_what_goes_out_is_short_clean_and_on_one_line(markup: str, limit: int) -> None:
    text = plain(markup, limit)
    assert len(text) <= limit
    assert text == " ".join(text.split())
    assert not set(text) & set("\u200b\u202a\u202e\u2066\ufeff\x00\x1b")


@pytest.mark.parametrize(
    "piece", ["<", "&", "<a ", "<!--", "<script>", "<b>", "<p>", "&#", "<![CDATA[", "<a href='", "\u0301\u0316", "</"]
)
def test_hostile_markup_costs_little(piece: str) -> None:
    began = time.perf_counter()
    plain(piece * MAX_MARKUP, 4_000)
    assert time.perf_counter() - began < 0.4


def test_text_is_cut_at_a_word_s_border() -> None:
    assert shorten("one two three", 13) == "one two three"
    assert shorten("one two three", 12) == "one two…"
    assert shorten("onetwothreefour", 10) == "onetwothr…"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://other.example/1?a=b#c", "https://other.example/1?a=b#c"),
        (" story one ", "https://news.example/world/story%20one"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("/санкции", "https://news.example/санкции"),
        ("https://x.example/\u202egpj.exe", "https://x.example/gpj.exe"),
        ("https://x.example/<b>|`", "https://x.example/%3Cb%3E%7C%60"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://bbc.com@evil.example/", ""),
        ("https://[::1", ""),
        ("https://x.example:99999/", ""),
        ("https://x.example/" + "a" * 2_000, ""),
    ],
)
def test_links_are_absolute_web_addresses_or_nothing(text: str, link: str) -> None:
    assert web_link(text, BASE) == link


@given(st.text(max_size=100))
def test_no_link_ever_holds_what_breaks_a_message(text: str) -> None:
    link = web_link(text, BASE)
    assert link == "" or link.startswith(("https://", "http://"))
    assert not set(link) & set(' \n\t<>|`"\\\u202e\u200b')
