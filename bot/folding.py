"""One spelling for comparing: small letters, no accents, plain quotes and dashes; never a character more or less."""

import unicodedata

_TYPOGRAPHY = {
    **dict.fromkeys(map(ord, "‘’‚‛′`´ʼ＇"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″«»＂"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-"),
    **dict.fromkeys(map(ord, "\t\n\r\v\f\u00a0\u2007\u2008\u2009\u200a\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "ıİ"), "i"),
    **dict(zip(map(ord, "łøđħßæœþð"), "lodhsaotd", strict=True)),
    **dict(zip(map(ord, "ŁØĐĦẞÆŒÞÐ"), "lodhsaotd", strict=True)),
}
# Most text is plain but for these: putting them right first lets `translate` take its much faster way for plain text.
_COMMON = [("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("\u00a0", " ")]


class _Folding(dict[int, str]):
    """Character by character, worked out once each: one in, one out."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFKD", chr(code))[:1] or " "
        small = base.lower()
        folded = small if len(small) == 1 else base
        self[code] = folded
        return folded


_FOLDING = _Folding(_TYPOGRAPHY)


def fold(text: str) -> str:
    """Return `text` in small letters without accents, with plain quotes, dashes and spaces; of the very same length.

    >>> fold("Élysée’s “Iran–linked” ban")
    'elysee\\'s "iran-linked" ban'
    """
    if not text.isascii():
        for odd, plain in _COMMON:
            text = text.replace(odd, plain)
    return text.translate(_FOLDING)


_FLAT = {code: " " for code in range(128) if not chr(code).isalnum()}


def flatten(folded: str) -> str:
    """Return folded text with a blank for each character that is neither letter nor digit; of the very same length.

    Names are matched in this form, so "U.S.", "Al-Qaida" and "al Qaida" need no second spelling.
    """
    return folded.translate(_FLAT)
