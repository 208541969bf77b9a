"""Who changed what; taking it back; rules as TOML."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.toml import read_toml, write_toml
from bot.domain import Right, Rule, RuleKind, Subscription
from tests.commands.kit import EVENTS, GUILD, OTHER_GUILD, OTHER_ROOM, ROOM, Town, key_in, text


async def test_the_history_says_who_when_and_what_before_and_after(town: Town) -> None:
    key = key_in(await town.do("rules add mute issuer:us"))
    town.clock.advance(hours=1)
    await town.do(f"rules edit {key} issuer:eu", person="bob")
    newest, oldest = (await town.ask("rules history")).lines
    assert (
        newest == f"2.  02 Mar 2026 10:00 UTC  Bob (bob): changed [{key}]  mute  issuer:US → [{key}]  mute  issuer:EU"
    )
    assert oldest == f"1.  02 Mar 2026 09:00 UTC  Ann (ann): added [{key}]  mute  issuer:US"


async def test_a_place_sees_its_own_history_only(town: Town) -> None:
    await town.do("rules add mute issuer:us")
    await town.do("subscribe issuer:eu", room=OTHER_ROOM, place=OTHER_GUILD)
    assert "issuer:EU" not in text(await town.ask("rules history"))
    assert "issuer:US" not in text(await town.ask("rules history", room=OTHER_ROOM, place=OTHER_GUILD))
    assert len((await town.ask("rules history", right=Right.OPERATOR)).lines) == 2


async def test_the_last_change_is_undone_and_the_undoing_too(town: Town) -> None:
    await town.do("subscribe")
    await town.do("rules add mute issuer:us")
    await town.do("rules undo")
    assert town.store.rules() == []
    await town.read(EVENTS[1])
    assert await town.told() == [ROOM]
    await town.do("rules undo")
    assert [rule.line for rule in town.store.rules()] == ["issuer:US"]


async def test_an_answer_to_a_change_offers_to_undo_it(town: Town) -> None:
    done = await town.do("rules add mute issuer:us")
    asked = await town.press(done, "Undo")
    await town.press(asked, "Undo")
    assert town.store.rules() == []


async def test_an_edit_is_undone_to_what_was_before(town: Town) -> None:
    key = key_in(await town.do("rules add mute issuer:us"))
    before = town.store.rules()
    await town.do(f"rules edit {key} issuer:eu")
    await town.do("rules undo 2")
    assert town.store.rules() == before


async def test_what_was_changed_again_since_is_not_undone_blindly(town: Town) -> None:
    key = key_in(await town.do("rules add mute issuer:us"))
    await town.do(f"rules edit {key} issuer:eu")
    assert "changed again since" in text(await town.ask("rules undo 1"))


async def test_undoing_says_what_the_room_would_hear(town: Town) -> None:
    await town.do("subscribe")
    await town.do("rules add mute issuer:us")
    await town.read(*EVENTS)
    assert "would have heard 12 stories instead of 8" in text(await town.ask("rules undo"))


async def test_another_places_change_cannot_be_undone_by_its_number(town: Town) -> None:
    await town.do("rules add mute issuer:us", room=OTHER_ROOM, place=OTHER_GUILD)
    assert "no change no. 1 here" in text(await town.ask("rules undo 1"))
    assert "Nothing was changed here yet" in text(await town.ask("rules undo"))


async def test_what_is_exported_is_imported_as_it_was(town: Town) -> None:
    await town.do('subscribe issuer:us "shadow fleet" every:day')
    await town.do("rules add mute fifa|uefa")
    await town.do("rules add flag target:ir mention:77 label:oil")
    exported = "\n".join((await town.ask("rules export")).lines)
    assert tomllib.loads(exported)["rules"][0].keys() >= {"name", "kind", "rule"}
    there: dict[str, Any] = {"room": OTHER_ROOM, "place": OTHER_GUILD}
    await town.do(f"rules import {exported.replace(ROOM, OTHER_ROOM)}", **there)
    kept = {(one.kind, one.line, one.mention, one.name) for one in town.store.rules() if one.scope == OTHER_GUILD}
    assert kept == {(one.kind, one.line, one.mention, one.name) for one in town.store.rules() if one.scope == GUILD}
    assert {one.line for one in town.store.subscriptions() if one.room == OTHER_ROOM} == {
        one.line for one in town.store.subscriptions() if one.room == ROOM
    }


async def test_what_is_here_already_is_not_imported_again(town: Town) -> None:
    await town.do("rules add mute fifa")
    exported = "\n".join((await town.ask("rules export")).lines)
    assert "All of that is here already" in text(await town.ask(f"rules import {exported}"))


async def test_nothing_is_imported_where_one_entry_does_not_hold(town: Town) -> None:
    lines = '[[rules]]\nkind = "mute"\nrule = "fifa"\n[[rules]]\nkind = "mute"\nrule = "isuer:us"'
    said = text(await town.ask(f"rules import {lines}"))
    assert "Nothing was imported" in said
    assert "[[rules]] no. 2: column 1" in said


async def test_nobody_subscribes_another_room_by_import(town: Town) -> None:
    lines = f'[[subscriptions]]\nroom = "{OTHER_ROOM}"\nrule = ""'
    assert "is not this one" in text(await town.ask(f"rules import {lines}"))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("fifa", "That is no TOML"),
        ('[[rulez]]\nrule = "x"', "There is no table rulez"),
        ('rules = "x"', "must be [[rules]] tables"),
        ('[[rules]]\nkind = "mute"', "rule is missing"),
        ('[[rules]]\nkind = 1\nrule = "x"', "must be a text in quotes"),
        ('[[rules]]\nkind = "mute"\nrule = "x"\ncolour = "red"', "there is no colour"),
        ("# nothing", "From 1 to 500 entries"),
    ],
)
async def test_toml_that_does_not_hold_is_named(town: Town, toml: str, said: str) -> None:
    assert said in text(await town.ask(f"rules import {toml}"))


async def test_a_platform_that_makes_one_line_of_it_breaks_nothing(town: Town) -> None:
    toml = write_toml([], [Rule(key="k", name='a "b" = c', kind=RuleKind.FLAG, line='"x y"', mention="77")])
    await town.do(f"rules import {' '.join(toml.split())}")
    (rule,) = town.store.rules()
    assert (rule.name, rule.line, rule.mention) == ('a "b" = c', '"x y"', "77")


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_any_text_survives_toml(name: str, line: str, one_line: bool) -> None:
    def storable(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    rule = Rule(key="k", name=name, kind=RuleKind.MUTE, line=line)
    toml = write_toml([Subscription(key="s", room="console", line=line)], [rule])
    entries = [entry for _, entry in read_toml(toml.replace("\n", " ") if one_line else toml)]
    assert entries == [
        {"room": "console", "rule": storable(line)},
        {"name": storable(name), "kind": "mute", "rule": storable(line)},
    ]
