"""Names: up to five of the sanctioned persons, firms and ships, written as the text writes them.

Those that the lexicon knows as targets ("Huawei", "Wagner") are names wherever a sentence of sanctions has them. The
rest are known by how they stand: a row of capitalised words that is no country, issuer or office-holder, brought in by
a role ("telecom giant Huawei"), by an enumeration ("including A, B and C") or by the verb itself ("sanctioned
Ekaterina Zhdanova"). In a headline with a capital on every word capitals say nothing, and nothing is read from them.
Rather none than a wrong one: a name is shown to people as that of somebody under sanctions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.errors import SeedError
from bot.folding import flatten, fold
from bot.lexicon import Lexicon
from bot.reading.measures import Line, Place
from bot.reading.mentions import Mention, scanner

MOST = 5
_LONG = 8
"""Words from which capitals on most of them are no chance."""
_WORD = re.compile(r"[^\W_]+(?:[.'’&\-][^\W_]+)*|[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s$")
_POSSESSIVES = {"'s", "’s"}
_TARGET = "group"
_SCHEMES = {"programme", "states"}
_KINDS = ("titles", "roles", "lists", "speech", "before", "inside", "joints", "never")


class _Token(NamedTuple):
    """A word or sign: as written, flat, where it begins, and whether it is part of a country's or issuer's name."""

    text: str
    flat: str
    start: int
    known: bool


def names(marked: Sequence[Line], place: Place, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names of those hit by an action, in the order of the text, at most `MOST`."""
    found: list[str] = []
    for index, line in enumerate(marked):
        if index == place.line or line.triggers:
            for name in _in_line(line, place, lexicon):
                _add(name, found)
    return tuple(found[:MOST])


def _add(name: str, found: list[str]) -> None:
    """Add a name unless a longer form of it is told already; it takes the place of a shorter one."""
    words = set(fold(name).split())
    for at, other in enumerate(found):
        told = set(fold(other).split())
        if words <= told:
            return
        if told <= words:
            found[at] = name
            return
    found.append(name)


def _in_line(line: Line, place: Place, lexicon: Lexicon) -> Iterator[str]:
    """Yield the names in a sentence that stand as the sanctioned do, in order."""
    text = line.sentence.text
    mentions = line.mentions if line.mentions is not None else scanner(lexicon).scan(line.sentence, None).mentions
    ours = [mention for mention in mentions if not set(mention.codes) & set(place.issuers)]
    targets = [mention for mention in ours if mention.form == _TARGET and _is_name(mention, line, lexicon)]
    spans = [(mention.start, mention.end) for mention in targets]
    tokens = _tokens(line, [(mention.start, mention.end) for mention in mentions])
    if not _is_headline(tokens, line.part):
        spans += _introduced(tokens, _seed(lexicon))
    for start, end in sorted(spans):
        yield _POSSESSIVE.sub("", text[start:end])


def _is_name(mention: Mention, line: Line, lexicon: Lexicon) -> bool:
    """Whether a known target is called by a name: not by a scheme's, nor by a common noun ("Israeli settlers")."""
    words = line.sentence.text[mention.start : mention.end].split()
    flat = " ".join(flatten(line.sentence.folded[mention.start : mention.end]).split())
    return not words[-1][:1].islower() and flat not in _programmes(lexicon)


def _introduced(tokens: Sequence[_Token], words: Mapping[str, frozenset[str]]) -> list[tuple[int, int]]:
    """Return the rows of capitalised words that a role, an enumeration or a verb makes names, as characters."""
    found: list[tuple[int, int]] = []
    behind = -1
    for first, end in _runs(tokens, words):
        joined = behind == first - 1 and tokens[first - 1].flat in words["joints"]
        if (joined or _is_brought_in(tokens, first, words)) and not _speaks(tokens, first, end, words):
            found.append((tokens[first].start, tokens[end - 1].start + len(tokens[end - 1].text)))
            behind = end
    return found


def _tokens(line: Line, known: Sequence[tuple[int, int]]) -> list[_Token]:
    text, flat = line.sentence.text, flatten(line.sentence.folded)
    tokens = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        stem = end - 2 if text[end - 2 : end] in _POSSESSIVES else end
        inside = any(first <= start < last for first, last in known)
        tokens.append(_Token(match.group(), flat[start:stem].strip() or text[start:stem], start, inside))
    return tokens


def _is_headline(tokens: Sequence[_Token], part: str) -> bool:
    """Whether a sentence has a capital on nearly every longer word, so that capitals say nothing."""
    long = [token.text for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    return sum(word[0].isupper() for word in long) > 0.7 * len(long) and (part == "t" or len(long) >= _LONG)


def _runs(tokens: Sequence[_Token], words: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Yield rows of capitalised words that may be names, as first token and the one behind the last.

    A row begins with a word that is neither title nor known actor; known ones may follow ("Bank of China").
    """
    at = 0
    while at < len(tokens):
        if not _is_capital(tokens[at], words) or tokens[at].known or tokens[at].flat in words["titles"]:
            at += 1
            continue
        first = at
        while at < len(tokens) and _is_capital(tokens[at], words) and not _POSSESSIVE.search(tokens[at - 1].text):
            small = tokens[at + 1 : at + 3]
            bridged = len(small) == 2 and small[0].flat in words["inside"] and _is_capital(small[1], words)
            at += 2 if bridged else 1
        at = max(at, first + 1)
        if first or len(tokens[first].text) > 2:
            yield first, at


def _is_capital(token: _Token, words: Mapping[str, frozenset[str]]) -> bool:
    return token.text[0].isupper() and token.flat not in words["never"]


def _is_brought_in(tokens: Sequence[_Token], first: int, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether a role, an enumeration or the verb itself stands before a name, known actors and titles between them."""
    at = first - 1
    while at >= 0 and (tokens[at].known or tokens[at].flat in words["titles"] or tokens[at].text in "\"'“‘(—-"):
        if tokens[at].flat in words["roles"]:
            return True
        at -= 1
    return at >= 0 and (tokens[at].flat in words["roles"] or tokens[at].flat in words["lists"])


def _speaks(tokens: Sequence[_Token], first: int, end: int, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether the name's bearer speaks, or is only where or by whom something is done."""
    if end < len(tokens) and tokens[end].flat in words["speech"]:
        return True
    return first > 0 and tokens[first - 1].flat in words["before"]


@lru_cache(maxsize=4)
def _seed(lexicon: Lexicon) -> Mapping[str, frozenset[str]]:
    """Return the words of ``seeds/names.toml``. Raises SeedError where a list is none."""
    table: Any = lexicon.seeds.get("names", {}).get("names", {})
    for kind in _KINDS:
        if not isinstance(table.get(kind, []), list):
            raise SeedError(f"seeds/names.toml: {kind} must be a list of words")
    return {kind: frozenset(map(str, table.get(kind, ()))) for kind in _KINDS}


@lru_cache(maxsize=4)
def _programmes(lexicon: Lexicon) -> frozenset[str]:
    """Return the flat names of the groups that are schemes or several states."""
    return frozenset(
        " ".join(flatten(fold(name)).split())
        for group in lexicon.seeds.get("groups", {}).get("groups", ())
        if group.get("kind") in _SCHEMES
        for name in (group["name"], *group.get("names", ()))
    )
