"""What an item is recognised by: short hashes of what it says of itself, the same in every run.

What a place's own feed brings is another item than the same page in everybody's feeds: nobody who adds a feed can take
news away from others, or put words into it.

The first two bytes of each hash are made of the place alone (the feed, the site, the outlet), so that the items of one
visit lie together in the store's indexes: writing fifty of them touches a few pages instead of a few hundred.
"""

import base64
import struct
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import count

from bot.domain import Item, Key, Marks
from bot.folding import flatten, fold
from bot.links import LinkRules, canonical_link

_LOW_BITS = 48


def marks_of(item: Item, rules: LinkRules) -> Marks:
    """Return what the item is recognised by. Texts are folded, so that typography and case change nothing."""
    return _marks(item.feed, item.outlet, item.guid, item.link, item.title, item.summary, item.scope, rules)


# asked twice for each new item, when it is met and when it is recorded; no more than a few visits' worth, as each holds
# its item's words
@lru_cache(maxsize=256)
def _marks(
    feed: Key, outlet: str, guid: str, link: str, title: str, summary: str, scope: str, rules: LinkRules
) -> Marks:
    guid, link = guid.strip(), link.strip()
    same = guid == link
    link = canonical_link(link, rules)
    guid = link if same else canonical_link(guid, rules)
    title, body = plain(title), plain(summary)
    whose = (scope,) if scope else ()
    values = (
        _hash(feed, "guid", guid, *whose) if guid else 0,
        _hash(_site(link), "link", link, *whose) if _names_a_page(link) else 0,
        _hash("", "title", title, *whose) if title else 0,
        _hash(outlet or feed, "headline", title, *whose) if title else 0,
        _hash("", "body", body, *whose) if body else 0,
    )
    return Marks(
        guid=values[0],
        link=values[1],
        title=values[2],
        headline=values[3],
        body=values[4],
        face=_number(feed, struct.pack("<5q", *values) + _bytes(feed)),
    )


def keys_for(marks: Marks) -> Iterator[Key]:
    """Return keys for a new item, without end: by its link, by all it says, then with ordinals.

    The first of them does not depend on the feed, so that the same item has the same key wherever it is read first.
    """
    yield _key(marks.link or marks.headline or marks.guid)
    full = _key(marks.face)
    yield full
    for ordinal in count(2):
        yield f"{full}-{ordinal}"


def _names_a_page(link: str) -> bool:
    """Whether a canonical link leads further than to a site's front page, which many items share."""
    return bool(link) and (not link.startswith("https://") or link.find("/", 8) > 0 or "?" in link)


def _site(link: str) -> str:
    """Return the host of a canonical link."""
    return link.split("/", 3)[2] if link.startswith("https://") else ""


def plain(text: str) -> str:
    """Return a text's words in small letters without accents and punctuation, a blank between them."""
    return " ".join(flatten(text.lower() if text.isascii() else fold(text)).split())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(place: str, *parts: str) -> int:
    return _number(place, _bytes("\0".join((place, *parts))))


def _number(place: str, data: bytes) -> int:
    """Return a signed 64-bit number that is never 0, which stands for nothing."""
    low = int.from_bytes(blake2b(data, digest_size=_LOW_BITS // 8).digest(), "big")
    return (_high(place) | low) or 1


@lru_cache(maxsize=8192)
def _high(place: str) -> int:
    return int.from_bytes(blake2b(_bytes(place), digest_size=2).digest(), "big", signed=True) << _LOW_BITS


# of a new item asked twice: whether anybody has it, and when it is given
@lru_cache(maxsize=256)
def _key(mark: int) -> Key:
    return base64.b32encode(struct.pack(">q", mark)).decode().lower()[:13]
