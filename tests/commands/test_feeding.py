"""Sources that admins add: looked at first, confirmed, theirs alone."""

from typing import Any

import pytest

from bot.domain import Feed
from bot.errors import Forbidden, NotAFeed
from tests.commands.kit import EVENTS, GUILD, NOISE, OTHER_GUILD, OTHER_ROOM, ROOM, Town, news, text

URL = "https://www.harbour.example/rss.xml"


def showing(town: Town, *titles: str) -> None:
    town.source.shows["harbour"] = tuple(news(title, town.clock.now) for title in titles)


async def test_a_source_is_looked_at_before_it_is_added(town: Town) -> None:
    showing(town, *EVENTS[:2], *NOISE[:1])
    asked = await town.ask(f"feeds add {URL}")
    assert "It shows 3 items; 2 of the first 3 are sanctions news" in text(asked)
    assert town.store.feeds() == []
    await town.press(asked, "Add")
    (feed,) = town.store.feeds()
    assert (feed.key, feed.url, feed.scope) == ("harbour", URL, GUILD)
    assert town.feeds_refreshed == 1


@pytest.mark.parametrize(
    ("fault", "said"), [(NotAFeed("a web page"), "not_a_feed: a web page"), (Forbidden("private"), "forbidden_address")]
)
async def test_what_is_no_feed_is_named_and_not_added(town: Town, fault: Exception, said: str) -> None:
    town.source.shows["harbour"] = fault
    asked = await town.ask(f"feeds add {URL}")
    assert said in text(asked)
    assert not asked.buttons


@pytest.mark.parametrize(
    "url",
    [
        "harbour",
        "ftp://harbour.example/",
        "file:///etc/passwd",
        "https://",
        "https://me:pw@harbour.example/",
        "http://[::1",
        "https://h.example:99999/",
    ],
)
async def test_what_is_no_address_is_not_visited(town: Town, url: str) -> None:
    assert "is no address" in text(await town.ask(f"feeds add {url}"))
    assert town.source.visited == []


async def test_a_source_is_visited_at_most_once_a_minute(town: Town) -> None:
    assert "at most once in 1 min" in text(await town.ask(f"feeds add {URL} every:1s"))
    assert "Visited every 30 min" in text(await town.ask(f"feeds add {URL} every:30m"))


async def test_a_source_is_added_once(town: Town) -> None:
    await town.do(f"feeds add {URL}")
    assert "is read already, as harbour" in text(await town.ask(f"feeds add {URL}"))


async def test_pausing_works_at_once_and_is_in_the_history(town: Town) -> None:
    await town.do(f"feeds add {URL}")
    assert "is not visited" in text(await town.ask("feeds pause harbour"))
    assert town.store.feeds()[0].paused
    assert "paused already" in text(await town.ask("feeds pause harbour"))
    await town.ask("feeds resume harbour")
    assert not town.store.feeds()[0].paused
    assert len((await town.ask("rules history")).lines) == 3
    assert town.feeds_refreshed == 3


async def test_a_source_is_removed_after_a_yes(town: Town) -> None:
    await town.do(f"feeds add {URL}")
    asked = await town.ask("feeds remove harbour")
    assert len(town.store.feeds()) == 1
    await town.press(asked, "Remove")
    assert town.store.feeds() == []


async def test_the_operators_sources_are_shown_and_stay(town: Town) -> None:
    theirs = Town(town.store, town.knowledge, feeds=[Feed(key="wire", url="https://wire.example/rss")])
    assert "wire" in text(await theirs.ask("feeds"))
    for line in ("feeds pause wire", "feeds remove wire"):
        assert "config/feeds.toml" in text(await theirs.ask(line))
    assert "is read already, as wire" in text(await theirs.ask("feeds add https://wire.example/rss"))


async def test_another_guild_neither_sees_nor_touches_a_source(town: Town) -> None:
    await town.do(f"feeds add {URL}")
    there: dict[str, Any] = {"room": OTHER_ROOM, "place": OTHER_GUILD}
    assert "harbour" not in text(await town.ask("feeds", **there))
    assert "harbour" not in text(await town.ask("status", **there))
    strange, none = (
        text(await town.ask("feeds remove harbour", **there)),
        text(await town.ask("feeds remove x", **there)),
    )
    assert strange.replace("harbour", "x") == none


async def test_another_guild_hears_nothing_of_it(town: Town) -> None:
    await town.do("subscribe")
    await town.do("subscribe", room=OTHER_ROOM, place=OTHER_GUILD)
    await town.do(f"feeds add {URL}")
    await town.read(EVENTS[0], feed="harbour")
    assert await town.told() == [ROOM]
