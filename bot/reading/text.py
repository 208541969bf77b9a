"""Text as the reading sees it: folded without moving a character, and cut into sentences.

`fold` keeps the length, so a span found in folded text is the same span in the original: what is found can be quoted.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain import Item
from bot.folding import fold

__all__ = ["Part", "Sentence", "fold", "sentences"]

Part = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an item; `item part[start:start + len(text)] == text`, and `folded` has the same length."""

    text: str
    folded: str
    start: int
    part: Part


# A full stop after one of these ends no sentence; single letters (initials, "U.S.") are covered by the pattern below.
_ABBREVIATED = """
    mr mrs ms dr prof gen col lt maj capt sgt adm rear-adm brig cmdr gov sen rep reps sens pres rev hon st ste mt ft
    jr sr vs no nos art arts inc ltd co corp cos plc llc bros est approx dept etc eg ie al fig vol ed pp ca cf
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun u.s u.k u.n e.u d.c e.o a.m p.m ph.d
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_ENDING = re.compile(r"""[.!?…]+["'”’)\]]*(?=\s+["'“‘(\[]*[A-Z0-9À-Ý$€£])|\s*\n\s*|\s+[|•]\s+""")
_BREAK = re.compile(r"\n\s*(\S)")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.\-]*)$")


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop is one: not after an abbreviation or an initial."""
    if not match.group().startswith("."):
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    last = word.group(1).lower()
    if last in _ABBREVIATIONS:
        # "U.S." before a capital may end a sentence all the same; a determiner or pronoun behind it says that it does.
        return "." in last and bool(
            re.match(r"\S*\s+(The|It|He|She|They|This|That|But|In|On|A|An)\s", text[match.start() :])
        )
    return not (len(last) == 1 or re.search(r"\.[a-z]$", last))


def _is_wrapped(text: str) -> bool:
    """Whether lines are broken to a width: a break means nothing where many lines go on in small letters."""
    breaks = _BREAK.findall(text)
    return bool(sum(after.islower() for after in breaks) * 5 > len(breaks))


def _split(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences in `text`."""
    spans: list[tuple[int, int]] = []
    start = 0
    wrapped = _is_wrapped(text)
    for match in _ENDING.finditer(text):
        if wrapped and match.group().isspace():
            continue
        if match.end() > start and _ends_sentence(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return spans


def _part(text: str, part: Part) -> list[Sentence]:
    """Return one part's sentences, outer blanks left off."""
    found = []
    for start, end in [(0, len(text))] if part == "title" else _split(text):
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        piece = piece.strip()
        if piece:
            found.append(Sentence(piece, fold(piece), start + left, part))
    return found


@lru_cache(maxsize=8)
def _sentences(title: str, summary: str, text: str) -> tuple[Sentence, ...]:
    return tuple(_part(title, "title") + _part(summary, "summary") + _part(text, "text"))


def sentences(item: Item) -> tuple[Sentence, ...]:
    """Return an item's sentences: its title as one, then those of its summary, then those of its text, in order."""
    return _sentences(item.title, item.summary, item.text)
