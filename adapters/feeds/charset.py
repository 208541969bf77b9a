"""From bytes to text: which character encoding a body really is in, whatever it is said to be in.

A body's encoding is claimed by up to three voices (byte order mark, HTTP header, XML declaration) that often
disagree, and the loudest by the standards, the header, is the one most often set by nobody. The theory here:
text that decodes as UTF-8 without a fault and is not plain ASCII *is* UTF-8, for other encodings hardly ever do
so by chance. So UTF-8 is tried before any claim but the byte order mark. Only encodings whose bytes are ASCII
to the eye (ISO-2022-JP, HZ) must be believed first.

Codecs are chosen from a list: Python has some that run programs of their own in a body's name (punycode is
quadratic, unicode_escape makes new characters, utf-7 hides markup from checks).
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# "<?" or "<r" in two and four bytes a character: RFC 7303 lets a declaration stand for a mark
_MARKLESS = (
    (re.compile(rb"<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_ALLOWED = re.compile(
    r"utf-(8|16|32)|ascii|cp\d|iso8859|koi8|gb|big5|euc|shift_jis|iso2022|hz|mac-|tis-620|johab|ptcp154|kz1048"
)
_LOOKS_ASCII = re.compile(r"iso2022|hz")
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
"""What the web means by these names (WHATWG Encoding Standard)."""
_GOOD_PER_BAD = 10


def decode(body: bytes, claimed: str | None = None) -> str:
    """Decode a body; `claimed` is the HTTP header's charset. Never fails: what cannot be read becomes U+FFFD."""
    if marked := _marked(body):
        return body.decode(marked, "replace").removeprefix("\ufeff")
    declared = _DECLARED.match(body)
    claims = [codec for name in (claimed, declared and declared[1].decode()) if (codec := _codec(name))]
    for codec in (*filter(_LOOKS_ASCII.match, claims), "utf-8", *claims):
        # not final: a download cut in the middle of a character is still in its encoding
        try:
            return codecs.getincrementaldecoder(codec)("strict").decode(body)
        except UnicodeError:
            continue
    return _least_bad(body, claims)


def _marked(body: bytes) -> str | None:
    """Return the encoding that the very first bytes show."""
    by_mark = (codec for mark, codec in _MARKS if body.startswith(mark))
    by_shape = (codec for shape, codec in _MARKLESS if shape.match(body))
    return next(by_mark, None) or next(by_shape, None)


def _codec(name: str | None) -> str | None:
    """Return Python's name for a claimed encoding, if there is such a one and it is on the list."""
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return None
    found = _WIDER.get(found, found)
    return found if _ALLOWED.match(found) else None


def _least_bad(body: bytes, claims: list[str]) -> str:
    """Decode what is faultless in nothing: UTF-8 with some bad bytes if it mostly is that, else what was claimed."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text) - bad
    if good >= bad * _GOOD_PER_BAD:
        return text
    other = next((codec for codec in claims if not codec.startswith("utf")), "cp1252")
    return body.decode(other, "replace")
