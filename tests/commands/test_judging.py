"""Not relevant, and why; mute like this."""

from datetime import timedelta

import pytest

from bot.domain import Message, Objection, Right
from tests.commands.kit import EVENTS, OTHER_GUILD, OTHER_ROOM, ROOM, Town, button, text

US_EVENTS = tuple(title for title in EVENTS if title.startswith("US imposes"))


async def alerts(town: Town, *titles: str) -> list[Message]:
    """Let the room hear; returns the posts."""
    if not town.store.subscriptions():
        await town.do("subscribe")
    await town.read(*titles)
    return [one.message for one in await town.deliver()]


async def test_one_tap_says_why(town: Town) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    asked = await town.press(alert, "Not relevant", right=Right.ALL)
    assert [one.label for one in asked.buttons] == [
        "Not sanctions",
        "Wrong country",
        "Wrong reading",
        "Duplicate",
        "Too minor",
    ]
    thanked = await town.press(asked, "Wrong country", right=Right.ALL)
    assert (thanked.title, thanked.private) == ("Noted as wrong country. Thank you.", True)


async def test_what_was_said_is_kept_with_how_it_was_read(town: Town) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    await town.press(await town.press(alert, "Not relevant"), "Too minor")
    (kept,) = town.store.feedback("discord:100", town.clock.now - timedelta(days=1))
    assert (kept.objection, kept.person, kept.room) == (Objection.TOO_MINOR, "ann", ROOM)
    assert (kept.action.issuers, kept.action.targets) == (("US",), ("IR",))


async def test_a_second_thought_replaces_the_first(town: Town) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    for label in ("Too minor", "Duplicate"):
        await town.press(await town.press(alert, "Not relevant"), label)
    kept = town.store.feedback("discord:100", town.clock.now - timedelta(days=1))
    assert [one.objection for one in kept] == [Objection.DUPLICATE]


async def test_three_of_a_kind_propose_a_rule_that_an_admin_may_confirm(town: Town) -> None:
    posts = await alerts(town, *US_EVENTS)
    said = [
        await town.press(await town.press(post, "Not relevant"), "Too minor", right=Right.ALL) for post in posts[:2]
    ]
    assert not any(one.buttons for one in said)
    third = await town.press(posts[2], "Not relevant", person="bob", right=Right.ALL)
    proposed = await town.press(third, "Too minor", person="bob", right=Right.ALL)
    assert "Mute issuer:US stage:imposed?" in text(proposed)
    assert "3 stories that people here found too minor" in text(proposed)
    assert "would have heard 0 stories instead of 3" in text(proposed)
    assert "is for admins" in text(await town.press(proposed, "Mute", person="bob", right=Right.ALL))
    await town.press(proposed, "Mute", person="carol", right=Right.ADMIN)
    assert [(rule.kind, rule.line) for rule in town.store.rules()] == [("mute", "issuer:US stage:imposed")]


async def test_three_that_have_nothing_in_common_propose_nothing_of_who_acts(town: Town) -> None:
    posts = await alerts(town, EVENTS[0], EVENTS[4], EVENTS[5])
    for post in posts:
        said = await town.press(await town.press(post, "Not relevant"), "Too minor")
    assert "source:harbourwire" in text(said)
    assert "issuer" not in text(said).partition("?")[0]


async def test_different_reasons_are_not_of_a_kind(town: Town) -> None:
    posts = await alerts(town, *US_EVENTS)
    for post, label in zip(posts, ("Too minor", "Duplicate", "Wrong country"), strict=True):
        said = await town.press(await town.press(post, "Not relevant"), label)
    assert not said.buttons


async def test_a_rule_that_is_there_is_not_proposed_again(town: Town) -> None:
    posts = await alerts(town, *US_EVENTS)
    await town.do("rules add mute issuer:us stage:imposed")
    for post in posts:
        said = await town.press(await town.press(post, "Not relevant"), "Too minor")
    assert not said.buttons


async def test_nobody_objects_to_what_was_not_told_in_the_room(town: Town) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    said = await town.press(alert, "Not relevant", room=OTHER_ROOM, place=OTHER_GUILD)
    assert "not told in this channel" in text(said)


async def test_a_reason_that_is_none_is_refused(town: Town) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    key = button(alert, "Not relevant").value
    assert "is no reason" in text(await town.ask(f"not_relevant {key} boring"))


async def test_mute_like_this_comes_filled_in_with_its_effect(town: Town) -> None:
    posts = await alerts(town, *EVENTS)
    iran = next(post for post in posts if "Iran" in post.title)
    proposed = await town.press(iran, "Mute like this")
    assert proposed.title.startswith("Mute issuer:US target:IR stage:imposed")
    assert "would have heard 11 stories instead of 12" in text(proposed)
    assert proposed.form is not None
    assert proposed.form.options["rule"].startswith("issuer:US target:IR stage:imposed")
    await town.press(proposed, "Mute")
    assert len(town.store.rules()) == 1


async def test_mute_like_this_needs_all_of_several_actors(town: Town) -> None:
    posts = await alerts(town, "EU and Canada impose sanctions on Belarus over migrants")
    proposed = await town.press(posts[0], "Mute like this")
    assert "issuer:CA issuer:EU target:BY" in proposed.title


@pytest.mark.parametrize("right", [Right.ALL, Right.MANAGER])
async def test_only_admins_mute(town: Town, right: Right) -> None:
    (alert,) = await alerts(town, EVENTS[1])
    assert button(alert, "Mute like this").admin
    assert "is for admins" in text(await town.press(alert, "Mute like this", right=right))
