"""Learning: labelled items in, rows of weights out, with honest figures.

Every head is learned twice. Once fold by fold, so that each item is looked at by heads that have not seen it nor
anything of its outlet: from these looks the second heads are learned (see `judging.py`), and the figures come. Then all
first heads once more from all items: those are shipped. The same with the encoder, where it is trained too; where it is
not, it stays as it is, and so do the heads that weigh what it says, since of items it knows it says nothing honest.

Who fits is an argument (`adapters.learning.fit`): the core knows no learning library. Items without a trigger teach
nothing; they are never asked about either.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain import WhyNot
from bot.errors import UsageError
from bot.lexicon import Lexicon
from bot.ports import Trainer
from bot.reading import judging
from bot.reading.cases import Case, cases_of, deal
from bot.reading.detailing import details
from bot.reading.figures import Figures, is_right, measure
from bot.reading.impressions import FOLDS as ENCODER_FOLDS
from bot.reading.impressions import blends, impressions, trained
from bot.reading.judging import BLEND, COUNTER, RELEVANT, ROLES, SET, STAGE, SURE, SURE_AT, WHY_NOT, YES
from bot.reading.model import Weights, parsed_rows, shares
from bot.reading.teaching import Features, Fit, Labelled, Row, fit_head, word

Progress = Callable[[str], None]
FOLDS = 5
STRENGTH = {RELEVANT: 0.03, STAGE: 0.06, COUNTER: 0.1, WHY_NOT: 0.1} | dict.fromkeys(ROLES, 0.12)
GIVEN = 0.3
"""How much a relevant example matters to the head of relevance."""
BALANCE = {STAGE: 0.5}
"""Every stage is asked for, not the mix that one year's feeds happened to bring."""
_BOLDEST = 0.25
"""At most this much is relevance made bolder: past it F1 hardly moves, but general news raises more false alarms."""
_SECOND = 0.3
"""Strength of the second heads, which have few features and many cases."""
_LEAST = {STAGE: 0.04, RELEVANT: 0.03, WHY_NOT: 0.05} | dict.fromkeys(ROLES, 0.1)
"""Weights smaller than this are left out of the file: nineteen of twenty. Over unseen outlets stages and roles are none
the worse for it. Relevance would even gain there, but among general news its small weights are what keeps silence."""
_TINY = 0.02
"""The same for the other heads, where they decide nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What came of it."""

    rows: list[Row]
    """The weights file's rows, sorted."""
    encoder: bytes | None
    """The encoder's file, where one was trained."""
    figures: Figures
    """By cross-validation, folds grouped by outlet."""


def learn(
    items: Sequence[Labelled], lexicon: Lexicon, fit: Fit, progress: Progress, trainer: Trainer | None = None
) -> Learned:
    """Learn the linear heads and, with a trainer, the encoder. Raises UsageError where all items are of one kind."""
    if len({labelled.relevant for labelled in items}) < 2:
        raise UsageError("learning needs items of both kinds, relevant and silent; give it more of the other kind")
    progress(f"reading {len(items)} items")
    cases, silent = cases_of(items, lexicon)
    deal(cases, FOLDS)
    _first_looks(cases, fit, progress)
    blending: list[Row] = []
    if trainer:
        blending = _blended(cases, lexicon, fit, trainer, progress)
    second = _second_heads([case for case in cases if case.labelled.relevant], fit)
    shift = _shift(cases)
    for case in cases:
        case.look.relevant += shift
    figures = measure("folds by outlet", _judged(cases, fit), sum(one.relevant for one in silent if not one.given))
    progress("learning from all items")
    rows = _first_heads(cases, fit) + blending + second + details(items, lexicon, fit)
    _lift(rows, shift)
    rows.append({"head": SURE_AT, "label": YES, "bias": figures.values["sure from"], "weights": {}})
    encoder = trained([case.labelled for case in cases], lexicon, trainer, progress) if trainer else None
    return Learned(rows=_tidy(rows if trainer else _kept(rows, lexicon)), encoder=encoder, figures=figures)


def _blended(cases: Sequence[Case], lexicon: Lexicon, fit: Fit, trainer: Trainer, progress: Progress) -> list[Row]:
    """Let encoders look at the cases too, learn how to weigh them, and weigh."""
    told = [case.labelled for case in cases]
    deal(cases, ENCODER_FOLDS)
    for case, impression in zip(
        cases, impressions(told, [case.fold for case in cases], lexicon, trainer, progress), strict=True
    ):
        case.look.impression = impression
    deal(cases, FOLDS)
    rows = blends([case.look for case in cases], told, fit)
    weights = Weights.parse(rows)
    for case in cases:
        judging.blend_item(case.look, weights)
        judging.blend_action(case.look, weights)
    return rows


def _lift(rows: Sequence[Row], shift: float) -> None:
    """Make relevance bolder where it is decided: in its blend, or in its own head where there is none."""
    heads = {row["head"] for row in rows}
    for row in rows:
        if row["head"] == (RELEVANT + BLEND if RELEVANT + BLEND in heads else RELEVANT):
            row["bias"] += shift


def _kept(rows: Sequence[Row], lexicon: Lexicon) -> list[Row]:
    """Leave the heads that weigh an encoder as they are, if there is one."""
    if not lexicon.seeds.get("encoder"):
        return list(rows)
    now = parsed_rows(lexicon.seeds["weights"])
    return [row for row in rows if not _weighs(row)] + [row for row in now if _weighs(row)]


def _weighs(row: Row) -> bool:
    """Return whether a head looks at what other heads and the encoder say."""
    return row["head"].endswith((BLEND, SET)) or row["head"] in {SURE, SURE_AT}


def _shift(cases: Sequence[Case]) -> float:
    """Return what to add to the logit of relevance so that F1 is best; teaching material is not the news' own mix."""
    asked = sorted((case.look.relevant, case.labelled.relevant) for case in cases if not case.labelled.given)
    relevant = sum(right for _, right in asked)
    best, at, left = 0.0, 0.0, relevant
    for number, (logit, right) in enumerate(asked):
        if 2 * left / (len(asked) - number + relevant) > best:
            best, at = 2 * left / (len(asked) - number + relevant), logit
        left -= right
    return min(-at, _BOLDEST)


def _first_looks(cases: Sequence[Case], fit: Fit, progress: Progress) -> None:
    """Let each case be looked at by heads learned from the other folds."""
    for fold in range(FOLDS):
        progress(f"fold {fold + 1} of {FOLDS}")
        weights = Weights.parse(_first_heads([case for case in cases if case.fold != fold], fit))
        for case in cases:
            if case.fold == fold:
                case.look.relevant = weights.score(RELEVANT, case.look.features).get(YES, 0.0)
                case.look.counter = weights.score(COUNTER, case.look.features).get(YES, -1.0)
                case.look.stages = shares(weights.score(STAGE, case.look.features))
                judging.look_at_roles(case.look, weights)


def _first_heads(cases: Sequence[Case], fit: Fit) -> list[Row]:
    """Learn the heads that look at features of the text."""
    relevant = [case for case in cases if case.labelled.relevant]
    silent = [case for case in cases if not case.labelled.relevant]
    told: dict[str, list[tuple[Features, str]]] = {
        RELEVANT: [(case.look.features, word(yes=case.labelled.relevant)) for case in cases],
        STAGE: [(case.look.features, str(case.lead["stage"])) for case in relevant],
        COUNTER: [(case.look.features, word(yes=bool(case.lead.get("counter")))) for case in relevant],
        WHY_NOT: [
            (case.look.features, str(case.labelled.why_not or WhyNot.OTHER))
            for case in silent
            # whole heaps of unlabelled news may be given as silent: they would make every reason "other"
            if not case.labelled.given or case.labelled.why_not not in {None, WhyNot.OTHER}
        ],
    }
    for role in ROLES:
        told[role] = [
            (features, word(yes=code in case.lead.get(role, ())))
            for case in relevant
            for code, features in case.look.described.items()
        ]
    rows = fit_head(fit, RELEVANT, told.pop(RELEVANT), STRENGTH[RELEVANT], weights=[_matter(case) for case in cases])
    for head, known in told.items():
        rows += fit_head(fit, head, known, STRENGTH[head], balance=BALANCE.get(head, 0.0))
    return rows


def _matter(case: Case) -> float:
    """Return how much a case matters to relevance: examples are bolder than news."""
    return GIVEN if case.labelled.given and case.labelled.relevant else 1.0


def _second_heads(relevant: Sequence[Case], fit: Fit) -> list[Row]:
    """Learn the heads that look at first looks."""
    rows: list[Row] = []
    for role in ROLES:
        told = [
            (judging.set_features(role, code, case.look), word(yes=code in case.lead.get(role, ())))
            for case in relevant
            for code in case.look.described
        ]
        rows += fit_head(fit, role + SET, told, strength=_SECOND)
    weights = Weights.parse(rows)
    sure = []
    for case in relevant:
        verdict = judging.judge(case.look, weights)
        taken = {role: set(codes) for role, codes in verdict.roles.items()}
        sure.append((judging.sure_features(case.look, verdict.chances, taken), word(yes=all(is_right(case, verdict)))))
    return rows + fit_head(fit, SURE, sure, strength=_SECOND)


def _judged(cases: Sequence[Case], fit: Fit) -> Iterator[tuple[Weights, list[Case]]]:
    """Yield each fold's cases with the second heads learned without them."""
    for fold in range(FOLDS):
        others = [case for case in cases if case.labelled.relevant and case.fold != fold]
        yield Weights.parse(_second_heads(others, fit)), [case for case in cases if case.fold == fold]


def _tidy(rows: Sequence[Row]) -> list[Row]:
    """Round, prune and sort."""
    return [
        {
            "head": row["head"],
            "label": row["label"],
            "bias": round(row["bias"], 3),
            "weights": {
                name: round(w, 3)
                for name, w in sorted(row["weights"].items())
                if abs(w) >= _LEAST.get(row["head"], _TINY)
            },
        }
        for row in sorted(rows, key=lambda row: (row["head"], row["label"]))
    ]
