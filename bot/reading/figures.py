"""Figures: how well cases were read by heads that had not seen them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain import Stage
from bot.reading import judging
from bot.reading.cases import Case
from bot.reading.judging import Verdict
from bot.reading.model import Weights

_AIM = 0.88
"""Where a verdict calls itself sure, it shall be right this often."""


@dataclass(slots=True)
class Figures:
    """How well items were read that the heads had not seen, by name."""

    name: str
    values: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}: " + ", ".join(f"{name} {value:.3f}" for name, value in self.values.items())


def measure(name: str, folds: Iterable[tuple[Weights, Sequence[Case]]], missed: int) -> Figures:
    """Count over folds, each with the heads learned without it; `missed` items were relevant and never asked about."""
    hits = Counter[str]()
    found: list[tuple[float, bool]] = []
    for weights, cases in folds:
        for case in cases:
            if not case.labelled.given:
                _count(case, weights, hits, found)
    hits["relevant"] += missed
    return Figures(name, _values(hits, found))


def is_right(case: Case, verdict: Verdict) -> tuple[bool, bool, bool]:
    """Return whether stage, issuers and targets are the lead action's."""
    return (
        verdict.stage == Stage(case.lead["stage"]),
        set(verdict.roles["issuers"]) == set(case.lead["issuers"]),
        set(verdict.roles["targets"]) == set(case.lead["targets"]),
    )


def _count(case: Case, weights: Weights, hits: Counter[str], found: list[tuple[float, bool]]) -> None:
    """Count one case's hits."""
    told = case.look.relevant > 0
    hits["told"] += told
    hits["relevant"] += case.labelled.relevant
    if not case.labelled.relevant:
        return
    hits["both"] += told
    verdict = judging.judge(case.look, weights)
    right: dict[str, bool] = dict(zip(("stage", "issuers", "targets"), is_right(case, verdict), strict=True))
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
    values["sure from"] = _sure_from(found)
    told = [right for chance, right in found if chance >= values["sure from"]]
    values |= {"sure": len(told) / n, "right where sure": sum(told) / (len(told) or 1)}
    values["triple in surer half"] = sum(right for _, right in half) / len(half)
    return values


def _sure_from(found: Sequence[tuple[float, bool]]) -> float:
    """Return the least confidence from which on verdicts are right in `_AIM` of all cases; 1 where there is none."""
    right, least = 0, 1.0
    for number, (chance, is_right) in enumerate(sorted(found, reverse=True), 1):
        right += is_right
        if right >= _AIM * number:
            least = chance
    return least
