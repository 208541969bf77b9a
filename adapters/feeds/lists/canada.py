"""Canada's consolidated list of autonomous sanctions, as XML.

A flat list of ``record``s. ``Country`` is the regulation that an entry stands under, in English and French, and not
anybody's nationality. Entries have no number of their own that stays: an entry is known by regulation, schedule and
name, so that a corrected name comes out as one entry removed and one added.

Source: Global Affairs Canada, sema-lmes.xml, by public parsers of the file (none of ours could fetch it).
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from adapters.feeds.fetch import Fetched
from adapters.feeds.lists.trees import Entry, entries_of
from adapters.feeds.lists.words import day, line, others
from bot.domain import Key, ListedKind, Listing

_ALIASES = re.compile(r"\s*[;,]\s+")


def read(files: Sequence[Fetched], list_: Key) -> Iterator[Listing]:
    """Read the list. Raises SchemaChanged or Truncated."""
    for entry in entries_of(files[0], "record", what="Canadian list"):
        yield _listing(entry, list_)


def _listing(entry: Entry, list_: Key) -> Listing:
    regulation = entry.needed("Country")
    person = line(f"{entry.text('GivenName')} {entry.text('LastName')}")
    ship = entry.text("ShipIMONumber")
    name = person or line(entry.text("EntityOrShip") or entry.text("Entity"))
    if not name:
        raise entry.fault("has none of GivenName, LastName and EntityOrShip")
    kind = ListedKind.VESSEL if ship else ListedKind.INDIVIDUAL if person else ListedKind.ENTITY
    schedule = entry.text("Schedule")
    return Listing(
        list=list_,
        uid=_uid(regulation, schedule, name, ship),
        name=name,
        kind=kind,
        programmes=(line(regulation.partition(" / ")[0]),),
        listed_on=day(entry.text("DateOfListing")),
        aliases=others(_ALIASES.split(entry.text("Aliases")), name),
        remarks=line("; ".join(filter(None, (f"IMO {ship}" if ship else "", entry.text("TitleOrShip"), schedule)))),
    )


def _uid(*parts: str) -> str:
    said = "|".join(" ".join(part.split()).casefold() for part in parts)
    return blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest()
