"""Who may ask what, how much at once, and what is said where something is wrong."""

from dataclasses import replace

import pytest

from bot.domain import Request, Right
from bot.errors import StoreError
from tests.commands.kit import GUILD, OTHER_GUILD, OTHER_ROOM, ROOM, Town, text

LINES = {
    "country": "country Iran",
    "between": "between US Iran",
    "latest": "latest",
    "search": "search oil",
    "story": "story nothing",
    "timeline": "timeline Iran",
    "subscribe": "subscribe issuer:us",
    "unsubscribe": "unsubscribe",
    "subscriptions": "subscriptions",
    "rules list": "rules",
    "rules add": "rules add mute fifa",
    "rules edit": "rules edit abc oil",
    "rules remove": "rules remove abc",
    "rules test": "rules test fifa",
    "rules history": "rules history",
    "rules undo": "rules undo",
    "rules export": "rules export",
    "rules import": 'rules import [[rules]] kind="mute" rule="fifa"',
    "feeds list": "feeds",
    "feeds add": "feeds add https://wire.example/rss",
    "feeds pause": "feeds pause wire",
    "feeds resume": "feeds resume wire",
    "feeds remove": "feeds remove wire",
    "why": "why https://wire.example/1",
    "status": "status",
    "help": "help",
    "not_relevant": "not_relevant nothing",
    "mute": "mute nothing",
    "confirm": "confirm nothing",
    "cancel": "cancel nothing",
    "more": "more nothing",
}


def test_every_command_has_a_line_here(town: Town) -> None:
    assert {command.words for command in town.desk.commands} == set(LINES)


@pytest.mark.parametrize("words", LINES)
async def test_nobody_gets_in_without_the_right(town: Town, words: str) -> None:
    needed = next(command.right for command in town.desk.commands if command.words == words)
    for right in (Right.ALL, Right.MANAGER, Right.ADMIN):
        said = text(await town.ask(LINES[words], right=right))
        assert (" is for " in said) is (right < needed), said


def test_changes_need_at_least_a_manager_and_rules_and_sources_an_admin(town: Town) -> None:
    needs = {command.words: command.right for command in town.desk.commands}
    assert {words for words, right in needs.items() if right is Right.MANAGER} == {"subscribe", "unsubscribe"}
    assert all(right is Right.ADMIN for words, right in needs.items() if words.startswith(("rules ", "feeds ", "mute")))


async def test_a_member_cannot_confirm_what_an_admin_asked(town: Town) -> None:
    asked = await town.ask("rules add mute fifa")
    refused = await town.press(asked, "Add", right=Right.ALL)
    assert "is for admins" in text(refused)
    assert town.store.rules() == []


async def test_another_person_cannot_confirm_it_either(town: Town) -> None:
    asked = await town.ask("rules add mute fifa")
    assert "no such question of yours" in text(await town.press(asked, "Add", person="bob"))
    assert town.store.rules() == []


async def test_nor_the_same_person_elsewhere(town: Town) -> None:
    asked = await town.ask("rules add mute fifa")
    said = text(await town.press(asked, "Add", room=OTHER_ROOM, place=OTHER_GUILD))
    assert "no such question of yours" in said


async def test_a_refusal_is_private(town: Town) -> None:
    assert (await town.ask("rules", right=Right.ALL)).private
    assert (await town.ask("frobnicate")).private


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("contry Iran", 'Did you mean "country"?'),
        ("frobnicate", '"help" lists them all'),
        ("rules frobnicate", "There is no command"),
        ("country Atlantis", "No country or issuer is called"),
        ("country Irann", "Did you mean Iran"),
        ("country", '"country" needs NAME'),
        ("between US", '"between" needs B'),
        ("between US USA", "name two different ones"),
        ("country Iran since:yesterday", "type it as 2024-02-29"),
        ("country Iran side:left", "side:against, side:by or side:more"),
        ("latest page:0", "whole number from 1 on"),
        ("latest isuer:us", "did you mean issuer"),
        ("search !!!", "has no word to look for"),
        ("story s1", '"latest" lists the newest'),
        ("why https://nowhere.example/1", '"status" shows which sources are read'),
        ("rules add shout fifa", "type watch, mute, flag"),
        ("rules undo first", "whole number"),
    ],
)
async def test_an_error_says_what_to_type_instead(town: Town, line: str, said: str) -> None:
    assert said in text(await town.ask(line))


async def test_an_error_in_a_rule_line_points_at_the_column(town: Town) -> None:
    lines = (await town.ask("rules test oil isuer:us")).lines
    assert lines[:2] == ("oil isuer:us", "    ^")


@pytest.mark.parametrize("words", LINES)
@pytest.mark.parametrize(
    "value", ["x" * 10_000, "'; drop table rules; --", "../../etc/passwd", "@everyone <!channel>", "\x00\u202e"]
)
async def test_no_argument_breaks_a_command(town: Town, words: str, value: str) -> None:
    command = next(one for one in town.desk.commands if one.words == words)
    options = {option.name: value for option in command.options}
    request = Request(words=words, options=options, room=ROOM, place=GUILD, person="ann", right=Right.ADMIN)
    said = await town.desk.ask(request)
    assert said.title
    assert len(text(said)) < 20_000
    assert town.log.named("ask_broke") == []


async def test_a_fault_of_ours_is_logged_and_apologised_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(town.store, "counts", broken)
    said = text(await town.ask("status"))
    assert "went wrong" in said
    assert "secret" not in said
    assert "ZeroDivisionError" in str(town.log.named("ask_broke")[0]["error"])


async def test_a_store_that_fails_is_said_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(town.store, "counts", full)
    assert "the disk is full" in text(await town.ask("status"))


async def test_a_flood_is_answered_kindly_and_ebbs(town: Town) -> None:
    said = [text(await town.ask("status", person="eve")) for _ in range(130)]
    assert "Please wait" in said[-1]
    assert "Please wait" not in said[100]
    assert "Please wait" not in text(await town.ask("status", person="bob"))
    town.clock.advance(seconds=30)
    assert "Please wait" not in text(await town.ask("status", person="eve"))


async def test_one_person_is_the_same_in_every_room_of_a_place(town: Town) -> None:
    for number in range(130):
        said = text(await town.ask("status", person="eve", room=f"discord:{number}"))
    assert "Please wait" in said


async def test_help_shows_what_one_may_ask_and_hides_what_buttons_ask(town: Town) -> None:
    mine = text(await town.ask("help", right=Right.ALL))
    assert "country NAME" in mine
    assert "rules add" not in mine
    assert "confirm" not in mine
    assert "rules add KIND RULE" in text(await town.ask("help", right=Right.ADMIN))


async def test_the_operator_may_all_and_is_never_too_much(town: Town) -> None:
    for _ in range(150):
        said = text(await town.ask("rules", right=Right.OPERATOR))
    assert said.startswith("Rules here")


async def test_unknown_options_are_ignored_and_case_does_not_matter(town: Town) -> None:
    request = Request(words="COUNTRY", options={"name": "Iran", "colour": "red"}, room=ROOM, person="ann")
    assert "Sanctions: Iran" in (await town.desk.ask(request)).title
    assert "Sanctions: Iran" in (await town.desk.ask(replace(request, words=" country "))).title


async def test_every_button_of_every_answer_fits_and_is_understood(town: Town) -> None:
    await town.do("subscribe")
    await town.do("rules add mute fifa")
    for line in (
        "country China",
        "between US China",
        "latest",
        "rules history",
        "subscriptions",
        "unsubscribe",
        "mute x",
    ):
        for one in (await town.ask(line)).buttons:
            assert len(one.value) <= 80
            words, _ = town.desk.parse(f"{one.action} {one.value}")
            assert words in LINES


def test_every_command_fits_what_platforms_allow(town: Town) -> None:
    groups: dict[str, int] = {}
    for command in town.desk.commands:
        group, _, word = command.words.partition(" ")
        groups[group if word else ""] = groups.get(group if word else "", 0) + (not command.hidden)
        assert len(command.about) <= 100
        assert all(len(option.about) <= 100 and option.name.islower() for option in command.options)
        needed = [option.required for option in command.options]
        assert needed == sorted(needed, reverse=True), "what is needed stands first"
        assert all(len(option.choices) <= 25 for option in command.options)
    assert max(groups.values()) <= 20
