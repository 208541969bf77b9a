"""Judging: from a page's features to stage, issuers, targets and speaker, each with how sure it is.

Three steps. First every head looks at the named features for itself: is it relevant, which stage, is this code an
issuer, a target, the speaker? Where the item is not plainly other news, the encoder looks too (`encoder.py`), and each
head's logit becomes a *blend* of both, weighed by a small head of its own (``stage.blend`` ...). Then the roles are
decided over the *set* of candidates, by a third small head each (``issuers.set`` ...): whether a code is taken depends
on its own logit, on the best of the others, on what the opposite role says of it, and on the stage, since an imposed
measure hardly ever lacks an issuer while context often does. No code is issuer and target of one action.

The later heads, and the one that says how sure the whole is, are learned from looks at items that the first heads and
the encoder had not seen in learning: else all would look surer than it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain import Code, Stage
from bot.reading.algebra import sense
from bot.reading.encoder import Encoder, Impression
from bot.reading.features import item_features
from bot.reading.model import Weights, probability, shares
from bot.reading.page import Page, frame, lead
from bot.reading.roles import candidates

Features = dict[str, float]
YES = "yes"
RELEVANT, STAGE, COUNTER, WHY_NOT, SURE = "relevant", "stage", "counter", "why_not", "sure"
SURE_AT = "sure.at"
"""Its bias is the confidence from which on an action may be claimed outright."""
ROLES = ("issuers", "targets", "speaker")
SET, BLEND = ".set", ".blend"
FEATURES, ENCODER = "features", "encoder"
"""The two features of a blending head: what each of the two says, as a logit."""
LOOKED_AT = -1.5
"""From this logit of relevance on the encoder is asked: of 425 of a week's 15,652 items.

From -1 on it would be of 317, with an F1 of relevance over unseen outlets of 91.6 %, not 92.1."""
_ITEM = (RELEVANT, STAGE, COUNTER, WHY_NOT)
_OPPOSITE = {"issuers": "targets", "targets": "issuers", "speaker": "issuers"}
_SPOKEN = frozenset({Stage.CONDEMNED, Stage.PROPOSED, Stage.EASING_PROPOSED, Stage.BLOCKED})
"""Stages at which somebody may speak who is not the issuer."""
_CERTAIN = {
    ("ease", "not"): frozenset({"governor", "passive"}),
    ("hold", "not"): frozenset({"governor", "passive"}),
    ("ease", "call"): frozenset({"governor", "passive", "left", "through"}),
    ("impose", "condemn"): frozenset({"self"}),
}
"""What grammar insists on, by base and turn, and where the base must stand for that (see `algebra.Sense.how`)."""
_INSISTENCE = 1.5
"""By how much a stage that grammar insists on stands above the next."""
_LEAST = 1e-4
"""The least share of a stage: no opinion rules one out for good."""
_MOST = 4.0
"""Beyond this a logit says no more about a set."""


@dataclass(slots=True)
class Look:
    """What the first heads say of a page, as logits; stages as shares."""

    features: Features
    described: Mapping[Code, Features] = field(default_factory=dict)
    relevant: float = 0.0
    counter: float = 0.0
    why_not: dict[str, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    roles: dict[str, dict[Code, float]] = field(default_factory=dict)
    vague: frozenset[Code] = frozenset()
    """Issuers that count only where nobody is named: "the West"."""
    impression: Impression | None = None
    """What the encoder says, where it was asked."""
    own_stages: dict[str, float] = field(default_factory=dict)
    """What the features said by themselves before the encoder was heard; so `own_roles`."""
    own_roles: dict[str, dict[Code, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lead action's stage and roles, with how likely each is right."""

    stage: Stage
    roles: Mapping[str, tuple[Code, ...]]
    chances: Mapping[str, float]
    """``stage``, ``issuers``, ``targets``, ``speaker``, and ``action`` for the first three together."""


def look(page: Page, weights: Weights, encoder: Encoder | None, *, closely: bool = False) -> Look:
    """Let each head look at a page; stage and roles only where it is relevant, or where somebody looks `closely`."""
    return look_all([(page, closely)], weights, encoder)[0]


def look_all(asked: Sequence[tuple[Page, bool]], weights: Weights, encoder: Encoder | None) -> list[Look]:
    """Return what `look` finds in each page, which is told with whether to look closely; together costs less."""
    found, shared = [], []
    for page, _ in asked:
        one = Look(item_features(page), vague=page.vague)
        told = weights.tally(_ITEM, one.features)
        one.relevant = told.get(RELEVANT, {}).get(YES, 0.0)
        one.counter = told.get(COUNTER, {}).get(YES, -1.0)
        one.why_not = told.get(WHY_NOT, {})
        found.append(one)
        shared.append(told.get(STAGE, {}))
    if encoder:
        open_to = [at for at, (_, closely) in enumerate(asked) if closely or found[at].relevant > LOOKED_AT]
        for at, impression in zip(open_to, encoder.look_all(asked[at][0] for at in open_to), strict=True):
            found[at].impression = impression
            blend_item(found[at], weights)
    for one, stages, (page, closely) in zip(found, shared, asked, strict=True):
        if closely or one.relevant > 0:
            _look_at_action(one, page, stages, weights)
    return found


def _look_at_action(found: Look, page: Page, stages: Mapping[str, float], weights: Weights) -> None:
    found.stages = shares(stages)
    found.described = candidates(page)
    look_at_roles(found, weights)
    blend_action(found, weights)
    found.stages = _insisted(page, found.stages)


def blend(head: str, features: float, encoder: float, weights: Weights) -> float:
    """Weigh what the features say and what the encoder says of one answer; the former alone if nothing was learned."""
    return weights.score(head + BLEND, {FEATURES: features, ENCODER: encoder}).get(YES, features)


def trust(head: str, weights: Weights) -> tuple[float, float]:
    """Return by what each named feature of a head and what the encoder says are multiplied in the end."""
    plain = blend(head, 0.0, 0.0, weights)
    return blend(head, 1.0, 0.0, weights) - plain, blend(head, 0.0, 1.0, weights) - plain


def heard(impression: Impression, head: str, label: str) -> float:
    """Return what the encoder says for a head's label, above or below not knowing."""
    if head == STAGE:
        stages = shares(impression.item[STAGE])
        return math.log((stages.get(label, 0.0) + _LEAST) * len(stages))
    return impression.roles[head].get(label, 0.0) if head in ROLES else impression.item[head][YES]


def stage_logits(features: Mapping[str, float], impression: Impression) -> dict[str, tuple[float, float]]:
    """Return what the features' shares and the encoder say of each stage, as logarithms of shares."""
    encoder = shares(impression.item[STAGE])
    return {
        stage: (math.log(share + _LEAST), math.log(encoder.get(stage, 0.0) + _LEAST))
        for stage, share in features.items()
    }


def blend_item(found: Look, weights: Weights) -> None:
    """Put what features and encoder say together of relevance and counter into a look; without an encoder it stays."""
    if found.impression is None:
        return
    item = found.impression.item
    if found.relevant > LOOKED_AT:
        found.relevant = blend(RELEVANT, found.relevant, item[RELEVANT][YES], weights)
    found.counter = blend(COUNTER, found.counter, item[COUNTER][YES], weights)


def blend_action(found: Look, weights: Weights) -> None:
    """Put what features and encoder say together of stage and roles into a look; without an encoder it stays."""
    impression = found.impression
    if impression is None or not found.stages:
        return
    found.own_stages, found.own_roles = found.stages, {role: dict(logits) for role, logits in found.roles.items()}
    told = stage_logits(found.stages, impression)
    found.stages = shares({stage: blend(STAGE, own, other, weights) for stage, (own, other) in told.items()})
    for role, logits in found.roles.items():
        for code, logit in logits.items():
            if code in impression.roles[role]:
                logits[code] = blend(role, logit, impression.roles[role][code], weights)


def _insisted(page: Page, stages: dict[str, float]) -> dict[str, float]:
    """Let grammar insist where a small word turns all about: "refuses to lift" is extended, whatever else is said.

    Certain enough is what a "not" does to easing and holding, a call for easing, and the condemning of what somebody
    imposes; and whatever is refused. "Will not hesitate to impose" shows why there is no more.
    """
    leading = lead(page)
    if leading and stages:
        _, scan, at = leading
        made = sense(page, scan, at, frame(page, scan, at))
        plainly = made.turns in {"", made.turn}  # "rejected calls to ease" turns twice
        certain = made.refused or made.how in _CERTAIN.get((made.base, made.turn), ())
        if plainly and certain and made.stage in stages:
            raised = stages | {made.stage: max(stages.values()) * math.exp(_INSISTENCE)}
            total = sum(raised.values())
            return {stage: share / total for stage, share in raised.items()}
    return stages


def look_at_roles(found: Look, weights: Weights) -> None:
    """Ask each role's head about each candidate."""
    found.roles = {role: {} for role in ROLES}
    for code, features in found.described.items():
        told = weights.tally(ROLES, features)
        for role in ROLES:
            found.roles[role][code] = told.get(role, {}).get(YES, 0.0)


def judge(found: Look, weights: Weights) -> Verdict:
    """Decide stage and sets."""
    stage = Stage(max(found.stages, key=lambda label: found.stages[label])) if found.stages else Stage.CONTEXT
    logits = {
        role: {
            code: weights.score(role + SET, set_features(role, code, found)).get(YES, own)
            for code, own in found.roles[role].items()
        }
        for role in ROLES
    }
    taken = {role: {code for code, logit in logits[role].items() if logit > 0} for role in ROLES}
    for code in taken["issuers"] & taken["targets"]:
        weaker = min(("issuers", "targets"), key=lambda role: logits[role][code])
        taken[weaker].discard(code)
    taken["issuers"] = taken["issuers"] - found.vague or taken["issuers"]
    if stage not in _SPOKEN:
        taken["speaker"].clear()
    taken["speaker"] -= taken["issuers"]
    chances = {"stage": found.stages.get(stage, 0.0)} | {role: _chance(logits[role], taken[role]) for role in ROLES}
    logit = weights.score(SURE, sure_features(found, chances, taken)).get(YES)
    product = chances["stage"] * chances["issuers"] * chances["targets"]
    chances["action"] = product if logit is None else probability(logit)
    return Verdict(
        stage, {role: tuple(code for code in found.described if code in taken[role]) for role in ROLES}, chances
    )


def _chance(logits: Mapping[Code, float], taken: set[Code]) -> float:
    """Return how likely a set is right: every code in it, and none beside it."""
    chance = 1.0
    for code, logit in logits.items():
        chance *= probability(logit if code in taken else -logit)
    return chance


def _capped(logit: float) -> float:
    return max(-_MOST, min(_MOST, logit))


def set_features(role: str, code: Code, found: Look) -> Features:
    """Describe a candidate among the others."""
    own = found.roles[role][code]
    opposite = found.roles[_OPPOSITE[role]]
    others = sorted((logit for other, logit in found.roles[role].items() if other != code), reverse=True)
    best, second = (*others, -6.0, -6.0)[:2]
    against = max((logit for other, logit in opposite.items() if other != code), default=-6.0)
    first = float(own > best)
    features = {
        "own": _capped(own), "best other": _capped(best), "gap": _capped(own - best), "first": first,
        "other holds": float(best > 0), "second other": _capped(second), "opposite": _capped(opposite[code]),
        "opposite other": _capped(against), "first and own": first * _capped(own),
        "gap if other holds": float(best > 0) * _capped(own - best), "candidates": float(min(len(others) + 1, 5)),
    }  # fmt: skip
    for stage, share in found.stages.items():
        if share > 0.01:
            features[f"{stage}"] = share
            features[f"{stage} and own"] = share * _capped(own)
            features[f"{stage} and first"] = share * first
    return features


def sure_features(found: Look, chances: Mapping[str, float], taken: Mapping[str, set[Code]]) -> Features:
    """Describe how sure a verdict looks."""
    shared = sorted(found.stages.values(), reverse=True)
    features = {
        "stage": chances["stage"], "stage gap": shared[0] - shared[1] if len(shared) > 1 else 1.0,
        "issuers": chances["issuers"], "targets": chances["targets"],
        "product": chances["stage"] * chances["issuers"] * chances["targets"],
        "relevant": _capped(found.relevant), f"issuers {min(len(taken['issuers']), 2)}": 1.0,
        f"targets {min(len(taken['targets']), 2)}": 1.0, "candidates": float(min(len(found.described), 5)),
    }  # fmt: skip
    for stage, share in found.stages.items():
        features[f"as {stage}"] = share
    return features | _agreement(found, taken)


def _agreement(found: Look, taken: Mapping[str, set[Code]]) -> Features:
    """Describe how far features and encoder, each by itself, would have come to the same verdict."""
    if found.impression is None or not found.own_stages:
        return {}
    stage = max(found.stages, key=lambda label: found.stages[label])
    encoder = shares(found.impression.item[STAGE])
    features = {
        "features stage": found.own_stages.get(stage, 0.0),
        "encoder stage": encoder.get(stage, 0.0),
        "both stage": float(
            all(max(said, key=lambda label: said[label]) == stage for said in (found.own_stages, encoder))
        ),
    }
    for role in ("issuers", "targets"):
        features[f"features {role}"] = _chance(found.own_roles[role], taken[role])
        features[f"encoder {role}"] = _chance(found.impression.roles[role], taken[role])
    features["least"] = min(features.values())
    return features
