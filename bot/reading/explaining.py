"""Explaining: how an item was read, step by step, for somebody who wants to know why in ten seconds.

`explain` reads the item as `read` does and keeps what `read` lets go: where names and cues stand, what each trigger
hangs on and what the algebra made of it, how likely each code was in each role, and what was dropped for which
reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import Code, Item, Reading, Reason
from bot.lexicon import Lexicon
from bot.reading import judging
from bot.reading.algebra import sense
from bot.reading.encoder import Encoder
from bot.reading.judging import RELEVANT, ROLES, STAGE, YES, Look
from bot.reading.learned import encoder_of, weights_of
from bot.reading.mentions import Scan
from bot.reading.model import Weights, probability
from bot.reading.page import Page, frame, page
from bot.reading.reader import read
from bot.reading.text import Part

_HEARD = 5
"""Words of the encoder's that are told at most."""
_LOUD = 0.1
"""What a word must matter to it to be told."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of a sentence that mean something: a name with its codes, or a cue with its kind."""

    start: int
    end: int
    what: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that is, or may be, the name of a measure, and what its clause does with it."""

    start: int
    end: int
    kind: str
    governor: str
    """The word that it hangs on; empty where it opens its clause."""
    edge: str
    """What begins its clause: ``^`` the sentence, else "after", "amid", "who" ..., which make it background."""
    base: str
    turn: str
    stage: str
    """What the stage algebra makes of it; the learned head may know better."""


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """A sentence with what was found in it; spans count from the sentence's beginning."""

    text: str
    part: Part
    names: tuple[Marked, ...]
    cues: tuple[Marked, ...]
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code, how likely it is in each role by its own features, and the loudest reasons."""

    code: Code
    chances: Mapping[str, float]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was seen and not used, and why."""

    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it."""

    reading: Reading
    sentences: tuple[ExplainedSentence, ...]
    stages: Mapping[str, float]
    """The shares of the likeliest stages, the likeliest first; empty for what is no sanctions news."""
    candidates: tuple[Candidate, ...]
    dropped: tuple[Dropped, ...]
    heard: tuple[tuple[str, float], ...] = ()
    """Words that the encoder's opinion of the stage, or of whether it is sanctions news, hangs on: by how much."""


def explain(item: Item, lexicon: Lexicon) -> Explanation:
    """Read an item and tell how."""
    scanned = page(item, lexicon)
    weights = weights_of(lexicon)
    reading = read(item, lexicon)
    found = judging.look(scanned, weights, encoder_of(lexicon), closely=True)
    shown = sorted(found.stages.items(), key=lambda entry: (-entry[1], entry[0]))
    return Explanation(
        reading=reading,
        sentences=tuple(_sentence(scanned, scan) for _, scan in scanned.scans()),
        stages={stage: round(share, 3) for stage, share in shown if share >= 0.02} if reading.relevant else {},
        candidates=tuple(_candidate(code, found, weights) for code in found.described) if reading.relevant else (),
        dropped=_dropped(scanned, reading, found),
        heard=_heard(scanned, reading, found, encoder_of(lexicon)),
    )


def _heard(scanned: Page, reading: Reading, found: Look, encoder: Encoder | None) -> tuple[tuple[str, float], ...]:
    """Return the words that mattered most to the encoder, found by hiding one after the other."""
    if encoder is None or found.impression is None:
        return ()
    stage = reading.actions[0].stage if reading.actions else ""
    words = encoder.weigh_words(scanned, lambda said: judging.heard(said, STAGE if stage else RELEVANT, stage or YES))
    return tuple((word, round(weight, 2)) for word, weight in words[:_HEARD] if abs(weight) >= _LOUD)


def _sentence(scanned: Page, scan: Scan) -> ExplainedSentence:
    names = tuple(Marked(mention.start, mention.end, mention.form, mention.codes) for mention in scan.mentions)
    cues = tuple(
        Marked(start, start + len(word), kind)
        for word, kind, start in zip(scan.words, scan.kinds, scan.starts, strict=True)
        if kind in scanned.coarse
    )
    triggers = tuple(_trigger(scanned, scan, at) for at in scan.triggers)
    return ExplainedSentence(scan.sentence.text, scan.sentence.part, names, cues, triggers)


def _trigger(scanned: Page, scan: Scan, at: int) -> Trigger:
    hung = frame(scanned, scan, at)
    made = sense(scanned, scan, at, hung)
    start = scan.starts[at]
    return Trigger(
        start, start + len(scan.words[at]), scan.kinds[at], hung.word, hung.edge, made.base, made.turn, made.stage
    )


def _candidate(code: Code, found: Look, weights: Weights) -> Candidate:
    features = found.described[code]
    return Candidate(
        code,
        {role: round(probability(found.roles[role][code]), 3) for role in ROLES},
        tuple(
            Reason(about=f"{role}:{code}", name=name, weight=weight)
            for role in ROLES
            for name, weight in weights.reasons(role, YES, features)
        ),
    )


def _dropped(scanned: Page, reading: Reading, found: Look) -> tuple[Dropped, ...]:
    """Say what was seen and not used: background clauses, participles, codes in no role, masked names."""
    dropped = []
    for _, scan in scanned.scans():
        for at in scan.triggers:
            edge = frame(scanned, scan, at).edge
            if edge not in {"^", ":"}:
                dropped.append(Dropped(scan.words[at], f"stands in a clause that begins with {edge!r}: background"))
        dropped += [
            Dropped(word, "a name in which no state is meant")
            for word, kind in zip(scan.words, scan.kinds, strict=True)
            if kind == "masked"
        ]
    if reading.relevant:
        used = {code for action in reading.actions for code in (*action.issuers, *action.targets, *action.speaker)}
        dropped += [Dropped(code, "named, but in no role") for code in found.described if code not in used]
    elif reading.why_not:
        dropped.append(Dropped("the item", f"no sanctions news: {reading.why_not}"))
    return tuple(dropped)
