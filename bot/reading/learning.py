"""Learning: labelled items in, rows of weights out, with honest figures.

Every head is learned twice. Once fold by fold, so that each item is looked at by heads that have not seen it (nor, in
the grouped folds, anything of its outlet): from these looks the second heads are learned (see `judging.py`), and the
figures come. Then all first heads once more from all items: those are shipped.

Who fits is an argument (`adapters.learning.fit`): the core knows no learning library. Items without a trigger teach
nothing; they are never asked about either.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain import Item, Stage, WhyNot
from bot.lexicon import Lexicon
from bot.reading import judging
from bot.reading.features import item_features
from bot.reading.judging import COUNTER, RELEVANT, ROLES, STAGE, SURE, WHY_NOT, YES, Look, Verdict
from bot.reading.model import Weights, shares
from bot.reading.page import page
from bot.reading.roles import candidates

Row = dict[str, Any]
Features = Mapping[str, float]
Progress = Callable[[str], None]
FOLDS = 5
STRENGTH = {RELEVANT: 0.05, STAGE: 0.12, COUNTER: 0.1, WHY_NOT: 0.1} | dict.fromkeys(ROLES, 0.12)
_SECOND = 0.3
"""Strength of the second heads, which have few features and many cases."""
_LEAST = 0.012
"""Weights smaller than this are left out of the file: they decide nothing."""


class Fit(Protocol):
    """A learner of one head: see `adapters.learning.fit`."""

    def __call__(
        self, head: str, cases: Sequence[Features], labels: Sequence[str], *, strength: float = ..., seen: int = ...
    ) -> list[Row]:
        """Return the head's rows of weights."""
        ...


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item with what it means; `actions` as `labels.md` of the project's evaluation has them."""

    item: Item
    relevant: bool
    why_not: WhyNot | None = None
    actions: tuple[Mapping[str, Any], ...] = ()
    given: bool = False
    """Whether it is teaching material only (the seeds' examples): learned from, not counted in figures."""


@dataclass(slots=True)
class Figures:
    """How well items were read that the heads had not seen, by name."""

    name: str
    values: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}: " + ", ".join(f"{name} {value:.3f}" for name, value in self.values.items())


@dataclass(slots=True)
class _Case:
    labelled: Labelled
    look: Look
    fold: int = 0

    @property
    def lead(self) -> Mapping[str, Any]:
        return self.labelled.actions[0] if self.labelled.actions else {}


def learn(items: Sequence[Labelled], lexicon: Lexicon, fit: Fit, progress: Progress) -> tuple[list[Row], list[Figures]]:
    """Return the weights file's rows, sorted, and figures by cross-validation: random folds, and grouped by outlet."""
    progress(f"reading {len(items)} items")
    cases, silent = _cases(items, lexicon)
    figures = []
    second: list[Row] = []
    for name, key in (("random folds", _by_guid), ("folds by outlet", _by_outlet)):
        _deal(cases, key)
        _first_looks(cases, fit, progress, name)
        second = _second_heads([case for case in cases if case.labelled.relevant], fit)
        figures.append(_figures(name, cases, silent, fit))
        progress(str(figures[-1]))
    progress("learning from all items")
    rows = _first_heads(cases, fit) + second
    return _tidy(rows), figures


def _cases(items: Sequence[Labelled], lexicon: Lexicon) -> tuple[list[_Case], list[Labelled]]:
    """Return the items that have a trigger, described, and those that have none."""
    cases, silent = [], []
    for labelled in items:
        scanned = page(labelled.item, lexicon)
        if any(scan.triggers for _, scan in scanned.scans()):
            cases.append(_Case(labelled, Look(item_features(scanned), candidates(scanned))))
        else:
            silent.append(labelled)
    return cases, silent


def _by_guid(labelled: Labelled) -> str:
    return labelled.item.title


def _by_outlet(labelled: Labelled) -> str:
    return labelled.item.title if labelled.given else labelled.item.outlet


def _deal(cases: Sequence[_Case], key: Callable[[Labelled], str]) -> None:
    """Give each case a fold: those with one key stay together, the largest groups first, into the smallest fold."""
    sizes = Counter(key(case.labelled) for case in cases)
    loads, folds = [0] * FOLDS, {}
    for group, size in sorted(sizes.items(), key=lambda entry: (-entry[1], entry[0])):
        folds[group] = loads.index(min(loads))
        loads[folds[group]] += size
    for case in cases:
        case.fold = folds[key(case.labelled)]


def _first_looks(cases: Sequence[_Case], fit: Fit, progress: Progress, name: str) -> None:
    """Let each case be looked at by heads learned from the other folds."""
    for fold in range(FOLDS):
        progress(f"{name}: {fold + 1} of {FOLDS}")
        weights = Weights.parse(_first_heads([case for case in cases if case.fold != fold], fit))
        for case in cases:
            if case.fold == fold:
                case.look.relevant = weights.score(RELEVANT, case.look.features)[YES]
                case.look.stages = shares(weights.score(STAGE, case.look.features))
                judging.look_at_roles(case.look, weights)


def _first_heads(cases: Sequence[_Case], fit: Fit) -> list[Row]:
    """Learn the heads that look at features of the text."""
    rows = _fit(fit, RELEVANT, [(case.look.features, _word(yes=case.labelled.relevant)) for case in cases])
    relevant = [case for case in cases if case.labelled.relevant]
    rows += _fit(fit, STAGE, [(case.look.features, str(case.lead["stage"])) for case in relevant])
    rows += _fit(fit, COUNTER, [(case.look.features, _word(yes=bool(case.lead.get("counter")))) for case in relevant])
    silent = [case for case in cases if not case.labelled.relevant]
    rows += _fit(fit, WHY_NOT, [(case.look.features, str(case.labelled.why_not or WhyNot.OTHER)) for case in silent])
    for role in ROLES:
        rows += _fit(
            fit,
            role,
            [
                (features, _word(yes=code in case.lead.get(role, ())))
                for case in relevant
                for code, features in case.look.described.items()
            ],
        )
    return rows


def _second_heads(relevant: Sequence[_Case], fit: Fit) -> list[Row]:
    """Learn the heads that look at first looks."""
    rows: list[Row] = []
    for role in ROLES:
        told = [
            (judging.set_features(role, code, case.look), _word(yes=code in case.lead.get(role, ())))
            for case in relevant
            for code in case.look.described
        ]
        rows += _fit(fit, role + ".set", told, strength=_SECOND)
    weights = Weights.parse(rows)
    sure = []
    for case in relevant:
        verdict = judging.judge(case.look, weights)
        taken = {role: set(codes) for role, codes in verdict.roles.items()}
        sure.append((judging.sure_features(case.look, verdict.chances, taken), _word(yes=all(_right(case, verdict)))))
    return rows + _fit(fit, SURE, sure, strength=_SECOND)


def _fit(fit: Fit, head: str, told: Sequence[tuple[Features, str]], strength: float | None = None) -> list[Row]:
    """Learn one head; a head whose cases all have one answer cannot be learned, and is left out."""
    cases, labels = [features for features, _ in told], [label for _, label in told]
    if len(set(labels)) < 2:
        return []
    return fit(head, cases, labels, strength=strength if strength is not None else STRENGTH[head])


def _word(*, yes: bool) -> str:
    return YES if yes else "no"


def _right(case: _Case, verdict: Verdict) -> tuple[bool, bool, bool]:
    """Return whether stage, issuers and targets are the lead action's."""
    return (
        verdict.stage == Stage(case.lead["stage"]),
        set(verdict.roles["issuers"]) == set(case.lead["issuers"]),
        set(verdict.roles["targets"]) == set(case.lead["targets"]),
    )


def _figures(name: str, cases: Sequence[_Case], silent: Sequence[Labelled], fit: Fit) -> Figures:
    """Measure the looks; the second heads are learned anew without the fold they judge."""
    hits = Counter[str]()
    found: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        weights = Weights.parse(
            _second_heads([case for case in cases if case.labelled.relevant and case.fold != fold], fit)
        )
        for case in cases:
            if case.fold == fold and not case.labelled.given:
                _count(case, weights, hits, found)
    hits["relevant"] += sum(labelled.relevant for labelled in silent if not labelled.given)
    return Figures(name, _values(hits, found))


def _count(case: _Case, weights: Weights, hits: Counter[str], found: list[tuple[float, bool]]) -> None:
    """Count one case's hits."""
    told = case.look.relevant > 0
    hits["told"] += told
    hits["relevant"] += case.labelled.relevant
    if not case.labelled.relevant:
        return
    hits["both"] += told
    verdict = judging.judge(case.look, weights)
    right: dict[str, bool] = dict(zip(("stage", "issuers", "targets"), _right(case, verdict), strict=True))
    right["triple"] = all(right.values())
    for key, value in right.items():
        hits[key] += told and value
        hits["given " + key] += value
    if told:
        found.append((verdict.chances["action"], right["triple"]))


def _values(hits: Counter[str], found: list[tuple[float, bool]]) -> dict[str, float]:
    """Turn hits into figures."""
    n = hits["relevant"] or 1
    values = {
        "precision": hits["both"] / (hits["told"] or 1),
        "recall": hits["both"] / n,
        "F1": 2 * hits["both"] / (hits["told"] + n),
    }
    values |= {key: hits[key] / n for key in ("stage", "issuers", "targets", "triple")}
    values |= {"given " + key: hits["given " + key] / n for key in ("stage", "issuers", "targets", "triple")}
    half = sorted(found, reverse=True)[: max(1, n // 2)]
    values["triple in surer half"] = sum(right for _, right in half) / len(half)
    values["half is surer than"] = half[-1][0] if half else 0.0
    return values


def _tidy(rows: Sequence[Row]) -> list[Row]:
    """Round, prune and sort."""
    return [
        {
            "head": row["head"],
            "label": row["label"],
            "bias": round(row["bias"], 3),
            "weights": {name: round(w, 3) for name, w in sorted(row["weights"].items()) if abs(w) >= _LEAST},
        }
        for row in sorted(rows, key=lambda row: (row["head"], row["label"]))
    ]
