"""Insight: all that can be told of how one item was read, gathered for `explain` to draw or to print as JSON.

The reading explains itself (`bot.reading.explain`); here that is put beside what is asked of it next: what stands in
which sentence and in whose role, which story it belongs to, and who would hear of it. Sentences of an article's text
are explained one by one, as the reading reads them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.cli.items import action_fields
from bot.cli.phrasing import Phrasing
from bot.domain import Action, Code, Decision, Item
from bot.lexicon import Lexicon
from bot.reading import Explanation, explain
from bot.reading.explaining import Candidate, ExplainedSentence
from bot.reading.mentions import scanner
from bot.reading.text import Sentence, sentences
from bot.rules import Verdict

ROLES = {"issuers": "issuer", "targets": "target", "speaker": "speaker"}
"""An action's fields, and what somebody in them is called."""
_OPEN = frozenset({"^", ":"})
"""Edges behind which a clause is no background."""


_OF_ALL = "bias"
"""What every candidate has, and so no reason against one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words of a sentence that count for something."""

    start: int
    end: int
    kind: str
    """``issuer``, ``target``, ``speaker``, ``name`` (in no role), ``measure`` or ``cue``."""
    tag: str
    """What they count for, in a word or a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sentence with its marks, left to right and never over one another."""

    part: str
    number: int
    """Its place in its part, from 1."""
    text: str
    marks: tuple[Mark, ...]
    telling: bool
    """Whether it is a title, names a measure, or shows an action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One thing that was decided: how likely it is, and its loudest reasons in plain words."""

    what: str
    chance: float | None
    reasons: tuple[tuple[str, float | None, str], ...]
    """Plain words, weight (above 0: for it), and the shorthand they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that was seen and not used."""

    what: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """All of it."""

    item: Item
    explanation: Explanation
    sentences: tuple[Marked, ...]
    whys: tuple[Why, ...]
    left: tuple[Left, ...]
    decision: Decision
    verdicts: Mapping[str, Verdict]


def look_into(item: Item, lexicon: Lexicon, decision: Decision, verdicts: Mapping[str, Verdict]) -> Insight:
    """Gather what there is to tell of an item that was decided so."""
    explanation = explain(item, lexicon)
    phrasing = Phrasing(_words_by_kind(item, lexicon), lexicon.short)
    return Insight(
        item=item,
        explanation=explanation,
        sentences=tuple(_marked_all(item, explanation, lexicon)),
        whys=tuple(_whys(explanation, phrasing, lexicon)),
        left=tuple(_left(explanation, phrasing, lexicon)),
        decision=decision,
        verdicts=verdicts,
    )


# --- sentences ------------------------------------------------------------------------------------------------------


def _marked_all(item: Item, explanation: Explanation, lexicon: Lexicon) -> Iterator[Marked]:
    known = {sentence.text: sentence for sentence in explanation.sentences}
    counted: dict[str, int] = {}
    for sentence in sentences(item, lexicon):
        counted[sentence.part] = number = counted.get(sentence.part, 0) + 1
        explained = known.get(sentence.text) or _alone(sentence, item, lexicon)
        yield _marked(explained, sentence.part, number, explanation.reading.actions)


def _alone(sentence: Sentence, item: Item, lexicon: Lexicon) -> ExplainedSentence:
    """Explain a sentence of the text by itself, as a headline of the item's day."""
    return explain(replace(item, title=sentence.text, summary="", text=""), lexicon).sentences[0]


def _marked(sentence: ExplainedSentence, part: str, number: int, actions: Sequence[Action]) -> Marked:
    shown = [action for action in actions if action.evidence and action.evidence in sentence.text]
    marks = [*_names(sentence, [*shown, *actions[:1]]), *_measures(sentence), *_cues(sentence)]
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.start):  # stable: names before measures before cues
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    telling = part == "title" or bool(shown or sentence.triggers)
    return Marked(part=part, number=number, text=sentence.text, marks=tuple(kept), telling=telling)


def _names(sentence: ExplainedSentence, actions: Sequence[Action]) -> Iterator[Mark]:
    for name in sentence.names:
        role = _role(name.codes, actions)
        codes = "/".join(name.codes)
        yield Mark(start=name.start, end=name.end, kind=role or "name", tag=f"{role} {codes}".strip() or name.what)


def _role(codes: Sequence[Code], actions: Sequence[Action]) -> str:
    """Return the role that a name's codes have in the first of the actions where they have one."""
    for action in actions:
        for field, role in ROLES.items():
            if set(codes) & set(getattr(action, field)):
                return role
    return ""


def _measures(sentence: ExplainedSentence) -> Iterator[Mark]:
    for trigger in sentence.triggers:
        said = ["measure"]
        if trigger.governor not in {"", sentence.text[trigger.start : trigger.end].casefold()}:
            said.append(f"hangs on “{trigger.governor}”")
        if trigger.edge not in _OPEN:
            said.append(f"behind “{trigger.edge}”: background")
        elif trigger.stage:
            said.append(trigger.stage)
        yield Mark(start=trigger.start, end=trigger.end, kind="measure", tag=", ".join(said))


def _cues(sentence: ExplainedSentence) -> Iterator[Mark]:
    for cue in sentence.cues:
        yield Mark(start=cue.start, end=cue.end, kind="cue", tag=cue.what)


# --- reasons --------------------------------------------------------------------------------------------------------


def _words_by_kind(item: Item, lexicon: Lexicon) -> dict[str, list[str]]:
    """Return the item's words by their kind, and by the drift that several kinds have in common."""
    machine = scanner(lexicon)
    found: dict[str, list[str]] = {}
    for sentence in sentences(item, lexicon):
        scan = machine.scan(sentence, item.date.date() if item.date else None)
        for word, kind in zip(scan.words, scan.kinds, strict=True):
            for name in {kind, machine.coarse.get(kind, kind)} - {"@", "#", "#year", "masked"}:
                if word not in found.setdefault(name, []):
                    found[name].append(word)
    return found


def _whys(explanation: Explanation, phrasing: Phrasing, lexicon: Lexicon) -> Iterator[Why]:
    """Yield what was decided of the item and of its first action: with its reasons, or by many quiet ones."""
    reasons = [*explanation.reading.reasons, *(one for each in explanation.candidates for one in each.reasons)]
    for about in _decisions(explanation.reading.actions[:1]):
        loud = {one.name: one for one in reasons if one.about == about}
        yield Why(
            what=_said(about, explanation, lexicon),
            chance=_chance(about, explanation),
            reasons=tuple((phrasing.phrase(name), one.weight, name) for name, one in loud.items()),
        )


def _decisions(lead: Sequence[Action]) -> Iterator[str]:
    """Yield what is decided of an item, as the reading's reasons call it."""
    yield "relevant"
    for action in lead:
        yield "stage"
        for role in ROLES:
            yield from (f"{role}:{code}" for code in getattr(action, role))


def _said(about: str, explanation: Explanation, lexicon: Lexicon) -> str:
    """Return what was decided, in words: ``issuer United States``, ``stage imposed``."""
    role, _, code = about.partition(":")
    if code:
        return f"{ROLES.get(role, role)} {lexicon.short(code)}"
    if about == "relevant":
        return "sanctions news"
    lead = explanation.reading.actions[:1]
    return f"stage {lead[0].stage}" if about == "stage" and lead else about


def _chance(about: str, explanation: Explanation) -> float | None:
    reading = explanation.reading
    role, _, code = about.partition(":")
    if about == "relevant":
        return reading.confidence if reading.relevant else 1 - reading.confidence
    if about == "stage" and reading.actions:
        return explanation.stages.get(reading.actions[0].stage)
    candidate = next((one for one in explanation.candidates if one.code == code), None)
    return candidate.chances.get(role) if candidate else None


def _left(explanation: Explanation, phrasing: Phrasing, lexicon: Lexicon) -> Iterator[Left]:
    """Yield what was left out, once each; codes with their chances and the loudest reason against."""
    candidates = {candidate.code: candidate for candidate in explanation.candidates}
    for dropped in dict.fromkeys(explanation.dropped):
        candidate = candidates.get(dropped.what)
        if candidate is None:
            yield Left(what=dropped.what, because=dropped.because)
        else:
            because = f"{dropped.because}: {_odds(candidate, phrasing)}"
            yield Left(what=f"{lexicon.short(candidate.code)} ({candidate.code})", because=because)


def _odds(candidate: Candidate, phrasing: Phrasing) -> str:
    """Return how likely a code was in each role, and what spoke loudest against the likeliest."""
    odds = ", ".join(f"{ROLES.get(role, role)} {chance:.0%}" for role, chance in candidate.chances.items())
    likeliest = max(candidate.chances, key=lambda role: candidate.chances[role], default="")
    against = [
        one
        for one in candidate.reasons
        if one.about.startswith(f"{likeliest}:") and (one.weight or 0) < 0 and one.name != _OF_ALL
    ]
    if not against:
        return odds
    loudest = min(against, key=lambda one: one.weight or 0)
    return f"{odds}; against {ROLES.get(likeliest, likeliest)}: {phrasing.phrase(loudest.name)}"


# --- JSON -----------------------------------------------------------------------------------------------------------


def insight_fields(insight: Insight) -> dict[str, Any]:
    """Return an insight as one JSON object."""
    reading, decision = insight.explanation.reading, insight.decision
    return {
        "id": insight.item.key,
        "title": insight.item.title,
        "relevant": reading.relevant,
        "why_not": reading.why_not,
        "confidence": round(reading.confidence, 3),
        "actions": [action_fields(action) for action in reading.actions],
        "stages": dict(insight.explanation.stages),
        "heard": [{"word": word, "weight": weight} for word, weight in insight.explanation.heard],
        "sentences": [_sentence_fields(sentence) for sentence in insight.sentences],
        "reasons": [_why_fields(why) for why in insight.whys],
        "left_out": [{"what": one.what, "because": one.because} for one in insight.left],
        "candidates": {one.code: dict(one.chances) for one in insight.explanation.candidates},
        "outcome": decision.outcome,
        "because": decision.because,
        "story": decision.story.key if decision.story else None,
        "steps": [{"verb": one.verb, "outcome": one.outcome, "because": one.because} for one in decision.trail],
        "rules": [
            {"name": name, "yes": verdict.yes, "because": verdict.because} for name, verdict in insight.verdicts.items()
        ],
    }


def _sentence_fields(sentence: Marked) -> dict[str, Any]:
    marks = [
        {
            "start": one.start,
            "end": one.end,
            "words": sentence.text[one.start : one.end],
            "kind": one.kind,
            "is": one.tag,
        }
        for one in sentence.marks
    ]
    return {"part": sentence.part, "number": sentence.number, "text": sentence.text, "marks": marks}


def _why_fields(why: Why) -> dict[str, Any]:
    reasons = [{"says": says, "weight": weight, "name": name} for says, weight, name in why.reasons]
    return {"about": why.what, "chance": why.chance, "reasons": reasons}
