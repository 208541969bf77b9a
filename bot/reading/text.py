"""Text as the reading sees it: folded without moving a character, and cut into sentences.

`fold` keeps the length, so a span found in folded text is the same span in the original: what is found can be quoted.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain import Item
from bot.folding import fold
from bot.lexicon import Lexicon
from bot.reading.language import Borders, borders_of

__all__ = ["Part", "Sentence", "fold", "sentences"]

Part = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an item; `item part[start:start + len(text)] == text`, and `folded` has the same length."""

    text: str
    folded: str
    start: int
    part: Part


_ENDING = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s+["'“‘(\[]*[A-Z0-9À-Ý$€£])|\s*\n\s*|\s+[|•]\s+""")
_BREAK = re.compile(r"\n\s*(\S)")
_NEXT_WORD = re.compile(r"\S*\s+(\w+)\s")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.\-]*)$")


def _ends_sentence(text: str, match: re.Match[str], borders: Borders) -> bool:
    """Whether a full stop is one: not after an abbreviation or an initial ("U.S.")."""
    if not match.group().startswith("."):
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    last = word.group(1).lower()
    if last in borders.abbreviations:
        # "U.S." before a capital may end a sentence all the same; a determiner or pronoun behind it says that it does
        opener = _NEXT_WORD.match(text, match.start())
        return "." in last and opener is not None and opener.group(1) in borders.openers
    return not (len(last) == 1 or re.search(r"\.[a-z]$", last))


def _is_wrapped(text: str) -> bool:
    """Whether lines are broken to a width: a break means nothing where many lines go on in small letters."""
    breaks = _BREAK.findall(text)
    return bool(sum(after.islower() for after in breaks) * 5 > len(breaks))


def _split(text: str, borders: Borders) -> list[tuple[int, int]]:
    """Return the spans of the sentences in `text`."""
    spans: list[tuple[int, int]] = []
    start = 0
    wrapped = _is_wrapped(text)
    for match in _ENDING.finditer(text):
        if wrapped and match.group().isspace():
            continue
        if match.end() > start and _ends_sentence(text, match, borders):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return spans


def _part(text: str, part: Part, borders: Borders) -> list[Sentence]:
    """Return one part's sentences, outer blanks left off."""
    found = []
    for start, end in [(0, len(text))] if part == "title" else _split(text, borders):
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        piece = piece.strip()
        if piece:
            found.append(Sentence(piece, fold(piece), start + left, part))
    return found


@lru_cache(maxsize=8)
def _sentences(title: str, summary: str, text: str, borders: Borders) -> tuple[Sentence, ...]:
    parts: tuple[tuple[str, Part], ...] = ((title, "title"), (summary, "summary"), (text, "text"))
    return tuple(sentence for told, part in parts for sentence in _part(told, part, borders))


def sentences(item: Item, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """Return an item's sentences: its title as one, then those of its summary, then those of its text, in order."""
    return _sentences(item.title, item.summary, item.text, borders_of(lexicon))
