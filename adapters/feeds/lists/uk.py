"""The UK Sanctions List, as CSV: since 28 January 2026 the only list of the United Kingdom.

The first line says when the report was made, the second names the columns. An entry has a line for each of its names
(and each combination of them with addresses), so that entries are put together by ``Unique ID``.

Source: https://www.gov.uk/government/publications/the-uk-sanctions-list, and public parsers of the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.feeds.fetch import Fetched
from adapters.feeds.lists.rows import of_width, rows_of
from adapters.feeds.lists.words import MAX_COUNTRIES, MAX_REMARKS, day, line, lines, others
from bot.domain import Key, ListedKind, Listing
from bot.errors import SchemaChanged

_NAMES = ("name 1", "name 2", "name 3", "name 4", "name 5", "name 6")
_NEEDED = (
    "unique id",
    *_NAMES,
    "name type",
    "regime name",
    "designation type",
    "date designated",
    "address country",
    "nationality(/ies)",
)
_KINDS = {"individual": ListedKind.INDIVIDUAL, "entity": ListedKind.ENTITY, "ship": ListedKind.VESSEL}
_SEVERAL = re.compile(r"\s*[|;]\s*|\s*\(\d+\)\s*")
_HEADER_WITHIN = 3
"""The header stands in one of the first lines."""


@dataclass(slots=True)
class _Gathered:
    """What the lines read so far say of one entry."""

    kind: ListedKind
    primary: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    regimes: list[str] = field(default_factory=list)
    nations: list[str] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)
    designated: str = ""
    remarks: str = ""


def read(files: Sequence[Fetched], list_: Key) -> Iterator[Listing]:
    """Read the list. Raises SchemaChanged or Truncated."""
    rows = rows_of(files[0], what="UK list")
    header = _header(rows)
    entries: dict[str, _Gathered] = {}
    for number, row in of_width(rows, len(header), what="UK list"):
        _gather(entries, dict(zip(header, row, strict=True)), number)
    for uid, entry in entries.items():
        yield _listing(list_, uid, entry)


def _header(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    """Read up to the line that names the columns, and return their names in small letters."""
    seen: list[str] = []
    for number, row in rows:
        seen = [" ".join(name.split()).lower() for name in row]
        # the first line, with the report's date, is one field; with a column renamed, most of the others still stand
        if sum(name in seen for name in _NEEDED) * 2 > len(_NEEDED) or number >= _HEADER_WITHIN:
            break
    if missing := [name for name in _NEEDED if name not in seen]:
        raise SchemaChanged(
            f"UK list: expected columns {', '.join(missing)}, and they are not there; the header begins with "
            f"{', '.join(seen[:6])[:200] or 'nothing'}"
        )
    return seen


def _gather(entries: dict[str, _Gathered], row: Mapping[str, str], number: int) -> None:
    uid = line(row["unique id"])
    kind = _KINDS.get(row["designation type"].strip().lower())
    if not uid or kind is None:
        raise SchemaChanged(
            f"UK list: row {number}: expected a Unique ID and Individual, Entity or Ship; "
            f"{uid!r} and {row['designation type'][:40]!r} are there"
        )
    entry = entries.setdefault(uid, _Gathered(kind))
    name = line(" ".join(row[part] for part in _NAMES))
    first = row["name type"].strip().lower() in ("", "primary name")
    (entry.primary if first else entry.names).append(name)
    entry.names.append(line(row.get("name non-latin script")))
    entry.regimes.append(line(row["regime name"]))
    entry.nations += _SEVERAL.split(row["nationality(/ies)"])
    entry.seats += [row.get("current believed flag of ship", ""), row["address country"]]
    entry.designated = entry.designated or row["date designated"]
    entry.remarks = entry.remarks or line(row.get("other information"), MAX_REMARKS)


def _listing(list_: Key, uid: str, entry: _Gathered) -> Listing:
    names = lines([*entry.primary, *entry.names])
    if not names:
        raise SchemaChanged(f"UK list: {uid} has no name in Name 1 to Name 6")
    nations = lines(entry.nations, MAX_COUNTRIES)
    return Listing(
        list=list_,
        uid=uid,
        name=names[0],
        kind=entry.kind,
        programmes=lines(entry.regimes),
        countries=nations or lines(entry.seats, MAX_COUNTRIES),
        listed_on=day(entry.designated, "%d/%m/%Y", "%Y-%m-%d"),
        aliases=others(names, names[0]),
        remarks=entry.remarks,
    )
