"""The European Union's consolidated list of financial sanctions, as XML (schema 1.1): asset freezes only.

``export/sanctionEntity`` with the programme in ``regulation``, names in ``nameAlias``, all of it in attributes. An
entry has a ``regulation`` for each act that touched it, mostly of one programme.

Source: the Commission's FSF documentation, and public parsers of the file.
"""

from collections.abc import Iterator, Mapping, Sequence

from adapters.feeds.fetch import Fetched
from adapters.feeds.lists.trees import Entry, entries_of
from adapters.feeds.lists.words import MAX_COUNTRIES, MAX_REMARKS, day, line, lines, others
from bot.domain import Key, ListedKind, Listing

_KINDS = {
    "p": ListedKind.INDIVIDUAL,
    "person": ListedKind.INDIVIDUAL,
    "e": ListedKind.ENTITY,
    "enterprise": ListedKind.ENTITY,
}
_ENGLISH = {"", "EN"}


def read(files: Sequence[Fetched], list_: Key) -> Iterator[Listing]:
    """Read the list. Raises SchemaChanged or Truncated."""
    for entry in entries_of(files[0], "sanctionEntity", root="export", what="EU list"):
        yield _listing(entry, list_)


def _listing(entry: Entry, list_: Key) -> Listing:
    uid = line(entry.attribute("euReferenceNumber") or entry.attribute("logicalId"))
    if not uid:
        raise entry.fault("has neither euReferenceNumber nor logicalId")
    aliases = [alias for alias in entry.attributes("nameAlias") if alias.get("wholeName", "").strip()]
    if not aliases:
        raise entry.fault("has no nameAlias with a wholeName")
    regulations = entry.attributes("regulation")
    if not any(each.get("programme") for each in regulations):
        raise entry.fault("has no regulation with a programme")
    name = line(_first(aliases)["wholeName"])
    places = [each.get("countryIso2Code") for each in entry.attributes("citizenship") or entry.attributes("address")]
    dates = [entry.attribute("designationDate"), *(each.get("publicationDate", "") for each in regulations)]
    return Listing(
        list=list_,
        uid=uid,
        name=name,
        kind=_kind(entry),
        programmes=lines(each.get("programme") for each in regulations),
        countries=lines(places, MAX_COUNTRIES),
        listed_on=next((found for text in dates if (found := day(text))), None),
        aliases=others((alias["wholeName"] for alias in aliases), name),
        remarks=line(entry.text("remark"), MAX_REMARKS),
    )


def _first(aliases: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """Return the name to show: a strong one in English, else the first."""
    strong = (each for each in aliases if each.get("strong") == "true")
    return next((each for each in strong if each.get("nameLanguage", "").upper() in _ENGLISH), aliases[0])


def _kind(entry: Entry) -> ListedKind:
    for subject in entry.attributes("subjectType"):
        for name in ("classificationCode", "code"):
            if kind := _KINDS.get(subject.get(name, "").lower()):
                return kind
    raise entry.fault("has no subjectType that is a person or an enterprise")
