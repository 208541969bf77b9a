"""Mentions: who is named in a sentence, and which of its words are cues; one automaton, one pass.

All names of the lexicon and all cue phrases of the language stand in one Aho-Corasick automaton (leftmost, longest),
which runs over the *flat* sentence: folded, with a blank for each character that is neither letter nor digit. Every
pattern begins with a blank, so that a match begins a word; whether it ends one is looked up. So "United Nations
Security Council" is one mention of the UN, and nothing inside "South China Sea" is taken for China.

What comes out is a `Scan`: the sentence as a row of tokens with, for each, its *kind*. A mention is one token of the
kind ``@``; a word that stands in a cue table is of that table's kind; numbers are ``#``; any other word is its own
kind. Features are taken from kinds, so that what was learned of one actor or one verb holds for its like.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import ahocorasick_rs

from bot.domain import Code
from bot.errors import SeedError
from bot.folding import flatten, fold
from bot.lexicon import Lexicon, Name
from bot.reading.language import grammar_of
from bot.reading.text import Sentence

ACTOR = "@"
_NAMED = frozenset({"measure", "price_cap", "maybe", "seize"})
_NAMING = _NAMED | {"sanction"}
TRIGGERS = _NAMED | {"sanction.n", "sanction.v", "sanction.p"}
_MEMO = 20_000


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named: whose codes, by what kind of name (see `lexicon.Name.form`; ``former``: no longer in office)."""

    codes: tuple[Code, ...]
    form: str
    start: int
    end: int
    at: int
    """Which token of its sentence it is."""


@dataclass(slots=True)
class Scan:
    """A sentence as tokens: `words[i]` of kind `kinds[i]` begins at character `starts[i]` of the sentence."""

    sentence: Sentence
    words: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    triggers: list[int] = field(default_factory=list)
    """Tokens that are, or may be, the name of a sanctions measure."""


class Scanner:
    """The names and cues of one lexicon, compiled; use `scanner(lexicon)`."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = _cues(lexicon.language)
        self._grammar = grammar_of(lexicon)
        negated, possessive = re.escape(self._grammar.negated), re.escape(self._grammar.possessive)
        self._token = re.compile(rf"\w+{negated}|{possessive}\b|\d[\d.,]*\d|\w+|[$€£%,:;.?!\"()\-]")
        self._words = {spelling: kind for spelling, kind in cues.items() if " " not in spelling and spelling[-1] != "*"}
        self._stems = {
            spelling[:-1]: kind for spelling, kind in cues.items() if " " not in spelling and spelling[-1] == "*"
        }
        self._kinds = frozenset(cues.values())
        phrases = {spelling: kind for spelling, kind in cues.items() if " " in spelling}
        keys = list(lexicon.names)
        self._names = [lexicon.names[key] for key in keys]
        patterns = [" " + key for key in keys]
        self._phrases = list(phrases.values())
        self._holding = {at: held for at, cue in enumerate(phrases) if (held := _held(cue, lexicon.names))}
        """Phrases that hold a name ("frozen russian"), and where: it is somebody's name all the same."""
        self._open = [spelling[-1] == "*" for spelling in phrases]
        patterns += [" " + spelling.rstrip("*") for spelling in phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(
            patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )
        nouns: Mapping[str, list[str]] = lexicon.language.get("nouns", {})
        self._noun_before = frozenset(nouns.get("before", ()))
        self._noun_after = frozenset(nouns.get("after", ()))
        self._verb_after = frozenset(nouns.get("verb", ()))
        self._noun_kinds = frozenset(nouns.get("kinds", ()))
        coarse: Mapping[str, list[str]] = lexicon.language.get("coarse", {})
        self.coarse = {fine: drift for drift, kinds in coarse.items() for fine in kinds}
        """Kind to the drift it has in common with others; only for kinds that have one."""
        self._memo: dict[str, str] = {}
        faint = _faint(lexicon.language)
        self._faint_words = frozenset(word for word in faint if word[-1] != "*")
        self._faint_stems = tuple(word[:-1] for word in faint if word[-1] == "*")
        naming = [cue for cue, kind in cues.items() if kind in _NAMING]
        self._named = ahocorasick_rs.AhoCorasick(
            [" " + (cue[:-1] if cue[-1] == "*" else cue + " ") for cue in (*naming, *faint)],
            store_patterns=False,
        )

    def may_name_a_measure(self, *texts: str) -> bool:
        """Return False where a scan of the texts would find no trigger: nine items of ten, for a tenth of the price."""
        flat = f" {flatten(fold(' '.join(texts)))} "
        return bool(self._named.find_matches_as_indexes(flat))

    def faint_triggers(self, scan: Scan) -> list[int]:
        """Return the tokens that are triggers where an item has no better: "measures", "exports", "a listing"."""
        return [
            at
            for at, (word, kind) in enumerate(zip(scan.words, scan.kinds, strict=True))
            if kind != ACTOR and (word in self._faint_words or word.startswith(self._faint_stems))
        ]

    def scan(self, sentence: Sentence, day: date | None) -> Scan:
        """Return the sentence's tokens and mentions; people count for the codes they held on `day`."""
        scan = Scan(sentence)
        flat = " " + flatten(sentence.folded)
        done = 0
        for index, start, stop in self._automaton.find_matches_as_indexes(flat):
            end = stop - 1
            if index < len(self._names):
                if flat[stop : stop + 1].isalnum():
                    continue
                name = _counting(self._names[index], sentence, start, end, day)
                if name is None:
                    continue
                self._plain(scan, done, start)
                if name.codes:
                    scan.mentions.append(Mention(name.codes, _form(name, day), start, end, len(scan.words)))
                    _push(scan, sentence.folded[start:end], ACTOR, start)
                else:
                    _push(scan, sentence.folded[start:end], "masked", start)
            else:
                phrase = index - len(self._names)
                while flat[end + 1 : end + 2].isalnum():
                    if not self._open[phrase]:
                        break
                    end += 1
                if flat[end + 1 : end + 2].isalnum():
                    continue
                self._plain(scan, done, start)
                if phrase in self._holding:
                    self._around(scan, start, end, phrase, day)
                else:
                    _push(scan, sentence.folded[start:end], self._phrases[phrase], start)
            done = end
        self._plain(scan, done, len(sentence.folded))
        self._settle(scan)
        return scan

    def _around(self, scan: Scan, start: int, end: int, phrase: int, day: date | None) -> None:
        """Add a phrase that holds a name: the words beside it are the cue, and it is a mention."""
        folded, (names, first, behind) = scan.sentence.folded, self._holding[phrase]
        first, behind = start + first, start + behind
        name = _counting(names, scan.sentence, first, behind, day)
        if name is None or not name.codes:
            _push(scan, folded[start:end], self._phrases[phrase], start)
            return
        before, after = folded[start:first].rstrip(), folded[behind:end].strip()
        if before:
            _push(scan, before, self._phrases[phrase], start)
        scan.mentions.append(Mention(name.codes, _form(name, day), first, behind, len(scan.words)))
        _push(scan, folded[first:behind], ACTOR, first)
        if after:
            _push(scan, after, self._phrases[phrase] if not before else after, end - len(after))

    def _plain(self, scan: Scan, start: int, end: int) -> None:
        """Add the tokens of a stretch without names or phrases."""
        memo, words, kinds, starts = self._memo, scan.words, scan.kinds, scan.starts
        for match in self._token.finditer(scan.sentence.folded, start, end):
            word = match.group()
            kind = memo.get(word)
            if kind is None:
                kind = self._kind(word)
            words.append(word)
            kinds.append(kind)
            starts.append(match.start())

    def _kind(self, word: str) -> str:
        """Return and remember what kind of word it is."""
        if word[0].isdigit():
            kind = "#year" if len(word) == 4 and word[:2] in {"19", "20"} else "#"
        elif word.endswith(self._grammar.negated):
            kind = "not"
        else:
            kind = self._words.get(word, "")
            for length in range(len(word), 2, -1):
                if kind:
                    break
                kind = self._stems.get(word[:length], "")
        if len(self._memo) > _MEMO:
            self._memo.clear()
        # a word that is called as a kind is ("maybe", "measure") is not of it
        self._memo[word] = kind = kind or (word if word not in self._kinds else word + "~")
        return kind

    def _settle(self, scan: Scan) -> None:
        """Decide once for each "sanction..." whether it is noun, verb or participle, and list the triggers."""
        kinds = scan.kinds
        for at, kind in enumerate(kinds):
            if kind == "sanction":
                kinds[at] = "sanction." + self._role(scan, at)
                scan.triggers.append(at)
            elif kind in _NAMED:
                scan.triggers.append(at)

    def _role(self, scan: Scan, at: int) -> str:
        """Return ``n``, ``v`` or ``p`` (participle before its noun) from both neighbours."""
        word = scan.words[at]
        before = scan.words[at - 1] if at else ""
        before_kind = scan.kinds[at - 1] if at else ""
        after = scan.words[at + 1] if at + 1 < len(scan.words) else ""
        grammar = self._grammar
        if word.endswith(grammar.gerund):
            return "v"
        if word.endswith(grammar.past):
            agent = before_kind == ACTOR and at >= 1 and before != "-"
            return "v" if before in self._verb_after or (agent and after not in {"", ".", ","}) else "p"
        if before_kind != ACTOR and before_kind not in {"person", "group"}:
            return "v" if before in self._verb_after and not word.endswith(grammar.third) else "n"
        if not after or after in self._noun_before or before in self._noun_after:
            return "n"
        # "US and EU sanction Iran", "US sanctions firms": somebody before it, and no sign of a noun on either side
        joined = not grammar.joints.isdisjoint(scan.words[:at])
        return "v" if word.endswith(grammar.third) or joined else "n"


def _push(scan: Scan, word: str, kind: str, start: int) -> None:
    scan.words.append(word)
    scan.kinds.append(kind)
    scan.starts.append(start)


def _form(name: Name, day: date | None) -> str:
    """Return what kind of mention it is: people out of office are ``former``."""
    if name.form == "person" and day and ((name.since and day < name.since) or (name.until and day > name.until)):
        return "former"
    return name.form


def _borders(words: frozenset[str], text: str, *, before: bool) -> bool:
    """Whether the text before, or after, a name ends, or begins, with one of the words."""
    for word in words:
        if before and text.endswith(word) and not text[: -len(word)][-1:].isalnum():
            return True
        if not before and text.startswith(word) and not text[len(word) : len(word) + 1].isalnum():
            return True
    return False


def _counting(names: tuple[Name, ...], sentence: Sentence, start: int, end: int, day: date | None) -> Name | None:
    """Return the name that counts in this place: written right, not robbed by its company, in office if any is."""
    found = None
    written, folded = sentence.text[start:end], sentence.folded
    for name in names:
        if name.exact:
            if written != name.exact and not (written.isupper() and name.exact.isupper()):
                continue
        elif name.cased and not written[:1].isupper():
            continue
        if name.unless_before and _borders(name.unless_before, folded[end:].removeprefix("'s").lstrip(), before=False):
            continue
        if name.unless_after and _borders(name.unless_after, folded[:start].rstrip().removesuffix("'s"), before=True):
            continue
        if found is None or (_form(found, day) == "former" and _form(name, day) != "former"):
            found = name
    return found


def _held(cue: str, names: Mapping[str, tuple[Name, ...]]) -> tuple[tuple[Name, ...], int, int] | None:
    """Return the longest name of somebody that a phrase holds, and where it begins and ends; None without any."""
    words = cue.rstrip("*").split()
    parts = [(first, behind) for first in range(len(words)) for behind in range(first + 1, len(words) + 1)]
    for first, behind in sorted(parts, key=lambda part: part[0] - part[1])[1:]:
        told = names.get(" ".join(words[first:behind]), ())
        if any(name.codes for name in told):
            start = len(" ".join([*words[:first], ""]))
            return told, start, start + len(" ".join(words[first:behind]))
    return None


def _cues(language: Mapping[str, Any]) -> dict[str, str]:
    """Return each cue's flat spelling, with its `*`, and its kind."""
    cues: dict[str, str] = {}
    for kind, spellings in language.get("cues", {}).items():
        for spelling in spellings:
            _check_star(spelling)
            flat = " ".join(flatten(fold(spelling.rstrip("*"))).split()) + ("*" if spelling.endswith("*") else "")
            if cues.setdefault(flat, kind) != kind:
                raise SeedError(f"languages: cue {spelling!r} stands in {cues[flat]} and in {kind}; leave it in one")
    return cues


def _faint(language: Mapping[str, Any]) -> list[str]:
    """Return the faint words, with their `*`."""
    words: list[str] = language.get("faint", {}).get("words", [])
    for word in words:
        _check_star(word)
        if flatten(fold(word.rstrip("*"))).split() != [word.rstrip("*")]:
            raise SeedError(f"languages: faint {word!r} is not one small word, and would never be found; make it a cue")
    return words


def _check_star(spelling: str) -> None:
    if "*" in spelling[:-1] or spelling in {"", "*"}:
        raise SeedError(f"languages: {spelling!r}: a * may stand at the end alone, behind a letter")


@lru_cache(maxsize=4)
def scanner(lexicon: Lexicon) -> Scanner:
    """Return the lexicon's scanner, compiled at first use."""
    return Scanner(lexicon)
