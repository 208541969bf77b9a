"""Official lists: what an entry means, which missing entries are believed gone, and what of a change is news.

Three decisions, all pure:

* `settle`: a list writes countries in its own way ("Korea, North") and programmes as tags. Countries become codes, and
  the regimes of `seeds/regimes.toml` say whom a programme is directed at.
* `missing`: a list that shrinks for a day is an outage, not a mass delisting. Few entries that are gone are gone; many
  are doubted until the next visit misses the same ones.
* `items`: one piece of news for each state of a list, for each programme, for each of added and removed. An entry with
  several programmes counts under the first that is directed at somebody, so that nobody is told of it twice.

What `items` makes depends on the changes alone, and each state's changes are kept for good. So the same news comes out
with the same guid whenever it is asked for, and a visit that died half-way loses nothing and tells nothing twice.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import groupby
from typing import Any
from urllib.parse import quote

from bot.domain import Action, Code, Feed, Item, ListedKind, Listing, ListingChange, ListingFate, Stage
from bot.errors import SeedError
from bot.folding import fold
from bot.ports import Missing
from bot.regimes import Regime, Regimes

FILE = "seeds/lists.toml"

FEW = 3
FEW_PERCENT = 5
"""At most so many entries, or so many in a hundred, go without a second visit's word."""
NAMED = 5
AIMED_SHARE, OTHER_SHARE = 2, 4
"""One in so many entries of a country makes it a target too: beside a regime's own targets, and where it has none."""
MORE_TARGETS = 3
TAGS = 3
"""Programmes named in a headline."""
MAX_TEXT = 20_000
_EVIDENCE = 200
_NUMBER = re.compile(r"[0-9]{4,}")
_REMEMBERED = 10_000

_PLURALS = {
    ListedKind.INDIVIDUAL: "individuals",
    ListedKind.ENTITY: "entities",
    ListedKind.VESSEL: "vessels",
    ListedKind.AIRCRAFT: "aircraft",
}
_STAGES = {ListingFate.ADDED: Stage.IMPOSED, ListingFate.REMOVED: Stage.EASED}
_SENTENCES = ("added", "removed", "added_one", "removed_one", "names", "names_all", "regime", "basis")
_BLANKS = ("list", "programme", "total", "counts", "name", "names", "regime", "basis")
_FORMS = ("name", *_PLURALS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    """One kind of list, as `seeds/lists.toml` describes it."""

    kind: str
    issuer: Code
    name: str
    measures: tuple[str, ...]
    added: str
    removed: str


@dataclass(frozen=True, slots=True)
class Clerk:
    """`bot.ports.ListClerk`: knows the lists, the regimes and the countries' names."""

    lists: Mapping[str, OfficialList]
    regimes: Regimes
    words: Mapping[str, Any]
    spellings: Mapping[str, Code]
    find: Callable[[str], Code | None]
    _codes: dict[str, Code | None] = field(default_factory=dict)

    def settle(self, kind: str, listing: Listing) -> Listing:
        """Return a listing with codes for its countries and for those whom its programmes are directed at."""
        issuer = self.lists[kind].issuer
        countries = filter(None, (self._code(name) for name in listing.countries))
        regimes = filter(None, (self.regimes.of_programme(issuer, one) for one in listing.programmes))
        return replace(
            listing,
            countries=tuple(dict.fromkeys(countries)),
            targets=tuple(dict.fromkeys(code for regime in regimes for code in regime.target)),
        )

    def mark(self, listing: Listing) -> int:
        """Return a 63-bit hash of all that a settled listing says."""
        said = (
            *(listing.uid, listing.name, listing.kind, listing.programmes, listing.countries, listing.targets),
            *(listing.listed_on, listing.aliases, listing.remarks),
        )
        digest = blake2b(repr(said).encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def missing(self, known: Collection[str], found: Collection[str], doubted: Collection[str]) -> Missing:
        """Judge the entries that are no longer there; `doubted` are those that the last visit missed already."""
        gone = frozenset(known) - frozenset(found)
        agreed = gone & frozenset(doubted)
        if len(gone - agreed) <= max(FEW, len(known) * FEW_PERCENT // 100):
            return Missing(removed=gone)
        return Missing(removed=agreed, doubted=gone - agreed)

    def items(self, feed: Feed, changes: Iterable[ListingChange]) -> tuple[Item, ...]:
        """Return the news in the changes of one list, by state, then fate, then programme. Changed entries are none."""
        told = [(self._lead(feed.kind, one.listing), one) for one in changes if one.fate in _STAGES]
        told.sort(key=lambda pair: (pair[1].state, pair[1].fate, pair[0], *_place(pair[1].listing)))
        groups = groupby(told, key=lambda pair: (pair[1].state, pair[1].fate, pair[0]))
        return tuple(self._item(feed, lead, [one for _, one in group]) for (_, _, lead), group in groups)

    # --- one item -------------------------------------------------------------------------------------------------

    def _item(self, feed: Feed, lead: str, changes: Sequence[ListingChange]) -> Item:
        listed, first = self.lists[feed.kind], changes[0]
        listings = [one.listing for one in changes]
        regime = self.regimes.of_programme(listed.issuer, lead)
        title = self._title(listed, first.fate, listings)
        page = listed.added if first.fate is ListingFate.ADDED else listed.removed
        return Item(
            feed=feed.key,
            guid=f"{feed.key} {first.state} {first.fate} {lead}",
            link=page.format(uid=quote(first.listing.uid)),
            title=title,
            summary=self._summary(regime, lead, listings),
            text="; ".join(one.name for one in listings)[:MAX_TEXT],
            date=max(one.at for one in changes),
            outlet=feed.outlet or listed.name,
            language=feed.language,
            official=True,
            actions=(self._action(listed, lead, changes, title),),
        )

    def _title(self, listed: OfficialList, fate: ListingFate, listings: Sequence[Listing]) -> str:
        (programmes, _), *_ = Counter(one.programmes for one in listings).most_common(1)
        said = {"list": listed.name, "programme": ", ".join(programmes[:TAGS]) or listed.name, "name": listings[0].name}
        if len(listings) == 1:
            return str(self.words[f"{fate}_one"]).format(**said)
        counts = ", ".join(self._counted(kind, number) for kind, number in _counts(listings).items())
        said |= {"total": self._counted("name", len(listings)), "counts": counts}
        return str(self.words[fate]).format(**said)

    def _counted(self, kind: str, number: int) -> str:
        one, many = self.words[kind]
        return f"{number:,} {one if number == 1 else many}"

    def _summary(self, regime: Regime | None, lead: str, listings: Sequence[Listing]) -> str:
        names = "; ".join(one.name for one in listings[:NAMED])
        parts = [str(self.words["names" if len(listings) > NAMED else "names_all"]).format(names=names)]
        if regime is not None:
            parts.append(str(self.words["regime"]).format(regime=regime.name))
            parts.append(str(self.words["basis"]).format(basis="; ".join(_basis(regime, lead))))
        return " ".join(parts)

    def _action(self, listed: OfficialList, lead: str, changes: Sequence[ListingChange], title: str) -> Action:
        regime = self.regimes.of_programme(listed.issuer, lead)
        listings = [one.listing for one in changes]
        days = {one.listed_on for one in listings if one.listed_on}
        added = changes[0].fate is ListingFate.ADDED
        return Action(
            stage=_STAGES[changes[0].fate],
            issuers=(listed.issuer,),
            targets=_targets(regime, listings),
            instruments=_instruments(listed, regime),
            grounds=regime.grounds if regime else (),
            counts=_counts(listings),
            names=tuple(one.name for one in listings[:NAMED]),
            legal_basis=_basis(regime, lead) if regime else (),
            when=days.pop() if added and len(days) == 1 else changes[0].at.date(),
            evidence=title[:_EVIDENCE],
        )

    # --- what an entry means --------------------------------------------------------------------------------------

    def _lead(self, kind: str, listing: Listing) -> str:
        """Return the programme that an entry counts under: one directed at somebody, else one that is known."""
        found = [(one, self.regimes.of_programme(self.lists[kind].issuer, one)) for one in listing.programmes]
        aimed = (one for one, regime in found if regime is not None and regime.target)
        known = (one for one, regime in found if regime is not None)
        return next(aimed, next(known, next(iter(listing.programmes), "")))

    def _code(self, name: str) -> Code | None:
        if name not in self._codes:
            if len(self._codes) >= _REMEMBERED:
                self._codes.clear()
            self._codes[name] = next(filter(None, map(self._spelt, _spellings(name))), None)
        return self._codes[name]

    def _spelt(self, name: str) -> Code | None:
        return self.spellings.get(fold(name)) or self.find(name)


def _spellings(name: str) -> Iterable[str]:
    """Yield a country's name as it stands, without brackets or a second language, and put right ("Korea, North")."""
    yield name
    plain = name.partition("(")[0].partition(" / ")[0].strip()
    yield plain
    before, comma, after = plain.partition(", ")
    if comma:
        yield f"{after} {before}"
        yield before


def _place(listing: Listing) -> tuple[int, int, str]:
    """People first, then the oldest number: lists count up."""
    return (list(ListedKind).index(listing.kind), len(listing.uid), listing.uid)


def _counts(listings: Iterable[Listing]) -> dict[str, int]:
    number = Counter(one.kind for one in listings)
    return {_PLURALS[kind]: number[kind] for kind in ListedKind if number[kind]}


def _targets(regime: Regime | None, listings: Sequence[Listing]) -> tuple[Code, ...]:
    """Return whom the regime is directed at, and whose persons and firms a good share of the entries are."""
    own = regime.target if regime else ()
    shares = Counter(code for one in listings for code in one.countries if code not in own)
    share = AIMED_SHARE if own else OTHER_SHARE
    more = [code for code, number in shares.most_common(MORE_TARGETS) if number * share >= len(listings)]
    return (*own, *more)


def _basis(regime: Regime, programme: str) -> tuple[str, ...]:
    """Return the acts that a programme's name numbers ("RUSSIA-EO14024"); all of the regime's where it numbers none."""
    numbers = _NUMBER.findall(programme)
    return tuple(act for act in regime.legal_basis if any(one in act for one in numbers)) or regime.legal_basis


def _instruments(listed: OfficialList, regime: Regime | None) -> tuple[str, ...]:
    if regime is None:
        return listed.measures[:1]
    return tuple(one for one in regime.measures if one in listed.measures) or regime.measures


# --- from the seeds -----------------------------------------------------------------------------------------------


def compile_lists(
    raw: Mapping[str, Any], regimes: Regimes, *, find: Callable[[str], Code | None], codes: Collection[Code]
) -> Clerk:
    """Return the clerk that knows the lists of `seeds/lists.toml`, given as `tomllib` reads it.

    `find` gives the code for a country's usual name; `codes` are all there are. Raises SeedError.
    """
    lists = [_official_list(entry, number) for number, entry in enumerate(raw.get("lists", []), 1)]
    if twice := [kind for kind, times in Counter(one.kind for one in lists).items() if times > 1]:
        raise SeedError(f"{FILE}: the kind {twice[0]!r} is given twice")
    for one in lists:
        if one.issuer not in codes:
            raise SeedError(f"{FILE}: list {one.kind}: issuer {one.issuer!r} is no known code")
    spellings = raw.get("countries", {})
    for name, code in spellings.items():
        if code not in codes:
            raise SeedError(f"{FILE}: countries: {name!r} has {code!r}, which is no known code")
    _check_words(raw.get("words", {}))
    return Clerk(
        {one.kind: one for one in lists},
        regimes,
        raw["words"],
        {fold(name): code for name, code in spellings.items()},
        find,
    )


def _official_list(entry: Mapping[str, Any], number: int) -> OfficialList:
    for name in ("kind", "issuer", "name", "added", "removed"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise SeedError(f"{FILE}: list {entry.get('kind') or number}: {name} must be text, and not empty")
    for name in ("added", "removed"):
        if not entry[name].startswith("https://") or not entry[name].count("{") == entry[name].count("{uid}") == 1:
            raise SeedError(f"{FILE}: list {entry['kind']}: {name} must be an https address with {{uid}} in it")
    if not entry.get("measures"):
        raise SeedError(f"{FILE}: list {entry['kind']}: measures is missing")
    return OfficialList(**{**entry, "measures": tuple(entry["measures"])})


def _check_words(words: Mapping[str, Any]) -> None:
    for name in _SENTENCES:
        try:
            str(words[name]).format(**dict.fromkeys(_BLANKS, ""))
        except (KeyError, IndexError, ValueError) as error:
            raise SeedError(f"{FILE}: words: {name} must be a sentence with blanks of {_BLANKS} ({error!r})") from error
    for name in _FORMS:
        if not isinstance(words.get(name), list) or len(words[name]) != 2:
            raise SeedError(f"{FILE}: words: {name} must be a pair: for one, and for several")
