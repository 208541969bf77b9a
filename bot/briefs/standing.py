"""What an issuer, a regime or an official list means for a country, each on one line."""

from collections.abc import Sequence

from bot.briefs.dossier import MEASURED, ListLook
from bot.briefs.ledger import story_line
from bot.briefs.lines import cut
from bot.domain import Code, Link, Story
from bot.regimes import Regime, Status
from bot.wording import Wording

MEASURES = 4
"""Measures named on one line of the first screen."""
LONGEST_LINE = 190
LONGEST_REGIME = 420
_NAME = 70
_ACT = 60


def by_issuer(regimes: Sequence[Regime]) -> list[tuple[Code, list[Regime]]]:
    """Return the regimes that are not ended by issuer, in the order of the seeds."""
    found: dict[Code, list[Regime]] = {}
    for one in regimes:
        if one.status is not Status.ENDED:
            found.setdefault(one.issuer, []).append(one)
    return list(found.items())


def widest_first(regimes: Sequence[Regime]) -> list[Regime]:
    """Return regimes with the most measures first."""
    return sorted(regimes, key=lambda one: -len(one.measures))


def issuer_line(code: Code, regimes: Sequence[Regime], wording: Wording) -> str:
    """Return what an issuer's regimes come to on one line."""
    number = f" ({len(regimes)})" if len(regimes) > 1 else ""
    acts = list(dict.fromkeys(act for one in widest_first(regimes) for act in one.legal_basis))
    law = cut(acts[0], _ACT) + (f" +{len(acts) - 1}" if len(acts) > 1 else "")
    codes = dict.fromkeys(code for one in regimes for code in one.measures)
    status = "" if any(one.status is Status.IN_FORCE for one in regimes) else "suspended: "
    when = f"as of {wording.day(min(one.as_of for one in regimes))}"
    mark = doubt(regimes)
    return f"{wording.names.short(code)}{number}: {status}{few(tuple(codes), wording)} · {law} · {when}{mark}"


def short_regime(regime: Regime, wording: Wording) -> str:
    """Return the most telling of a regime on one line."""
    whom = wording.join([wording.names.short(code) for code in regime.target[:4]])
    more = f" +{len(regime.target) - 4}" if len(regime.target) > 4 else ""
    against = f" (against {whom}{more})" if whom else f" ({regime.theme})"
    state = "suspended: " if regime.status is Status.SUSPENDED else ""
    when = f"as of {wording.day(regime.as_of)}"
    return (
        f"{cut(regime.name, _NAME)}{against}: {state}{few(regime.measures, wording)} · "
        f"{cut(regime.legal_basis[0], _ACT)} · {when}{doubt([regime])}"
    )


def few(measures: Sequence[str], wording: Wording) -> str:
    """Return the first measures, and how many more there are."""
    more = f" +{len(measures) - MEASURES}" if len(measures) > MEASURES else ""
    return (wording.labels(measures[:MEASURES]) or "designation") + more


def doubt(regimes: Sequence[Regime]) -> str:
    """Return the mark of what nobody could confirm."""
    if all(one.confirmed for one in regimes):
        return ""
    return " (partly unconfirmed)" if any(one.confirmed for one in regimes) else " (unconfirmed)"


def list_line(one: ListLook, wording: Wording) -> str:
    """Return what a list holds on a country on one line."""
    kinds = {"individual": "individuals", "entity": "entities", "vessel": "vessels", "aircraft": "aircraft"}
    if one.read is None and not one.total:
        return f"{cut(one.name, 60)}: never read"
    counts = wording.counts({kinds[kind]: one.listed.get(kind, 0) for kind in MEASURED}) or "nobody now"
    changed = f"; +{one.added:,} −{one.removed:,} in 30 days" if one.added or one.removed else "; no change in 30 days"
    return f"{cut(one.name, 60)}: {counts}{changed}"


def answer_line(cause: Story, answer: Story, wording: Wording) -> str:
    """Return an answer with what it answers on one line."""
    return (
        f"• {cut(story_line(answer, wording), LONGEST_LINE - 60)} "
        f"(answers {cut(wording.phrase(cause.action), 60)}, {wording.day(cause.action.when or cause.first.date())})"
    )


def regime_link(regime: Regime, wording: Wording) -> Link:
    """Return a regime as a link to its official page, with the day on which it was known to hold."""
    name = f"{wording.names.short(regime.issuer)}: {cut(regime.name, 90)}"
    return Link(label=f"{name} (as of {wording.day(regime.as_of)})", url=regime.link)


def regime_line(regime: Regime, wording: Wording) -> str:
    """Return all that is known of a regime on one line."""
    state = "" if regime.status is Status.IN_FORCE else f"{regime.status.upper()} "
    whom = f", against {wording.actors(regime.target)}" if len(regime.target) > 1 else ""
    measures = wording.labels(regime.measures) or "designation"
    acts = "; ".join(regime.legal_basis)
    days = f"since {wording.day(regime.since)}; as of {wording.day(regime.as_of)}"
    return cut(
        f"{state}{wording.names.short(regime.issuer)}: {regime.name}{whom}: {measures} · {acts} · {days}"
        f"{doubt([regime])}",
        LONGEST_REGIME,
    )


def many(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
