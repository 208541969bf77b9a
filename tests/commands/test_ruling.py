"""The rules of a place: tried, confirmed, counted, changed, removed; and never another place's."""

import pytest

from bot.domain import AlertKind, Right, Rule, RuleKind
from tests.commands.kit import EVENTS, GUILD, NOISE, OTHER_GUILD, OTHER_ROOM, ROOM, Town, key_in, text


async def hearing(town: Town) -> None:
    """Let both guilds' rooms hear everything."""
    await town.do("subscribe")
    await town.do("subscribe", room=OTHER_ROOM, place=OTHER_GUILD)


async def test_a_watch_rule_is_tried_over_all_items_and_not_only_alerts(town: Town) -> None:
    await hearing(town)
    await town.read(*EVENTS, *NOISE)
    said = await town.ask('rules test "night crossing*"|tankers')
    assert "picks 2 items in 2 stories" in text(said)
    assert "would have heard 13 stories instead of 12" in text(said)
    assert "• 2 Mar Harbour Wire: UK sanctions Russian shadow fleet [tankers]" in said.lines
    assert any("Ferry line adds [night crossings] for" in line for line in said.lines)
    assert any(line.startswith("+ ") and "Ferry line" in line for line in said.lines)
    assert town.store.rules() == []


async def test_what_was_tested_can_be_added_by_a_button(town: Town) -> None:
    await hearing(town)
    tested = await town.ask("rules test watch ferry")
    await town.press(tested, "Add")
    await town.read(NOISE[0])
    assert await town.told() == [ROOM]


async def test_a_mute_rule_says_what_would_be_heard_no_more(town: Town) -> None:
    await hearing(town)
    await town.read(*EVENTS)
    said = text(await town.ask("rules add mute issuer:us"))
    assert "would have heard 8 stories instead of 12" in said
    assert said.count("−") == 4


async def test_a_mute_rule_mutes_its_own_place_only(town: Town) -> None:
    await hearing(town)
    await town.do("rules add mute issuer:us")
    await town.read(EVENTS[1])
    assert await town.told() == [OTHER_ROOM]


async def test_a_rule_reaches_every_room_of_its_place(town: Town) -> None:
    await hearing(town)
    await town.do("subscribe", room="discord:102")
    await town.do("rules add mute issuer:us")
    await town.read(EVENTS[1])
    assert await town.told() == [OTHER_ROOM]


async def test_a_flag_marks_and_mentions_once_and_only_in_its_place(town: Town) -> None:
    await hearing(town)
    await town.do("rules add flag target:iran mention:<@&77> label:oil")
    await town.do("rules add flag issuer:us mention:77")
    await town.read(EVENTS[1])
    await town.read(EVENTS[1], outlet="Continental Herald", feed="herald")
    sent = await town.deliver()
    first = {one.room: one.message for one in sent if one.kind is AlertKind.ALERT}
    assert first[ROOM].mentions == ("77",)
    assert "⚑ oil" in first[ROOM].title
    assert first[OTHER_ROOM].mentions == ()
    assert all(not one.message.mentions for one in sent if one.kind is not AlertKind.ALERT)


@pytest.mark.parametrize("mention", ["everyone", "@here", "<!channel>", "<@&77> and more", "a b"])
async def test_nobody_can_be_made_to_mention_everybody(town: Town, mention: str) -> None:
    said = await town.ask(f'rules add flag oil mention:"{mention}"')
    assert "cannot be mentioned" in text(said)
    assert not said.buttons


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rules add watch -oil", "not only what not"),
        ("rules add watch oil|-gas", "not only what not"),
        ("rules add mute every:day", "belong to a subscription"),
        ("rules add flag oil quiet:22:00-07:00", "belong to a subscription"),
        ("rules add mute oil mention:77", "Only a flag rule mentions"),
        ("rules add watch", "needs RULE"),
    ],
)
async def test_a_line_that_no_such_rule_can_have_is_refused(town: Town, line: str, said: str) -> None:
    answer = await town.ask(line)
    assert said in text(answer)
    assert not answer.buttons


async def test_an_edited_rule_keeps_its_key(town: Town) -> None:
    await hearing(town)
    key = key_in(await town.do("rules add mute issuer:us"))
    await town.do(f"rules edit {key} issuer:eu")
    assert [(rule.key, rule.line) for rule in town.store.rules()] == [(key, "issuer:EU")]
    await town.read(EVENTS[0], EVENTS[1])
    assert sorted(await town.told()) == [ROOM, OTHER_ROOM, OTHER_ROOM]


async def test_of_two_admins_who_change_one_rule_the_second_hears_so(town: Town) -> None:
    key = key_in(await town.do("rules add mute issuer:us"))
    anns = await town.ask(f"rules edit {key} issuer:eu")
    bobs = await town.ask(f"rules remove {key}", person="bob")
    await town.press(anns, "Change")
    assert "changed by somebody else meanwhile" in text(await town.press(bobs, "Remove", person="bob"))
    assert [rule.line for rule in town.store.rules()] == ["issuer:EU"]


async def test_a_removed_rule_works_no_more(town: Town) -> None:
    await hearing(town)
    key = key_in(await town.do("rules add mute issuer:us"))
    await town.do(f"rules remove [{key}]")
    await town.read(EVENTS[1])
    assert len(await town.told()) == 2


async def test_another_guilds_key_is_no_key_here(town: Town) -> None:
    key = key_in(await town.do("rules add mute issuer:us", room=OTHER_ROOM, place=OTHER_GUILD))
    for line in ("rules remove {}", "rules edit {} oil"):
        strange, none = text(await town.ask(line.format(key))), text(await town.ask(line.format("zzzzzz")))
        assert strange.replace(key, "zzzzzz") == none
    assert key not in text(await town.ask("rules"))
    assert key in text(await town.ask("rules", room=OTHER_ROOM, place=OTHER_GUILD))


async def test_the_operators_rules_are_shown_and_not_edited(town: Town) -> None:
    kept = Rule(key="football", name="football", kind=RuleKind.MUTE, line="fifa")
    theirs = Town(town.store, town.knowledge, rules=[kept])
    assert "[football]  mute  football: fifa  (the operator's)" in text(await theirs.ask("rules"))
    assert "config/rules.toml" in text(await theirs.ask("rules remove football"))


async def test_the_list_says_how_each_rule_is_doing(town: Town) -> None:
    await hearing(town)
    await town.do("rules add flag issuer:us")
    assert "no hits yet" in text(await town.ask("rules"))
    await town.read(*EVENTS)
    await town.deliver()
    told = next(one for one in town.chat.sent if one.room == ROOM and one.message.title.startswith("⚑"))
    await town.ask(f"not_relevant {told.story} too_minor", right=Right.ALL)
    assert "4 hits, last" in text(await town.ask("rules"))
    assert "25% not relevant" in text(await town.ask("rules"))


async def test_another_places_objections_do_not_count(town: Town) -> None:
    await hearing(town)
    await town.do("rules add flag issuer:us")
    await town.read(EVENTS[1])
    (told, _) = await town.deliver()
    await town.ask(f"not_relevant {told.story} too_minor", right=Right.ALL, room=OTHER_ROOM, place=OTHER_GUILD)
    assert "not relevant" not in text(await town.ask("rules"))


async def test_a_rule_is_added_once(town: Town) -> None:
    await town.do("rules add mute issuer:us")
    assert "such a rule already" in text(await town.ask("rules add mute issuer:US"))
    assert (await town.ask("rules add flag issuer:us")).buttons


async def test_a_title_without_end_does_not_make_an_answer_without_end(town: Town) -> None:
    await hearing(town)
    await town.read(f"{EVENTS[1]} {'and more ' * 2_000}")
    said = await town.ask("rules test more")
    assert "picks 1 item" in text(said)
    assert all(len(line) < 400 for line in said.lines)


async def test_a_room_without_subscription_is_told_that_rules_need_one(town: Town) -> None:
    assert "hears nothing yet" in text(await town.ask("rules test oil"))


async def test_a_place_has_only_so_many_rules(town: Town) -> None:
    for number in range(500):
        rule = Rule(key=f"k{number}", name="x", kind=RuleKind.MUTE, line=f"word{number}", scope=GUILD, origin="chat")
        town.store.save_rule(rule, by="ann", at=town.clock.now)
    assert "500 is the most" in text(await town.ask("rules add mute oil"))


async def test_the_operators_own_rules_made_at_the_terminal_reach_all(town: Town) -> None:
    await hearing(town)
    await town.do("rules add mute issuer:us", right=Right.OPERATOR, room="console", place="")
    await town.read(EVENTS[1])
    assert await town.told() == []
    assert "issuer:US" in text(await town.ask("rules"))
    assert "There is no rule" in text(await town.ask(f"rules remove {town.store.rules()[0].key}"))
