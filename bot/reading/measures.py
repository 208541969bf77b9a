"""Measures: what a sanctions action does (instruments) and why (grounds), as far as the text says so.

Both questions are answered alike. The seeds give each code *cues*, phrases that state it, and *hints*, words that
point to it in company. Each code with a cue or hint in the item is a *candidate*, and one linear model a question
(heads ``instrument`` and ``ground``, label ``yes``) weighs it: a cue in the sentence of the action, near a sanctions
word, tied to it by "over" or "accused of" rather than "amid" or "after", alone or beside other codes' cues. Features
come twice, plain and with the code before them (``aggression>via:setting``): what holds for all codes is learned from
all of them, and a code departs from it only as far as its own cases say. So the rare ones, with a dozen cases each,
stand on what the frequent ones taught.

Nothing is inferred from actors or years: the features know no country. Without weights a cue alone decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.domain import Code, Stage
from bot.errors import SeedError
from bot.lexicon import Lexicon
from bot.reading.model import Weights, probability
from bot.reading.phrases import Hit, PhraseBook, Row, row
from bot.reading.text import Sentence

Features = dict[str, float]

INSTRUMENT = "instrument"
GROUND = "ground"
YES = "yes"
UNSPECIFIED = "unspecified"
RETALIATION = "retaliation"
OTHER = "other"
THRESHOLDS = {INSTRUMENT: 0.45, GROUND: 0.35}
"""From which probability on a candidate is taken: where cross-validated F1 is best."""
_FILES = {INSTRUMENT: "instruments", GROUND: "grounds"}
STRENGTHS = {"cues": "cue", "broad": "broad", "hints": "hint"}
"""The lists of a code's table in the seeds, and what a phrase of each is called."""
_TRIGGERS = ("sanction", "measure", "maybe")
_REASONS = frozenset({"reason", "accused", "link"})
_REACH = 12
"""Words up to which a connector between sanctions word and cue can tie the two."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase stands for: a code, and how firmly (`STRENGTHS`); sanctions words have the head ``trigger``."""

    head: str
    code: str
    strength: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the cues found in it; `triggers` are the words that name a sanctions measure."""

    sentence: Sentence
    row: Row
    cues: tuple[Hit[Cue], ...]
    triggers: tuple[int, ...]
    part: str
    """``t`` title, ``s`` the first sentence after it, ``b`` any later one."""


@dataclass(frozen=True, slots=True)
class Place:
    """The action whose measures are asked for: what is known of it, and where it stands."""

    stage: Stage
    line: int = 0
    """Which sentence of the item shows it."""
    character: int = 0
    """Where in that sentence it begins."""
    counter: bool = False
    rank: int = 0
    """0 for the item's lead action."""
    issuers: tuple[Code, ...] = ()
    """Who acts: their people are not those hit."""


@dataclass(frozen=True, slots=True)
class _Book:
    phrases: PhraseBook[Cue]
    connectors: Mapping[str, str]


def lines(sentences: Sequence[Sentence], lexicon: Lexicon) -> tuple[Line, ...]:
    """Mark an item's sentences; done once for all its actions."""
    book = _book(lexicon)
    marked = []
    for index, sentence in enumerate(sentences):
        words = row(sentence.folded)
        found = book.phrases.find(words)
        triggers = sorted({hit.first for hit in found if hit.what.head == "trigger"})
        cues = tuple(hit for hit in found if hit.what.head != "trigger")
        part = "t" if sentence.part == "title" else "s" if index <= 1 else "b"
        marked.append(Line(sentence, words, cues, tuple(triggers), part))
    return tuple(marked)


def candidates(head: str, marked: Sequence[Line], place: Place, lexicon: Lexicon) -> dict[str, Features]:
    """Describe each code that the item offers for a question, in the order in which they first occur."""
    found: dict[str, list[tuple[Line, Hit[Cue]]]] = {}
    for line in marked:
        for hit in line.cues:
            if hit.what.head == head:
                found.setdefault(hit.what.code, []).append((line, hit))
    unnamed = head == GROUND and any(_gives_unnamed_reason(line, _book(lexicon).connectors) for line in marked)
    if unnamed:
        found.setdefault(OTHER, [])
    if head == GROUND and place.counter:
        found.setdefault(RETALIATION, [])
    stated = [code for code, hits in found.items() if any(hit.what.strength == "cue" for _, hit in hits)]
    here = marked[place.line] if place.line < len(marked) else None
    connectors = _book(lexicon).connectors
    described = {}
    for code, hits in found.items():
        shared = set(_of_action(place)) | set(_of_company(code, stated))
        own: set[str] = set()
        for line, hit in hits:
            strength = hit.what.strength
            shared.add(f"{strength}@{line.part}")
            shared.update(f"{strength} {name}" for name in _of_hit(line, hit, connectors))
            shared.update(f"{strength} {name}" for name in _of_distance(hit, line, place) if line is here)
            own.update(_of_words(line, hit))
            if strength == "broad" and not stated:
                own.add(f"alone:{code}:{hit.what.phrase}")
        if unnamed:
            shared.add("unnamed reason")
        described[code] = _features(code, shared, own, [other for other in stated if other != code])
    return described


def decide(
    head: str, marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights
) -> tuple[tuple[str, float, Features], ...]:
    """Return the codes that hold, each with its probability and the features that speak for it, the surest first."""
    chosen = []
    for code, features in candidates(head, marked, place, lexicon).items():
        logits = weights.score(head, features)
        chance = probability(logits[YES]) if YES in logits else float("cue" in features)
        if chance >= THRESHOLDS[head]:
            chosen.append((code, chance, features))
    return tuple(sorted(chosen, key=lambda entry: (-entry[1], entry[0])))


def instruments(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> tuple[str, ...]:
    """Return the instruments that the text states for an action, ``unspecified`` where it states none."""
    return tuple(code for code, _, _ in decide(INSTRUMENT, marked, place, lexicon, weights)) or (UNSPECIFIED,)


def grounds(marked: Sequence[Line], place: Place, lexicon: Lexicon, weights: Weights) -> tuple[str, ...]:
    """Return the grounds that the text states for an action; mostly none."""
    return tuple(code for code, _, _ in decide(GROUND, marked, place, lexicon, weights))


# --- features -----------------------------------------------------------------------------------------------------


def _of_action(place: Place) -> Iterator[str]:
    yield f"stage:{place.stage}"
    if place.counter:
        yield "counter"
    if place.rank:
        yield "later"


def _of_company(code: str, stated: Sequence[str]) -> Iterator[str]:
    """Whether the code is stated at all, first, alone."""
    if code not in stated:
        yield "not stated"
        yield f"not stated, others:{min(2, len(stated))}"
        return
    yield "cue"
    yield f"others:{min(2, len(stated) - 1)}"
    if stated[0] == code:
        yield "first"


def _of_hit(line: Line, hit: Hit[Cue], connectors: Mapping[str, str]) -> Iterator[str]:
    """Where a cue stands among the sanctions words of its sentence, and what ties it to them."""
    if hit.what.strength == "hint":
        return
    words = line.row.words
    before = [at for at in line.triggers if at < hit.first]
    after = [at for at in line.triggers if at > hit.last]
    if not line.triggers:
        yield "no trigger"
    elif len(before) + len(after) < len(line.triggers):
        yield "is trigger"
    if before:
        yield f"after trigger:{bucket(hit.first - before[-1])}"
        if hit.first - before[-1] < _REACH:
            for word in words[before[-1] + 1 : hit.first]:
                if word in connectors:
                    yield f"between:{connectors[word]}"
    if after:
        yield f"before trigger:{bucket(after[0] - hit.last)}"
    for word in reversed(words[max(0, hit.first - 5) : hit.first]):
        if word in connectors:
            yield f"via:{connectors[word]}"
            break
    end = line.row.starts[hit.last] + len(words[hit.last])
    if line.part == "t" and line.sentence.folded[end : end + 1] == ":":
        yield "topic"


def _gives_unnamed_reason(line: Line, connectors: Mapping[str, str]) -> bool:
    """Whether "over", "accused of" and the like follow a sanctions word and no ground's cue follows them."""
    for at, word in enumerate(line.row.words):
        if connectors.get(word) in _REASONS and any(0 < at - trigger < _REACH for trigger in line.triggers):
            near = (hit for hit in line.cues if hit.what.head == GROUND and hit.what.strength != "hint")
            if not any(at < hit.first <= at + _REACH for hit in near):
                return True
    return False


def _of_distance(hit: Hit[Cue], line: Line, place: Place) -> Iterator[str]:
    """How far a cue stands from the place where the action itself begins."""
    yield "here"
    distance = hit.first - line.row.at(place.character)
    yield f"from action:{'before' if distance < -3 else 'at' if distance < 4 else 'near' if distance < 13 else 'far'}"


def _of_words(line: Line, hit: Hit[Cue]) -> Iterator[str]:
    """Name the phrase itself, its very form, and the other cues that lie over it or beside it."""
    cue = hit.what
    yield f"{cue.strength}:{cue.code}:{cue.phrase}"
    if cue.strength == "hint":
        return
    if hit.last - hit.first < 2:
        yield f"form:{cue.code}:{' '.join(line.row.words[hit.first : hit.last + 1])}"
    for other in line.cues:
        if other.what.strength != "cue" or other.what.code == cue.code:
            continue
        if other.what.head != cue.head and -4 <= other.first - hit.last <= 4:
            yield f"beside:{cue.code}:{other.what.code}"
        elif other.what.head == cue.head and other.first <= hit.last and other.last >= hit.first:
            yield f"over:{cue.code}:{other.what.code}"


def _features(code: str, shared: Iterable[str], own: Iterable[str], others: Iterable[str]) -> Features:
    """Put names together: shared ones twice, plain and as the code's own."""
    features = {f"code:{code}": 1.0}
    for name in sorted(shared):
        features[name] = 1.0
        features[f"{code}>{name}"] = 1.0
    for name in sorted(own):
        features[name] = 1.0
    for other in others:
        features[f"with:{code}:{other}"] = 1.0
    return features


def bucket(distance: int) -> str:
    """Return a distance in words as one of few sizes."""
    for limit in (1, 2, 5, 9):
        if distance <= limit:
            return str(limit)
    return "far"


# --- the seeds ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _book(lexicon: Lexicon) -> _Book:
    """Compile the cues of a lexicon's seeds, once."""
    phrases = [(cue.phrase, cue) for head in _FILES for cue in _cues(head, lexicon.seeds)]
    for kind in _TRIGGERS:
        phrases += [
            (phrase, Cue("trigger", kind, strength="cue", phrase=phrase))
            for phrase in lexicon.language["cues"].get(kind, ())
        ]
    table = lexicon.seeds.get("grounds", {}).get("connectors", {})
    connectors = {word: kind for kind, words in table.items() for word in words}
    sets = {
        name: words for stem in _FILES.values() for name, words in lexicon.seeds.get(stem, {}).get("sets", {}).items()
    }
    return _Book(PhraseBook(phrases, sets, file="seeds/instruments.toml or grounds.toml"), connectors)


def _cues(head: str, seeds: Mapping[str, Any]) -> Iterator[Cue]:
    """Yield the cues and hints of one question's file."""
    stem = _FILES[head]
    for entry in seeds.get(stem, {}).get(stem, ()):
        for key, strength in STRENGTHS.items():
            phrases = entry.get(key, [])
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
                raise SeedError(f"seeds/{stem}.toml: {entry.get('code')}: {key} must be a list of phrases")
            for phrase in phrases:
                yield Cue(head, str(entry["code"]), strength=strength, phrase=phrase)
