"""Text from outside stays text, whatever it says."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.discord.text import address, clean, fit, link, size

SIGNS = st.sampled_from(list("\\*_~`|[]()<>@#:-+.!/ \n\t0a\u202e\u200b\u200d\u2066\u0301\ud800\U0001f1fa\u3164\u00e9"))
PATIENT = settings(deadline=None)
"""A busy machine is no fault of the text's."""
HOSTILE = st.one_of(
    st.text(SIGNS, max_size=80),
    st.text(max_size=60),
    st.sampled_from(
        [
            "@everyone",
            "<@123456789012345678>",
            "<@&123>",
            "[bank](https://evil.example)",
            "```py\nx```",
            "# heading",
            "-# small",
            "> quote",
            "1. list",
            "||spoiler||",
            "https://evil.example/a_b_c",
            "</sanctions:1>",
            "<t:1:R>",
            "x" * 10_000,
            "\\" * 5000,
            "*" * 5000,
            "\u0301" * 500,
        ]
    ),
)


def shown(escaped: str) -> str:
    """Return what Discord shows of an escaped text: a backslash before a sign gives the sign."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped)


def markup(escaped: str) -> str:
    """Return the signs of an escaped text that Discord would still read as markup."""
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "·", escaped)
    return "".join(re.findall(r"[*_~`|\[\]<]|://|^[#>+-]", bare))


@PATIENT
@given(HOSTILE, st.integers(1, 300))
def test_no_text_is_longer_than_it_may_be(text: str, most: int) -> None:
    assert size(fit(text, most)) <= most
    assert size(clean(text, most)) <= most


@PATIENT
@given(HOSTILE)
def test_no_text_is_markup(text: str) -> None:
    assert markup(fit(text, 500)) == ""


@PATIENT
@given(HOSTILE)
def test_what_is_shown_is_what_was_written(text: str) -> None:
    assert shown(fit(text, 30_000)) == clean(text, 30_000)


@PATIENT
@given(HOSTILE, st.integers(1, 50))
def test_a_cut_text_ends_in_no_half_escape(text: str, most: int) -> None:
    trailing = re.search(r"\\*$", fit(text, most).removesuffix("…"))
    assert trailing is not None
    assert len(trailing[0]) % 2 == 0


@PATIENT
@given(HOSTILE)
def test_a_clean_text_is_one_line_that_hides_nothing(text: str) -> None:
    assert not set(clean(text, 200)) & set("\n\r\t\x00\x1b\u202e\u2066\u200b\ud800\u3164")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("# not a heading", r"\# not a heading"),
        ("10 % - 12 #sanctions", "10 % - 12 #sanctions"),
        ("1. first", r"1\. first"),
        ("see https://example.org/a_b", r"see https\://example.org/a\_b"),
        ("<@&123> <t:1:R>", r"\<@&123> \<t:1:R>"),
        ("🇺🇸 «Ω» سلام", "🇺🇸 «Ω» سلام"),
        ("می\u200cخواهد", "می\u200cخواهد"),
    ],
)
def test_markup_is_escaped_and_all_else_is_left_alone(text: str, escaped: str) -> None:
    assert fit(text, 500) == escaped


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://user@evil.example/",
        "https://bank.example@evil.example/",
        "http://[::1]/",
        "http:///path",
        "https://exa mple.org/",
        "//example.org",
        "https://example.org:99999/",
        "https://example.org/" + "x" * 1000,
        "\ud800",
        "",
    ],
)
def test_what_is_no_address_for_people_is_no_link(url: str) -> None:
    assert address(url) == ""
    assert link("Wire", url, 200) == "Wire"


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("HTTPS://Example.org/a?b=1&c=%20#d", "https://example.org/a?b=1&c=%20#d"),
        ("https://example.org/(a)[b]<c>", "https://example.org/%28a%29%5Bb%5D%3Cc%3E"),
        ("https://пример.рф/новости", "https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        ("http://example.org:8080", "http://example.org:8080"),
    ],
)
def test_an_address_cannot_end_its_link_early(url: str, leads: str) -> None:
    assert address(url) == leads


@PATIENT
@given(HOSTILE, HOSTILE, st.integers(1, 1024))
def test_a_link_is_one_link_or_none(label: str, rest: str, most: int) -> None:
    made = link(label, f"https://example.org/{rest}", most)
    assert size(made) <= most
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "·", made)
    assert re.fullmatch(r"\[[^\[\]]+\]\(https://example\.org/[^\s()<>\[\]]*\)|[^\[\]<]*", bare)


def test_a_label_that_is_an_address_gives_way_to_the_true_host() -> None:
    assert link("https://bank.example", "https://evil.example/x", 200) == "[evil.example](https://evil.example/x)"
