"""What is known of a country, put together as values; `bot.briefs.country` says it in words, `facts` to machines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from bot.briefs.lines import ago
from bot.domain import Code, Key, Story
from bot.regimes import Regime, Status
from bot.wording import Wording, sources

MEASURED = ("individual", "entity", "vessel", "aircraft")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLook:
    """What an official list holds on a country, and how far that can be relied on."""

    key: Key
    name: str
    listed: Mapping[str, int]
    """How many stand there of each kind of `bot.domain.ListedKind`."""
    added: int = 0
    removed: int = 0
    """How many came and went in the last 30 days."""
    read: datetime | None = None
    """The last good visit; None: it was never read."""
    problem: str = ""
    """Why the last visit failed."""

    @property
    def total(self) -> int:
        """Return how many stand on the list."""
        return sum(self.listed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """A union that a country belongs to: what the union imposes is the country's law, what hits it hits the country."""

    code: Code
    against: int
    by: int
    """Regimes that are not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is known of a country; stories newest first, regimes as the seeds have them, those in force first."""

    code: Code
    against: tuple[Regime, ...] = ()
    by: tuple[Regime, ...] = ()
    unions: tuple[Union, ...] = ()
    members: tuple[Regime, ...] = ()
    """Of a union: the regimes against single members of it."""
    hit: tuple[Code, ...] = ()
    """The members that those are directed at."""
    lists: tuple[ListLook, ...] = ()
    actions_against: Sequence[Story] = ()
    actions_by: Sequence[Story] = ()
    proposals: Sequence[Story] = ()
    answers: Sequence[tuple[Story, Story]] = ()
    """What was answered, and the answer."""
    looked: datetime | None = None
    """When a source of news was last read well."""
    now: datetime
    since: date | None = None
    """Nothing from before this day was asked for."""

    @property
    def latest(self) -> list[Story]:
        """Return the newest actions of both sides, each once."""
        both = {story.key: story for story in (*self.actions_against, *self.actions_by)}
        return sorted(both.values(), key=lambda story: (story.last, story.key), reverse=True)


def unknown(dossier: Dossier) -> Iterator[str]:
    """Yield sentences that say what is not known, or not well."""
    regimes = [one for one in (*dossier.against, *dossier.by) if one.status is not Status.ENDED]
    if doubtful := sum(not one.confirmed for one in regimes):
        yield f"{doubtful} of these {len(regimes)} regimes are from general knowledge only (unconfirmed)."
    if not regimes and not dossier.unions and not dossier.members:
        yield "No regime against it or by it is known here; that is no proof that there is none."
    never = [one.name for one in dossier.lists if one.read is None]
    if never:
        yield f"Never read yet: {', '.join(never)}."
    for one in dossier.lists:
        if one.read and one.problem:
            yield f"{one.name} cannot be read now ({one.problem}); it is shown as it was {ago(one.read, dossier.now)}."
    if dossier.looked is None:
        yield "No source of news was read yet: actions are past events that came with the program."


def facts(dossier: Dossier, wording: Wording) -> dict[str, Any]:
    """Return a dossier as plain values for those who read JSON; dates in ISO's form."""
    return {
        "code": dossier.code,
        "name": wording.names.short(dossier.code),
        "against": {
            "regimes": [_regime(one) for one in dossier.against],
            "actions": [_story(one, wording) for one in dossier.actions_against],
        },
        "by": {
            "regimes": [_regime(one) for one in dossier.by],
            "actions": [_story(one, wording) for one in dossier.actions_by],
        },
        "unions": [asdict(one) for one in dossier.unions],
        "members_hit": dossier.hit,
        "against_members": [_regime(one) for one in dossier.members],
        "lists": [{**asdict(one), "listed": dict(one.listed), "read": _iso(one.read)} for one in dossier.lists],
        "proposals": [_story(one, wording) for one in dossier.proposals],
        "answers": [{"story": answer.key, "answers": cause.key} for cause, answer in dossier.answers],
        "since": _iso(dossier.since),
        "news_read": _iso(dossier.looked),
        "unknown": list(unknown(dossier)),
    }


def _regime(regime: Regime) -> dict[str, Any]:
    return {**asdict(regime), "since": _iso(regime.since), "as_of": _iso(regime.as_of)}


def _story(story: Story, wording: Wording) -> dict[str, Any]:
    action = story.action
    return {
        "key": story.key,
        "date": _iso(action.when or story.first.date()),
        "stage": action.stage.value,
        "sure": action.sure,
        "sentence": wording.sentence(action) if action.sure else story.headline,
        "issuers": action.issuers,
        "targets": action.targets,
        "instruments": action.instruments,
        "counts": dict(action.counts),
        "legal_basis": action.legal_basis,
        "follows": story.follows,
        "answers": story.answers,
        "sources": [{"outlet": one.label, "link": one.url} for one in sources(story.reports)],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
