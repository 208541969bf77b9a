"""One clean-up for all words from outside: markup to plain text, and addresses to links that may be shown.

It runs on what a feed's author wrote, so on hostile text too. lxml does the unpacking because libxml2 tokenises
like a browser, knows every entity, is linear in its input and caps nesting; the standard library's html.parser
is slower by far and, in the Python versions of its time, quadratic on unclosed tags (CVE-2025-6069). All input
is cut before anything looks at it.
"""

import re
import unicodedata
from html import unescape
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

MAX_MARKUP = 1 << 16
"""Characters of markup that are looked at in one field."""
MAX_LINK = 2_000
MIN_WORD_BORDER = 0.5
"""Share of the limit below which a cut rather splits a word than lose so much."""

_INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr"),
    ]
)
_UNSEEN = frozenset(
    ["script", "style", "template", "noscript", "iframe", "object", "svg", "head", "select", "textarea"]
)

# Control characters, and format characters that show nothing, reorder or hide text: zero-width, joiners, soft hyphen,
# directional marks, overrides and isolates, invisible operators, interlinear marks, tags; surrogates, which are no
# text. White space among them (tab, line feed ...) becomes a space. A list of ranges, because to scan all of Unicode at
# import would take longer than importing this package.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# What most summaries are made of: a few tags that hide nothing and, where they are nested as they should be, can be
# taken out without building a tree; and references that mean the same to everybody. All else is lxml's.
_SIMPLE = re.compile(
    r"""
    [^<&]++ | &(?:amp|lt|gt|quot|nbsp|\#39|\#x27|\#82\d\d|\#160);
    | <(?:(?P<begins>p|b|i|em|strong|a|span)|br|img)(?:\ [a-z-]{1,20}="[^"<>]{0,2000}+"){0,9}+\ ?/?>
    | </(?P<ends>p|b|i|em|strong|a|span)>
    """,
    re.VERBOSE,
)
_MOST_SIMPLE = 100
"""Pieces; markup of more is left to lxml, which minds how deep it is nested."""
_LINE_TAG = re.compile(r"</?(?:p|br|img)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_PLAIN_LINK = re.compile(
    r"https?://[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){1,9}(?::[1-9]\d{0,3})?/[A-Za-z0-9._~!$()*+,:@/%-]*"
    r"(?:\?[A-Za-z0-9._~!$()*+,:@/%=&-]+)?(?:\#[A-Za-z0-9._~-]+)?"
)
"""Addresses that stay as they are whatever they are resolved against."""
_UNSAFE_IN_LINK = re.compile(r"[\s\x00-\x20\"<>\\^`{|}\x7f]")


def plain(markup: str, limit: int) -> str:
    """Return markup's visible words on one line: entities read, NFC, nothing invisible, at most `limit` characters."""
    text = markup[:MAX_MARKUP]
    if "<" in text or "&" in text:
        text = _spare(text)
        simple = _simply_visible(text)
        text = _visible(text) if simple is None else simple
    text = " ".join(_spare(text).split())
    if text.isascii():
        return shorten(text, limit)
    # cut before normalising too: long runs of combining marks make that quadratic
    return shorten(unicodedata.normalize("NFC", text[: limit * 2]), limit)


def shorten(text: str, limit: int) -> str:
    """Cut text to at most `limit` characters, at a word's border where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[:limit].rfind(" ")
    return text[: cut if cut >= limit * MIN_WORD_BORDER else limit - 1].rstrip(" ,;:-–—") + "…"


def web_link(text: str, base: str) -> str:
    """Return an absolute http(s) address, resolved against `base`; empty for any other scheme and for no address.

    One with a user name in it is dropped too: ``https://bbc.com@evil.example`` shows one host and leads to another.
    """
    if len(text) <= MAX_LINK and _PLAIN_LINK.fullmatch(text):
        return text
    try:
        link = urljoin(base, _INVISIBLE.sub("", text.strip()))
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or len(link) > MAX_LINK:
        return ""
    return _UNSAFE_IN_LINK.sub(lambda match: f"%{ord(match[0]):02X}" if match[0].isascii() else "", link)


def _spare(text: str) -> str:
    """Take out what nobody sees."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_spared, text)


def _spared(match: re.Match[str]) -> str:
    """Replace an invisible character: white space by a space, all else by nothing."""
    return " " if match[0].isspace() else ""


def _simply_visible(markup: str) -> str | None:
    """Return what `_visible` would, where the markup is so simple that nothing has to be parsed; None for any other."""
    end, within = 0, [""]
    for count, piece in enumerate(_SIMPLE.finditer(markup)):
        begins, ends = piece["begins"], piece["ends"]
        if piece.start() != end or count > _MOST_SIMPLE or (ends and ends != within.pop()):
            return None
        if begins == "p":
            if within not in ([""], ["", "p"]):
                return None
            within = ["", "p"]
        elif begins:
            within.append(begins)
        end = piece.end()
    if end != len(markup):
        return None
    text = _TAG.sub("", _LINE_TAG.sub(" ", markup))
    return unescape(text) if "&" in text else text


def _visible(markup: str) -> str:
    """Join the text of all elements that a reader would see, with spaces where a browser would start a new line."""
    # a parser of its own each time: they are cheap, and not to be shared between threads
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    tree = etree.HTML(f"<div>{markup}", parser=parser)
    if tree is None:
        return ""
    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if element.tag not in _INLINE:
            pieces.append(" ")
        if event == "end":
            pieces.append(element.tail or "")
        elif element.tag in _UNSEEN:
            walk.skip_subtree()
        else:
            pieces.append(element.text or "")
    return "".join(pieces)
