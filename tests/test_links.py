"""Most addresses are canonical by a short way, which must lead where the careful one does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files import read_seeds
from bot import links
from bot.links import LinkRules, canonical_link, parse_link_rules

RULES: LinkRules = parse_link_rules(read_seeds()["links"])


def carefully(url: str) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(links, "_SIMPLE", re.compile(r"(?!)"))
        return canonical_link(url, RULES)


@given(st.text(alphabet="ahm1.:/-w?#;=&%@[]_~ Aé\t", max_size=16), st.sampled_from(["https://", "http://", "http:/"]))
def test_the_short_way_leads_where_the_careful_one_does(rest: str, scheme: str) -> None:
    assert canonical_link(scheme + rest, RULES) == carefully(scheme + rest)


QUERY = st.lists(
    st.sampled_from(
        ["a=1", "a=10", "a=", "B=2", "z.y~=_", "utm_source=x", "at_medium=RSS", "fbclid=1", "c", "=", "é=1", "#x"]
    )
)


@given(
    QUERY.map("&".join), st.sampled_from(["https://www.wire.example/a", "http://wire.example", "https://wire.example/"])
)
def test_a_query_of_plain_words_is_taken_apart_alike(query: str, page: str) -> None:
    assert canonical_link(f"{page}?{query}", RULES) == carefully(f"{page}?{query}")


@pytest.mark.parametrize("guid", ["", "wire-17", "tag:wire.example,2026:17", "urn:uuid:1", "17 of 20"])
def test_what_is_no_web_address_stays_as_it_is(guid: str) -> None:
    assert canonical_link(f" {guid} ", RULES) == guid


@pytest.mark.parametrize(
    "url", ["https://www.wire.example/world/a-b_c.html", "http://wire.example", "https://m.wire.example/a/index.html/"]
)
def test_a_plain_address_takes_the_short_way(url: str) -> None:
    assert links._SIMPLE.match(url)
    assert canonical_link(url, RULES) == carefully(url)
