"""The United Nations Security Council's consolidated list, as XML.

``CONSOLIDATED_LIST`` holds ``INDIVIDUALS/INDIVIDUAL`` and ``ENTITIES/ENTITY``. A ship or an aircraft, where a committee
lists one, stands among the entities.

Source: https://www.un.org/sc/resources/sc-sanctions.xsd, and the file itself.
"""

from collections.abc import Iterator, Sequence

from adapters.feeds.fetch import Fetched
from adapters.feeds.lists.trees import Entry, entries_of
from adapters.feeds.lists.words import MAX_COUNTRIES, MAX_REMARKS, day, line, lines, others
from bot.domain import Key, ListedKind, Listing

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_KINDS = {"INDIVIDUAL": ListedKind.INDIVIDUAL, "ENTITY": ListedKind.ENTITY}


def read(files: Sequence[Fetched], list_: Key) -> Iterator[Listing]:
    """Read the list. Raises SchemaChanged or Truncated."""
    for entry in entries_of(files[0], *_KINDS, root="CONSOLIDATED_LIST", what="UN list"):
        yield _listing(entry, list_)


def _listing(entry: Entry, list_: Key) -> Listing:
    entry.needed(_NAMES[0])
    name = line(" ".join(entry.text(part) for part in _NAMES))
    aliases = [*entry.texts(f"{entry.name}_ALIAS", "ALIAS_NAME"), *entry.texts("NAME_ORIGINAL_SCRIPT")]
    nations = entry.texts("NATIONALITY", "VALUE") or entry.texts(f"{entry.name}_ADDRESS", "COUNTRY")
    return Listing(
        list=list_,
        uid=line(entry.needed("REFERENCE_NUMBER")),
        name=name,
        kind=_KINDS[entry.name],
        programmes=lines([entry.needed("UN_LIST_TYPE")]),
        countries=lines(nations, MAX_COUNTRIES),
        listed_on=day(entry.text("LISTED_ON")),
        aliases=others(aliases, name),
        remarks=line(entry.text("COMMENTS1"), MAX_REMARKS),
    )
