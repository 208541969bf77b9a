"""Why, in the room's own words; and how the sources are."""

from typing import Any

from bot.domain import Right
from tests.commands.kit import EVENTS, NOISE, OTHER_GUILD, OTHER_ROOM, Town, news, text


def link(town: Town, title: str) -> str:
    return news(title, town.clock.now).link


async def test_what_was_told_says_so_with_what_asked_for_it(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.read(EVENTS[1])
    await town.deliver()
    said = text(await town.ask(f"why {link(town, EVENTS[1])}", right=Right.ALL))
    assert "told here" in said
    assert "yes: issuer US" in said


async def test_what_nobody_here_asked_for_says_what_lacked(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.read(EVENTS[0])
    said = text(await town.ask(f"why <{link(town, EVENTS[0])}>", right=Right.ALL))
    assert "not told here: no subscription of this channel asks for it" in said
    assert "no: no action with issuer US" in said


async def test_what_was_muted_names_the_rule_and_the_words(town: Town) -> None:
    await town.do("subscribe")
    await town.do('rules add mute "oil network"')
    await town.read(EVENTS[1])
    said = text(await town.ask(f"why {link(town, EVENTS[1])}"))
    assert 'not told here: mute rule "oil network"' in said
    assert "(found: oil network)" in said


async def test_no_sanctions_news_says_why_not(town: Town) -> None:
    await town.read(NOISE[0])
    said = text(await town.ask(f"why {link(town, NOISE[0])}"))
    assert said.splitlines()[1].startswith("silent: ")
    assert "no sanctions news" in said


async def test_what_was_subscribed_later_is_told_apart(town: Town) -> None:
    await town.read(EVENTS[1])
    await town.do("subscribe issuer:us")
    assert "though now it would be" in text(await town.ask(f"why {link(town, EVENTS[1])}"))


async def test_nothing_of_other_rooms_is_said(town: Town) -> None:
    there: dict[str, Any] = {"room": OTHER_ROOM, "place": OTHER_GUILD}
    await town.do("subscribe issuer:us", **there)
    await town.do("rules add mute Iranian", **there)
    await town.read(EVENTS[1])
    said = text(await town.ask(f"why {link(town, EVENTS[1])}"))
    keys = [one.key for one in town.store.subscriptions()] + [one.key for one in town.store.rules()]
    assert not any(secret in said for secret in (OTHER_ROOM, OTHER_GUILD, "Iranian:", "mute rule", *keys))
    assert OTHER_ROOM in text(await town.ask(f"why {link(town, EVENTS[1])}", right=Right.OPERATOR))


async def test_tracking_parameters_do_not_matter(town: Town) -> None:
    await town.read(EVENTS[1])
    assert "place" in text(await town.ask(f"why {link(town, EVENTS[1])}?utm_source=x"))


async def test_status_says_what_is_waiting(town: Town) -> None:
    await town.do("subscribe every:day")
    await town.read(*EVENTS[:2])
    assert "waiting to be sent: 2" in text(await town.ask("status"))
