"""render(message) -> Post: what Discord is to show, within every limit of its own by construction. Pure.

One embed for each page. All embeds of a post together may have 6,000 units, so each page spends from what is left, in
the order of what a reader would miss most: title and footer, the sources, the fields, and what remains for lines, quote
and links. What does not fit is counted, never silently dropped.

Nothing of a message becomes the post's own text but the mentions of roles: text in an embed pings nobody, whatever it
says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from adapters.chat.discord.text import clean, fit, link, size
from bot.domain import Button, Field, Link, Message, Picture, Quote, Stage

Embed = dict[str, Any]
"""An embed as Discord's API takes it."""

WHOLE = 6000
PAGES = 10
TITLE = 250
FOOTER = 200
LABEL = 250
VALUE = 1024
TEXT = 4096
LINE = 1500
FIELDS = 23
"""One of Discord's 25 is kept for the sources, one for what was left out."""
FIELDS_SHARE = 2600
QUOTE = 1200
SPARE = 400
"""A page is begun only where so much is left."""
NOTE = 60
"""Kept back for saying how much was left out."""
BUTTONS = 25
BUTTON_LABEL = 80
BUTTON_ID = 100
MENTIONS = 20
PRESSED = "sw:"
"""What the ids of our buttons and forms begin with; the rest is the line that pressing asks."""

COLOURS: Mapping[Stage | None, int] = {
    Stage.IMPOSED: 0xE5484D,
    Stage.PROPOSED: 0xFFB224,
    Stage.EXTENDED: 0xF76808,
    Stage.EASING_PROPOSED: 0x12A594,
    Stage.EASED: 0x30A46C,
    Stage.BLOCKED: 0x8E4EC6,
    Stage.ENFORCED: 0xD6409F,
    Stage.CONDEMNED: 0x8B8D98,
    Stage.CONTEXT: 0x6C8EAF,
    None: 0xB0B4BA,
}
"""Red, amber, orange, teal, green, violet, magenta, grey, blue-grey; and what is no alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button as Discord knows it: ``id`` survives a restart, ``style`` is primary, danger or empty."""

    id: str
    label: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is to be posted."""

    embeds: tuple[Embed, ...]
    buttons: tuple[Press, ...] = ()
    roles: tuple[int, ...] = ()
    """The only ones who may be pinged."""
    picture: Picture | None = None

    @property
    def content(self) -> str:
        """Return the post's own text: its mentions, and nothing else ever."""
        return " ".join(f"<@&{role}>" for role in self.roles)


def render(message: Message, mark: str = "") -> Post:
    """Return a message with its further pages as one post; `mark` is a delivery's key, by which it is found again."""
    pages = list(_pages(message))
    left, embeds = WHOLE - (NOTE if len(pages) > 1 else 0), list[Embed]()
    for page in pages[:PAGES]:
        if left < SPARE:
            break
        embed = _embed(page, left, mark if not embeds else "")
        embeds.append(embed)
        left -= weight(embed)
    shown = pages[: len(embeds)]
    if hidden := len(pages) - len(shown):
        embeds[-1]["fields"].append({"name": "…", "value": f"{hidden} more pages", "inline": False})
    picture = next((page.picture for page in shown if page.picture), None)
    if picture:
        embeds[0]["image"] = {"url": f"attachment://{picture_name(picture)}"}
    return Post(
        embeds=tuple(embeds),
        buttons=tuple(_buttons(button for page in shown for button in page.buttons)),
        roles=tuple(_roles(message.mentions)),
        picture=picture,
    )


def weight(embed: Embed) -> int:
    """Return how much of the 6,000 an embed takes."""
    texts = [embed["title"], embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    texts += [text for field in embed["fields"] for text in (field["name"], field["value"])]
    return sum(map(size, texts))


def picture_name(picture: Picture) -> str:
    """Return a picture's name as an upload may have it."""
    kept = "".join(sign for sign in picture.name if sign.isascii() and (sign.isalnum() or sign in "-_."))
    return kept.strip(".")[-80:] or "picture.png"


def footer_of(message: Message, mark: str) -> str:
    """Return the last line of a post; footers know no markup, so nothing in them is escaped."""
    return " · ".join(part for part in (clean(message.footer, FOOTER - 40), clean(mark, 36)) if part)


def _pages(message: Message) -> Iterator[Message]:
    yield message
    for page in message.more:
        yield from _pages(page)


def _embed(page: Message, left: int, mark: str) -> Embed:
    """Return one page in at most `left` units, which is `SPARE` or more."""
    embed: Embed = {"title": fit(page.title, min(TITLE, left // 2)) or "—", "color": COLOURS[page.stage], "fields": []}
    if foot := footer_of(page, mark):
        embed["footer"] = {"text": clean(foot, min(FOOTER, left // 4))}
    left -= weight(embed)
    sources = _sources(page.sources, min(VALUE, left // 2))
    left -= sum(size(field["name"]) + size(field["value"]) for field in sources)
    embed["fields"] += _fields(page.fields, min(FIELDS_SHARE, left // 2 if page.lines or page.quote else left))
    embed["fields"] += sources
    left -= sum(size(field["name"]) + size(field["value"]) for field in embed["fields"][: -len(sources) or None])
    if text := _text(page, min(TEXT, left)):
        embed["description"] = text
    return embed


def _fields(fields: Sequence[Field], left: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    told = [field for field in fields if field.value]
    for place, field in enumerate(told):
        name = fit(field.label, LABEL) or "—"
        room = min(VALUE, left - size(name) - NOTE)
        if room < min(NOTE, size(fit(field.value, VALUE))) or len(made) == FIELDS:
            rest = len(told) - place
            return [*made, {"name": "…", "value": f"{rest} more", "inline": False}] if left >= NOTE else made
        value = fit(field.value, room) or "—"
        made.append({"name": name, "value": value, "inline": field.inline and size(value) <= 120})
        left -= size(name) + size(value)
    return made


def _sources(sources: Sequence[Link], most: int) -> list[dict[str, Any]]:
    """Return the sources as a field; the label of a source that has no address counts the rest."""
    told = [source for source in sources if clean(source.label, LABEL) or source.url]
    name = "Source" if len(told) == 1 else "Sources"
    line = _joined((link(one.label or "link", one.url, VALUE) for one in told), len(told), most - size(name), " · ")
    return [{"name": name, "value": line, "inline": False}] if line else []


def _text(page: Message, most: int) -> str:
    """Return lines, quote and links, in this order; the quote and the first links are sure of their place."""
    if page.verbatim:
        return _frame(page.lines, most)
    quote = _quote(page.quote, min(QUOTE, most // 2)) if page.quote else ""
    left = most - size(quote) - 2
    links = _joined((_leading(one) for one in page.links), len(page.links), left // 2 if page.lines else left, "\n")
    left -= size(links) + 2
    lines = _joined((fit(line, min(LINE, left // 2)) for line in page.lines), len(page.lines), left, "\n")
    return "\n\n".join(part for part in (lines, quote, links) if part)


def _frame(lines: Sequence[str], most: int) -> str:
    """Return lines in a frame in which Discord lays out nothing, and from which they are copied as they stand."""
    shown = (clean(line, TEXT).replace("`", "ˋ") for line in lines)
    return f"```toml\n{_joined(shown, len(lines), most - 12, chr(10))}\n```"


def _quote(quote: Quote, most: int) -> str:
    outlet = fit(quote.outlet, min(100, most // 4))
    tail = f" — {outlet}" if outlet else ""
    words = fit(quote.text, most - size(tail) - len("> “”"))
    return f"> “{words}”{tail}" if words else ""


def _leading(one: Link) -> str:
    """Return a link with where it leads: an address, a story of ours by its key, or both."""
    key = clean(one.story, 60).replace("`", "")
    return f"↳ {link(one.label or one.url, one.url, VALUE)}" + (f" · story `{key}`" if key else "")


def _joined(pieces: Iterable[str], count: int, most: int, between: str) -> str:
    """Join as many pieces as fit into `most` units, and say how many of `count` are missing."""
    kept, left = list[str](), most - NOTE
    for piece in pieces:
        left -= size(piece) + len(between)
        if left < 0:
            break
        kept.append(piece)
    if len(kept) < count and most >= NOTE:
        kept.append(f"… and {count - len(kept)} more" if kept else f"{count} in all")
    return between.join(kept).strip()


def _buttons(buttons: Iterable[Button]) -> Iterator[Press]:
    """Yield buttons with ids of their own; what does not fit an id is left out, as a cut one would ask for another."""
    made: dict[str, Press] = {}
    for button in buttons:
        line = f"{button.action[:BUTTON_ID]} {button.value[:BUTTON_ID]}".strip()
        if size(PRESSED + line) <= BUTTON_ID:
            style = button.style if button.style in {"primary", "danger"} else ""
            made.setdefault(line, Press(id=PRESSED + line, label=clean(button.label, BUTTON_LABEL) or "…", style=style))
    yield from islice(made.values(), BUTTONS)


def _roles(mentions: Iterable[str]) -> Iterator[int]:
    """Yield roles by their ids, given bare or as Discord writes a mention; anything else mentions nobody."""
    ids = dict.fromkeys(one.strip().removeprefix("<@&").removesuffix(">") for one in mentions)
    yield from islice((int(one) for one in ids if one.isascii() and one.isdigit() and len(one) <= 20), MENTIONS)
