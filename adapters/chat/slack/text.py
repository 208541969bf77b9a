"""Text from outside, made safe for Slack. Pure.

Slack has two kinds of text. In `plain_text` (headings, buttons, menus) nothing is ever obeyed. In `mrkdwn`, ``&<>``
build mentions and links, so they are escaped; and ``*_~`` before a word, a backtick, or ``>`` at a line's start begin
layout, which no escape takes back: they give way to signs that look alike and mean nothing. So a feed can neither ping,
nor link, nor bend what stands around its words. What ends a word stays as it is, for a rule's ``sanction*`` must.

Lengths are counted in UTF-16 units, as Slack's own limits are: a flag is four of them.
"""

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_ADDRESS = 1500
"""Characters of an address; Slack takes 3,000 in a section, but others want to stand beside it."""

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ALIKE = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_LAYOUT = re.compile(r"(?<!\w)[*_~]+(?=\S)|`+")
_QUOTING = re.compile(r"^>+")
_JOINERS = {"\u200c", "\u200d"}
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")
_WRAPPED = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_MEANT = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "∗": "*", "ˍ": "_", "∼": "~", "ˋ": "`"}
)
"""What keyboards make of quotation marks, and what stands in our own posts for signs of layout."""
_IN_ADDRESS = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", "\\": "%5C", "^": "%5E"}


def units(text: str) -> int:
    """Return a text's length as Slack counts it: in UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def clean(text: str, most: int) -> str:
    """Return a text in one line, without control and format characters, of at most `most` UTF-16 units.

    The joiners that Persian and emoji need stay; half a character becomes a whole replacement; marks piled on one
    letter are thinned to four.
    """
    line = " ".join(text[: 4 * most].split())
    return _cut(_PILE.sub(r"\1", "".join(_safe(sign) for sign in line)), most, {})


def literal(text: str, most: int) -> str:
    """Return a text for `mrkdwn` that shows what it says and does nothing, of at most `most` UTF-16 units."""
    line = _QUOTING.sub(lambda found: "›" * len(found[0]), clean(text, most))
    line = _LAYOUT.sub(lambda found: found[0].translate(_ALIKE), line)
    return _cut(line, most, _ESCAPES)


def link(label: str, url: str, most: int = 200) -> str:
    """Return a link for `mrkdwn`, or only its label where the address is none for people; `most` is the label's."""
    shown = literal(label, most).replace("|", "¦")
    target = address(url)
    if not target:
        return shown
    return f"<{target}|{shown}>" if shown else f"<{target}>"


def address(url: str) -> str:
    """Return an address as it may stand in a link: http(s), with a host, unable to end the link; else nothing."""
    plain = url.strip()
    if len(plain) > LONGEST_ADDRESS or not plain.isprintable() or " " in plain:
        return ""
    try:
        parts = urlsplit(plain)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return ""
    safe = "".join(_IN_ADDRESS.get(sign, sign) for sign in plain).replace("&", "&amp;")
    return safe if units(safe) <= LONGEST_ADDRESS else ""


def typed(text: str) -> str:
    """Return what a person meant to type: without Slack's escapes and link signs, with straight quotation marks.

    What was copied from a post of ours is what it stood for there.
    """
    plain = _WRAPPED.sub(r"\1", text)
    # these three and no other entity: an address may hold "&copy=2"
    for sign, escape in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        plain = plain.replace(escape, sign)
    return plain.translate(_MEANT).strip()


def _safe(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cs":
        return "\ufffd"
    return "" if kind in {"Cc", "Cf"} and sign not in _JOINERS else sign


def _cut(line: str, most: int, escapes: dict[str, str]) -> str:
    """Escape a line, and cut it between signs where it would grow longer than `most`."""
    shown: list[str] = []
    length, room = 0, most - 1
    for place, sign in enumerate(line):
        as_shown = escapes.get(sign, sign)
        length += units(as_shown)
        if length > room and not (length == most and place == len(line) - 1):
            return "".join(shown).rstrip() + "…"
        shown.append(as_shown)
    return "".join(shown)
