"""App Home, pure: a workspace's subscriptions, rules and sources at a glance, each with a menu of what can be done."""

from collections.abc import Iterable, Sequence

from adapters.chat.slack.forms import View
from adapters.chat.slack.render import ASK, Block, literal_section, page, plain
from bot.domain import Command, Message, Right

SHOWN = ("status", "subscriptions", "rules")
"""What App Home asks the desk, in the order in which it shows the answers."""
PER_SECTION = 30
MENU = 5


def home(answers: Iterable[tuple[Command, Message]], commands: Sequence[Command], right: Right) -> View:
    """Return App Home for somebody with this right; `answers` are to what `SHOWN` asks."""
    blocks: list[Block] = []
    for command, message in answers:
        blocks += [*page(message)[:PER_SECTION], *_menu(command, commands, right), {"type": "divider"}]
    hint = (
        "In any channel, type /sanctions help to see all that can be asked, or /sanctions subscribe to be told there."
    )
    return {"type": "home", "blocks": [*blocks[:98], literal_section(hint)]}


def _menu(shown: Command, commands: Sequence[Command], right: Right) -> list[Block]:
    """Return a menu of what else the group of commands can do that a section belongs to."""
    group = shown.words.split()[0]
    others = [
        command
        for command in commands
        if command.words.startswith(f"{group} ")
        and command.words != shown.words
        and not command.hidden
        and command.right <= right
    ]
    if not others:
        return []
    options = [
        {
            "text": plain(command.words.removeprefix(f"{group} ").capitalize(), 75),
            "description": plain(command.about, 75),
            "value": command.words[:150],
        }
        for command in others[:MENU]
    ]
    menu = {"type": "overflow", "action_id": f"{ASK}:menu", "options": options}
    return [literal_section(f"{group.capitalize()}: more …") | {"accessory": menu}]
