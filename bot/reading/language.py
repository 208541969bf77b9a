"""What a language file says of its grammar: small words, endings, and where a sentence ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Grammar:
    """The language's small words and its verbs' endings (tables ``grammar`` and ``endings``)."""

    prepositions: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    inner_kinds: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    companions: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    complementisers: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    infinitives: frozenset[str] = frozenset()
    past: str = "\0"
    gerund: str = "\0"
    third: str = "\0"
    negated: str = "\0"
    possessive: str = "\0"

    def ending(self, word: str) -> str:
        """Return which of the endings a word has; empty for none."""
        return next((ending for ending in (self.past, self.gerund, self.third) if word.endswith(ending)), "")


@dataclass(frozen=True, slots=True)
class Borders:
    """Where sentences end (table ``sentences``)."""

    abbreviations: frozenset[str] = frozenset()
    """A full stop behind one of these ends no sentence."""
    openers: frozenset[str] = frozenset()
    """But it does before one of these, as they are written."""


@lru_cache(maxsize=4)
def grammar_of(lexicon: Lexicon) -> Grammar:
    """Return the grammar of a lexicon's language, made once."""
    words: Mapping[str, list[str]] = lexicon.language.get("grammar", {})
    small: dict[str, Any] = {name: frozenset(found) for name, found in words.items()}
    return Grammar(**small, **lexicon.language.get("endings", {}))


@lru_cache(maxsize=4)
def borders_of(lexicon: Lexicon) -> Borders:
    """Return what is known of the ends of sentences, made once."""
    words: Mapping[str, list[str]] = lexicon.language.get("sentences", {})
    return Borders(**{name: frozenset(found) for name, found in words.items()})
