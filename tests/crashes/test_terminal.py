"""The service that posts to the terminal, killed again and again.

A terminal cannot be asked what it shows already: a line that was printed when the process died may be printed once
more, and never more than once for each time it died.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.outlet import Outlet
from tests.crashes.lives import Lives, News, kills, suffer


def printed(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_told_more_often_than_it_died(
    outlet: Outlet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(9)
    lives, news, count = Lives(tmp_path, outlet, ["console"]), News(outlet, rng), kills(20)
    async with lives.beginning():
        ends = await suffer(lives, news, rng, count)
        await lives.settle(news.links)
    lines = printed(lives.out)
    told = Counter((line["story"], line["kind"], line["title"], line["text"]) for line in lines)
    async with lives.reading() as store:
        found = [store.find_item(link) for link in news.links]
        stories = {one[3] for one in found if one is not None and one[3] is not None}
        counts = store.counts()
        assert store.check() == "ok"
    again = sum(times - 1 for times in told.values())
    assert counts["items"] == len(news.links)
    assert {line["story"] for line in lines if line["kind"] == "alert"} == stories
    assert counts["deliveries_sent"] == len(lines) - again
    assert counts.get("deliveries_refused", 0) == 0
    assert again <= count
    with capsys.disabled():
        sys.stdout.write(f"\n{ends}: {len(found)} items, {len(stories)} stories, {len(lines)} lines, {again} twice\n")
