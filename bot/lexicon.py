"""The lexicon: what the seeds know of names, and the words for codes; compiled once from plain dicts.

`compile_lexicon` takes what `tomllib` gives for each file of ``seeds/`` under the stem of its name
(``raw["territories"]``, ``raw["languages"]["en"]``, ``raw["weights"]``: the rows of a JSON Lines file) and raises a
SeedError that names file and entry where something does not hold. Reading text with it is the business of
`bot.reading`; here names are looked up whole.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain import Code
from bot.errors import SeedError
from bot.folding import flatten, fold

Raw = Mapping[str, Any]

FORMS = {
    "names": "name",
    "adjectives": "adjective",
    "capital": "capital",
    "places": "place",
    "bodies": "body",
    "prefixes": "prefix",
}
"""The lists of a territory's or issuer's table, and what a mention by a name of that list is called."""


@dataclass(frozen=True, slots=True)
class Name:
    """One way to call somebody: whose name it is, what kind of name, and in what company it does not count."""

    codes: tuple[Code, ...]
    form: str
    """``name``, ``adjective``, ``capital``, ``place``, ``body``, ``prefix``, ``person``, ``group``, ``masked``."""
    cased: bool = False
    """Counts only where its first letter is a capital ("Turkey", "Jordan", "Polish")."""
    exact: str = ""
    """Counts only where written just so ("US", "WHO"); empty: any way."""
    since: date | None = None
    until: date | None = None
    unless_before: frozenset[str] = frozenset()
    """It does not count where one of these, folded, follows it."""
    unless_after: frozenset[str] = frozenset()
    """It does not count where one of these, folded, stands before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Names to codes and codes to words. Compared by identity: it is compiled once and shared."""

    names: Mapping[str, tuple[Name, ...]]
    """Flat spelling ("u s", "al qaida") to the names spelled so."""
    codes: tuple[Code, ...]
    """All codes, sorted."""
    language: Raw
    """The language file: cues, labels."""
    seeds: Raw
    """All seeds as read, for those who know their own file: ``seeds["instruments"]``, ``seeds["weights"]`` ..."""
    vague: frozenset[Code] = frozenset()
    """Issuers that count only where nobody is named."""
    called: Mapping[Code, str] = field(default_factory=dict)
    alphas: Mapping[str, Code] = field(default_factory=dict)
    """Alpha-2, alpha-3 and issuer codes in small letters to codes."""
    adjectives: Mapping[Code, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: Code) -> str:
        """Return what a sentence calls a code, with its article: "the EU", "Russia"; an unknown code as it is."""
        words = self._words("names").get(code)
        return str(words) if words else self.called.get(code, code)

    def short(self, code: Code) -> str:
        """Return the shortest usual name, without article: "EU", "Russia"."""
        words = self._words("short").get(code)
        return str(words) if words else self.called.get(code, code)

    def adjective(self, code: Code) -> str:
        """Return the adjective: "Russian", "EU"."""
        words = self._words("adjectives").get(code)
        return str(words) if words else self.adjectives.get(code, self.short(code))

    def flag(self, code: Code) -> str:
        """Return the flag as an emoji; empty for groups, which have none."""
        if len(code) != 2 or not code.isascii() or not code.isalpha() or code not in self.codes:
            return ""
        return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code.upper())

    def label(self, code: str) -> str:
        """Return the words for an instrument, ground or stage; an unknown code with blanks for underscores."""
        return self.labels.get(code) or code.replace("_", " ")

    def find(self, text: str) -> Code | None:
        """Return the one code that a person means by a name, code, capital, demonym, body or person; None for none.

        A name that stands for several codes ("Baltic states") or, over time, for several people's is none.
        """
        key = _key(text)
        for spelling in (key, key.removeprefix("the ")):
            # two and three letters are first of all codes, unless they are somebody's name ("UK", "UAE")
            found = {name.codes for name in self.names.get(spelling, ()) if name.form != "masked"}
            if len(found) == 1 and len(codes := found.pop()) == 1:
                return codes[0]
            if spelling in self.alphas:
                return self.alphas[spelling]
        return None

    def nearest(self, text: str, n: int = 3) -> list[str]:
        """Return up to `n` names that look most like what was typed, the likeliest first."""
        spellings = [key for key, names in self.names.items() if len(names) == 1 and len(names[0].codes) == 1]
        close = difflib.get_close_matches(_key(text), spellings, n=4 * n, cutoff=0.6)
        found = [self.called.get(self.names[key][0].codes[0], "") for key in close]
        return list(dict.fromkeys(filter(None, found)))[:n]

    def _words(self, table: str) -> Raw:
        words = self.language.get("words", {}).get(table, {})
        return words if isinstance(words, Mapping) else {}


def _key(text: str) -> str:
    """Return the flat spelling under which a name is filed."""
    return " ".join(flatten(fold(text)).split())


def _strings(value: object, where: str) -> list[str]:
    """Return a list of strings, or a string as a list of one."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return value
    raise SeedError(f"{where}: must be a string or a list of strings, not {value!r}")


def _rows(raw: Raw, stem: str, key: str) -> Iterable[tuple[str, Raw]]:
    """Yield (where, table) for each table of a file, checked to have a name or code of its own."""
    content = raw.get(stem, {})
    rows = content.get(key, []) if isinstance(content, Mapping) else None
    if not isinstance(rows, list):
        raise SeedError(f"seeds/{stem}.toml: [[{key}]] must be a list of tables")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise SeedError(f"seeds/{stem}.toml: [[{key}]] no. {number} is no table")
        yield f"seeds/{stem}.toml: {row.get('name') or row.get('code') or f'[[{key}]] no. {number}'}", row


def _day(row: Raw, key: str, where: str) -> date | None:
    """Return a date given as a TOML date, as a string, or as a year or a year and month."""
    value = row.get(key)
    if value is None or isinstance(value, date):
        return value
    parts = (str(value) + ("-12-31" if key == "until" else "-01-01")[len(str(value)) - 4 :])[:10]
    try:
        return date.fromisoformat(parts if len(parts) == 10 else str(value))
    except ValueError as error:
        raise SeedError(f"{where}: {key} must be a date such as 2021-01-20, not {value!r}") from error


class _Filing:
    """Collects names while the seeds are gone through."""

    def __init__(self) -> None:
        self.names: dict[str, list[Name]] = {}
        self.called: dict[Code, str] = {}
        self.adjectives: dict[Code, str] = {}
        self.alphas: dict[str, Code] = {}

    def add(self, spelling: str, name: Name, where: str) -> None:
        """File a name under its spelling."""
        key = _key(spelling)
        if not key:
            raise SeedError(f"{where}: {spelling!r} has no letters")
        filed = self.names.setdefault(key, [])
        if name not in filed:
            filed.append(name)

    def spelled(self, spelling: str, codes: tuple[Code, ...], form: str, where: str) -> None:
        """File a name that counts by its spelling alone; short abbreviations only as written."""
        exact = spelling if spelling.isupper() and len(spelling.replace(".", "")) <= 4 else ""
        self.add(spelling, Name(codes, form, exact=exact), where)

    def table(self, where: str, row: Raw) -> None:
        """File a territory's or issuer's names."""
        code, name = row.get("code"), row.get("name")
        if not isinstance(code, str) or not isinstance(name, str):
            raise SeedError(f"{where}: needs a code and a name")
        if code in self.called:
            raise SeedError(f"{where}: the code {code} is taken by {self.called[code]}")
        self.called[code] = name
        self.alphas[code.lower()] = code
        if alpha3 := row.get("alpha3"):
            self.alphas[str(alpha3).lower()] = code
        self.spelled(name, (code,), "name", where)
        for key, form in FORMS.items():
            for spelling in _strings(row.get(key, []), f"{where}, {key}"):
                self.spelled(spelling, (code,), form, where)
        if adjectives := _strings(row.get("adjectives", []), where):
            self.adjectives[code] = adjectives[0]

    def several(self, row: Raw, where: str) -> tuple[Code, ...]:
        """Return the codes that a person or group speaks for; all must be known."""
        codes = tuple(_strings(row.get("code", []), f"{where}, code"))
        for code in codes:
            if code not in self.called:
                raise SeedError(f"{where}: there is no territory or issuer {code!r}")
        return codes

    def ambiguous(self, where: str, row: Raw) -> None:
        """Give a name that is filed already the company in which it does not count."""
        key = _key(str(row.get("name", "")))
        if key not in self.names:
            raise SeedError(f"{where}: no other file has this name, so there is nothing to be said about it")
        before, after = (
            frozenset(fold(word) for word in _strings(row.get(side, []), f"{where}, {side}"))
            for side in ("unless_before", "unless_after")
        )
        exact = row["name"] if row.get("exact") is True else str(row.get("exact") or "")
        self.names[key] = [
            Name(
                name.codes, name.form, name.cased or bool(row.get("cased")), exact or name.exact,
                name.since, name.until, before, after,
            )
            for name in self.names[key]
        ]  # fmt: skip


def _labels(raw: Raw, language: Raw) -> dict[str, str]:
    """Return the labels of stages, instruments and grounds."""
    labels = {str(code): str(words) for code, words in language.get("words", {}).get("labels", {}).items()}
    for stem in ("instruments", "grounds"):
        for where, row in _rows(raw, stem, stem):
            if "code" not in row:
                raise SeedError(f"{where}: needs a code")
            labels.setdefault(row["code"], str(row.get("label", row["code"])))
    return labels


def compile_lexicon(raw: Raw, language: str = "en") -> Lexicon:
    """Build the lexicon from the seeds as read. Raises SeedError, naming file and entry."""
    filing = _Filing()
    for stem in ("territories", "issuers"):
        for where, row in _rows(raw, stem, stem):
            filing.table(where, row)
    for where, row in _rows(raw, "people", "people"):
        person = Name(
            filing.several(row, where),
            "person",
            cased=True,
            since=_day(row, "since", where),
            until=_day(row, "until", where),
        )
        for spelling in [str(row.get("name", "")), *_strings(row.get("also", []), where)]:
            filing.add(spelling, person, where)
    for where, row in _rows(raw, "groups", "groups"):
        for spelling in [str(row.get("name", "")), *_strings(row.get("names", []), where)]:
            filing.add(spelling, Name(filing.several(row, where), "group"), where)
    for where, row in _rows(raw, "issuers", "others"):
        for spelling in _strings(row.get("names", []), where):
            filing.add(spelling, Name((), "masked"), where)
    for where, row in _rows(raw, "ambiguous", "ambiguous"):
        filing.ambiguous(where, row)
    for where, row in _rows(raw, "ambiguous", "masked"):
        for spelling in _strings(row.get("phrases", row.get("names", [])), where):
            filing.add(spelling, Name((), "masked"), where)
    words = raw.get("languages", {}).get(language, {})
    return Lexicon(
        names={key: tuple(found) for key, found in filing.names.items()},
        codes=tuple(sorted(filing.called)),
        language=words,
        seeds=raw,
        vague=frozenset(str(row["code"]) for _, row in _rows(raw, "issuers", "issuers") if row.get("vague")),
        called=filing.called,
        alphas=filing.alphas,
        adjectives=filing.adjectives,
        labels=_labels(raw, words),
    )
