"""Text as rules see it: words between single blanks, so that looking for a phrase is looking for a piece of string.

    fold_words("Iran’s “Shadow-Fleet”…")  ->  "iran s shadow fleet"
    fold_words("美国制裁 Iran")            ->  "美 国 制 裁 iran"

Three steps, each linear:

1. *Letters.* Case, accents, invisible characters and variants of one letter go (``É`` e, ``ß`` ss, ``ﬁ`` fi,
   ``أ`` ا, ``٣`` 3). Vowel signs that make another word of it stay: only marks that a reader could leave out
   are dropped.
2. *Borders.* Whatever is no letter, digit or vowel sign is a blank. Punctuation therefore never decides whether
   a phrase is found: ``"shadow fleet"`` finds ``shadow-fleet``, ``iran`` finds ``Iran's``.
3. *Scripts that set no blanks* (Chinese, Japanese, Thai, Lao, Khmer, Burmese; Korean too, whose particles cling
   to the word): every character, with its vowel signs, is a word of its own. Whole words make no sense there,
   and a phrase is found wherever its characters follow each other.

With a blank at either end of text and phrase, *whole words* is what comparing strings does by itself. A phrase
is stored as its folded words; ``*`` after a word stands for any ending. `segments` cuts it after each such
word: the pieces have to follow each other, and between them only the rest of one word may stand.
"""

import unicodedata
from collections.abc import Iterator

MOST_ENDINGS = 4
"""How many words of one phrase may end in ``*``: bounds what looking for it costs."""

_GAP = "\v"
"""The blank behind a character of a script that sets none: a vowel sign reaches over it, not over a written one."""

_CLING = "\b"
"""Stands before a vowel sign of such a script; neither is ever left in a result."""

_BREAK = "\n"
"""A word that no phrase can hold: keeps phrases from reaching from a title into the summary."""

# Letters that Unicode does not take apart, and the two that Persian and Arabic keyboards spell differently.
_SPELLING = {
    "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i",
    "ي": "ی", "ك": "ک", "ى": "ی",
    "ʼ": " ", "ʹ": " ", "ʻ": " ", "\u0640": "",
}  # fmt: skip

# First and last character of scripts (by block) that are written without blanks between words.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic repetition, closing and zero
    (0x3040, 0x318F),  # kana, Bopomofo, Hangul compatibility letters
    (0x31A0, 0x31FF),
    (0x3400, 0x9FFF),  # ideographs
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xAC00, 0xD7FB),  # Hangul
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)


def _is_accent(char: str) -> bool:
    """Whether a mark may be left out in writing.

    By canonical combining class: 10 to 36 are Hebrew and Arabic points, from 200 on marks above and below a letter; the
    classes between are Indic and Thai signs, without which it is another word.
    """
    place = unicodedata.combining(char)
    return 10 <= place <= 36 or place >= 200


def _is_sign(char: str) -> bool:
    """Whether a character is written on or around the one before it, as vowel signs are."""
    return unicodedata.category(char) in ("Mn", "Mc")


class _Letters(dict[int, str]):
    """Step 1 for one character, worked out once each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isdecimal():
            found = str(unicodedata.decimal(char))
        elif _is_accent(char) or unicodedata.category(char) == "Cf":
            found = ""
        else:
            found = _SPELLING.get(char, char)
        self[code] = found
        return found


class _Borders(dict[int, str]):
    """Steps 2 and 3 for one character, worked out once each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        sign = _is_sign(char)
        if not (sign or char.isalnum()):
            found = " "
        elif not is_unspaced(char):
            found = char
        else:
            found = f"{_CLING if sign else ' '}{char}{_GAP}"
        self[code] = found
        return found


_LETTERS = _Letters()
_BORDERS = _Borders()


def is_unspaced(char: str) -> bool:
    """Whether a character belongs to a script that is written without blanks between words."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED)


def _fold_letters(text: str) -> str:
    """Step 1: taken apart, made small, taken apart once more (some small letters are compounds), composed."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", apart.translate(_LETTERS))


def fold_words(text: str) -> str:
    """Return the words of `text`, folded, between single blanks; none at either end.

    >>> fold_words("Élysée: “Iran–linked”")
    'elysee iran linked'
    """
    folded = _fold_letters(text).translate(_BORDERS)
    if _CLING in folded:
        folded = folded.replace(_GAP + _CLING, "").replace(_CLING, "")
    return " ".join(folded.split())


def fold_parts(*parts: str) -> str:
    """Return several texts as one string to look for phrases in, such that no phrase is found across two of them."""
    folded = [words for words in map(fold_words, parts) if words]
    return f" {f' {_BREAK} '.join(folded)} " if folded else ""


def readable(phrase: str) -> str:
    """Return a stored phrase as people write it: no blanks in scripts that set none. Folds to the same phrase again."""
    shown: list[str] = []
    for word in phrase.split():
        # A vowel sign that stands alone would cling to the word before it.
        joins = is_unspaced(word[0]) and not _is_sign(word[0])
        if shown and not (joins and is_unspaced(shown[-1][-1])):
            shown.append(" ")
        shown.append(word)
    return "".join(shown)


def segments(phrase: str) -> tuple[str, ...]:
    """Cut a stored phrase into pieces to find one after the other; see the module's text.

    >>> segments("sanction* evasion")
    (' sanction', ' evasion ')
    """
    pieces = f" {phrase} ".split("* ")
    return tuple(piece if at == 0 else " " + piece for at, piece in enumerate(pieces) if piece)


def find_spans(pieces: tuple[str, ...], text: str) -> Iterator[tuple[int, int]]:
    """Give where a phrase cut into `pieces` stands in folded `text` (a blank at both ends), blanks around left off.

    Every piece begins with a blank, so each word of the text is started from at most once; with the cap on endings
    this costs a small multiple of the text's length, whatever the phrase.
    """
    first, *others = pieces
    start = text.find(first)
    while start >= 0:
        end = start + len(first)
        for piece in others:
            end = text.index(" ", end)
            if not text.startswith(piece, end):
                break
            end += len(piece)
        else:
            yield start + 1, end - 1 if text[end - 1] == " " else text.index(" ", end)
        start = text.find(first, start + 1)


def find_phrase(pieces: tuple[str, ...], text: str) -> str:
    """Return how a phrase cut into `pieces` reads in `text` (of `fold_parts`); empty where it is not there."""
    start, end = next(find_spans(pieces, text), (0, 0))
    return text[start:end]


def fold_places(text: str) -> tuple[str, list[int]]:
    """Return `text` folded as by `fold_parts`, and for each of its characters the place in `text` that it comes from.

    Character by character, so slower than `fold_words`: for showing what was found, not for finding.
    """
    placed = [(" ", 0)]
    for place, char in enumerate(text):
        for letter in _fold_letters(char).translate(_BORDERS):
            if letter != _CLING:
                placed.append((letter, place))
            elif placed[-1][0] == _GAP:
                placed.pop()
    placed = [(" " if letter == _GAP else letter, place) for letter, place in [*placed, (" ", len(text))]]
    kept = [now for before, now in zip([("", 0), *placed], placed, strict=False) if before[0] + now[0] != "  "]
    return "".join(letter for letter, _ in kept), [place for _, place in kept]
