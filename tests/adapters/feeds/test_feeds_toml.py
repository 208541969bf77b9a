"""The feeds that come with the project hold together."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adapters.feeds import POLLERS
from adapters.feeds.addresses import check_url

FILE = Path(__file__).parents[3] / "config" / "feeds.toml"
FEEDS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["feeds"]
HTTP_ONLY = {"www.xinhuanet.com"}


def test_there_are_enough_of_them_and_authorities_among_them() -> None:
    assert len(FEEDS) >= 45
    assert sum(feed["official"] for feed in FEEDS) >= 10


@pytest.mark.parametrize("field", ["key", "url"])
def test_keys_and_addresses_are_unique(field: str) -> None:
    assert [value for value, times in Counter(feed[field] for feed in FEEDS).items() if times > 1] == []


@pytest.mark.parametrize("feed", FEEDS, ids=[feed["key"] for feed in FEEDS])
def test_each_feed_is_complete_and_may_be_visited(feed: dict[str, Any]) -> None:
    assert feed.keys() >= {"key", "url", "kind", "outlet", "every", "language", "official"}
    assert re.fullmatch(r"[a-z0-9-]+", feed["key"])
    assert re.fullmatch(r"[1-9]\d*[smhd]", feed["every"])
    assert feed["kind"] in POLLERS
    url = check_url(feed["url"], allow_private=False)
    assert url.scheme == "https" or url.host in HTTP_ONLY


def test_nobody_polls_the_retired_feed() -> None:
    assert [feed["key"] for feed in FEEDS if re.search(r"(ofac|home)\.treasury\.gov", feed["url"])] == []
