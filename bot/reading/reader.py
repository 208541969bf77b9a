"""Reading an item: the page, the verdict, the details, and the reasons for each.

    item --page--> tokens, mentions, triggers --look--> logits --judge--> stage and roles --details--> Action

An item without a trigger is no sanctions news: that settles nine of ten at the price of one pass over the text.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import Action, Code, Item, Reading, Reason, Stage, WhyNot
from bot.lexicon import Lexicon
from bot.reading import articles, judging
from bot.reading.articles import Told
from bot.reading.cues import lines
from bot.reading.details import details
from bot.reading.judging import RELEVANT, STAGE, SURE_AT, YES, Look, Verdict
from bot.reading.learned import encoder_of, weights_of
from bot.reading.measures import UNSPECIFIED, Place
from bot.reading.mentions import Scan, scanner
from bot.reading.model import Weights, probability
from bot.reading.page import EDGES, Page, lead, page
from bot.reading.text import Sentence

_SILENCE = Reading(relevant=False, why_not=WhyNot.OTHER, reasons=(Reason(about=RELEVANT, name="no word of sanctions"),))
_EVIDENCE = 200
"""Characters of evidence at most."""
_DOUBTFUL = -4.0
"""Down to this logit of relevance, an article's text may still show that it is sanctions news."""
_Lead = tuple[str, Scan, int]
"""What leads: see `page.lead`."""
_ACTING = frozenset({Stage.IMPOSED, Stage.PROPOSED})
"""Stages at which an action of the one who was hit, on the one who hit, is an answer."""


def read(item: Item, lexicon: Lexicon) -> Reading:
    """Return the actions that an item reports, most newsworthy first, or why there are none."""
    return read_all([item], lexicon)[0]


def read_all(items: Sequence[Item], lexicon: Lexicon) -> list[Reading]:
    """Return what `read` returns for each item; the encoder looks at all of them together, which costs less."""
    told: dict[int, tuple[Page, _Lead | None]] = {}
    for at, item in enumerate(items):
        if item.text or scanner(lexicon).may_name_a_measure(item.title, item.summary):
            scanned = page(item, lexicon)
            leading = lead(scanned)
            if leading or item.text:
                told[at] = scanned, leading
    readings = [_SILENCE] * len(items)
    if told:
        weights = weights_of(lexicon)
        asked = [(scanned, bool(scanned.item.text)) for scanned, _ in told.values()]
        looks = judging.look_all(asked, weights, encoder_of(lexicon))
        for (at, (scanned, leading)), found in zip(told.items(), looks, strict=True):
            readings[at] = _reading(scanned, leading, found, lexicon, weights)
    return readings


def _reading(scanned: Page, leading: _Lead | None, found: Look, lexicon: Lexicon, weights: Weights) -> Reading:
    """Put together what was found in an item."""
    item = scanned.item
    further = articles.told(item, scanned, lexicon, weights) if item.text and found.relevant > _DOUBTFUL else []
    chance = probability(found.relevant)
    if found.relevant <= 0 and not further:
        why_not = _why_not(found) if leading else WhyNot.OTHER
        reasons = _reasons(weights, found, RELEVANT, YES)
        return Reading(relevant=False, why_not=why_not, confidence=round(1 - chance, 3), reasons=reasons)
    verdict = judging.judge(found, weights)
    actions: list[Action] = []
    if leading and not (further and (found.relevant <= 0 or not (item.title or item.summary))):
        actions.append(_lead_action(scanned, leading, found, verdict, lexicon, weights))
    return Reading(
        relevant=True,
        actions=tuple(_with_text(item, actions, further, lexicon, weights)),
        confidence=round(chance, 3),
        reasons=_all_reasons(weights, found, verdict),
    )


def _why_not(found: Look) -> WhyNot:
    """Return the likeliest reason to stay silent."""
    return WhyNot(max(found.why_not, key=lambda label: found.why_not[label])) if found.why_not else WhyNot.OTHER


def _lead_action(
    scanned: Page, leading: _Lead, found: Look, verdict: Verdict, lexicon: Lexicon, weights: Weights
) -> Action:
    """Put the lead's verdict and its details together."""
    _, scan, at = leading
    confidence = round(verdict.chances["action"], 3)
    action = Action(
        stage=verdict.stage,
        issuers=verdict.roles["issuers"],
        targets=verdict.roles["targets"],
        speaker=verdict.roles["speaker"],
        counter=found.counter > 0,
        confidence=confidence,
        field_confidence={name: round(chance, 3) for name, chance in verdict.chances.items() if name != "action"},
        sure=confidence >= weights.score(SURE_AT, {}).get(YES, 1.0),
    )
    return _detailed(action, [scan.sentence for _, scan in scanned.scans()], scan, at, scanned.item, lexicon, weights)


def _with_text(
    item: Item, lead_actions: list[Action], further: list[Told], lexicon: Lexicon, weights: Weights
) -> list[Action]:
    """Add what an article's text tells to the lead."""
    actions = list(lead_actions)
    triples = {_triple(action) for action in actions}
    for one in further:
        if one.triple not in triples:
            action = Action(
                stage=one.stage,
                issuers=one.issuers,
                targets=one.targets,
                speaker=one.speaker,
                confidence=round(one.chance, 3),
                counter=_is_answer(one, actions),
                sure=False,
            )
            for telling in (one, *one.again):
                action = _detailed(action, [telling.scan.sentence], telling.scan, telling.at, item, lexicon, weights)
            actions.append(action)
    return actions


def _triple(action: Action) -> tuple[Stage, frozenset[Code], frozenset[Code]]:
    return action.stage, frozenset(action.issuers), frozenset(action.targets)


def _is_answer(one: Told, before: list[Action]) -> bool:
    """Return whether an action is told as an answer to those who hit its issuers, or plainly mirrors what they did."""
    if one.stage not in _ACTING:
        return False
    hit = [action for action in before if set(one.issuers) & set(action.targets)]
    mirrors = any(set(one.targets) == set(a.issuers) and set(one.issuers) == set(a.targets) for a in hit)
    return mirrors or any(one.answers and set(one.targets) & set(action.issuers) for action in hit)


def _detailed(
    action: Action, told: list[Sentence], scan: Scan, at: int, item: Item, lexicon: Lexicon, weights: Weights
) -> Action:
    """Fill in measures, grounds, counts, names, law, day and evidence."""
    marked = lines(told, lexicon)
    start, stop = _clause(scan, at)
    place = Place(
        action.stage, line=told.index(scan.sentence), character=start, counter=action.counter, issuers=action.issuers
    )
    stated = details(marked, place, item.date.date() if item.date else None, lexicon, weights)
    # what an earlier sentence stated of the same action stands
    return replace(
        action,
        instruments=action.instruments if _states(action.instruments) else stated.instruments,
        grounds=action.grounds or stated.grounds,
        counts=action.counts or stated.counts,
        names=action.names or stated.names,
        legal_basis=action.legal_basis or stated.legal_basis,
        when=action.when or stated.when,
        evidence=action.evidence or scan.sentence.text[start:stop].strip(),
    )


def _states(instruments: tuple[str, ...]) -> bool:
    """Return whether a measure is spelled out."""
    return any(code != UNSPECIFIED for code in instruments)


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


def _reasons(weights: Weights, found: Look, head: str, label: str, code: Code = "") -> tuple[Reason, ...]:
    """Return what spoke loudest for or against an answer: named features, and the encoder where it was asked."""
    features, about = (found.described[code], f"{head}:{code}") if code else (found.features, head)
    of_features, of_encoder = judging.trust(head, weights) if found.impression else (1.0, 0.0)
    parts = [(name, weight * of_features) for name, weight in weights.reasons(head, label, features)]
    if found.impression:
        parts.append((judging.ENCODER, of_encoder * judging.heard(found.impression, head, code or label)))
    parts.sort(key=lambda part: (-abs(part[1]), part[0]))
    return tuple(Reason(about=about, name=name, weight=round(weight, 3)) for name, weight in parts)


def _all_reasons(weights: Weights, found: Look, verdict: Verdict) -> tuple[Reason, ...]:
    """Return the loudest reasons for relevance, stage and each code that was taken."""
    reasons = [*_reasons(weights, found, RELEVANT, YES), *_reasons(weights, found, STAGE, verdict.stage)]
    for role in ("issuers", "targets"):
        for code in verdict.roles[role]:
            reasons += _reasons(weights, found, role, YES, code)
    return tuple(reasons)
