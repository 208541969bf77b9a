"""Names: up to five of the sanctioned persons, firms and ships, written as the text writes them.

Candidates are those that the lexicon knows as targets ("Huawei", "Wagner"), and rows of capitalised words that are no
country, issuer or office-holder. In a headline with a capital on every word capitals say nothing, and no unknown name
is read from it. Which of them are the sanctioned, and not their victims, partners or judges, a linear model weighs
(head ``name``) from how they stand: brought in by a role ("telecom giant Huawei"), by an enumeration ("including A, B
and C") or by the verb itself ("sanctioned Ekaterina Zhdanova"), how far from a sanctions word, between which words, at
which stage. Without weights what brings a name in decides. Rather none than a wrong one: a name is shown to people as
that of somebody under sanctions.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.errors import SeedError
from bot.folding import flatten, fold
from bot.lexicon import Lexicon
from bot.reading.measures import YES, Line, Place, bucket
from bot.reading.mentions import ACTOR, Mention, Scan, scanner
from bot.reading.model import Weights, probability

NAME = "name"
THRESHOLD = 0.4
"""From which probability on a candidate is taken to be one of the sanctioned: a little above where F1 is best."""
MOST = 5
_LONG = 8
"""Words from which capitals on most of them are no chance."""
_WORD = re.compile(r"[^\W_]+(?:[.'’&\-][^\W_]+)*|[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s$")
_POSSESSIVES = {"'s", "’s"}
_TARGET = "group"
_KNOWN, _BROUGHT = "known", "brought in"
_SCHEMES = {"programme", "states"}
_KINDS = ("titles", "roles", "lists", "speech", "before", "inside", "joints", "never")


class _Token(NamedTuple):
    """A word or sign: as written, flat, where it begins, and whether it is part of a country's or issuer's name."""

    text: str
    flat: str
    start: int
    known: bool


def names(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> tuple[str, ...]:
    """Return the names of those hit by an action, in the order of the text, at most `MOST`."""
    found: list[str] = []
    for name, features in candidates(marked, place, lexicon):
        if _is_taken(features, weights):
            _add(name, found)
    return tuple(found[:MOST])


def candidates(marked: Sequence[Line], place: Place, lexicon: Lexicon) -> list[tuple[str, dict[str, float]]]:
    """Return every name that may be one of the sanctioned, with the features that tell whether it is."""
    offered = []
    for index, line in enumerate(marked):
        for name, features in _in_line(line, place, lexicon):
            where = "here" if index == place.line else "near" if line.triggers else "far"
            again = sum(other.sentence.text.count(name) for other in marked) > 1
            plain = [*features, where, f"@{line.part}", f"stage:{place.stage}", *(["again"] if again else [])]
            offered.append((name, dict.fromkeys([*plain, *(f"{plain[0]}|{one}" for one in plain[1:])], 1.0)))
    return offered


def is_of(name: str, told: Iterable[str]) -> bool:
    """Return whether a name is one of those told, in full or in part."""
    words = _words(name)
    return any(words and (words <= other or other <= words) for other in map(_words, told))


def _words(name: str) -> frozenset[str]:
    return frozenset(fold(name).split()) - {"the"}


def _is_taken(features: Mapping[str, float], weights: Weights) -> bool:
    logit = weights.score(NAME, features).get(YES)
    if logit is None:
        return not features.keys().isdisjoint({_KNOWN, _BROUGHT}) and "far" not in features
    return probability(logit) >= THRESHOLD


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


def _in_line(line: Line, place: Place, lexicon: Lexicon) -> Iterator[tuple[str, list[str]]]:
    """Yield the candidates in a sentence, in order, with how they stand in it; first whether the lexicon knows them."""
    scan = scanner(lexicon).scan(line.sentence, None)
    mentions, words = line.mentions if line.mentions is not None else scan.mentions, _seed(lexicon)
    tokens = _tokens(line, [(mention.start, mention.end) for mention in mentions])
    text, begins = line.sentence.text, [token.start for token in tokens]
    spans = {
        (mention.start, mention.end): [_KNOWN]
        for mention in mentions
        if mention.form == _TARGET and not set(mention.codes) & set(place.issuers) and _is_name(mention, line, lexicon)
    }
    if not _is_headline(tokens, line.part):
        brought = _introduced(tokens, words)
        for first, end in _runs(tokens, words):
            span = tokens[first].start, tokens[end - 1].start + len(tokens[end - 1].text)
            spans.setdefault(span, ["a run", *([_BROUGHT] if span in brought else [])])
    for (start, end), features in sorted(spans.items()):
        first, behind = bisect_left(begins, start), bisect_left(begins, end)
        name = _POSSESSIVE.sub("", text[start:end])
        among = _among(tokens, first, behind, words)
        yield name, [*features, f"words:{min(3, len(name.split()))}", *among, *_from_triggers(scan, start, end)]


def _among(tokens: Sequence[_Token], first: int, behind: int, words: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Tell between which words a name stands."""
    before = tokens[first - 1] if first else None
    yield f"word before:{_plain(before) if before else '^'}"
    yield f"word behind:{_plain(tokens[behind]) if behind < len(tokens) else '$'}"
    yield from (f"before is {kind}" for kind in ("roles", "titles", "lists") if before and before.flat in words[kind])
    if _speaks(tokens, first, behind, words):
        yield "speaks"


def _plain(token: _Token) -> str:
    return ACTOR if token.known else token.flat


def _from_triggers(scan: Scan, start: int, end: int) -> Iterator[str]:
    """Tell how far a name is from the words of sanctions, in words."""
    first, behind = bisect_left(scan.starts, start), bisect_left(scan.starts, end)
    before = [at for at in scan.triggers if at <= first]
    after = [at for at in scan.triggers if at >= behind]
    yield f"after trigger:{bucket(first - before[-1]) if before else 'none'}"
    yield f"before trigger:{bucket(after[0] - behind + 1) if after else 'none'}"


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
