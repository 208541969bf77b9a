"""The stage algebra: what a trigger's clause does with the measure, as a base cue and what turns it about.

Base cues say what happens (impose, hold, ease, block, enforce, evade ...), turns what becomes of that: "weighs
easing" is ease under hedge, "refuses to lift" ease under not, "urged Washington to lift" ease under call. The
language file's table ``stages`` gives each pair a stage: ease under not is extended, hold under not is eased ("failed
to renew").

The base is looked for where grammar puts it, nearest first: the trigger as a verb itself; what follows it ("sanctions
lifted", "sanctions were eased", "sanctions relief"); its governor, through a preposition if need be ("threat of
sanctions", "hits Iran with sanctions"); any base to its left in the clause. Nothing works across an edge (after,
amid, who, a colon), but that "demanded that" turns the clause behind it.
"""

from dataclasses import dataclass

from bot.reading.mentions import ACTOR, Scan
from bot.reading.page import EDGES, Frame, Page

_BASES = frozenset({"impose", "hold", "ease", "block", "enforce", "evade", "approve"})
_TURNS = ("not", "call", "hedge", "condemn")
_COMPLEMENT = 8
"""How many tokens a trigger's complement may be long."""
_SELF = {"sanction.v": "impose", "seize": "enforce", "maybe": "impose"}


@dataclass(frozen=True, slots=True)
class Sense:
    """What was made of a trigger's clause; `stage` is empty where no cue was found."""

    base: str
    turn: str
    stage: str
    how: str
    """Where the base stood: ``self``, ``passive``, ``compound``, ``governor``, ``through``, ``left``, or nothing."""
    turns: str = ""
    """All that turns in the clause before the trigger, joined by ``+``."""
    refused: bool = False
    """Whether what turns it is a refusal, so that what follows will not be done."""


def sense(page: Page, scan: Scan, at: int, hung: Frame) -> Sense:
    """Work out the algebra of one trigger, given its frame."""
    start = at
    while start and scan.kinds[start - 1] not in EDGES:
        start -= 1
    base, where, how = _base(page, scan, at, hung, start)
    turns = "+".join(sorted({drift for kind in scan.kinds[start:at] if (drift := page.coarse.get(kind, "")) in _TURNS}))
    if not base:
        return Sense("", "", "", "", turns)
    turn = _turn(page, scan, start, min(where, at), base)
    if turn == "plain":
        turn = _said_that(page, scan, start, base)
    if turn == "plain" and where > at:
        turn = _turn(page, scan, at + 1, where, base)
    refused = turn == "not" and not page.grammar.refusals.isdisjoint(scan.words[start : min(where, at)])
    return Sense(base, turn, page.stages.get(base, {}).get(turn, ""), how, turns, refused)


def _said_that(page: Page, scan: Scan, start: int, base: str) -> str:
    """Return what turns a whole clause about from before it: "demanded that Washington lift" is a call, not a fact."""
    if start < 2 or scan.words[start - 1] not in page.grammar.complementisers:
        return "plain"
    drift = page.coarse.get(scan.kinds[start - 2], "")
    return drift if drift in _TURNS and drift != base else "plain"


def _base(page: Page, scan: Scan, at: int, hung: Frame, start: int) -> tuple[str, int, str]:
    """Return the base, where it stands, and how it was found."""
    kinds, coarse = scan.kinds, page.coarse
    own = _SELF.get(kinds[at], "")
    subject = hung.subject if hung.governor == at else at - 1
    if kinds[at] == "sanction.v" or (own and subject >= start and ACTOR in kinds[max(start, at - 3) : at]):
        return own, at, "self"
    if found := _after(page, scan, at):
        return found
    drift = coarse.get(hung.kind, "")
    if drift:
        return drift, hung.governor, "governor"
    if hung.governor >= start and hung.word in page.grammar.prepositions:
        for step in range(hung.governor - 1, max(start, hung.governor - 5) - 1, -1):
            if drift := coarse.get(kinds[step], ""):
                return drift, step, "through"
    for step in range(at - 1, start - 1, -1):
        drift = coarse.get(kinds[step], "")
        if drift in _BASES:
            return drift, step, "left"
    return own, at, "self" if own else ""


def _after(page: Page, scan: Scan, at: int) -> tuple[str, int, str] | None:
    """Look for the base behind the trigger: a passive, a participle, or the head of a compound."""
    kinds, words, grammar = scan.kinds, scan.words, page.grammar
    step = behind = _past_complement(page, scan, at)
    while step < len(words) and step < behind + 3 and words[step] in grammar.auxiliaries:
        step += 1
    if step >= len(words):
        return None
    drift = page.coarse.get(kinds[step], "")
    if step > behind and (drift in _BASES or drift == "effect"):
        return drift, step, "passive"
    if drift in _BASES and words[step].endswith(grammar.past):
        return drift, step, "passive"
    if step == at + 1 and drift in {"ease", "evade", "hedge", "effect"}:
        return drift, step, "compound"
    return None


def _past_complement(page: Page, scan: Scan, at: int) -> int:
    """Return the token behind a trigger and its complement: behind "on Belarus" in "sanctions on Belarus lifted"."""
    words, kinds, grammar = scan.words, scan.kinds, page.grammar
    step = at + 1
    if step >= len(words) or words[step] not in grammar.prepositions:
        return step
    while step < min(len(words), at + _COMPLEMENT) and (
        words[step] in grammar.prepositions or words[step] in grammar.inner or kinds[step] in grammar.inner_kinds
    ):
        step += 1
    return step


def _turn(page: Page, scan: Scan, start: int, stop: int, base: str) -> str:
    """Return what turns a base about: the nearest turn before it."""
    for step in range(stop - 1, start - 1, -1):
        kind = scan.kinds[step]
        if kind == "future" or (
            scan.words[step] in page.grammar.infinitives and step and scan.kinds[step - 1] == ACTOR
        ):
            return "future"
        drift = page.coarse.get(kind, "")
        if drift in _TURNS and drift != base:
            return drift
    return "plain"
