"""What is known of a country: put together from regimes, official lists and the ledger, and told a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot import briefs
from bot.briefs import Dossier, ListLook
from bot.briefs.dossier import Union
from bot.commands.office import Office, Row
from bot.commands.pages import PAGED, asking, page_of, turning
from bot.domain import (
    Button,
    Code,
    Command,
    Feed,
    FeedState,
    Key,
    ListingFate,
    Message,
    Option,
    Request,
    Stage,
    Story,
)
from bot.errors import UsageError
from bot.events import linked, pending
from bot.regimes import Regime, Status
from bot.rules.values import shown

SIDES = ("against", "by", "more")
LEDGER = 200
"""The newest actions of each side that are looked through: what decides a proposal among them is newer, so is there."""
ANSWERS = 20
CHANGED = timedelta(days=30)


async def _country(office: Office, request: Request) -> Message:
    code, side = office.code(request.options["name"]), _side(request.options.get("side", ""))
    # a code fits every button, a name as it was typed may not
    request = replace(request, options={**request.options, "name": code})
    dossier = dossier_of(office, request, code)
    if not side:
        return replace(briefs.country(dossier, office.wording), buttons=_buttons(office, request, dossier))
    page = page_of(request, briefs.country_pages(dossier, side, office.wording), 1)
    told = page.shown[0]
    others = [one for one in _buttons(office, request, dossier) if f"side:{side}" not in one.value]
    footer = " · ".join(filter(None, (f"Page {page.number} of {page.of}" if page.of > 1 else "", told.footer)))
    return replace(told, buttons=(*turning(office, COUNTRY, request, page), *others), footer=footer)


async def _facts(office: Office, request: Request) -> dict[str, Any]:
    """Return the same as values; a side by itself leaves the other out."""
    code, side = office.code(request.options["name"]), _side(request.options.get("side", ""))
    told = briefs.facts(dossier_of(office, request, code), office.wording)
    left_out = {"against": ("by",), "by": ("against", "against_members")}.get(side, ())
    return {name: value for name, value in told.items() if name not in left_out}


def _buttons(office: Office, request: Request, dossier: Dossier) -> tuple[Button, ...]:
    counted = (
        ("Against", "against", dossier.against, dossier.actions_against),
        ("By", "by", dossier.by, dossier.actions_by),
    )
    sides = [
        asking(office, COUNTRY, request, {"side": side, "page": ""}, f"{label} ({len(regimes)})")
        for label, side, regimes, actions in counted
        if regimes or actions
    ]
    unions = [
        asking(
            office,
            COUNTRY,
            request,
            {"name": one.code, "side": "", "page": ""},
            office.wording.names.short(one.code),
        )
        for one in dossier.unions
    ]
    more = asking(office, COUNTRY, request, {"side": "more", "page": ""}, "More")
    return (Button(action="timeline", label="Timeline", value=dossier.code), *sides, more, *unions)


# --- what is known ------------------------------------------------------------------------------------------------


def dossier_of(office: Office, request: Request, code: Code) -> Dossier:
    """Return what is known of a country to whoever asks."""
    since = since_of(request.options.get("since", ""))
    against = measures(office, request, against=code, since=since)
    by = measures(office, request, by=code, since=since)
    now, regimes, both = office.clock(), office.regimes, [*against, *by]
    members = _from(_against_members(office, code), since)
    states = office.store.feed_states()
    listing = [feed for feed in office.feeds_for(request) if feed.kind in office.lists]
    news = states.keys() - {feed.key for feed in listing}
    return Dossier(
        code=code,
        against=_from(regimes.against(code, ended=True), since),
        by=_from(regimes.by(code, ended=True), since),
        unions=tuple(
            Union(code=union, against=_standing(regimes.against(union)), by=_standing(regimes.by(union)))
            for union, members in office.unions.items()
            if code in members
        ),
        members=members,
        hit=tuple(dict.fromkeys(hit for one in members for hit in one.target if hit in office.unions[code])),
        lists=tuple(_lists(office, code, listing, states)),
        actions_against=against,
        actions_by=by,
        proposals=pending(both, now.date()),
        answers=_answers(office, request, both),
        looked=max((when for key in news if (when := states[key].last_good)), default=None),
        now=now,
        since=since.date() if since else None,
    )


def measures(
    office: Office,
    request: Request,
    *,
    against: Code | None = None,
    by: Code | None = None,
    since: datetime | None = None,
    limit: int = LEDGER,
) -> list[Story]:
    """Return the newest stories that tell of measures, newest first, leaving out mere context."""
    found = office.stories(request, against=against, by=by, since=since, limit=limit)
    return [story for story in found if story.action.stage is not Stage.CONTEXT]


def since_of(text: str) -> datetime | None:
    """Return the beginning of a day; None where none was given. Raises UsageError."""
    if not text.strip():
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f'"{shown(text)}" is no date; type it as 2024-02-29.') from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _side(text: str) -> str:
    side = text.strip().lower()
    if side and side not in SIDES:
        raise UsageError(f'"{shown(text)}" is no side; type side:against, side:by or side:more.')
    return side


def _from(regimes: Sequence[Regime], since: datetime | None) -> tuple[Regime, ...]:
    first = since.date() if since else date.min
    return tuple(one for one in regimes if one.since >= first)


def _standing(regimes: Sequence[Regime]) -> int:
    return sum(one.status is Status.IN_FORCE for one in regimes)


def _against_members(office: Office, union: Code) -> tuple[Regime, ...]:
    """Return the regimes against members of a union that are not directed at the union as well."""
    members = office.unions.get(union, frozenset())
    return tuple(
        one
        for one in office.regimes.all
        if union not in one.target and one.status is not Status.ENDED and not members.isdisjoint(one.target)
    )


def _lists(office: Office, code: Code, feeds: Sequence[Feed], states: Mapping[Key, FeedState]) -> list[ListLook]:
    """Return the official lists that are read, and what each holds on a country, the longest first."""
    counts = office.store.listed_counts(code)
    changed = office.store.listing_change_counts(code, office.clock() - CHANGED)
    found = []
    for feed in feeds:
        state = states.get(feed.key, FeedState(feed=feed.key))
        fates = changed.get(feed.key, {})
        found.append(
            ListLook(
                key=feed.key,
                name=feed.outlet or feed.key,
                listed=counts.get(feed.key, {}),
                added=fates.get(ListingFate.ADDED, 0),
                removed=fates.get(ListingFate.REMOVED, 0),
                read=state.last_good,
                problem=state.problem or "",
            )
        )
    return sorted(found, key=lambda one: -one.total)


def _answers(office: Office, request: Request, stories: Sequence[Story]) -> list[tuple[Story, Story]]:
    """Return who answered whom, newest first; what was answered may be older than the stories looked through."""
    known = {story.key: story for story in stories}
    answers = [(story, story.answers) for story in reversed(linked(stories)) if story.answers]
    return [
        (cause, answer)
        for answer, key in answers[:ANSWERS]
        if (cause := known.get(key) or office.story(request, key)) is not None
    ]


COUNTRY = Command(
    words="country",
    about="What is in force against a country and by it",
    options=(
        Option(name="name", about="A country or issuer, by any of its names", kind="country"),
        Option(
            name="side", about="Only what others hold against it, what it does, or more", required=False, choices=SIDES
        ),
        Option(name="since", about="Only from this day on, such as 2024-02-29", required=False),
        PAGED,
    ),
)

ROWS = (Row(command=COUNTRY, answer=_country, facts=_facts),)
