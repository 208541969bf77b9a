"""Finding a name that was written down in another alphabet: what names are indexed by, and how alike two of them are.

One name has many spellings once it has been carried over from Arabic, Persian, Russian or Korean: Qadhafi, Gaddafi,
Kaddafi. They differ in vowels, in doubled letters, and in which Latin letters stand for one foreign consonant. So a
name is filed twice: folded (small letters, no accents), and as its *sounds*, the consonants with those letters made
one. Both are cut into trigrams by SQLite's FTS5, which finds whatever shares some; how alike the finds really are is
worked out here, word by word.

Python's folding is used instead of the tokeniser's own: SQLite can drop accents from trigrams only since 3.45.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

MAX_QUERY = 200
"""Characters of a query that are looked at."""
MAX_WORDS = 6
MAX_TOLD = 10_000
"""Characters of a story's reports that can be found."""
EQUAL, BEGINS, SOUNDS = 1.0, 0.9, 0.8
"""How alike two words are that are one, of which one begins like the other, that sound the same."""

_WORD = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"['’]s\b")
_SIZE = 3
# letters that stand for one foreign consonant, longest first; h is kept only where it is a sound of its own
_SAME = [
    ("shch", "s"),
    ("sch", "s"),
    ("dzh", "j"),
    ("tch", "s"),
    *((pair, "s") for pair in ("sh", "ch", "ts", "tz", "cz", "sz")),
    *((pair, "j") for pair in ("zh", "dj")),
    *(("kh", "h"), ("gh", "k"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("x", "ks")),
]
_ONE = str.maketrans({**dict.fromkeys("qgc", "k"), **dict.fromkeys("zj", "s"), **dict.fromkeys("wf", "v"), "'": ""})
_VOWELS = re.compile(r"[aeiouy]+")
_DOUBLE = re.compile(r"(.)\1+")


def folded(text: str) -> str:
    """Return the words of a text in small letters without accents, with one blank between them."""
    flat = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(flat.casefold().replace("'", "").replace("’", "").replace("_", " ")))


@lru_cache(maxsize=4096)
def sounds(word: str) -> str:
    """Return a folded word's consonants, those that transliterations mix up made one: "gaddafi" is "kdv"."""
    for letters, one in _SAME:
        word = word.replace(letters, one)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", word.translate(_ONE)))


def filed(names: Iterable[str]) -> tuple[str, str]:
    """Return what names are filed under: folded, and as sounds."""
    flat = [folded(name) for name in names]
    return " | ".join(flat), " | ".join(" ".join(map(sounds, name.split())) for name in flat)


def wanted(text: str) -> list[str]:
    """Return the words that a query asks for."""
    return folded(text[:MAX_QUERY]).split()[:MAX_WORDS]


def matches_of(words: Sequence[str]) -> Iterator[str]:
    """Yield FTS5 expressions that find names like these words, the strictest and quickest first.

    First every word must stand in the name, in letters or in sounds; then the longest words need only share trigrams
    with it, two of them or one. Words shorter than a trigram cannot be asked for; none comes for nothing but such.
    """
    if exact := [one for word in words if (one := _either(_phrases(word)))]:
        yield " AND ".join(exact)
    longest = sorted((word for word in words if len(word) >= _SIZE), key=len, reverse=True)[:2]
    for number in range(len(longest), 0, -1):
        yield " AND ".join(_either(_pieces(word)) for word in longest[:number])


def alike(words: Sequence[str], name: str) -> float:
    """Return how much a folded name looks like the words of a query, 0 to 1; every word counts the same."""
    own = name.split()
    best = [max((_alike(word, other) for other in own), default=0.0) for word in words]
    missing = max(0, len(own) - len(words))
    return sum(best) / len(best) - min(missing, 10) / 1000 if best else 0.0


def _alike(word: str, other: str) -> float:
    if word == other:
        return EQUAL
    if len(word) >= _SIZE and other.startswith(word):
        return BEGINS
    shared = _dice(_grams(f" {word} "), _grams(f" {other} "))
    sound = sounds(word)
    if len(sound) > 1 and sound == sounds(other):
        return max(SOUNDS, shared)
    return min(shared, SOUNDS)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def told(text: str) -> tuple[str, str]:
    """Return what a story's words are filed under: folded, and as those sounds that tell words apart."""
    flat = folded(_POSSESSIVE.sub("", text[:MAX_TOLD]))
    return flat, " ".join(dict.fromkeys(sound for word in flat.split() if len(sound := sounds(word)) >= _SIZE))


def tellings_of(words: Sequence[str]) -> Iterator[str]:
    """Yield FTS5 expressions that find stories with all these words: as they are written, then as they sound."""
    yield " AND ".join(f'words : "{word}"' for word in words)
    either = [(word, sounds(word)) for word in words]
    if any(len(sound) >= _SIZE for _, sound in either):
        yield " AND ".join(
            f'(words : "{word}" OR sounds : "{sound}")' if len(sound) >= _SIZE else f'words : "{word}"'
            for word, sound in either
        )


@lru_cache(maxsize=4096)
def _grams(word: str) -> frozenset[str]:
    return frozenset(word[start : start + _SIZE] for start in range(len(word) - _SIZE + 1))


def _phrases(word: str) -> Iterator[str]:
    """Yield terms for the word itself and for its sounds; they are letters and digits, so nothing in them is syntax."""
    for column, text in (("names", word), ("sounds", sounds(word))):
        if len(text) >= _SIZE:
            yield f'{column} : "{text}"'


def _pieces(word: str) -> Iterator[str]:
    for column, text in (("names", word), ("sounds", sounds(word))):
        yield from (f'{column} : "{gram}"' for gram in sorted(_grams(text)))


def _either(terms: Iterable[str]) -> str:
    found = " OR ".join(terms)
    return f"({found})" if found else ""
