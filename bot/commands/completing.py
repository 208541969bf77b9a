"""What a platform may offer while somebody types. Quick: it looks at memory and at a few rows, never at history.

A rule line is completed at its end: the names of fields, then after ``field:`` its values, after a comma further ones.
What is offered is always the whole line, because that is what a platform puts into the option.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from bot.commands.office import Office
from bot.domain import Choice, Code, Request, Stage
from bot.folding import flatten, fold
from bot.lexicon import Lexicon
from bot.messages import title
from bot.rules.query import Every, RuleField

MOST = 25
LONGEST = 100
"""Characters of a choice's label and value that every platform takes."""

_YES = ("yes", "no")
_HOURS = tuple(f"{hour:02}:00" for hour in range(24))
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "every": tuple(every.value for every in Every),
    "at": _HOURS,
    "quiet": ("22:00-07:00", "23:00-06:00", "20:00-08:00", "18:00-09:00"),
}


def complete(office: Office, kind: str, text: str, request: Request) -> list[Choice]:
    """Return at most 25 completions for an option of this kind, best first."""
    offer = _OFFERS.get(kind)
    if offer is None:
        return []
    choices = (_clip(choice) for choice in offer(office, text[:1000], request) if len(choice.value) <= LONGEST)
    return list(dict.fromkeys(choices))[:MOST]


def _clip(choice: Choice) -> Choice:
    label = " ".join(choice.label.split()) or choice.value
    return Choice(label=label if len(label) <= LONGEST else label[: LONGEST - 1] + "…", value=choice.value)


def _key(text: str) -> str:
    return " ".join(flatten(fold(text)).split())


# --- countries and issuers ------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _spellings(lexicon: Lexicon) -> tuple[tuple[str, Code], ...]:
    """Return every spelling that means one country or issuer; built once for each lexicon."""
    named = [
        (spelling, name.codes[0])
        for spelling, names in lexicon.names.items()
        for name in names
        if len(name.codes) == 1 and name.form not in ("masked", "person")
    ]
    return tuple(dict.fromkeys([*((alpha, code) for alpha, code in lexicon.alphas.items()), *named]))


def _codes(office: Office, text: str) -> list[tuple[Code, str]]:
    """Return the codes that a beginning may mean, with the spelling that says so; the likeliest first."""
    typed = _key(text)
    if not typed:
        return [(code, "") for code in _in_the_news(office)]
    called = office.lexicon.called
    found: dict[Code, tuple[tuple[int, int, str], str]] = {}
    for spelling, code in _spellings(office.lexicon):
        rank = _rank(typed, spelling)
        if rank is None:
            continue
        place = (rank, len(spelling), called.get(code, code))
        if code not in found or place < found[code][0]:
            found[code] = (place, spelling)
    return [(code, spelling) for code, (_, spelling) in sorted(found.items(), key=lambda one: one[1][0])[:MOST]]


def _rank(typed: str, spelling: str) -> int | None:
    if spelling == typed:
        return 0
    if spelling.startswith(typed):
        return 1
    return 2 if len(typed) > 1 and f" {typed}" in spelling else None


def _in_the_news(office: Office) -> list[Code]:
    counted: Counter[Code] = Counter()
    for story in office.store.stories_about(limit=100):
        counted.update((*story.action.issuers, *story.action.targets))
    return [code for code, _ in counted.most_common(MOST)] or list(office.lexicon.codes)


def _countries(office: Office, text: str, _: Request) -> Iterator[Choice]:
    for code, spelling in _codes(office, text):
        short = office.lexicon.short(code)
        also = f" ({spelling})" if spelling and _key(short) != spelling and spelling != code.lower() else ""
        yield Choice(label=f"{office.lexicon.flag(code)} {short}{also}".strip(), value=code)


# --- rule lines -----------------------------------------------------------------------------------------------------


def _rule(office: Office, text: str, _: Request) -> Iterator[Choice]:
    """Complete the last term of a line."""
    if text.count('"') % 2:
        yield Choice(label=f'{text}"', value=f'{text}"')
        return
    cut = max((text.rfind(sign) for sign in (" ", "|")), default=-1) + 1
    line, term = text[:cut], text[cut:]
    sign, bare = ("-", term[1:]) if term.startswith("-") else ("", term)
    name, colon, values = bare.partition(":")
    if not colon:
        yield from _terms(text, line + sign, bare)
        return
    listed, comma, last = values.rpartition(",")
    for value, label in _values(office, name.lower(), last):
        whole = f"{line}{sign}{name}:{listed}{comma}{value}"
        yield Choice(label=f"{whole} ({label})" if label else whole, value=whole)


def _terms(text: str, before: str, typed: str) -> Iterator[Choice]:
    """Offer the line as it is, then fields that begin so."""
    if typed:
        yield Choice(label=text, value=text)
    fields = [field.value for field in RuleField if field is not RuleField.TEXT]
    options = [] if before.endswith("-") else [*_OPTIONS, "zone"]
    for field in (*fields, *options):
        if field.startswith(typed.lower()):
            yield Choice(label=f"{before}{field}: …", value=f"{before}{field}:")


def _values(office: Office, name: str, typed: str) -> Iterable[tuple[str, str]]:
    """Return the values of a field that begin as typed, each with what it is called."""
    if name in (RuleField.ISSUER, RuleField.TARGET, RuleField.COUNTRY):
        return [(code, office.lexicon.short(code)) for code, _ in _codes(office, typed.strip('"'))]
    known = _known(office, name)
    wanted = fold(typed)
    return [(value, label) for value, label in known.items() if fold(value).startswith(wanted) or wanted in fold(label)]


def _known(office: Office, name: str) -> Mapping[str, str]:
    if name == RuleField.STAGE:
        return {stage.value: office.wording.stage(stage) for stage in Stage}
    if name == RuleField.INSTRUMENT:
        return office.names.instruments
    if name == RuleField.GROUND:
        return office.names.grounds
    if name in (RuleField.COUNTER, RuleField.SURE, RuleField.OFFICIAL):
        return dict.fromkeys(_YES, "")
    if name == RuleField.SOURCE:
        return {feed.key: feed.outlet for feed in office.all_feeds() if not feed.scope}
    if name == "zone":
        return {zone: zone.rpartition("/")[2].replace("_", " ") for zone in sorted(office.names.zones)}
    return dict.fromkeys(_OPTIONS.get(name, ()), "")


# --- keys -----------------------------------------------------------------------------------------------------------


def _stories(office: Office, text: str, request: Request) -> Iterator[Choice]:
    typed = fold(text.strip())
    for story in office.stories(request):
        label = title(story, office.wording)
        if story.key.startswith(typed) or typed in fold(label) or typed in fold(story.headline):
            yield Choice(label=label, value=story.key)


def _keyed(text: str, rows: Iterable[tuple[str, str]]) -> Iterator[Choice]:
    typed = fold(text.strip())
    for key, about in rows:
        if typed in fold(f"{key} {about}"):
            yield Choice(label=f"{key}: {about}", value=key)


def _subscriptions(office: Office, text: str, request: Request) -> Iterator[Choice]:
    mine = office.subscriptions_for(request)
    return _keyed(text, ((one.key, one.line or "everything") for one in mine if one.origin != "file"))


def _rulekeys(office: Office, text: str, request: Request) -> Iterator[Choice]:
    mine = office.rules_for(request)
    return _keyed(text, ((one.key, f"{one.kind} {one.line}") for one in mine if one.origin != "file"))


def _feeds(office: Office, text: str, request: Request) -> Iterator[Choice]:
    return _keyed(text, ((feed.key, feed.outlet or feed.url) for feed in office.feeds_for(request)))


def _zones(office: Office, text: str, _: Request) -> Iterator[Choice]:
    typed = fold(text.strip()).replace(" ", "_")
    zones = sorted(office.names.zones, key=lambda zone: (not fold(zone.rpartition("/")[2]).startswith(typed), zone))
    return (Choice(label=zone, value=zone) for zone in zones if typed in fold(zone))


def _times(_: Office, text: str, __: Request) -> Iterator[Choice]:
    return (Choice(label=hour, value=hour) for hour in _HOURS if hour.startswith(text.strip()))


_OFFERS: Mapping[str, Callable[[Office, str, Request], Iterable[Choice]]] = {
    "country": _countries,
    "rule": _rule,
    "story": _stories,
    "subscription": _subscriptions,
    "rulekey": _rulekeys,
    "feed": _feeds,
    "zone": _zones,
    "time": _times,
}
