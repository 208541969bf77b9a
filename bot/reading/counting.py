"""What ``seeds/counts.toml`` knows of counting: number words, the nouns behind them, and what the words around say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.errors import SeedError
from bot.lexicon import Lexicon

_CONTEXTS = [
    "vague",
    "before",
    "after",
    "partial_before",
    "partial_after",
    "article",
    "joint",
    "together",
    "others",
    "alone",
    "stop",
    "hit",
    "adjective",
    "parts",
    "some",
    "aim",
    "thing",
    "same",
    "done_to",
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What ``seeds/counts.toml`` knows, ready to be looked up."""

    nouns: Mapping[str, str]
    single: Mapping[str, str]
    numbers: Mapping[str, int]
    groups: Mapping[str, int]
    starters: frozenset[str]
    """Words that a number may begin with, digits apart."""
    aims: frozenset[str]
    """Last words of the phrases that aim a measure at those counted."""
    times: Mapping[str, int]
    context: Mapping[str, frozenset[tuple[str, ...]]]
    is_people: Callable[[str], bool]
    is_person: Callable[[str], bool]
    is_name: Callable[[str], bool]


def _singular(noun: str, endings: Mapping[str, str]) -> str:
    """Return a plural's singular by the first ending that fits; itself where none does."""
    for plural, singular in endings.items():
        if noun.endswith(plural):
            return noun[: -len(plural)] + singular
    return noun


@lru_cache(maxsize=4)
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    """Compile ``seeds/counts.toml``. Raises SeedError where it does not hold."""
    seed: Mapping[str, Any] = lexicon.seeds.get("counts", {})

    def is_person(word: str) -> bool:
        return any(name.form == "adjective" for name in lexicon.names.get(word, ()))

    def is_people(word: str) -> bool:
        # A demonym in the plural: both "russians" and "russian" are words for what is Russian.
        return is_person(word) and is_person(word[:-1])

    def kinds(table: str) -> dict[str, str]:
        return {noun: kind for kind, nouns in seed.get(table, {}).items() for noun in nouns}

    endings: Mapping[str, str] = seed.get("endings", {})
    singulars = {_singular(noun, endings): kind for noun, kind in kinds("nouns").items()}

    context: Mapping[str, list[str]] = seed.get("context", {})
    try:
        return Vocabulary(
            nouns=kinds("nouns"),
            single=singulars | kinds("single"),
            numbers={word: int(value) for word, value in seed.get("numbers", {}).items()},
            groups={word: int(value) for word, value in seed.get("groups", {}).items()},
            starters=frozenset([*seed.get("numbers", ()), *seed.get("groups", ()), *context.get("article", ())]),
            aims=frozenset(phrase.split()[-1] for phrase in context.get("aim", ())),
            times={word: int(value) for word, value in seed.get("times", {}).items()},
            context={name: frozenset(tuple(phrase.split()) for phrase in context.get(name, ())) for name in _CONTEXTS},
            is_people=is_people,
            is_person=is_person,
            is_name=lambda word: bool(lexicon.names.get(word)),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise SeedError(f"seeds/counts.toml: {error}; see the notes at its top for the form of each table") from error
