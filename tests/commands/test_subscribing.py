"""What a channel hears: asked for, tried on history, confirmed, live at once."""

from contextlib import closing

import pytest

from bot.cli.build import Knowledge, open_scratch
from bot.domain import Right, Subscription
from tests.commands.kit import EVENTS, GUILD, NOISE, OTHER_GUILD, OTHER_ROOM, ROOM, Town, key_in, text

NEIGHBOUR = "discord:102"


async def test_nothing_is_saved_before_the_person_confirms(town: Town) -> None:
    asked = await town.ask("subscribe issuer:us", right=Right.MANAGER)
    assert asked.private
    assert town.store.subscriptions() == []
    await town.press(asked, "Subscribe", right=Right.MANAGER)
    assert [(one.room, one.line) for one in town.store.subscriptions()] == [(ROOM, "issuer:US")]


async def test_a_new_subscription_is_live_at_once(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.read(*EVENTS)
    assert await town.told() == [ROOM] * 4


async def test_the_answer_says_what_it_would_have_posted(town: Town) -> None:
    await town.read(*EVENTS, *NOISE)
    said = text(await town.ask("subscribe issuer:us"))
    assert "Of the 15 items of the last 30 days it picks 4 items in 4 stories." in said
    assert "would have heard 4 stories:" in said
    assert said.count("+ ") == 4
    assert "• 2 Mar Harbour Wire: US lifts sanctions on Syria (issuer US)" in said


async def test_what_it_says_is_what_a_replay_sends(town: Town, knowledge: Knowledge) -> None:
    await town.read(*EVENTS, *NOISE)
    said = text(await town.ask("subscribe issuer:us,gb -target:iran"))
    with closing(open_scratch(knowledge)) as store:
        replay = Town(store, knowledge)
        await replay.do("subscribe issuer:us,gb -target:iran")
        await replay.read(*EVENTS, *NOISE)
        told = await replay.told()
    assert len(told) == 5
    assert "would have heard 5 stories" in said


async def test_a_year_old_item_is_no_reason(town: Town) -> None:
    await town.read(EVENTS[1])
    town.clock.advance(days=40)
    assert "No item of the last 30 days" in text(await town.ask("subscribe"))


async def test_a_second_click_does_it_once(town: Town) -> None:
    asked = await town.ask("subscribe issuer:us")
    await town.press(asked, "Subscribe")
    assert (await town.press(asked, "Subscribe")).title == "Done already"
    assert len(town.store.changes()) == 1


async def test_asking_twice_and_confirming_both_does_it_once(town: Town) -> None:
    first = await town.ask("subscribe issuer:us")
    town.clock.advance(seconds=5)
    second = await town.ask("subscribe issuer:us")
    await town.press(first, "Subscribe")
    await town.press(second, "Subscribe")
    assert len(town.store.subscriptions()) == 1
    assert "hears that already" in text(await town.ask("subscribe issuer:us"))


async def test_a_question_survives_a_restart(town: Town) -> None:
    asked = await town.ask("subscribe issuer:us")
    again = town.restart()
    await again.press(asked, "Subscribe")
    await again.read(EVENTS[1])
    assert await again.told() == [ROOM]


async def test_a_question_lapses_after_an_hour(town: Town) -> None:
    asked = await town.ask("subscribe issuer:us")
    town.clock.advance(minutes=61)
    assert "older than an hour" in text(await town.press(asked, "Subscribe"))
    assert town.store.subscriptions() == []


async def test_a_cancelled_question_changes_nothing(town: Town) -> None:
    asked = await town.ask("subscribe issuer:us")
    assert (await town.press(asked, "Cancel")).title == "Cancelled"
    assert "was cancelled" in text(await town.press(asked, "Subscribe"))
    assert town.store.subscriptions() == []


async def test_options_by_name_become_part_of_the_line(town: Town) -> None:
    words, _ = town.desk.parse("subscribe")
    asked = await town.ask("subscribe issuer:us every:day at:7:30 zone:berlin quiet:22:00-06:00")
    assert words == "subscribe"
    assert "Told once a day at 07:30 (Europe/Berlin)." in asked.lines
    await town.press(asked, "Subscribe")
    (one,) = town.store.subscriptions()
    assert one.line == "issuer:US every:day at:07:30 zone:Europe/Berlin quiet:22:00-06:00"


@pytest.mark.parametrize(
    "line", ["subscribe at:09:00", "subscribe zone:atlantis", "subscribe every:week", "subscribe x every:day every:day"]
)
async def test_times_that_cannot_be_are_refused_with_a_hint(town: Town, line: str) -> None:
    said = await town.ask(line)
    assert said.title == "That rule line does not hold"
    assert not said.buttons


async def test_the_same_at_other_times_changes_the_subscription(town: Town) -> None:
    await town.do("subscribe issuer:us")
    asked = await town.ask("subscribe issuer:us every:day")
    await town.press(asked, "Change it")
    assert [one.line for one in town.store.subscriptions()] == ["issuer:US every:day at:09:00"]


async def test_a_room_lists_what_is_its_own(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.do("subscribe issuer:eu", room=OTHER_ROOM, place=OTHER_GUILD)
    assert "issuer:EU" not in text(await town.ask("subscriptions"))
    assert "issuer:US" in text(await town.ask("subscriptions"))
    everywhere = text(await town.ask("subscriptions", right=Right.OPERATOR))
    assert "issuer:EU" in everywhere
    assert OTHER_ROOM in everywhere


async def test_unsubscribing_from_the_only_one_needs_no_key(town: Town) -> None:
    await town.do("subscribe")
    await town.read(*EVENTS[:3])
    asked = await town.ask("unsubscribe", right=Right.MANAGER)
    assert "would have heard 0 stories instead of 3" in text(asked)
    await town.press(asked, "Unsubscribe", right=Right.MANAGER)
    assert town.store.subscriptions() == []


async def test_of_several_one_is_chosen_by_a_button(town: Town) -> None:
    await town.do("subscribe issuer:us")
    await town.do("subscribe issuer:eu")
    choice = await town.ask("unsubscribe")
    assert len(choice.buttons) == 2
    asked = await town.ask(f"unsubscribe {choice.buttons[0].value}")
    await town.press(asked, "Unsubscribe")
    assert len(town.store.subscriptions()) == 1


async def test_another_rooms_key_is_no_key_here(town: Town) -> None:
    done = await town.do("subscribe issuer:eu", room=OTHER_ROOM, place=OTHER_GUILD)
    strange = text(await town.ask(f"unsubscribe {key_in(done)}"))
    none = text(await town.ask("unsubscribe zzzzzz"))
    assert strange.replace(key_in(done), "zzzzzz") == none
    assert len(town.store.subscriptions()) == 1


async def test_the_operators_subscription_is_shown_and_stays(town: Town) -> None:
    kept = Subscription(key="file-1", room=ROOM, line="issuer:EU")
    theirs = Town(town.store, town.knowledge, subscriptions=[kept])
    assert "(the operator's)" in text(await theirs.ask("subscriptions"))
    assert "config/rules.toml" in text(await theirs.ask("unsubscribe file-1"))
    assert "hears that already" in text(await theirs.ask("subscribe issuer:eu"))


async def test_a_place_has_only_so_many(town: Town) -> None:
    for number in range(500):
        one = Subscription(
            key=f"k{number}", room=f"discord:{number}", line=f"word{number}", origin="chat", place="discord:100"
        )
        town.store.save_subscription(one, by="ann", at=town.clock.now)
    assert "500 is the most" in text(await town.ask("subscribe"))
    assert (await town.ask("subscribe", room=OTHER_ROOM, place=OTHER_GUILD)).buttons


async def test_lists_are_paged_ten_at_a_time(town: Town) -> None:
    for number in range(23):
        one = Subscription(key=f"k{number:02}", room=ROOM, line=f"word{number}", origin="chat")
        town.store.save_subscription(one, by="ann", at=town.clock.now)
    first = await town.ask("subscriptions")
    second = await town.press(first, "More ▶")
    assert (len(first.lines), len(second.lines)) == (10, 10)
    assert second.footer == "Page 2 of 3, 23 in all"
    assert len((await town.press(second, "More ▶")).lines) == 3
    assert (await town.press(second, "◀ Back")).lines == first.lines


async def test_a_whole_places_front_page_shows_what_each_of_its_rooms_hears(town: Town) -> None:
    await town.do("subscribe issuer:eu")
    await town.do("subscribe target:ru", room=NEIGHBOUR)
    await town.do("subscribe target:cn", room=OTHER_ROOM, place=OTHER_GUILD)
    lines = (await town.ask("subscriptions", room=GUILD)).lines
    assert sorted(line.split()[1] for line in lines) == [ROOM, NEIGHBOUR]
    (here,) = (await town.ask("subscriptions")).lines
    assert ROOM not in here


async def test_from_the_front_page_only_an_admin_takes_back_what_a_room_hears(town: Town) -> None:
    await town.do("subscribe issuer:eu")
    key = key_in(await town.ask("subscriptions"))
    refused = await town.ask(f"unsubscribe {key}", room=GUILD, right=Right.MANAGER)
    assert "admins" in text(refused)
    assert len(town.store.subscriptions()) == 1
    await town.do(f"unsubscribe {key}", room=GUILD, right=Right.ADMIN)
    assert town.store.subscriptions() == []


async def test_the_operators_lines_for_rooms_of_the_place_are_on_its_front_page(town: Town) -> None:
    team = "slack:T1"
    rooms = ("slack:T1/C1", "slack:T2/C1", "slack:T12/C1")
    lines = tuple(Subscription(key=f"file-{n}", room=room) for n, room in enumerate(rooms))
    town = Town(town.store, town.knowledge, subscriptions=lines)
    (only,) = (await town.ask("subscriptions", room=team, place=team)).lines
    assert "slack:T1/C1" in only
