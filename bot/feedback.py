"""What objections have in common, and the mute rule that follows. Pure.

An objection says of a story why it was not relevant. When a few of one kind share what a rule can name, a rule is
proposed that names it: the narrowest that all of these share, because a rule too wide silences what nobody objected to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import Action, Feedback, Key, Objection, Stage
from bot.rules.values import fold_source

ENOUGH = 3
"""Stories that must share it."""
REMEMBERED = timedelta(days=90)
MOST_ACTORS = 5
"""Issuers, and targets, that one rule names."""

WORDS = {
    Objection.NOT_SANCTIONS: "not sanctions",
    Objection.WRONG_COUNTRY: "wrong country",
    Objection.WRONG_READING: "wrong reading",
    Objection.DUPLICATE: "duplicate",
    Objection.TOO_MINOR: "too minor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mute rule that objections call for."""

    line: str
    objection: Objection
    stories: int
    """How many stories that somebody objected to it would have muted."""


def proposal(objections: Sequence[Feedback], latest: Feedback) -> Proposal | None:
    """Return the narrowest rule that the latest objection completes; None where few have little in common."""
    alike = [one for one in objections if one.objection is latest.objection]
    shared: dict[str, set[Key]] = defaultdict(set)
    for one in alike:
        for line in _lines(one):
            shared[line].add(one.story)
    for line in _lines(latest):
        if len(shared[line]) >= ENOUGH:
            return Proposal(line=line, objection=latest.objection, stories=len(shared[line]))
    return None


def _lines(feedback: Feedback) -> Iterator[str]:
    """Yield the rules that would mute a story, the narrowest first; never one that names a stage alone."""
    if feedback.objection is not Objection.DUPLICATE:
        yield from _of_action(feedback.action)
    source = fold_source(feedback.outlet)
    if source:
        yield f"source:{source} stage:{feedback.action.stage}"
        yield f"source:{source}"


def _of_action(action: Action) -> Iterator[str]:
    pairs = [(issuer, target) for issuer in action.issuers for target in action.targets]
    stage = f"stage:{action.stage}"
    for issuer, target in pairs:
        yield from (f"issuer:{issuer} target:{target} {stage} instrument:{code}" for code in action.instruments)
    yield from (f"issuer:{issuer} target:{target} {stage}" for issuer, target in pairs)
    yield from (f"target:{target} {stage}" for target in action.targets)
    yield from (f"issuer:{issuer} {stage}" for issuer in action.issuers)


def mute_line(action: Action, headline: str, outlet: str) -> str:
    """Return a rule that mutes stories like one: by who does what to whom; by its words where nobody was read in it.

    All of its issuers and targets must be there, because a list of them would mute what any of them does.
    """
    terms = [f"issuer:{code}" for code in action.issuers[:MOST_ACTORS]]
    terms += [f"target:{code}" for code in action.targets[:MOST_ACTORS]]
    if terms:
        instruments = [f"instrument:{','.join(action.instruments)}"] if action.instruments else []
        return " ".join([*terms, f"stage:{action.stage}", *instruments])
    source = fold_source(outlet)
    words = list(_telling(headline.split()))
    said = [f"source:{source}"] if source else []
    said += [f"stage:{action.stage}"] if action.stage is not Stage.CONTEXT or not words else []
    return " ".join([*said, *(f'"{word}"' for word in words)])


def _telling(words: Iterable[str]) -> Iterator[str]:
    """Yield up to three of the longest words of a headline, in their order."""
    clean = ["".join(char for char in word if char.isalnum()) for word in words]
    longest = sorted({word for word in clean if len(word) > 4}, key=lambda word: (-len(word), word))[:3]
    yield from (word for word in dict.fromkeys(clean) if word in longest)
