"""Details: all that is said of an action beside its stage and roles.

`details` answers for one action of an item whose sentences were marked once by `measures.lines`; what each answer rests
on is told in `measures`, `counts`, `names`, `legal` and `dates`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.lexicon import Lexicon
from bot.reading import counts, dates, legal, measures, names
from bot.reading.cues import Line
from bot.reading.measures import Place
from bot.reading.model import Weights


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
        names=names.names(marked, place, lexicon, weights),
        legal_basis=legal.legal_basis(marked, place, lexicon),
        when=dates.when(marked, place, published, lexicon),
    )
