"""Reading an item: the page, the verdict, the details, and the reasons for each.

    item --page--> tokens, mentions, triggers --look--> logits --judge--> stage and roles --details--> Action

An item without a trigger is no sanctions news: that settles nine of ten at the price of one pass over the text.
"""

from collections.abc import Mapping
from functools import lru_cache

from bot.domain import Action, Item, Reading, Reason, WhyNot
from bot.lexicon import Lexicon
from bot.reading import counts, judging, measures
from bot.reading.judging import RELEVANT, STAGE, SURE_AT, YES, Look, Verdict
from bot.reading.measures import Place
from bot.reading.mentions import Scan
from bot.reading.model import NO_WEIGHTS, Weights, probability
from bot.reading.page import EDGES, Page, lead, page

_EVIDENCE = 200
"""Characters of evidence at most."""


@lru_cache(maxsize=4)
def weights_of(lexicon: Lexicon) -> Weights:
    """Return what the lexicon's seeds say was learned; nothing where they hold no weights."""
    rows = lexicon.seeds.get("weights")
    return Weights.parse(rows) if rows else NO_WEIGHTS


def read(item: Item, lexicon: Lexicon) -> Reading:
    """Return the actions that an item reports, most newsworthy first, or why there are none."""
    scanned = page(item, lexicon)
    leading = lead(scanned)
    if leading is None:
        return Reading(
            relevant=False, why_not=WhyNot.OTHER, reasons=(Reason(about=RELEVANT, name="no word of sanctions"),)
        )
    weights = weights_of(lexicon)
    found = judging.look(scanned, weights)
    chance = probability(found.relevant)
    if found.relevant <= 0:
        return Reading(
            relevant=False,
            why_not=_why_not(found),
            confidence=round(1 - chance, 3),
            reasons=_reasons(weights, RELEVANT, YES, found.features),
        )
    verdict = judging.judge(found, weights)
    action = _action(scanned, leading, found, verdict, lexicon, weights)
    return Reading(
        relevant=True, actions=(action,), confidence=round(chance, 3), reasons=_all_reasons(weights, found, verdict)
    )


def _why_not(found: Look) -> WhyNot:
    """Return the likeliest reason to stay silent."""
    return WhyNot(max(found.why_not, key=lambda label: found.why_not[label])) if found.why_not else WhyNot.OTHER


def _action(
    scanned: Page, leading: tuple[str, Scan, int], found: Look, verdict: Verdict, lexicon: Lexicon, weights: Weights
) -> Action:
    """Put a verdict and its details together."""
    _, scan, at = leading
    counter = found.counter > 0
    told = [scan.sentence for _, scan in scanned.scans()]
    marked = measures.lines(told, lexicon)
    start, stop = _clause(scan, at)
    place = Place(verdict.stage, line=told.index(scan.sentence), character=start, counter=counter)
    chances = {name: round(chance, 3) for name, chance in verdict.chances.items() if name != "action"}
    confidence = round(verdict.chances["action"], 3)
    return Action(
        stage=verdict.stage,
        issuers=verdict.roles["issuers"],
        targets=verdict.roles["targets"],
        speaker=verdict.roles["speaker"],
        instruments=measures.instruments(marked, place, lexicon, weights),
        grounds=measures.grounds(marked, place, lexicon, weights),
        counts=counts.counts(marked, place, lexicon, weights),
        counter=counter,
        evidence=scan.sentence.text[start:stop].strip(),
        confidence=confidence,
        field_confidence=chances,
        sure=confidence >= weights.score(SURE_AT, {}).get(YES, 1.0),
    )


def _clause(scan: Scan, at: int) -> tuple[int, int]:
    """Return the span of a trigger's clause in its sentence, at most `_EVIDENCE` characters, whole words only."""
    first, last = at, at + 1
    while first and scan.kinds[first - 1] not in EDGES:
        first -= 1
    while last < len(scan.kinds) and scan.kinds[last] not in EDGES:
        last += 1
    text = scan.sentence.text
    start = scan.starts[first]
    stop = scan.starts[last] if last < len(scan.starts) else len(text)
    if stop - start <= _EVIDENCE:
        return start, stop
    middle = scan.starts[at]
    start = max(start, middle - _EVIDENCE // 2)
    start = next((begin for begin in scan.starts if begin >= start), start)
    stop = min(stop, start + _EVIDENCE)
    return start, max((begin for begin in scan.starts if start < begin <= stop), default=stop)


def _reasons(
    weights: Weights, head: str, label: str, features: Mapping[str, float], about: str = ""
) -> tuple[Reason, ...]:
    return tuple(
        Reason(about=about or head, name=name, weight=weight) for name, weight in weights.reasons(head, label, features)
    )


def _all_reasons(weights: Weights, found: Look, verdict: Verdict) -> tuple[Reason, ...]:
    """Return the loudest reasons for relevance, stage and each code that was taken."""
    reasons = [*_reasons(weights, RELEVANT, YES, found.features)]
    reasons += _reasons(weights, STAGE, verdict.stage, found.features)
    for role in ("issuers", "targets"):
        for code in verdict.roles[role]:
            reasons += _reasons(weights, role, YES, found.described[code], f"{role}:{code}")
    return tuple(reasons)
