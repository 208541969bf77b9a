"""The ledger: the latest, a search, a story."""

import pytest

from bot.domain import Feed, ListedKind, ListingChange, ListingFate, Right
from tests.commands.kit import EVENTS, START, Town, text
from tests.lists_support import listing

ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"


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


@pytest.mark.parametrize("typed", ["Xinjang", "Xinjiangg", "xinjiang"])
async def test_a_search_finds_other_spellings_of_a_name(town: Town, typed: str) -> None:
    await town.read(*EVENTS)
    lines = (await town.ask(f"search {typed}")).lines
    assert len(lines) == 1, lines
    assert "China" in lines[0]


async def test_a_search_finds_names_on_official_lists_with_a_link_to_the_entry(town: Town) -> None:
    feed = Feed(key="list-ofac", url="https://lists.example/SDN.CSV", kind="ofac", outlet="OFAC SDN List")
    town = Town(town.store, town.knowledge, feeds=(feed,))
    known = listing(
        "7160", "QADHAFI, Hannibal", aliases=("GADDAFI, Hannibal",), countries=("LY",), kind=ListedKind.INDIVIDUAL
    )
    town.store.save_listings("list-ofac", [(ListingChange(fate=ListingFate.ADDED, listing=known, at=START), 1)])
    found = await town.ask("search kadafi hannibal")
    assert found.lines[0] == "On official lists:"
    assert "QADHAFI, Hannibal (Libya): individual, OFAC SDN List, RUSSIA-EO14024" in found.lines[1]
    assert [link.url for link in found.links] == ["https://sanctionssearch.ofac.treas.gov/Details.aspx?id=7160"]


@pytest.mark.parametrize("typed", ['"* NEAR(a b)"', "words:x", "iran OR", "' ; drop table stories", "AND", "a" * 300])
async def test_what_looks_like_a_query_language_is_words(town: Town, typed: str) -> None:
    await town.read(*EVENTS)
    assert "That went wrong" not in text(await town.ask(f"search {typed}"))


async def test_a_search_without_a_word_is_refused(town: Town) -> None:
    assert "no word to look for" in text(await town.ask("search ?!"))


async def test_a_story_has_every_report_with_its_words_and_link(town: Town) -> None:
    await town.read(EVENTS[0])
    for number in range(12):
        await town.read(EVENTS[0], outlet=f"Outlet {number}", feed=f"feed-{number}")
    (key,) = {story.key for story in town.store.stories_about(against="CN")}
    first = await town.ask(f"story {key}")
    assert len([line for line in first.lines if line.startswith("• ")]) == len(first.sources) == 10
    second = await town.press(first, "More ▶")
    assert len(second.sources) == 3
    known = town.store.story(key)
    assert known is not None
    assert {link.url for link in (*first.sources, *second.sources)} == {report.link for report in known.reports}
    assert "13 reports" in first.footer


async def test_a_story_shows_what_came_of_it(town: Town) -> None:
    await town.read(EVENTS[0], ANSWER)
    first = next(story for story in town.store.stories_about(against="CN"))
    said = text(await town.ask(f"story {first.key}"))
    assert "Then: China" in said


async def test_buttons_with_long_rules_still_turn_pages_after_a_restart(town: Town) -> None:
    await town.read(*EVENTS)
    line = "stage:imposed,eased " + " | ".join(f'"word number {n}"' for n in range(8)) + " | sanctions | controls"
    page = await town.ask(f"latest {line}", right=Right.ALL)
    assert len(page.lines) == 10
    assert all(len(one.value) <= 80 for one in page.buttons)
    turned = await town.restart().press(page, "More ▶", right=Right.ALL)
    assert len(turned.lines) == 2
