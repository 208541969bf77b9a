r"""One grammar, one parser, for subscriptions and rules.

    line   :=  either*                      all must hold of one action; an empty line picks everything
    either :=  term ("|" term)*             one is enough
    term   :=  ["-"] (field ":" value ("," value)*  |  '"' phrase '"'  |  word)
    option :=  every:now|hour|day  at:HH:MM  zone:Area/City  quiet:HH:MM-HH:MM  heartbeat:HH:MM

``-`` binds closest, then ``,``, then ``|``, then the blank: ``a b|-c d`` is *a and (b or not c) and d*. Phrases
and words are looked for in the item's text, see `bot.rules.words`; a field or a value with blanks in it stands
in quotes: ``target:"north korea"``. Options say when a subscription is told, stand once each, and are no terms:
neither ``-`` nor ``|``.

There is one look at each character, from left to right, and nothing is ever tried a second time, so a line
costs what its length costs. Phones and foreign keyboards are forgiven: typographic quotes and dashes,
full-width ``：，｜`` count as ours.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from bot.errors import RuleError
from bot.rules.query import DIGEST_TIME, Every, Names, Query, Rhythm, RuleField, Term, canonical
from bot.rules.values import READ, read_every, read_quiet, read_time, read_zone, shown, suggest
from bot.rules.words import MOST_ENDINGS, fold_words, is_unspaced

LONGEST_LINE = 1_000
"""Characters."""
MOST_TERMS = 50
MOST_VALUES = 50
"""Of one field."""

_QUOTES = frozenset('"“”„‟«»＂「」')
_DASHES = frozenset("-–—−－")
_COLONS = frozenset(":：")
_COMMAS = frozenset(",，،、")
_EITHER = frozenset("|｜¦")
_STARS = frozenset("*＊")

_BLANKS = r"\s\x00-\x1f"
"""What separates, as a class of characters; a control character does as a blank does."""
_NO_BLANK = re.compile(f"[^{_BLANKS}]")
_QUOTE = re.compile(f"[{''.join(sorted(_QUOTES))}]")

_FIELDS = {field.value: field for field in RuleField if field is not RuleField.TEXT}
_OPTIONS = ("every", "at", "zone", "quiet", "heartbeat")


@cache
def _end_of_word(stops: frozenset[str]) -> re.Pattern[str]:
    """Return what ends a word: ten thousand lines are read at a start, so not character by character in Python."""
    return re.compile(f"[{_BLANKS}{re.escape(''.join(sorted(stops | _EITHER | _QUOTES)))}]")


@dataclass(slots=True)
class _Line:
    """A line and how far it has been read; `at` counts from 0, columns from 1."""

    text: str
    at: int = 0

    @property
    def column(self) -> int:
        """The column of the next character; at the end, of the last one."""
        return max(1, min(self.at + 1, len(self.text)))

    @property
    def next(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    @property
    def at_blank(self) -> bool:
        """Whether a blank or the end is next."""
        return not _NO_BLANK.match(self.text, self.at)

    def skip_blanks(self) -> None:
        found = _NO_BLANK.search(self.text, self.at)
        self.at = found.start() if found else len(self.text)

    def take(self, stops: frozenset[str]) -> str:
        """Read up to a blank, a quote, ``|`` or one of `stops`."""
        start = self.at
        found = _end_of_word(stops).search(self.text, start)
        self.at = found.start() if found else len(self.text)
        return self.text[start : self.at]

    def take_quoted(self) -> str:
        """Read what stands in quotes; the next character opens them."""
        start = self.at + 1
        found = _QUOTE.search(self.text, start)
        if found is None:
            raise RuleError("this quote is never closed", column=self.column, hint='close it with "')
        self.at = found.end()
        return self.text[start : found.start()]


@dataclass(slots=True)
class _Read:
    """What has been read so far."""

    names: Names
    terms: list[list[Term]] = field(default_factory=list)
    options: dict[str, int] = field(default_factory=dict)
    """Option to its column."""
    rhythm: Rhythm = field(default_factory=Rhythm)


def parse(line: str, names: Names) -> Query:
    """Read a rule line; the grammar is in this module's text. Raises RuleError that points at the column (from 1).

    At most 1,000 characters, 50 terms, 50 values to a field, 4 ``*`` to a phrase.
    """
    if len(line) > LONGEST_LINE:
        what = f"the line is longer than {LONGEST_LINE:,} characters"
        raise RuleError(what, column=LONGEST_LINE + 1, hint="make two rules of it")
    rest = _Line(line)
    read = _Read(names)
    rest.skip_blanks()
    while rest.next:
        _read_either(rest, read)
        rest.skip_blanks()
    return Query(canonical(read.terms), _settle(read))


def _read_either(line: _Line, read: _Read) -> None:
    """Read a term and those joined to it with ``|``; or an option."""
    terms: list[Term] = []
    while True:
        column = line.column
        if line.next in _EITHER:
            raise RuleError('"|" has no term before it', column=column, hint='write it between two terms: "a"|"b"')
        term, bare = _read_term(line, read, joined=bool(terms))
        if term is None:
            return
        if bare:
            _refuse_forgotten_field(terms, term, bare, read.names, column)
        terms.append(term)
        if sum(map(len, read.terms)) + len(terms) > MOST_TERMS:
            raise RuleError(f"more than {MOST_TERMS} terms", column=column, hint="make two rules of it")
        if not _goes_on(line):
            read.terms.append(terms)
            return


def _goes_on(line: _Line) -> bool:
    """Whether ``|`` follows; the next term is then what is next."""
    if not line.at_blank and line.next not in _EITHER:
        raise RuleError(
            "a blank is missing here", column=line.column, hint="separate terms with blanks; quotes cannot hold quotes"
        )
    line.skip_blanks()
    if line.next not in _EITHER or not line.next:
        return False
    column = line.column
    line.at += 1
    line.skip_blanks()
    if not line.next:
        raise RuleError('"|" has no term after it', column=column, hint='write it between two terms: "a"|"b"')
    return True


def _read_term(line: _Line, read: _Read, *, joined: bool) -> tuple[Term | None, str]:
    """Read one term, and the word itself where it was a bare one; no term where it was an option."""
    start = line.column
    negated = line.next in _DASHES
    if negated:
        line.at += 1
        if line.at_blank or line.next in _EITHER or line.next in _DASHES:
            raise RuleError('"-" has nothing after it', column=start, hint="write it right before what must not be")
    column = line.column
    if line.next in _QUOTES:
        return Term(RuleField.TEXT, (_read_phrase(line.take_quoted(), column + 1, len(line.text)),), negated), ""
    word = line.take(_COLONS)
    if line.next and line.next in _COLONS:
        line.at += 1
        name = fold_words(word)
        if name in _OPTIONS:
            _refuse_misplaced_option(name, start, joined=joined or negated)
            _read_option(name, line, read, column)
            return None, ""
        return _read_field(word, line, read.names, negated=negated, column=column), ""
    return Term(RuleField.TEXT, (_read_phrase(word, column, len(line.text)),), negated), word


def _read_field(word: str, line: _Line, names: Names, *, negated: bool, column: int) -> Term:
    """Read a field's values; the colon is behind us."""
    name = fold_words(word)
    known = _FIELDS.get(name) or _FIELDS.get(name.removesuffix("s"))
    if known is None:
        hint = suggest(name, [*_FIELDS, *_OPTIONS]) + "; to look for it in the text, put it in quotes"
        raise RuleError(f'no field is called "{shown(word)}"', column=column, hint=hint)
    values: set[str] = set()
    for _ in range(MOST_VALUES):
        text, at = _read_value(known, line)
        values.add(READ[known](text, names, at))
        if line.next not in _COMMAS or not line.next:
            return Term(known, tuple(sorted(values)), negated)
        line.at += 1
    raise RuleError(f"more than {MOST_VALUES} values", column=line.column, hint="make two rules of it")


def _read_value(name: str, line: _Line, stops: frozenset[str] = _COMMAS) -> tuple[str, int]:
    """Read one value, quoted or not; returns it with its column."""
    column = line.column
    if line.next and line.next in _QUOTES:
        text = line.take_quoted()
        column += 1
    else:
        text = line.take(stops)
    if not text.strip():
        raise RuleError(f"a value of {name} is missing here", column=column, hint=f"no blanks: {name}:one,two")
    return text, column


def _read_option(name: str, line: _Line, read: _Read, column: int) -> None:
    """Read one option into the rhythm; the colon is behind us."""
    if name in read.options:
        raise RuleError(f"{name}: stands twice", column=column, hint="keep one of them")
    read.options[name] = column
    text, at = _read_value(name, line, frozenset())
    if not line.at_blank:
        raise RuleError(
            f"{name}: takes one value and nothing joined to it", column=line.column, hint="put a blank here"
        )
    if name == "every":
        read.rhythm = replace(read.rhythm, every=read_every(text, at))
    elif name == "at":
        read.rhythm = replace(read.rhythm, at=read_time(text, at))
    elif name == "quiet":
        read.rhythm = replace(read.rhythm, quiet=read_quiet(text, at))
    elif name == "heartbeat":
        read.rhythm = replace(read.rhythm, heartbeat=read_time(text, at))
    else:
        read.rhythm = replace(read.rhythm, zone=read_zone(text, read.names.zones, at))


def _settle(read: _Read) -> Rhythm:
    """Check options against each other, and fill in a digest's hour."""
    rhythm = read.rhythm
    if rhythm.every is Every.DAY:
        return replace(rhythm, at=rhythm.at or DIGEST_TIME)
    if rhythm.at is not None:
        raise RuleError("at: needs every:day", column=read.options["at"], hint=f"type every:day at:{rhythm.at:%H:%M}")
    return rhythm


def _refuse_misplaced_option(name: str, column: int, *, joined: bool) -> None:
    if joined:
        what = f"{name}: says when, not what, and takes neither - nor |"
        raise RuleError(what, column=column, hint=f"write {name}: by itself, between blanks")


def _refuse_forgotten_field(before: list[Term], term: Term, word: str, names: Names, column: int) -> None:
    """Refuse ``issuer:us|eu``: it would look for the word *eu*, and nobody who types it means that."""
    if not before or before[-1].field is RuleField.TEXT or term.negated:
        return
    name = before[-1].field
    try:
        READ[name](word, names, column)
    except RuleError:
        return
    hint = f'type {name}:{before[-1].values[0]},{shown(word)}, or "{shown(word)}" in quotes to look for the word'
    raise RuleError(f'"{shown(word)}" could be meant as {name} or as a word', column=column, hint=hint)


def _read_phrase(raw: str, column: int, last: int) -> str:
    """Return a phrase as it is stored. `column` is that of its first character, `last` the line's last column."""
    found: list[str] = []
    start = 0
    for at, char in enumerate(raw):
        if char in _STARS:
            found.append(_read_stem(raw[start:at], raw[at + 1 : at + 2], min(column + at, last)))
            start = at + 1
    found.append(fold_words(raw[start:]))
    phrase = " ".join(words for words in found if words)
    if not phrase:
        raise RuleError(
            f'"{shown(raw)}" has no word to look for', column=min(column, last), hint="type a word or a name"
        )
    if phrase.count("*") > MOST_ENDINGS:
        what = f"more than {MOST_ENDINGS} words of a phrase end in *"
        raise RuleError(what, column=min(column, last), hint="make two phrases of it")
    return phrase


def _read_stem(raw: str, following: str, column: int) -> str:
    """Return the words before a ``*``, with the star where it means something."""
    words = fold_words(raw)
    # A letter more tells whether the star touches a word: an accent on the last letter is no letter, yet no gap either.
    touches = bool(words) and (is_unspaced(words[-1]) or fold_words(raw + "x") == words + "x")
    if not touches or fold_words(following):
        raise RuleError(
            '"*" stands for the ending of a word', column=column, hint="write it right after a word: sanction*"
        )
    if is_unspaced(words[-1]):
        return words
    if len(words.rpartition(" ")[2]) < 2:
        raise RuleError('"*" needs two letters before it', column=column, hint="type more of the word: oil*")
    return words + "*"
