"""The ledger: countries, pairs, the latest, a search, a story."""

import pytest

from bot.domain import Right
from tests.commands.kit import EVENTS, Town, text

ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"


@pytest.mark.parametrize("name", ["China", "CN", "CHN", "beijing", "PRC", "chinese", '"people\'s republic of china"'])
async def test_a_country_goes_by_any_of_its_names(town: Town, name: str) -> None:
    await town.read(EVENTS[0])
    said = text(await town.ask(f"country {name}", right=Right.ALL))
    assert "Sanctions: China" in said
    assert "Against it (1):" in said


async def test_each_side_by_itself_is_a_button(town: Town) -> None:
    await town.read(*EVENTS)
    both = await town.ask("country US")
    side = await town.press(both, "By (4)")
    assert len(side.lines) == 4
    assert "Sanctions by the US (4)" in side.title


async def test_since_leaves_out_what_was_before(town: Town) -> None:
    await town.read(EVENTS[1])
    assert "no action" in text(await town.ask("country Iran since:2026-03-03"))
    assert "Against it (1)" in text(await town.ask("country Iran since:2026-03-01"))


async def test_between_shows_who_answered_whom(town: Town) -> None:
    await town.read(EVENTS[0], ANSWER)
    lines = (await town.ask("between EU and China")).lines
    assert len(lines) == 2
    assert lines[1].endswith("(answers 1)")


async def test_the_latest_can_be_narrowed_by_a_rule(town: Town) -> None:
    await town.read(*EVENTS)
    assert len((await town.ask("latest issuer:us")).lines) == 4
    page = await town.ask("latest")
    assert len(page.lines) == 10
    assert len((await town.press(page, "More ▶")).lines) == 2


async def test_a_search_wants_all_words_whole_and_folded(town: Town) -> None:
    await town.read(*EVENTS)
    assert len((await town.ask("search ÍRANIAN Oil")).lines) == 1
    assert "Nothing" in text(await town.ask("search irania"))


async def test_a_story_shows_what_came_of_it(town: Town) -> None:
    await town.read(EVENTS[0], ANSWER)
    first = next(story for story in town.store.stories_about(against="CN"))
    said = text(await town.ask(f"story {first.key}"))
    assert "Then: China" in said


@pytest.mark.parametrize("of", ["China", "EU CN", '"North Korea" US'])
async def test_a_timeline_is_told_in_words(town: Town, of: str) -> None:
    await town.read(*EVENTS, ANSWER)
    assert (await town.ask(f"timeline {of}")).title


async def test_buttons_with_long_rules_still_turn_pages_after_a_restart(town: Town) -> None:
    await town.read(*EVENTS)
    line = "stage:imposed,eased " + " | ".join(f'"word number {n}"' for n in range(8)) + " | sanctions | controls"
    page = await town.ask(f"latest {line}", right=Right.ALL)
    assert len(page.lines) == 10
    assert all(len(one.value) <= 80 for one in page.buttons)
    turned = await town.restart().press(page, "More ▶", right=Right.ALL)
    assert len(turned.lines) == 2
