"""Sources that admins add: looked at first, confirmed, theirs alone."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import Feed
from bot.errors import Forbidden, NotAFeed
from tests.commands.kit import EVENTS, GUILD, NOISE, OTHER_GUILD, OTHER_ROOM, ROOM, Town, news, text

URL = "https://www.harbour.example/rss.xml"


def showing(town: Town, *titles: str) -> None:
    town.source.shows["harbour"] = tuple(replace(news(title, town.clock.now), feed="harbour") for title in titles)


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


async def test_pausing_can_be_undone_as_any_change(town: Town) -> None:
    await town.do(f"feeds add {URL}")
    paused = await town.ask("feeds pause harbour")
    asked = await town.press(paused, "Undo")
    await town.press(asked, "Undo")
    assert not town.store.feeds()[0].paused


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


@pytest.fixture
async def two_guilds(town: Town) -> Town:
    """Two guilds that hear all, of which one has added a source of its own."""
    await town.do("subscribe")
    await town.do("subscribe", room=OTHER_ROOM, place=OTHER_GUILD)
    await town.do(f"feeds add {URL}")
    return town


async def visit(town: Town, *titles: str) -> None:
    """Let the guild's own source show something."""
    (feed,) = town.store.feeds()
    showing(town, *titles)
    await town.pipeline.poll(feed)


async def test_another_guild_hears_nothing_of_it(two_guilds: Town) -> None:
    await visit(two_guilds, EVENTS[0])
    assert await two_guilds.told() == [ROOM]
    there: dict[str, Any] = {"room": OTHER_ROOM, "place": OTHER_GUILD}
    for line in ("latest", "country China", "between EU China", "search Xinjiang"):
        assert "sanctions on China" in text(await two_guilds.ask(line)), line
        assert "sanctions on China" not in text(await two_guilds.ask(line, **there)), line
    (story,) = two_guilds.store.stories_about()
    assert "There is no story" in text(await two_guilds.ask(f"story {story.key}", **there))


async def test_who_adds_a_source_takes_no_news_from_others(two_guilds: Town) -> None:
    await visit(two_guilds, EVENTS[0])
    await two_guilds.read(EVENTS[0])
    assert OTHER_ROOM in await two_guilds.told()


async def test_who_adds_a_source_puts_no_words_into_what_others_hear(two_guilds: Town) -> None:
    await visit(two_guilds, f"{EVENTS[0]}, says our own paper")
    await two_guilds.read(EVENTS[0])
    await visit(two_guilds, f"{EVENTS[0]}, says our own paper again")
    told = [one for one in await two_guilds.deliver() if one.room == OTHER_ROOM]
    assert len(told) == 1
    assert "own paper" not in text(told[0].message)
    assert {source.url for source in told[0].message.sources} == {news(EVENTS[0], two_guilds.clock.now).link}


async def test_it_stays_so_after_a_restart(two_guilds: Town) -> None:
    await visit(two_guilds, EVENTS[0])
    again = two_guilds.restart()
    await again.read(EVENTS[0])
    assert OTHER_ROOM in await again.told()
    assert len(again.store.stories_about()) == 2


async def test_a_back_test_looks_at_what_the_place_hears(two_guilds: Town) -> None:
    await visit(two_guilds, EVENTS[0])
    two_guilds.clock.advance(minutes=1)
    here = await two_guilds.ask("rules test Xinjiang")
    there = await two_guilds.ask("rules test Xinjiang", room=OTHER_ROOM, place=OTHER_GUILD)
    assert "picks 1 item in 1 story" in text(here)
    assert "is stored yet" in text(there)


async def test_why_knows_the_places_own_items(two_guilds: Town) -> None:
    await visit(two_guilds, EVENTS[0])
    line = f"why {news(EVENTS[0], two_guilds.clock.now).link}"
    assert "told here" in text(await two_guilds.ask(line))
    assert "No item with the link" in text(await two_guilds.ask(line, room=OTHER_ROOM, place=OTHER_GUILD))
