"""Cases: labelled items as learning looks at them, dealt into folds by their outlets.

An outlet's items are alike: what was learned of some is no test with the others. So they stay together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.lexicon import Lexicon
from bot.reading.features import item_features
from bot.reading.judging import Look
from bot.reading.page import page
from bot.reading.roles import candidates
from bot.reading.teaching import Labelled


@dataclass(slots=True)
class Case:
    """A labelled item, what is seen in it, and its fold."""

    labelled: Labelled
    look: Look
    fold: int = 0

    @property
    def lead(self) -> Mapping[str, Any]:
        """Return its first action; nothing where it is no sanctions news."""
        return self.labelled.actions[0] if self.labelled.actions else {}


def cases_of(items: Sequence[Labelled], lexicon: Lexicon) -> tuple[list[Case], list[Labelled]]:
    """Return the items that have a trigger, described, and those that have none."""
    cases, silent = [], []
    for labelled in items:
        scanned = page(labelled.item, lexicon)
        if any(scan.triggers for _, scan in scanned.scans()):
            cases.append(Case(labelled, Look(item_features(scanned), candidates(scanned), vague=scanned.vague)))
        else:
            silent.append(labelled)
    return cases, silent


def _by_outlet(labelled: Labelled) -> str:
    return labelled.item.title if labelled.given else labelled.item.outlet


def deal(cases: Sequence[Case], folds_in_all: int) -> None:
    """Give each case a fold: an outlet's stay together, the largest groups first, into the smallest fold."""
    key = _by_outlet
    sizes = Counter(key(case.labelled) for case in cases)
    loads, folds = [0] * folds_in_all, {}
    for group, size in sorted(sizes.items(), key=lambda entry: (-entry[1], entry[0])):
        folds[group] = loads.index(min(loads))
        loads[folds[group]] += size
    for case in cases:
        case.fold = folds[key(case.labelled)]
