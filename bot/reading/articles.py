"""Articles: the actions that a text tells beside the lead, sentence by sentence.

Long sentences say in full what headlines leave out, so here grammar speaks first: who stands behind "by" or is the
subject of the imposing verb acts, who stands behind "on" or "against" is hit, "them" and "their" are the subject's.
What grammar leaves open, the learned heads fill in, the sentence read as if it were a headline. An action counts only
where somebody acts on somebody; context, plans within plans and what has not happened are passed over.

Three habits of newswriting are known: who condemns named sanctions of named states tells by the way that they were
imposed; "Western" is said for states that are listed elsewhere; and what was told in full is told again in part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain import Code, Item, Stage
from bot.lexicon import Lexicon
from bot.reading import judging
from bot.reading.algebra import Sense, sense
from bot.reading.judging import Verdict
from bot.reading.language import Grammar
from bot.reading.mentions import Mention, Scan, scanner
from bot.reading.model import Weights
from bot.reading.page import EDGES, FIRM, Frame, Page, frame, lead
from bot.reading.text import sentences

MOST = 8
"""Actions of one article at most."""
_ACTS = frozenset({"impose", "approve", "enforce"})
_NEAR = 10
"""Tokens behind the trigger within which those who are hit may be named."""
_HOW_SURE = 0.5
"""The least share at which a learned stage counts against the algebra."""


@dataclass(frozen=True, slots=True)
class Told:
    """One action told by one sentence."""

    scan: Scan
    at: int
    stage: Stage
    issuers: tuple[Code, ...]
    targets: tuple[Code, ...]
    speaker: tuple[Code, ...] = ()
    chance: float = 0.0
    answers: bool = False
    """Whether its sentence says that it answers another's measure."""
    again: tuple["Told", ...] = ()
    """Later sentences that tell the same action."""

    @property
    def triple(self) -> tuple[Stage, frozenset[Code], frozenset[Code]]:
        """What makes it this action and no other."""
        return self.stage, frozenset(self.issuers), frozenset(self.targets)


def told(item: Item, page: Page, lexicon: Lexicon, weights: Weights) -> list[Told]:
    """Return the actions that an article's text tells, in its order, each once."""
    day = item.date.date() if item.date else None
    found: list[Told] = []
    subject: tuple[Code, ...] = ()
    for sentence in sentences(item, lexicon):
        if sentence.part != "text":
            continue
        scan = scanner(lexicon).scan(sentence, day)
        own = replace(page, title=[scan], body=[])
        if any(scan.kinds[at] in FIRM for at in scan.triggers):
            found += _in_sentence(own, scan, subject, weights)
        subject = _opening_subject(scan, page.grammar) or subject
    return _once(_named_in_full(found))[:MOST]


def _in_sentence(page: Page, scan: Scan, before: tuple[Code, ...], weights: Weights) -> list[Told]:
    """Return what one sentence tells; `before` is who the sentence before spoke of."""
    leading = lead(page)
    if leading is None:
        return []
    at = leading[2]
    look = judging.look(page, weights, None, closely=True)
    verdict = judging.judge(look, weights)
    hung = frame(page, scan, at)
    made = sense(page, scan, at, hung)
    stage = _stage(page, scan, at, made, verdict)
    if stage == Stage.CONTEXT:
        return []
    roles = _Roles(page, scan, at, hung)
    speaker = roles.subject() if stage in {Stage.CONDEMNED, Stage.BLOCKED} else ()
    targets = roles.patients(speaker or roles.subject() or before) or verdict.roles["targets"]
    issuers = roles.agents(spoken=bool(speaker), stage=stage) or verdict.roles["issuers"] or before
    targets = tuple(code for code in targets or speaker if code not in issuers)
    issuers = tuple(code for code in issuers if code not in targets)
    if not issuers or not targets:
        return []
    answers = not page.grammar.answers.isdisjoint(scan.words)
    one = Told(scan, at, stage, issuers, targets, speaker, verdict.chances["action"], answers)
    if stage == Stage.CONDEMNED and roles.patients(()) and roles.by():
        return [one, replace(one, stage=Stage.IMPOSED, speaker=())]
    return [one]


def _stage(page: Page, scan: Scan, at: int, made: Sense, verdict: Verdict) -> Stage:
    """Return the stage: the algebra's where it found one by grammar and the heads are not sure of another."""
    if any(page.coarse.get(kind) == "block" for kind in scan.kinds[:at]) and "hedge" in made.turns + made.turn:
        return Stage.BLOCKED
    if made.turn == "not":
        return Stage.CONTEXT if made.base in _ACTS else Stage(made.stage or "context")
    if made.stage in set(Stage) and made.turn == "plain" and verdict.chances["stage"] < _HOW_SURE + 0.3:
        return Stage(made.stage)
    return verdict.stage if verdict.chances["stage"] >= _HOW_SURE else Stage.CONTEXT


class _Roles:
    """Who acts and who is hit, by the grammar of one sentence alone."""

    def __init__(self, page: Page, scan: Scan, at: int, hung: Frame) -> None:
        self._grammar, self._coarse, self._scan, self._at, self._hung = page.grammar, page.coarse, scan, at, hung

    def subject(self) -> tuple[Code, ...]:
        """Return who stands before the first verb: the sentence's subject, with those who act along."""
        return _opening_subject(self._scan, self._grammar)

    def by(self) -> tuple[Code, ...]:
        """Return the chain behind "by" that follows the trigger."""
        return self._behind(self._grammar.agents, self._at)

    def agents(self, *, spoken: bool, stage: Stage) -> tuple[Code, ...]:
        """Return who acts: behind "by", before the trigger in its own noun phrase, or the subject."""
        if found := self.by():
            return found
        inside = [mention for mention in self._scan.mentions if self._hung.first <= mention.at < self._at]
        if stage == Stage.BLOCKED:
            stops = [step for step in range(self._at) if self._coarse.get(self._scan.kinds[step]) == "block"]
            behind = [mention for mention in self._scan.mentions if stops and stops[0] < mention.at < self._at]
            return behind[0].codes if behind else ()
        if spoken:
            return _codes(inside)
        subject = self.subject()
        for mention in self._scan.mentions:
            before = self._scan.words[max(0, mention.at - 2) : mention.at]
            if mention.at < self._at and any(word in self._grammar.companions for word in before):
                subject += tuple(code for code in mention.codes if code not in subject)
        return subject if self._hung.governor > 0 else _codes(inside)

    def patients(self, subject: tuple[Code, ...]) -> tuple[Code, ...]:
        """Return who is hit: the chain behind "on" or "against"; "them" and "their" are the subject."""
        words = self._scan.words
        for step in range(self._at + 1, min(len(words), self._at + _NEAR)):
            if self._scan.kinds[step] in EDGES:
                return ()
            if words[step] in self._grammar.patients:
                if found := self._behind({words[step]}, step - 1, reach=6):
                    return found
                if any(word in self._grammar.pronouns for word in words[step + 1 : step + 5]):
                    return subject
        return ()

    def _behind(self, words: Iterable[str], start: int, reach: int = 9) -> tuple[Code, ...]:
        """Return the codes of the chain of names that follows one of the words, before the clause ends."""
        scan = self._scan
        for step in range(start + 1, len(scan.words)):
            if scan.kinds[step] in EDGES and scan.kinds[step] != "when":
                return ()
            if scan.words[step] in words:
                chain = [mention for mention in scan.mentions if step < mention.at <= step + reach]
                if chain:
                    return _codes(_chain(scan, chain, self._grammar))
        return ()


def _chain(scan: Scan, near: Sequence[Mention], grammar: Grammar) -> list[Mention]:
    """Return the first of the mentions near, with all that are joined to it by commas and "and"."""
    chain, links = [near[0]], grammar.joints | grammar.articles
    for mention in scan.mentions:
        gap = scan.words[chain[-1].at + 1 : mention.at]
        if mention.at > chain[-1].at and len(gap) <= 3 and all(word in links for word in gap):
            chain.append(mention)
    return chain


def _opening_subject(scan: Scan, grammar: Grammar) -> tuple[Code, ...]:
    """Return the codes of the first chain of names in a sentence, if it stands near its beginning."""
    near = [mention for mention in scan.mentions if mention.at < 14]
    return _codes(_chain(scan, near, grammar)) if near else ()


def _codes(mentions: Iterable[Mention]) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(code for mention in mentions for code in mention.codes))


def _named_in_full(found: Sequence[Told]) -> list[Told]:
    """Put the states that acted together in the place of a group's name or of a part of them."""
    full = max((one.issuers for one in found if len(one.issuers) > 2), key=len, default=())
    if not full:
        return list(found)
    named = {target for one in found if one.issuers == full for target in one.targets}
    return [
        replace(one, issuers=full)
        if (named & set(one.targets) and (set(one.issuers) < set(full) or all(len(code) > 2 for code in one.issuers)))
        else one
        for one in found
    ]


def _once(found: Sequence[Told]) -> list[Told]:
    """Return each action once, as it is told first, with the sentences that tell it again."""
    kept: dict[tuple[Stage, frozenset[Code], frozenset[Code]], list[Told]] = {}
    for one in found:
        kept.setdefault(one.triple, []).append(one)
    return [replace(first, again=tuple(again)) for first, *again in kept.values()]
