"""Words and links from outside."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.feeds import cleaning
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


TAGS = ["p", "b", "i", "em", "strong", "a", "span"]
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *('<p class="">', '<a href="https://x.example/?y=1&amp;z">', "<br>", "<br/>", '<img alt="y" src="z" />'),
    *("&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&#39;", "&#x27;", "&#8217;", "&#8203;", "&#8238;", "&#160;"),
    *("x", "y z", " ", "é", "中", "\n", "]]>", ">", "'", '"', "\xa0", "b>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("<p>one</p><p>two <b>three</b></p>")
@example("<em><p>one</em>two")
@example("one</p>two")
def test_simple_markup_is_read_as_the_parser_reads_it(markup: str) -> None:
    simple = cleaning._simply_visible(markup)
    if simple is not None:
        assert simple.split() == cleaning._visible(markup).split()


@pytest.mark.parametrize(
    "markup", ["<p>one <b>two</b></p>", "<p>one<p>two", 'x<br />&amp;<img src="y"> z', "<i>x</i> y"]
)
def test_most_summaries_need_no_parser(markup: str) -> None:
    assert cleaning._simply_visible(markup) is not None


@given(
    st.lists(
        st.sampled_from(
            ["https://", "http://", "a.example", "1.2.3.4", "/", "/..", "?", "b=c", "#", "%20", ":80", "@", "é"]
        ),
        max_size=8,
    ).map("".join)
)
def test_a_plain_address_is_what_resolving_it_would_make_of_it(link: str) -> None:
    if cleaning._PLAIN_LINK.fullmatch(link):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(cleaning, "_PLAIN_LINK", re.compile("(?!)"))
            assert web_link(link, BASE) == link


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
