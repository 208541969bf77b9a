"""What is exported in a chat, copied as a reader sees it and typed in again, is what it was; however many rules."""

import re
from dataclasses import replace
from typing import Any

from adapters.chat.console import render_answer
from adapters.chat.discord.render import render as on_discord
from adapters.chat.slack.render import render as on_slack
from bot.domain import Message, Rule, RuleKind
from tests.commands.kit import GUILD, OTHER_GUILD, OTHER_ROOM, ROOM, START, Town

THERE: dict[str, Any] = {"room": OTHER_ROOM, "place": OTHER_GUILD}
HOSTILE = "``` *a* _b_ ~c~ <@&7> <!channel> \\ & | \u202e"


def copied_from_discord(message: Message) -> str:
    """Return what stands in the frame, as Discord's clients copy it."""
    (embed,) = on_discord(message).embeds
    found = re.fullmatch(r"```toml\n(.*)\n```", embed["description"], re.DOTALL)
    assert found is not None
    return found[1]


def copied_from_slack(message: Message) -> str:
    (post,) = on_slack(message)
    frames = [block["elements"][0] for block in post.blocks if block["type"] == "rich_text"]
    assert all(len(frame["elements"][0]["text"]) <= 3000 for frame in frames)
    return "\n".join(frame["elements"][0]["text"] for frame in frames)


def copied_from_terminal(message: Message) -> str:
    return render_answer(replace(message, footer="")).partition("\n")[2]


async def make_rules(town: Town, count: int) -> None:
    """Make rules that are short and long, called something and not, with everything that a chat might obey."""
    await town.do('subscribe issuer:us "shadow fleet" every:day at:09:00 zone:Europe/Berlin')
    await town.do("rules add mute -target:ru tanker* | навальный")
    flag = Rule(key="f", name=HOSTILE, kind=RuleKind.FLAG, line="target:IR", scope=GUILD, mention="77")
    town.store.save_rule(flag, by="ann", at=START)
    await town.do(f"rules add watch {' '.join(f'word{n}' for n in range(24))} | {'long' * 150}")
    for n in range(count):
        rule = Rule(key=f"k{n}", name=f'"ship {n}"', kind=list(RuleKind)[n % 3], line=f'"ship {n}"', scope=GUILD)
        town.store.save_rule(rule, by="ann", at=START)


def kept(town: Town, guild: str, room: str) -> set[tuple[str, ...]]:
    rules = {(one.kind, one.line, one.mention, one.name) for one in town.store.rules() if one.scope == guild}
    return rules | {(one.line,) for one in town.store.subscriptions() if one.room == room}


async def round_trip(town: Town, copied: Any) -> int:
    """Export page by page, import each page elsewhere as it was copied; returns how many pages it took."""
    await make_rules(town, 120)
    number = 1
    while True:
        page = await town.ask(f"rules export page:{number}")
        await town.do(f"rules import {copied(page).replace(ROOM, OTHER_ROOM)}", **THERE)
        if not any(button.label.startswith("More") for button in page.buttons):
            assert page.footer.endswith("124 in all")
            return number
        number += 1


async def test_many_rules_come_back_from_discord_as_they_were(town: Town) -> None:
    assert 3 < await round_trip(town, copied_from_discord) < 12
    assert kept(town, GUILD, ROOM) == kept(town, OTHER_GUILD, OTHER_ROOM)


async def test_many_rules_come_back_from_slack_as_they_were(town: Town) -> None:
    await round_trip(town, copied_from_slack)
    assert kept(town, GUILD, ROOM) == kept(town, OTHER_GUILD, OTHER_ROOM)


async def test_many_rules_come_back_from_the_terminal_as_they_were(town: Town) -> None:
    await round_trip(town, copied_from_terminal)
    assert kept(town, GUILD, ROOM) == kept(town, OTHER_GUILD, OTHER_ROOM)


async def test_a_chat_that_makes_one_line_of_it_loses_nothing(town: Town) -> None:
    await round_trip(town, lambda page: " ".join(copied_from_discord(page).split("\n")))
    assert kept(town, GUILD, ROOM) == kept(town, OTHER_GUILD, OTHER_ROOM)


async def test_a_file_that_is_typed_keeps_its_lines_and_blanks(town: Town) -> None:
    _, options = town.desk.parse('rules import [[rules]]\nname = "a \\" =  b"\n\nkind = "mute"\n')
    assert options["toml"] == '[[rules]]\nname = "a \\" =  b"\n\nkind = "mute"'
