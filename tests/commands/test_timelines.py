"""Who answered whom: as a list, as a picture, and as text."""

import asyncio
import threading
from dataclasses import replace

import pytest

from adapters.pictures import draw
from bot.domain import Drawing
from tests.commands.kit import EVENTS, OTHER_GUILD, OTHER_ROOM, Town, text

ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def studio(town: Town) -> Town:
    """A town where pictures are drawn."""
    return Town(town.store, town.knowledge, draw=draw)


async def test_between_shows_who_answered_whom(town: Town) -> None:
    await town.read(EVENTS[0], ANSWER)
    lines = (await town.ask("between EU and China")).lines
    assert len(lines) == 2
    assert lines[1].endswith("(answers 1)")


async def test_nobody_stands_on_both_sides(town: Town) -> None:
    assert "both sides" in text(await town.ask("between China Beijing"))


@pytest.mark.parametrize("of", ["China", "EU CN", '"North Korea" US', "North Korea United States"])
async def test_a_timeline_is_told_in_words_where_there_are_no_pictures(town: Town, of: str) -> None:
    await town.read(*EVENTS, ANSWER)
    message = await town.ask(f"timeline {of}")
    assert message.title.startswith("Timeline: ")
    assert message.lines
    assert message.picture is None


@pytest.mark.parametrize("line", ["timeline China", "between EU China", "timeline EU CN"])
async def test_a_picture_goes_with_it(studio: Town, line: str) -> None:
    await studio.read(*EVENTS, ANSWER)
    picture = (await studio.ask(line)).picture
    assert picture is not None
    assert picture.data.startswith(PNG)
    assert len(picture.data) < 300_000
    assert picture.name.startswith("timeline-")
    assert "1 of them answers" in picture.alt


async def test_a_storys_timeline_is_that_of_its_two_sides(studio: Town) -> None:
    await studio.read(EVENTS[0], ANSWER)
    (story,) = studio.store.stories_about(against="CN")
    told = await studio.ask(f"timeline {story.key}")
    assert "EU and China" in told.title
    assert (await studio.press(told, "Story")).footer.startswith(story.key)


async def test_nothing_is_drawn_where_nothing_is_known(studio: Town) -> None:
    told = await studio.ask("timeline Vanuatu")
    assert told.picture is None
    assert told.lines == ("No action is known.",)


async def test_the_loop_goes_on_while_a_picture_is_drawn(studio: Town) -> None:
    await studio.read(EVENTS[0], ANSWER)
    begun, go_on = threading.Event(), threading.Event()

    def slow(drawing: Drawing) -> bytes:
        begun.set()
        assert go_on.wait(5)
        return draw(drawing)

    town = replace(studio, draw=slow)
    asked = asyncio.create_task(town.ask("timeline China"))
    assert await asyncio.to_thread(begun.wait, 5)
    assert text(await town.ask("help", person="bob"))
    assert not asked.done()
    go_on.set()
    assert (await asked).picture is not None


async def test_what_is_another_places_own_is_in_no_timeline(town: Town) -> None:
    await town.read(EVENTS[0])
    (story,) = town.store.stories_about(against="CN")
    own = replace(story, key="own", scope=OTHER_GUILD, action=replace(story.action, targets=("CN",), when=None))
    town.store.seed_stories([own])
    here = await town.ask("timeline China")
    there = await town.ask("timeline China", room=OTHER_ROOM, place=OTHER_GUILD)
    assert len(there.lines) == len(here.lines) + 1
    assert "There is no" in text(await town.ask("story own"))
