"""The terminal as a chat: a panel on a screen, a plain block in a pipe, or one JSON line for each delivery.

`render`, `render_plain` and `render_json` are pure; `ConsoleChat` only chooses between them and writes.

What comes from outside is printed, never obeyed. Rich leaves escape sequences and bidi overrides in a Text alone, so
every string goes through `clean` first; it is never parsed as markup, and no address hides behind other words.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TextIO
from urllib.parse import urlsplit

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.domain import AlertKind, Delivery, Finding, Link, Message, Receipt, Stage
from bot.errors import Delayed, Undeliverable

MAX_CHARACTERS = 2000
"""Of any one string of a message: more is no message but a flood."""
SHOWN_SOURCES = 5

COLOURS: Mapping[Stage | None, str] = {
    Stage.IMPOSED: "#e5484d",
    Stage.PROPOSED: "#ffb224",
    Stage.EXTENDED: "#f76808",
    Stage.EASING_PROPOSED: "#12a594",
    Stage.EASED: "#30a46c",
    Stage.BLOCKED: "#8e4ec6",
    Stage.ENFORCED: "#d6409f",
    Stage.CONDEMNED: "#8b8d98",
    Stage.CONTEXT: "#6c8eaf",
    None: "#b0b4ba",
}
"""Red, amber, orange, teal, green, violet, magenta, grey, blue-grey; and what is no alert."""

_JOINERS = {"\u200c", "\u200d"}
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")


class ConsoleChat:
    """The chat whose one room is the terminal, or whatever standard output leads to."""

    name = "console"

    def __init__(self, stream: TextIO, *, json_lines: bool = False, width: int | None = None) -> None:
        self._stream = stream
        self._json_lines = json_lines
        self._screen = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
        self._is_screen = stream.isatty() and not self._screen.is_dumb_terminal

    async def connect(self) -> None:
        """Do nothing: the terminal is there."""

    async def send(self, delivery: Delivery) -> Receipt:
        """Print a delivery; its key is its receipt. Raises Undeliverable or Delayed."""
        if delivery.room != self.name:
            raise Undeliverable(f"{clean(delivery.room)}: the terminal has one room, named {self.name}")
        self._write(self._words(delivery))
        return Receipt(message=delivery.key)

    async def notify(self, room: str, message: Message) -> None:
        """Print a message about a room: whoever looks after the terminal sees it there. Raises ChatError."""
        lines = [clean(message.title), *_lines(message)]
        said = {"kind": "notice", "room": clean(room), "title": lines[0], "text": "\n".join(lines[1:])}
        self._write(json.dumps(said, ensure_ascii=False) + "\n" if self._json_lines else "\n  ".join(lines) + "\n\n")

    async def diagnose(self, rooms: Sequence[str]) -> list[Finding]:
        """Find nothing amiss: a terminal needs no token."""
        return [Finding(what="terminal", holds=True, said=f"room {room}") for room in rooms]

    async def close(self) -> None:
        """Do nothing: the stream is its owner's to close."""

    def _words(self, delivery: Delivery) -> str:
        if self._json_lines:
            return render_json(delivery) + "\n"
        if not self._is_screen:
            return render_plain(delivery) + "\n\n"
        with self._screen.capture() as capture:
            self._screen.print(render(delivery.message, standing(delivery)))
        return capture.get()

    def _write(self, words: str) -> None:
        coding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            # a terminal that knows no flags gets question marks, not a crash
            self._stream.write(words.encode(coding, "replace").decode(coding))
            self._stream.flush()
        except (BrokenPipeError, ConnectionError, ValueError) as error:
            raise Undeliverable("nobody reads standard output any more; start again with it open") from error
        except OSError as error:
            raise Delayed(f"standard output cannot be written: {error.strerror}") from error


# --- a panel --------------------------------------------------------------------------------------------------------


def render(message: Message, belongs: str = "") -> RenderableType:
    """Return a message, and its further pages, as panels; `belongs` says above which story it belongs to, and how."""
    colour = COLOURS[message.stage]
    heads = [message.stage.value.replace("_", " ")] if message.stage else []
    heads += [belongs] if belongs else []
    panel = Panel(
        Group(*_body(message, colour)),
        title=Text(" · ".join(heads), style=f"bold {colour}") if heads else None,
        title_align="left",
        border_style=colour,
        padding=(0, 1),
    )
    return Group(panel, *(render(page) for page in message.more)) if message.more else panel


def _body(message: Message, colour: str) -> Iterator[RenderableType]:
    yield Text(clean(message.title), style="bold")
    yield from (Text(clean(line)) for line in message.lines)
    if message.quote:
        outlet = Text(f" — {clean(message.quote.outlet)}" if message.quote.outlet else "", style="dim")
        yield Text("")
        yield Text(f"“{clean(message.quote.text)}”", style="italic").append_text(outlet)
    rows = list(_rows(message))
    if rows:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style=colour, no_wrap=True, max_width=24, overflow="ellipsis")
        table.add_column(overflow="fold")
        for label, value in rows:
            table.add_row(Text(label), Text(value))
        yield Text("")
        yield table
    if message.footer:
        yield Text(clean(message.footer), style="dim")


def _rows(message: Message) -> Iterator[tuple[str, str]]:
    yield from ((clean(field.label), clean(field.value)) for field in message.fields)
    yield from (("→", _named(link)) for link in message.links)
    for place, source in enumerate(message.sources[:SHOWN_SOURCES]):
        yield "" if place else "Sources", _named(source)
    if len(message.sources) > SHOWN_SOURCES:
        yield "", f"and {len(message.sources) - SHOWN_SOURCES} more"
    if message.mentions:
        yield "For", _mentions(message)


# --- plain lines ----------------------------------------------------------------------------------------------------


def render_plain(delivery: Delivery) -> str:
    """Return a delivery as a block of lines: a head that begins with its kind in brackets, the rest indented by two."""
    pages = [delivery.message, *delivery.message.more]
    belongs = f" ({standing(delivery)})" if delivery.story else ""
    lines = [f"[{delivery.kind.value}] {clean(delivery.message.title)}{belongs}"]
    for place, page in enumerate(pages):
        lines += [f"  {clean(page.title)}"] if place else []
        lines += [f"  stage: {page.stage.value}"] if page.stage else []
        lines += [f"  {line}" for line in _lines(page)]
        lines += [f"  source: {_named(source)}" for source in page.sources]
        lines += [f"  for: {_mentions(page)}"] if page.mentions else []
    return "\n".join(lines)


def render_answer(message: Message) -> str:
    """Return an answer as plain lines: its title, then all it says, with its further pages."""
    pages = [[clean(page.title), *_lines(page)] for page in (message, *message.more)]
    return "\n".join(line for page in pages for line in page)


def _lines(message: Message) -> Iterator[str]:
    yield from (clean(line) for line in message.lines)
    yield from (f"{clean(field.label)}: {clean(field.value)}" for field in message.fields)
    if message.quote:
        yield f"“{clean(message.quote.text)}”" + (f" — {clean(message.quote.outlet)}" if message.quote.outlet else "")
    yield from (_named(link) for link in message.links)
    if message.footer:
        yield clean(message.footer)


# --- JSON -----------------------------------------------------------------------------------------------------------


def render_json(delivery: Delivery) -> str:
    """Return a delivery as one line of JSON; an action has the fields of `bot.domain.Action`, dates in ISO's form."""
    message = delivery.message
    said = {
        "kind": delivery.kind.value,
        "story": delivery.story,
        "title": message.title,
        "text": "\n".join(_lines(message)),
        "sources": [{"outlet": source.label, "link": _address(source.url)} for source in message.sources],
        "actions": [asdict(action) for action in message.actions],
    }
    return json.dumps(
        {name: value if name == "text" else _clean_all(value) for name, value in said.items()}, ensure_ascii=False
    )


def _clean_all(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean_all(one) for key, one in value.items()}
    return [_clean_all(one) for one in value] if isinstance(value, list | tuple) else value


# --- common to all three --------------------------------------------------------------------------------------------


def standing(delivery: Delivery) -> str:
    """Return which story a delivery tells, answers or changes; nothing for a notice."""
    if not delivery.story:
        return ""
    story = f"story {clean(delivery.story)}"
    return {AlertKind.FOLLOW_UP: f"follow-up to {story}", AlertKind.EDIT: f"changes {story}"}.get(delivery.kind, story)


def clean(text: str, most: int = MAX_CHARACTERS) -> str:
    """Return a text in one line without anything that a terminal would obey, cut to `most` characters.

    Gone are control and format characters (ESC, bidi overrides, zero-width ones), but for the joiners that Persian and
    emoji need; half a character becomes a whole replacement; marks piled on one letter are thinned to four.
    """
    line = " ".join(text[: 4 * most].split())
    kept = _PILE.sub(r"\1", "".join(_safe(sign) for sign in line))
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def _safe(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cs":
        return "\ufffd"
    return "" if kind in {"Cc", "Cf"} and sign not in _JOINERS else sign


def _named(link: Link) -> str:
    """Return a link's label and where it leads: an address in full, or a story by its key."""
    leads = _address(link.url) or (f"(story {clean(link.story)})" if link.story else "")
    return " ".join(part for part in (clean(link.label), leads) if part)


def _address(url: str) -> str:
    """Return an address if it is one for people: http(s), with a host."""
    address = clean(url)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc and " " not in address else ""


def _mentions(message: Message) -> str:
    return ", ".join(clean(mention) for mention in message.mentions)
