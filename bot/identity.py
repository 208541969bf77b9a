"""What is the same item: its marks, and telling a new item from a known one.

A feed calls its entries by *guid*, *link* and *title*, and each of the three lies at times: guids change all at once
(a new CMS), are used again, or are missing; links gain tracking parameters, move to https, or lead every entry to one
live page; titles are corrected, or are the same every morning ("Daily briefing", "Notice of Sanctions Actions"). So no
single one decides. Each is compared on its own (it agrees, it differs, or one side does not say) and then:

* the link agrees: one page. With another title it was corrected, unless guid and date are new too: a page used again.
* only the guid agrees: the title must agree too, or the wording be alike at an equal date; else the guid is re-used.
* only title and outlet agree: one item when near in time, unless the outlet gives this title to many items, the source
  is official (official titles are formulas), or the known item stands in the same visit as an entry of its own.

The two mistakes do not weigh the same. A known item taken for new is caught once more, where its story is looked up; a
new item taken for known is lost. In doubt, it is new.

Dates never make an item new by themselves, since feeds bump them. Items are one across feeds; guids are not.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from bot.domain import Item, Key, Known, Marks, Recognition, Sameness
from bot.links import LinkRules
from bot.marks import keys_for, marks_of, plain

NEAR = timedelta(days=3)
"""How far apart the same title of the same outlet still is the same item."""
SAME_DAY = timedelta(hours=12)
"""A title that comes back daily comes back later than this."""
MAX_REWORDINGS = 4
"""A summary that has changed more often than this has a counter or a clock in it: no longer reported."""
_TELLING_WORDS = 4
_ALIKE = 0.5


# --- recognising --------------------------------------------------------------------------------------------------


class _Agreement(Enum):
    AGREES = 2
    SILENT = 1
    """One of the two does not say."""
    DIFFERS = 0


_AGREES, _SILENT, _DIFFERS = _Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """An item beside a known one, mark by mark."""

    item: Item
    known: Known
    guid: _Agreement
    link: _Agreement
    title: _Agreement
    headline: _Agreement
    body: _Agreement
    apart: timedelta | None
    """Between the two dates; None where one has none."""
    at_home: bool
    """Whether the item comes from the feed that brought the known one."""
    visited: bool
    """Whether the known item was ever seen in this feed."""

    @property
    def strength(self) -> tuple[int, int, int]:
        return (self.link.value, self.guid.value, self.title.value)

    def within(self, span: timedelta) -> bool:
        return self.apart is not None and self.apart <= span

    def alike(self) -> bool:
        return _likeness(plain(self.item.title), plain(self.known.title)) >= _ALIKE


def recognise(item: Item, marks: Marks, candidates: Sequence[Known]) -> Recognition:
    """Tell whether `item` is new, one of the candidates, or one of them with a changed wording.

    `candidates` are known items that share at least one mark with it, in any order.
    """
    for known in candidates:
        if any(sight.marks.face == marks.face for sight in known.sights):
            return Recognition(sameness=Sameness.SAME, of=known.key, because="seen before, word for word")
    compared = sorted((_compare(item, marks, known) for known in candidates), key=lambda c: c.strength, reverse=True)
    links = {sight.marks.link for c in compared if c.headline is _AGREES for sight in c.known.sights}
    formula = len(links - {0}) > 1 and len({c.known.key for c in compared if c.headline is _AGREES}) > 1
    reason = "nothing known looks like it"
    for comparison in compared:
        recognition = _judge(comparison, formula=formula)
        if recognition.sameness is not Sameness.NEW:
            return recognition
        reason = recognition.because
    return Recognition(sameness=Sameness.NEW, because=reason)


def _compare(item: Item, marks: Marks, known: Known) -> _Comparison:
    here = [sight.marks for sight in known.sights if sight.feed == item.feed]
    every = [sight.marks for sight in known.sights]
    return _Comparison(
        item=item,
        known=known,
        guid=_agreement(marks.guid, [each.guid for each in here]),
        link=_agreement(marks.link, [each.link for each in every]),
        title=_agreement(marks.title, [each.title for each in every]),
        headline=_agreement(marks.headline, [each.headline for each in every]),
        body=_agreement(marks.body, [each.body for each in every]),
        apart=_apart(item.date, known.date),
        at_home=item.feed == known.feed,
        visited=bool(here),
    )


def _agreement(mark: int, others: Collection[int]) -> _Agreement:
    if not mark or not any(others):
        return _SILENT
    return _AGREES if mark in others else _DIFFERS


def _apart(one: datetime | None, other: datetime | None) -> timedelta | None:
    return abs(one - other) if one and other else None


def _judge(c: _Comparison, *, formula: bool) -> Recognition:
    if c.link is _AGREES:
        return _same_page(c)
    if c.guid is _AGREES:
        return _same_guid(c)
    if c.headline is _AGREES:
        return _same_headline(c, formula=formula)
    return _new("only its wording resembles a known item")


def _same_page(c: _Comparison) -> Recognition:
    if c.title is not _DIFFERS:
        used_again = c.guid is _DIFFERS and c.body is _DIFFERS and c.apart is not None and c.apart > timedelta(days=1)
        return (
            _new("a page used again: other guid, date and summary") if used_again else _known(c, "link and title agree")
        )
    if c.known.claimed:
        return _new("another entry of the same visit has the same link")
    if not c.visited:
        near = c.apart is None or c.apart <= NEAR
        return _known(c, "same link in another feed") if near or c.alike() else _new("a page used again, days later")
    if c.guid is _AGREES:
        return _edited(c, "guid and link agree, the title has changed")
    unmoved = c.apart is None or not c.apart
    if unmoved or (c.guid is _SILENT and c.alike()):
        return _edited(c, "link and date agree, the title has changed" if unmoved else "same link, the title is alike")
    return _new("a page used again: other title and date")


def _same_guid(c: _Comparison) -> Recognition:
    moved = c.link is _DIFFERS
    if moved and c.known.claimed:
        return _new("another entry of the same visit has the same guid")
    if c.title is not _DIFFERS:
        used_again = moved and c.body is _DIFFERS and c.apart is not None and c.apart > NEAR
        return _new("a guid used again, days later") if used_again else _known(c, "guid and title agree")
    unmoved = c.apart is None or not c.apart
    if c.alike() and unmoved:
        return _edited(c, "same guid and date, the title is alike")
    return _new("a guid used again: other title" + (" and link" if moved else ""))


def _same_headline(c: _Comparison, *, formula: bool) -> Recognition:
    if c.known.claimed:
        return _new("another entry of the same visit has the same title")
    if c.guid is _SILENT and c.link is _SILENT:
        today = c.apart is None or c.within(SAME_DAY) or c.body is _AGREES
        return _known(c, "same title, nothing else to go by") if today else _new("the same title on another day")
    if c.item.official or formula:
        return _new("the title is a formula that many items have")
    if c.guid is _DIFFERS and c.link is _DIFFERS:
        unmoved = c.within(timedelta()) and c.body is not _DIFFERS
        return _known(c, "title and date agree, moved") if unmoved else _new("same title, but guid and link differ")
    if c.within(SAME_DAY):
        return _known(c, "same outlet and title on one day")
    telling = len(c.item.title.split()) >= _TELLING_WORDS and c.body is not _DIFFERS
    if c.within(NEAR) and telling:
        return _known(c, "same outlet and title within days")
    return _new("the same title, other link, other day")


def _known(c: _Comparison, because: str) -> Recognition:
    """Return the same; or edited, when its own feed now words the summary as never before."""
    reworded = c.at_home and c.body is _DIFFERS and c.title is _AGREES and len(c.known.sights) < MAX_REWORDINGS
    if reworded and not c.known.claimed:
        return _edited(c, "the summary has changed")
    return Recognition(sameness=Sameness.SAME, of=c.known.key, because=because)


def _edited(c: _Comparison, because: str) -> Recognition:
    if c.known.claimed:
        return _new("another entry of the same visit is that item")
    sameness = Sameness.EDITED if c.at_home else Sameness.SAME
    return Recognition(sameness=sameness, of=c.known.key, because=because)


def _new(because: str) -> Recognition:
    return Recognition(sameness=Sameness.NEW, because=because)


def _likeness(one: str, other: str) -> float:
    """Return how many pairs of neighbouring characters two texts share, 0 to 1: linear, and right for every script."""
    left, right = set(pairwise(one)), set(pairwise(other))
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


# --- the door -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemIdentity:
    """The functions above with their link rules: what a store asks (`bot.ports.Identity`)."""

    rules: LinkRules = field(default_factory=LinkRules)

    def marks(self, item: Item) -> Marks:
        """Return what the item is recognised by."""
        return marks_of(item, self.rules)

    def recognise(self, item: Item, marks: Marks, candidates: Sequence[Known]) -> Recognition:
        """Tell a new item from a known one and from a known one with a changed wording."""
        return recognise(item, marks, candidates)

    def keys(self, marks: Marks) -> Iterator[Key]:
        """Return without end the keys that a new item may be given, the preferred one first."""
        return keys_for(marks)
