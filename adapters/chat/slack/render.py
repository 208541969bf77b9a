"""render(message) -> posts: a message in Block Kit, within every limit, with nothing dropped. Pure.

Slack takes 50 blocks a message, 3,000 units a text, 150 a heading and, undocumented, about 13,000 characters of all
blocks together (bolt-js#2509). One string alone may be cut, for more of it is no news but a flood; lines never are:
what does not fit one post goes into a further one, which is sent as a reply to the first.

The colour of a stage is a round sign beside its name: a coloured bar exists for attachments only, and those are folded
away behind "Show more". Buttons carry as their value the line that pressing them asks; what is for admins stands in a
menu, for Slack cannot hide a button from those who may not press it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from adapters.chat.slack.text import clean, link, literal, units
from bot.domain import Button, Field, Link, Message, Stage

Block = dict[str, Any]

MAX_BLOCKS = 48
"""Slack takes 50; two are left for what is added when a post is cut in two."""
MAX_CHARACTERS = 11_500
MAX_POSTS = 20
MAX_TEXT = 3_000
"""Of one text object; the notification keeps to it too (Slack refuses edits above 4,000)."""
MAX_TITLE = 150
SHOWN_SOURCES = 10

POINTER = "^"
"""What points into the line before: where in a rule something is wrong."""

ASK = "ask"
"""The first part of the action_id of all that asks the desk something; what it asks is its value."""

_LINE = 600
_VALUE = 900
_QUOTE = 1_200
_LABEL = 60
_ABREAST = 300
_MENU = 5
_ROW = 5

SIGNS: Mapping[Stage, str] = {
    Stage.IMPOSED: "🔴",
    Stage.PROPOSED: "🟠",
    Stage.EXTENDED: "🟤",
    Stage.EASING_PROPOSED: "🔵",
    Stage.EASED: "🟢",
    Stage.BLOCKED: "🟣",
    Stage.ENFORCED: "🟡",
    Stage.CONDEMNED: "⚪",
    Stage.CONTEXT: "⚫",
}

_GROUP = re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{2,40})(?:\|[^>]*)?>?")


@dataclass(frozen=True, slots=True)
class Post:
    """What one call of chat.postMessage says: the notification's text, and the blocks that are seen."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def render(message: Message) -> list[Post]:
    """Return a message and its further pages as posts, at least one, in the order in which they are to be read."""
    blocks = [*_mentions(message.mentions), *page(message)]
    for further in message.more:
        blocks += [{"type": "divider"}, *page(further)]
    title = notification(message)
    parts = list(_parted(blocks))
    if len(parts) > MAX_POSTS:
        left = f"{len(parts) - MAX_POSTS} more posts of this are left out: no room takes so many"
        parts = [*parts[: MAX_POSTS - 1], [*parts[MAX_POSTS - 1], _context(left)]]
    return [Post(title if not n else f"({n + 1}/{len(parts)}) {title}", part) for n, part in enumerate(parts)]


def notification(message: Message) -> str:
    """Return what a notification shows: the stage's sign, the title, the first words."""
    sign = f"{SIGNS[message.stage]} " if message.stage else ""
    words = [sign + (literal(message.title, 400) or "…")]
    words += [literal(line, 200) for line in message.lines[:3] if line.strip() != POINTER]
    if message.quote:
        words.append(f"“{literal(message.quote.text, 400)}” {literal(message.quote.outlet, _LABEL)}".rstrip())
    return "\n".join(word for word in words if word)


def page(message: Message) -> list[Block]:
    """Return one page's blocks, each within its own limits; how many there are is the caller's concern."""
    return [
        *_title(message),
        *(_frames(message.lines) if message.verbatim else _lines(message.lines)),
        *_quote(message),
        *_fields(message.fields),
        *_links(message.links),
        *_sources(message.sources),
        *_picture(message),
        *buttons(message.buttons),
        *_footer(message.footer),
    ]


def buttons(given: Sequence[Button]) -> list[Block]:
    """Return buttons as a row, those for admins gathered in a menu."""
    menu = [button for button in given if button.admin and len(line_of(button)) <= 150][:_MENU]
    shown = [_button(place, button) for place, button in enumerate(given) if button not in menu]
    if menu:
        options = [{"text": plain(button.label, 75), "value": line_of(button)} for button in menu]
        shown.append({"type": "overflow", "action_id": f"{ASK}:menu", "options": options})
    return [{"type": "actions", "elements": shown[start : start + _ROW]} for start in range(0, len(shown), _ROW)]


def line_of(button: Button) -> str:
    """Return the line that pressing a button asks."""
    return clean(f"{button.action} {button.value}", 600)


def plain(text: str, most: int) -> Block:
    """Return a text object in which nothing is ever obeyed."""
    return {"type": "plain_text", "text": clean(text, most) or "…", "emoji": True}


def section(text: str) -> Block:
    """Return a paragraph; `text` is mrkdwn already."""
    return {"type": "section", "text": mrkdwn(text)}


def literal_section(text: str) -> Block:
    """Return a paragraph of words that do nothing."""
    return section(literal(text, MAX_TEXT) or "…")


def mrkdwn(text: str) -> Block:
    """Return a text object of mrkdwn in which Slack looks for no addresses and names of its own accord."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


# --- the parts of a page --------------------------------------------------------------------------------------------


def _title(message: Message) -> Iterator[Block]:
    title = clean(message.title, 2 * MAX_TITLE) or "…"
    if units(title) <= MAX_TITLE:
        yield {"type": "header", "text": plain(title, MAX_TITLE)}
    else:
        yield section(f"*{literal(message.title, _VALUE)}*")
    if message.stage:
        yield _context(f"{SIGNS[message.stage]} {message.stage.value.replace('_', ' ').capitalize()}")


def _lines(lines: Sequence[str]) -> Iterator[Block]:
    yield from map(section, _filled(_shown(lines), "\n"))


def _frames(lines: Sequence[str]) -> Iterator[Block]:
    """Yield lines in frames in which Slack lays out nothing, and from which they are copied as they stand."""
    for text in _filled((clean(line, MAX_TEXT) for line in lines), "\n"):
        frame = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
        yield {"type": "rich_text", "elements": [frame]}


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines as they are shown; one that points into the one before it makes a block of both, evenly spaced."""
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        if after.strip() == POINTER and len(after) <= _LINE:
            yield f"```{literal(line, _LINE) or ' '}\n{after.rstrip()}```"
        elif line.strip() != POINTER:
            yield literal(line, _LINE)


def _quote(message: Message) -> Iterator[Block]:
    if message.quote and (words := literal(message.quote.text, _QUOTE)):
        outlet = literal(message.quote.outlet, _LABEL)
        yield section(f">“{words}”" + (f"\n>— {outlet}" if outlet else ""))


def _fields(fields: Sequence[Field]) -> Iterator[Block]:
    """Yield short fields two abreast, ten to a block as Slack takes them, and long ones across."""
    told = [(f"*{literal(one.label, _LABEL)}*\n{literal(one.value, _VALUE)}", one.inline) for one in fields]
    abreast = [text for text, inline in told if inline and units(text) <= _ABREAST]
    for start in range(0, len(abreast), 10):
        yield {"type": "section", "fields": [mrkdwn(text) for text in abreast[start : start + 10]]}
    yield from (section(text) for text, inline in told if not inline or units(text) > _ABREAST)


def _links(links: Iterable[Link]) -> Iterator[Block]:
    shown = (link(one.label, one.url) + _where(one) for one in links)
    yield from map(section, _filled((f"↪ {text}" for text in shown if text), "\n"))


def _where(one: Link) -> str:
    """Return the key of a story that has no address of its own to lead to."""
    return f" (story {literal(one.story, _LABEL)})" if one.story and not one.url else ""


def _sources(sources: Sequence[Link]) -> Iterator[Block]:
    shown = [text for one in sources[:SHOWN_SOURCES] if (text := link(one.label, one.url, _LABEL))]
    if len(sources) > SHOWN_SOURCES:
        shown.append(f"and {len(sources) - SHOWN_SOURCES} more")
    lines = list(_filled(shown, " · ", most=MAX_TEXT - 20))
    yield from (_context(f"Sources: {text}" if not place else text) for place, text in enumerate(lines))


def _picture(message: Message) -> Iterator[Block]:
    """Yield what a picture shows, in words; the picture itself is a file, which `sending` adds where it may."""
    if message.picture and message.picture.alt:
        yield _context(f"🖼 {literal(message.picture.alt, _LINE)}")


def _footer(footer: str) -> Iterator[Block]:
    if words := literal(footer, _LINE):
        yield _context(words)


def _mentions(mentions: Iterable[str]) -> Iterator[Block]:
    """Yield whom a flag rule names: user groups by their id, which are called; anything else as plain words."""
    called = []
    for mention in mentions:
        group = _GROUP.fullmatch(mention.strip())
        called.append(f"<!subteam^{group[1]}>" if group else literal(mention, _LABEL))
    if words := " ".join(word for word in called[:20] if word):
        yield section(words)


def _button(place: int, button: Button) -> Block:
    made: Block = {
        "type": "button",
        "action_id": f"{ASK}:{place}:{clean(button.action, 60)}",
        "text": plain(button.label, 75),
        "value": line_of(button),
    }
    return made | ({"style": button.style} if button.style in {"primary", "danger"} else {})


def _context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def _filled(texts: Iterable[str], between: str, most: int = MAX_TEXT) -> Iterator[str]:
    """Join texts into as few as hold them, none longer than `most`."""
    held: list[str] = []
    for text in texts:
        if held and units(between.join([*held, text])) > most:
            yield between.join(held)
            held = []
        held.append(text)
    if any(held):
        yield between.join(held)


# --- posts ----------------------------------------------------------------------------------------------------------


def _parted(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Cut blocks into posts at their seams."""
    held: list[Block] = []
    length = 0
    for block in blocks:
        size = weight(block)
        if held and (len(held) >= MAX_BLOCKS or length + size > MAX_CHARACTERS):
            yield held
            held, length = [], 0
        held.append(block)
        length += size
    yield held


def weight(block: Block) -> int:
    """Return what a block counts toward the limit of all blocks together."""
    return units(json.dumps(block, ensure_ascii=False))
