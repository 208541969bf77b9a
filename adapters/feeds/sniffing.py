"""What a body is that may be no feed: a page, a challenge, an empty answer. Decided before any parser sees it.

A 200 with the wrong body looks to feedparser like a feed without entries, and so like silence. Silence must
never be a mistake, so that everything that does not begin like a feed is a named failure, in a word that
`status` can show.
"""

import re
from dataclasses import dataclass

from bot.errors import NotAFeed, TooLarge


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much one body may hold, so that reading it takes some two seconds at most."""

    entries: int
    tags: int
    """Those in CDATA not counted: feedparser takes 15 µs and 300 bytes for each, however empty."""
    references: int
    """Ampersands, each of which is a reference or becomes one."""


ANY = Size(entries=20_000, tags=300_000, references=1_000_000)
"""Of any feed; more is not worth its parsing."""
THOROUGH = Size(entries=5_000, tags=100_000, references=400_000)
"""Of one that feedparser has to read, which takes 0.2 ms for each entry; real ones have some hundreds."""

_HEAD = 1 << 14
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|RDF|channel)[\s>/]", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.IGNORECASE)
_END = re.compile(
    r"</(?:[\w.-]{1,40}:)?(?:rss|feed|RDF|channel)\s*>\s*(?:<!--.{0,2000}-->\s*)*\Z", re.IGNORECASE | re.DOTALL
)
_ENTITY = re.compile(r"<![Ee][Nn][Tt][Ii][Tt][Yy]")
_ENDLESS_TAG = re.compile(r"<[A-Za-z/][^<>]{65536}")
_HTML = re.compile(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>\s*([^<]{1,200})", re.IGNORECASE)
_XML_ROOT = re.compile(r"<([A-Za-z][\w.:-]{0,60})")
_CHALLENGE = re.compile(
    r"just a moment|attention required|cf[-_]chl|cf-browser-verification|challenge-platform|challenge-form|_incapsula_|"
    r"incapsula incident|captcha|datadome|px-captcha|perimeterx|ddos-guard|checking your browser|edgesuite\.net|"
    r"enable javascript and cookies|akamai.{0,40}(?:denied|challenge)|sec-if-cpt|bm-verify|are you a robot|"
    r"human verification",
    re.IGNORECASE | re.DOTALL,
)


def check_is_feed(text: str) -> None:
    """Pass what begins like a feed and is safe to parse. Raises NotAFeed or TooLarge.

    Entity declarations are refused outright: no honest feed has them, and they are how XML bombs are built.
    """
    head = text[:_HEAD]
    if not text.strip():
        raise NotAFeed("empty_body: the answer holds nothing")
    if not _ROOT.search(head):
        raise NotAFeed(_what_instead(head))
    if _ENTITY.search(text):
        raise NotAFeed("entity_declarations: the body defines XML entities of its own, which may be a bomb")
    if _ENDLESS_TAG.search(text):
        raise NotAFeed("endless_tag: a tag of more than 65,536 characters, which only an attack has")
    check_size(text, ANY)


def check_size(text: str, most: Size) -> None:
    """Pass what is soon read. Raises TooLarge."""
    counts = (
        ("entries", _entries(text, most.entries), most.entries),
        ("ampersands", text.count("&"), most.references),
        ("tags", _tags(text, most.tags), most.tags),
    )
    for what, found, allowed in counts:
        if found > allowed:
            raise TooLarge(f"the feed has {found:,} {what}; at most {allowed:,} are read")


def ends(text: str, most: int) -> tuple[str, int]:
    """Return a body of at most `most` entries, the first and the last of it, and how many it had if that was more.

    New entries stand at one end: mostly the beginning.
    """
    starts = [] if text.count("<") <= most else [found.start() for found in _ENTRY.finditer(text)]
    if len(starts) <= most:
        return text, 0
    half = most // 2
    return text[: starts[half]] + text[starts[-half] :], len(starts)


def _entries(text: str, most: int) -> int:
    """Count the entries; where there are fewer tags than entries are allowed, they need no counting."""
    few = text.count("<") <= most
    return 0 if few else sum(1 for _ in _ENTRY.finditer(text))


def _tags(text: str, most: int) -> int:
    """Count the tags that a parser would see; where there are few with those in CDATA, all of them."""
    if (count := text.count("<")) <= most:
        return count
    first, *rest = text.split("<![CDATA[")
    return first.count("<") + sum(part.partition("]]>")[2].count("<") for part in rest)


def is_complete(text: str) -> bool:
    """Say whether a feed's body goes on to its closing tag."""
    return _END.search(text[-_HEAD:]) is not None


def breaks_off(text: str) -> bool:
    """Say whether a body stops in the middle of its last entry."""
    if is_complete(text):
        return False
    last = max((match.start() for match in _ENTRY.finditer(text)), default=None)
    return last is not None and _ENTRY_END.search(text, last) is None


def _what_instead(head: str) -> str:
    """Name what came instead of a feed, and show its title: the quickest way for a person to see what happened."""
    title = _HTML_TITLE.search(head)
    shown = f" titled {' '.join(title[1].split())!r}" if title else ""
    if _HTML.search(head):
        if _CHALLENGE.search(head):
            return f"challenge_page: a page{shown} that wants to see a browser"
        return f"html_page: a web page{shown}"
    if head.lstrip()[:1] in {"{", "["}:
        return "json_body: JSON, where RSS or Atom was expected"
    if root := _XML_ROOT.search(head):
        return f"other_xml: XML or markup that begins with <{root[1]}>, where RSS or Atom was expected"
    return "no_markup: text without any markup, or another kind of file"
