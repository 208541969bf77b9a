"""OFAC's lists (SDN, and the consolidated list of all others), in the legacy CSV files.

Three files without headers: entries (12 columns), addresses (6) and aliases (5), joined by the first column. ``-0-``
is empty; a file may end in a lone 0x1A, which DOS once needed. Since nothing names the columns, what is in them tells
whether they are still the same: numbers, and a type that is one of four. Nationality stands in the remarks only.

Source: OFAC, "SDN data specification" (dat_spec.txt), and the files themselves.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

from adapters.feeds.fetch import Fetched
from adapters.feeds.lists.rows import of_width, rows_of
from adapters.feeds.lists.words import MAX_COUNTRIES, MAX_REMARKS, line, lines, others
from bot.domain import Key, ListedKind, Listing
from bot.errors import FeedError, SchemaChanged

_WIDTHS = {"entries": 12, "addresses": 6, "aliases": 5}
_FURTHER = {"sdn": ("add", "alt"), "cons_prim": ("cons_add", "cons_alt")}
"""Which files belong to which, by the stems of their names."""
_EMPTY = "-0-"
_END = "\x1a"
_KINDS = {
    "": ListedKind.ENTITY,
    "entity": ListedKind.ENTITY,
    "individual": ListedKind.INDIVIDUAL,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.AIRCRAFT,
}
_ALIAS_KINDS = {"aka", "fka", "nka"}
_PROGRAMMES = re.compile(r"\]\s*\[|;\s*")
_NATION = re.compile(r"(?:^|[;.]\s*)(?:alt\. )?(?:nationality|citizen|Nationality of Registration) ([^;.]{2,60})")


def further(url: str) -> Sequence[str]:
    """Return the addresses of a list's other files, which lie beside the first. Raises a FeedError for no such list."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    stem, dot, ending = name.partition(".")
    if stem.lower() not in _FURTHER:
        raise FeedError(
            f"the address of an OFAC list ends in SDN.CSV or CONS_PRIM.CSV, not in {name!r}; mend it in feeds.toml",
            problem="wrong_address",
        )
    names = (other.upper() if stem.isupper() else other for other in _FURTHER[stem.lower()])
    return [urlunsplit(parts._replace(path=f"{folder}/{other}{dot}{ending}")) for other in names]


def read(files: Sequence[Fetched], list_: Key) -> Iterator[Listing]:
    """Read the three files, entries first. Raises SchemaChanged or Truncated."""
    entries, addresses, aliases = files
    countries = _countries(addresses)
    names = _aliases(aliases)
    for number, row in _rows(entries, "entries"):
        uid, name, type_, programmes, *_, flag, _owner, remarks = row
        kind = _KINDS.get(type_.lower())
        if kind is None or not name:
            raise SchemaChanged(
                f"entries: row {number}: expected a name, then individual, vessel, aircraft or {_EMPTY}; "
                f"{name[:40]!r} and {type_[:40]!r} are there"
            )
        nations = _NATION.findall(remarks) or ([flag] if flag else countries.get(uid, []))
        yield Listing(
            list=list_,
            uid=uid,
            name=line(name),
            kind=kind,
            programmes=lines(_PROGRAMMES.split(programmes.strip("[] "))),
            countries=lines(nations, MAX_COUNTRIES),
            aliases=others(names.get(uid, []), line(name)),
            remarks=line(remarks, MAX_REMARKS),
        )


def _countries(fetched: Fetched) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for _, row in _rows(fetched, "addresses"):
        if row[4]:
            found[row[0]].append(row[4])
    return found


def _aliases(fetched: Fetched) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, row in _rows(fetched, "aliases"):
        if row[2] not in _ALIAS_KINDS:
            raise SchemaChanged(f"aliases: row {number}: expected aka, fka or nka; {row[2][:40]!r} is there")
        found[row[0]].append(row[3])
    return found


def _rows(fetched: Fetched, what: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of one file, of the right width, numbered in the first column, with what is empty emptied."""
    real = (pair for pair in rows_of(fetched, what=what) if pair[1] != [_END])
    for number, row in of_width(real, _WIDTHS[what], what=what):
        clean = ["" if field.strip() == _EMPTY else field.strip() for field in row]
        if not clean[0].isdecimal():
            raise SchemaChanged(f"{what}: row {number}: expected a number first; {clean[0][:40]!r} is there")
        yield number, clean
