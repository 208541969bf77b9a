"""What is offered while somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Request
from bot.errors import RuleError
from bot.rules import parse
from tests.commands.kit import EVENTS, GUILD, OTHER_GUILD, OTHER_ROOM, ROOM, Town

HERE = Request(words="", room=ROOM, place=GUILD)


async def values(town: Town, kind: str, text: str) -> list[str]:
    return [choice.value for choice in await town.desk.complete(kind, text, HERE)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("chi", "CL"),
        ("china", "CN"),
        ("beij", "CN"),
        ("us", "US"),
        ("prc", "CN"),
        ("südkorea", ""),
        ("european u", "EU"),
    ],
)
async def test_countries_are_found_by_the_beginning_of_any_name(town: Town, text: str, first: str) -> None:
    found = await values(town, "country", text)
    assert (first in found[:5]) if first else True
    assert len(found) <= 25


async def test_before_anything_is_typed_those_in_the_news_are_offered(town: Town) -> None:
    await town.read(*EVENTS)
    assert (await values(town, "country", ""))[0] == "US"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", "issuer:"),
        ("iss", "issuer:"),
        ("issuer:us tar", "issuer:us target:"),
        ("issuer:us target:ira", "issuer:us target:IR"),
        ("issuer:us,chi", "issuer:us,CN"),
        ("-stage:imp", "-stage:imposed"),
        ("oil|target:ru", "oil|target:RU"),
        ("instrument:export", "instrument:export_control"),
        ("official:", "official:yes"),
        ("every:", "every:day"),
        ("every:day zone:berl", "every:day zone:Europe/Berlin"),
        ('"shadow fl', '"shadow fl"'),
    ],
)
async def test_a_rule_line_is_completed_at_its_end(town: Town, text: str, offered: str) -> None:
    assert offered in await values(town, "rule", text)


async def test_what_is_typed_is_offered_as_it_is(town: Town) -> None:
    assert "oil tankers" in await values(town, "rule", "oil tankers")


async def test_stories_are_found_by_key_and_by_words(town: Town) -> None:
    await town.read(*EVENTS)
    (choice,) = await town.desk.complete("story", "iran", HERE)
    assert "Iran" in choice.label
    assert [choice.value] == await values(town, "story", choice.value)


async def test_only_ones_own_keys_are_offered(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.do("rules add mute fifa")
    await town.do("subscribe issuer:eu", room=OTHER_ROOM, place=OTHER_GUILD)
    await town.do("rules add mute uefa", room=OTHER_ROOM, place=OTHER_GUILD)
    labels = [one.label for kind in ("subscription", "rulekey") for one in await town.desk.complete(kind, "", HERE)]
    assert len(labels) == 2
    assert all("eu" not in label.lower() for label in labels)


async def test_zones_are_found_by_their_city(town: Town) -> None:
    assert (await values(town, "zone", "berl"))[0] == "Europe/Berlin"


async def test_nothing_is_offered_for_what_has_no_list_and_nothing_is_raised(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await values(town, "text", "x") == []

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(town.store, "stories_about", broken)
    assert await values(town, "story", "x") == []
    assert town.log.named("complete_broke")


_TOWN: list[Town] = []


@pytest.fixture(autouse=True)
def _town(town: Town) -> None:
    _TOWN[:] = [town]


@given(st.sampled_from(["country", "rule", "story", "zone", "feed"]), st.text(max_size=200))
async def test_what_is_offered_fits_every_platform(kind: str, text: str) -> None:
    choices = await _TOWN[0].desk.complete(kind, text, HERE)
    assert len(choices) <= 25
    assert all(1 <= len(one.label) <= 100 and len(one.value) <= 100 for one in choices)
    assert _TOWN[0].log.named("complete_broke") == []


@pytest.mark.parametrize("text", ["issuer:us target:", "stage:", "oil -instrument:", "quiet:", "every:"])
async def test_every_completed_value_parses(town: Town, text: str) -> None:
    offered = await values(town, "rule", text)
    assert offered
    for line in offered:
        try:
            parse(line, town.knowledge.names)
        except RuleError as error:
            pytest.fail(f"{line}: {error}")
