"""Details: all that is said of an action beside its stage and roles, and the cases from which their heads are learned.

`details` answers for one action of an item whose sentences were marked once by `measures.lines`. `cases` gives, for an
action whose details are known, what the heads ``instrument``, ``ground`` and ``count`` are to learn from it; the place
should be the one that the reading itself would find, so that they are asked later what they were taught.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.lexicon import Lexicon
from bot.reading import counts, dates, legal, measures, names
from bot.reading.cues import GROUND, INSTRUMENT, Line
from bot.reading.measures import Features, Place
from bot.reading.model import Weights

STRENGTH = {INSTRUMENT: 0.2, GROUND: 0.2, counts.COUNT: 2.0}
"""How freely each head may learn (L2's inverse), by cross-validation grouped by outlet."""
SEEN = 2
"""In how many cases a feature must stand to get a weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an action does, why, to how many and whom, on which basis and when; fields as in `bot.domain.Action`."""

    instruments: tuple[str, ...]
    grounds: tuple[str, ...]
    counts: Mapping[str, int]
    names: tuple[str, ...]
    legal_basis: tuple[str, ...]
    when: date | None


def details(
    marked: Sequence[Line], place: Place, published: date | None, lexicon: Lexicon, weights: Weights
) -> Details:
    """Return the details that an item states for an action; `published` is the item's date."""
    return Details(
        instruments=measures.instruments(marked, place, lexicon, weights),
        grounds=measures.grounds(marked, place, lexicon, weights),
        counts=counts.counts(marked, place, lexicon, weights),
        names=names.names(marked, place, lexicon),
        legal_basis=legal.legal_basis(marked, place, lexicon),
        when=dates.when(marked, place, published, lexicon),
    )


def cases(
    marked: Sequence[Line], place: Place, action: Mapping[str, Any], lexicon: Lexicon
) -> Iterator[tuple[str, Features, bool]]:
    """Yield (head, features, whether it holds) for every candidate of an action with the gold fields `action`."""
    for head, field in ((INSTRUMENT, "instruments"), (GROUND, "grounds")):
        for code, features in measures.candidates(head, marked, place, lexicon).items():
            yield head, features, code in action.get(field, ())
    for _, count, features in counts.candidates(marked, place, lexicon):
        yield counts.COUNT, features, (action.get("counts") or {}).get(count.kind) == count.number
