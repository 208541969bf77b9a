"""The desk's commands have the shape that Discord takes, and come back from it as they were."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord import commands
from bot.domain import Choice, Command, Option, Right
from tests.adapters.chat.discord.support import COMMANDS
from tests.adapters.chat.discord.test_text import HOSTILE, PATIENT
from tests.emulators.discord_limits import command_faults


def subcommands(payload: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in payload["options"]}


def test_all_commands_are_one_with_groups_for_those_of_two_words() -> None:
    payload = commands.payload(COMMANDS)
    assert payload["name"] == "sanctions"
    assert list(subcommands(payload)) == ["country", "help", "rules", "subscribe"]
    assert list(subcommands(subcommands(payload)["rules"])) == ["list", "add"]
    assert list(command_faults(payload)) == []


def test_hidden_commands_are_not_offered() -> None:
    assert "timeline" not in subcommands(commands.payload(COMMANDS))


def test_a_group_is_described_by_the_bare_command() -> None:
    assert subcommands(commands.payload(COMMANDS))["rules"]["description"] == "the keyword rules"


def test_options_come_with_choices_or_completion_and_the_required_ones_first() -> None:
    options = (
        Option(name="since", about="a date", required=False),
        Option(name="name", about="a country", kind="country"),
        Option(name="side", about="which", choices=("against", "by")),
    )
    (made,) = commands.payload([Command(words="country", about="x", options=options)])["options"]
    assert [one["name"] for one in made["options"]] == ["name", "side", "since"]
    assert made["options"][0]["autocomplete"]
    assert made["options"][1]["choices"] == [{"name": "against", "value": "against"}, {"name": "by", "value": "by"}]
    assert "autocomplete" not in made["options"][2]


def test_more_choices_than_discord_shows_are_completed_instead() -> None:
    option = Option(name="zone", about="which", choices=tuple(f"zone {n}" for n in range(60)))
    (made,) = commands.payload([Command(words="x", about="x", options=(option,))])["options"]
    assert made["options"][0]["autocomplete"]


@PATIENT
@given(st.text(max_size=300), HOSTILE)
def test_no_description_breaks_the_command(about: str, other: str) -> None:
    changed = [
        replace(one, about=about, options=tuple(replace(o, about=other) for o in one.options)) for one in COMMANDS
    ]
    assert list(command_faults(commands.payload(changed))) == []


def test_what_discord_adds_of_its_own_is_no_difference() -> None:
    payload = commands.payload(COMMANDS)
    added = {"id": "1", "version": "2", "nsfw": False, "dm_permission": True, "description_localizations": None}
    assert commands.same(payload, payload | added)


@pytest.mark.parametrize("at", ["description", "name"])
def test_what_is_worded_otherwise_is_a_difference(at: str) -> None:
    payload = commands.payload(COMMANDS)
    assert not commands.same(payload, payload | {at: "another"})


def test_one_more_option_is_a_difference() -> None:
    more = replace(COMMANDS[1], options=(Option(name="about", about="which", required=False),))
    assert not commands.same(commands.payload(COMMANDS), commands.payload([*COMMANDS[:1], more, *COMMANDS[2:]]))


def data(*path: str, **options: str) -> dict[str, Any]:
    leaves: list[dict[str, Any]] = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
    for depth, name in enumerate(reversed(path)):
        leaves = [{"name": name, "type": 1 if depth == 0 else 2, "options": leaves}]
    return {"name": "sanctions", "options": leaves}


@pytest.mark.parametrize(
    ("path", "words"),
    [(("country",), "country"), (("rules", "add"), "rules add"), (("rules", "list"), "rules"), ((), "")],
)
def test_an_interaction_says_the_commands_words(path: tuple[str, ...], words: str) -> None:
    assert commands.asked(data(*path), COMMANDS).words == words


def test_a_list_of_the_desks_own_stays_one() -> None:
    known = [*COMMANDS, Command(words="feeds list", about="x")]
    assert commands.asked(data("feeds", "list"), known).words == "feeds list"


def test_options_left_empty_are_not_there() -> None:
    assert commands.asked(data("country", name="CN", page=""), COMMANDS).options == {"name": "CN"}


def test_completions_keep_within_discords_limits_and_values_whole() -> None:
    offered = [Choice(label="x" * 200, value="long label"), Choice(label="long value", value="y" * 101)]
    offered += [Choice(label="", value="bare"), Choice(label="again", value="bare")]
    offered += [Choice(label=str(n), value=str(n)) for n in range(40)]
    made = commands.choices(offered)
    assert len(made) == 25
    assert made[0][1] == "long label"
    assert len(made[0][0]) == 100
    assert made[1] == ("bare", "bare")


@pytest.mark.parametrize(
    ("guild", "channels", "roles", "admins", "right"),
    [
        (True, False, [], "", Right.ADMIN),
        (False, True, [], "", Right.MANAGER),
        (False, False, [], "", Right.ALL),
        (False, False, ["7", "Analysts"], "@analysts", Right.ADMIN),
        (False, True, ["7", "Analysts"], "7", Right.ADMIN),
        (False, False, ["7", "Analysts"], "moderators", Right.ALL),
        (False, False, [""], "", Right.ALL),
        (False, False, ["@everyone"], "", Right.ALL),
    ],
)
def test_rights_follow_discords_permissions_and_the_operators_role(
    guild: bool, channels: bool, roles: list[str], admins: str, right: Right
) -> None:
    found = commands.right_of(manages_guild=guild, manages_channels=channels, roles=roles, admins=admins)
    assert found is right
