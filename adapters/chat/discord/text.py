"""Text from outside, made harmless for Discord: cleaned of what deceives, escaped so that it stays text, cut to size.

Discord reads `\\` before any sign that is no letter, digit or blank as "the sign itself". So markup is escaped, never
removed: a reader sees what the outlet wrote. What is escaped is one line long (`clean` sees to that), therefore what
is markup only at a line's beginning (headings, lists, quotes) needs care only there.

Sizes are counted in UTF-16 units, which is what Discord's clients count; its servers count code points, never more.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

LONGEST_ADDRESS = 900
"""Characters of an address that is still made a link: with its label it must fit a field of 1,024."""

_JOINERS = {"\u200c", "\u200d"}
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")
_BLANKS = re.compile(r"[\s\u2800\u3164\u115f\u1160\uffa0]+")
"""Blanks, and the letters that look like one: a field of them alone would be refused as empty, or look broken."""

_MARKUP = re.compile(r"[\\*_~`|\[\]<]|:(?=//)|^[#>+-]|(?<=^\d)\.|(?<=^\d\d)\.")
"""Emphasis, code, spoilers, masked links, mentions and timestamps, bare addresses, headings, quotes and lists."""
_TOKEN = re.compile(r"\\.|.", re.DOTALL)
_ADDRESS_SIGNS = "/?#:@!$&,;=%+~.-_"
"""Signs that stand in an address as they are; all others, brackets and quotes among them, are percent-encoded."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def size(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, most: int) -> str:
    """Return a text in one line of at most `most` units, as people would see it.

    Gone are control and format characters (bidi overrides, zero-width ones), but for the joiners that Persian and emoji
    need; half a character becomes a whole replacement; marks piled on one letter are thinned to four.
    """
    line = _BLANKS.sub(" ", text[: 4 * most]).strip()
    kept = _PILE.sub(r"\1", "".join(_safe(sign) for sign in line)).strip()
    if not kept.strip("".join(_JOINERS)):
        return ""
    return kept if size(kept) <= most else _shortened(kept, most)


def fit(text: str, most: int) -> str:
    """Return a text, cleaned and escaped, in at most `most` units of what Discord counts; cut where it is longer."""
    if most < 1:
        return ""
    # a sign takes at least one unit, so more than `most` signs never fit
    whole = _MARKUP.sub(r"\\\g<0>", clean(text, most + 1))
    return whole if size(whole) <= most else _shortened(whole, most)


def address(url: str) -> str:
    """Return an address for a masked link, or an empty string where it is none for people.

    It must be http(s) with a host that is a name, and without a user's name in front, which is how one site is made to
    look like another. Names in other scripts are shown as they are sent (``xn--``), for the same reason.
    """
    try:
        parts = urlsplit(clean(url, 4 * LONGEST_ADDRESS))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    rest = parts._replace(scheme="", netloc="").geturl()
    whole = f"{parts.scheme.lower()}://{host}{port}{quote(rest, safe=_ADDRESS_SIGNS)}"
    return whole if len(whole) <= LONGEST_ADDRESS and " " not in url.strip() else ""


def link(label: str, url: str, most: int) -> str:
    """Return a label that leads to an address, in at most `most` units; the label alone where it cannot be a link."""
    leads = address(url)
    room = most - len(leads) - len("[]()")
    if not leads or room < 1:
        return fit(label, most)
    # a label that is an address itself could claim another one than the link's own
    honest = label if "://" not in label and "www." not in label.lower() else urlsplit(leads).netloc
    return f"[{fit(honest, min(room, 200)) or 'link'}]({leads})" if room >= len("link") else fit(label, most)


def _safe(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cs":
        return "\ufffd"
    return "" if kind in {"Cc", "Cf"} and sign not in _JOINERS else sign


def _shortened(text: str, most: int) -> str:
    """Cut a text that is too long, never between a backslash and what it escapes."""
    kept, left = [], most - 1
    for token in _TOKEN.findall(text):
        left -= size(token)
        if left < 0:
            break
        kept.append(token)
    return "".join(kept).rstrip() + "…"
