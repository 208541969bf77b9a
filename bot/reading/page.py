"""A page: an item scanned, and the grammar between its words.

A *trigger* is a word that is, or may be, the name of a sanctions measure. What news tells of a measure hangs on the
word that governs its trigger: "imposes" in "Brussels imposes fresh sanctions", "despite" in "despite sanctions". The
*frame* is found without a parser: from the trigger left over its noun phrase to the governor, then over auxiliaries
to the subject. Titles have no other order, and where a parser errs most, there this is at its best.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain import Code, Item
from bot.lexicon import Lexicon
from bot.reading.language import Grammar, grammar_of
from bot.reading.mentions import Scan, scanner
from bot.reading.text import sentences

FIRM = frozenset({"sanction.n", "sanction.v", "sanction.p", "measure", "price_cap"})
"""Kinds of trigger that need no company to be one."""
EDGES = frozenset({"when", "amid", "who", ":", ";", ".", "?", "!"})
"""What begins a clause of its own: no cue works across it."""
REACH = 8
"""How many tokens a cue may stand from its trigger."""
_OPENING = 4
"""Sentences of an article that are read as title and summary where it has neither."""
_SHORT = 60
"""Characters up to which a line of an article is hardly a sentence, but a heading or a menu."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a trigger hangs on: its governor (a verb or preposition before it), with subject and auxiliaries."""

    governor: int
    """Which token; -1: the trigger opens its clause."""
    kind: str
    word: str
    auxiliaries: str
    subject: int
    """Which token; -1: none was found."""
    edge: str
    """What begins its clause: an edge's kind, or ``^``."""
    first: int
    """Where the trigger's noun phrase begins."""


@dataclass(slots=True)
class Page:
    """An item scanned: its title, and what follows it."""

    item: Item
    title: list[Scan]
    body: list[Scan]
    grammar: "Grammar"
    coarse: Mapping[str, str]
    stages: Mapping[str, Mapping[str, str]]
    """Base cue and turn to the stage that they mean: the stage algebra's table."""
    vague: frozenset[Code] = frozenset()
    """Issuers that count only where nobody is named."""

    def scans(self) -> Iterable[tuple[str, Scan]]:
        """Yield each sentence with ``t`` for the title or ``s`` for what follows."""
        for scan in self.title:
            yield "t", scan
        for scan in self.body:
            yield "s", scan


def page(item: Item, lexicon: Lexicon) -> Page:
    """Scan an item's title and summary."""
    day: date | None = item.date.date() if item.date else None
    machine = scanner(lexicon)
    scan = machine.scan
    told = sentences(item, lexicon)
    title = [scan(sentence, day) for sentence in told if sentence.part == "title"]
    body = [scan(sentence, day) for sentence in told if sentence.part == "summary"]
    if not body:
        # an article without a summary: its first full sentences stand for it
        first = [sentence for sentence in told if sentence.part == "text" and len(sentence.text) > _SHORT][:_OPENING]
        body = [scan(sentence, day) for sentence in first]
    if not title:
        title, body = body[:1], body[1:]
    if not any(scan.triggers for scan in (*title, *body)):
        for scanned in (*title, *body):
            scanned.triggers += machine.faint_triggers(scanned)
    return Page(
        item, title, body, grammar_of(lexicon), machine.coarse, lexicon.language.get("stages", {}), lexicon.vague
    )


def frame(page: Page, scan: Scan, at: int) -> Frame:
    """Find what a trigger hangs on, going left over its noun phrase and then over auxiliaries."""
    kinds, words, grammar = scan.kinds, scan.words, page.grammar
    first = at
    while (
        first and (kinds[first - 1] in grammar.inner_kinds or words[first - 1] in grammar.inner) and at - first < REACH
    ):
        first -= 1
    if first < at and kinds[at] == "sanction.v":
        first = at
    governor = at if kinds[at] in {"sanction.v"} else first - 1
    if governor < 0 or kinds[governor] in EDGES:
        return Frame(-1, "^", "", "", -1, kinds[governor] if governor >= 0 else "^", first)
    subject, passed = governor - 1, []
    while subject >= 0 and (words[subject] in grammar.auxiliaries or kinds[subject] in {"not", "modal", "future"}):
        passed.append("not" if kinds[subject] == "not" else words[subject])
        subject -= 1
    edge = subject
    while edge >= 0 and kinds[edge] not in EDGES:
        edge -= 1
    if subject >= 0 and kinds[subject] in EDGES:
        subject = -1
    return Frame(
        governor,
        kinds[governor],
        words[governor],
        " ".join(reversed(passed)),
        subject,
        kinds[edge] if edge >= 0 else "^",
        first,
    )


def lead(page: Page) -> tuple[str, Scan, int] | None:
    """Return the trigger that most likely tells the news, as (part, sentence, token)."""
    for firm in (True, False):
        for part, scan in page.scans():
            found = [at for at in scan.triggers if not firm or scan.kinds[at] in FIRM]
            if found:
                # a participle before a noun ("sanctioned oligarch") tells less than any other
                return part, scan, next((at for at in found if scan.kinds[at] != "sanction.p"), found[0])
    return None
