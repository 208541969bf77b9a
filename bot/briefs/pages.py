"""A country on pages: every regime, every list, open proposals, who answered whom, the latest actions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.briefs.dossier import Dossier, ListLook, unknown
from bot.briefs.ledger import PAGE, story_line
from bot.briefs.lines import ago
from bot.briefs.standing import answer_line, list_line, many, regime_line, regime_link
from bot.domain import Message
from bot.regimes import Regime, Status
from bot.wording import Wording

REGIMES = 6
"""Regimes on one page."""


def country_pages(dossier: Dossier, side: str, wording: Wording) -> list[Message]:
    """Word every page of a side: ``against``, ``by``, or ``more`` for lists, proposals, answers and what is unknown."""
    pages = _more(dossier, wording) if side == "more" else _side(dossier, side, wording)
    return [replace(page, footer=as_of(dossier)) for page in pages]


def as_of(dossier: Dossier) -> str:
    """Return when what is told of a country was last looked at."""
    days = [one.as_of for one in (*dossier.against, *dossier.by) if one.status is not Status.ENDED]
    parts = [f"Regimes as of {_span(min(days), max(days))}"] if days else []
    read = [one.read for one in dossier.lists if one.read]
    parts.append(f"lists read {ago(min(read), dossier.now)}" if read else "no list read yet")
    parts.append(f"news read {ago(dossier.looked, dossier.now)}" if dossier.looked else "no news read yet")
    said = " · ".join(parts)
    return said[:1].upper() + said[1:]


def _span(first: date, last: date) -> str:
    return f"{first:%b %Y}" if (first.year, first.month) == (last.year, last.month) else f"{first:%b %Y}–{last:%b %Y}"


def _side(dossier: Dossier, side: str, wording: Wording) -> Iterator[Message]:
    regimes = dossier.against if side == "against" else dossier.by
    stories = dossier.actions_against if side == "against" else dossier.actions_by
    title = f"{wording.names.flag(dossier.code)} Sanctions {side} {wording.names.name(dossier.code)}".strip()
    yield from _regime_pages(title, regimes, wording)
    for start in range(0, len(stories), PAGE):
        lines = tuple(f"{story_line(one, wording)}  [{one.key}]" for one in stories[start : start + PAGE])
        yield Message(title=f"{title}: latest actions", lines=lines)
    if not regimes and not stories:
        yield Message(title=title, lines=(f"No regime and no action {side} it is known here.",))


def _regime_pages(title: str, regimes: Sequence[Regime], wording: Wording) -> Iterator[Message]:
    for start in range(0, len(regimes), REGIMES):
        some = regimes[start : start + REGIMES]
        yield Message(
            title=f"{title}: {many(len(regimes), 'regime')}",
            lines=tuple(f"{n}. {regime_line(one, wording)}" for n, one in enumerate(some, start + 1)),
            links=tuple(regime_link(one, wording) for one in some),
        )


def _more(dossier: Dossier, wording: Wording) -> Iterator[Message]:
    title = f"{wording.names.flag(dossier.code)} {wording.names.short(dossier.code)}".strip()
    lists = [f"• {list_line(one, wording)}{_read(one, dossier)}" for one in dossier.lists]
    gaps = [f"• {line}" for line in unknown(dossier)]
    yield Message(
        title=f"{title}: official lists", lines=(*(lists or ["No official list is among the sources."]), *gaps)
    )
    proposals = [f"• {story_line(one, wording)}  [{one.key}]" for one in dossier.proposals[:PAGE]]
    answers = [answer_line(cause, answer, wording) for cause, answer in dossier.answers[:PAGE]]
    yield Message(
        title=f"{title}: open proposals, and who answered whom",
        lines=(
            *(proposals or ["No proposal of the last year is open."]),
            *(answers or ["No measure that answers another is known."]),
        ),
    )
    yield from _regime_pages(f"{title}: against single members", dossier.members, wording)
    latest = [f"{story_line(one, wording)}  [{one.key}]" for one in dossier.latest[:PAGE]]
    yield Message(title=f"{title}: latest actions", lines=tuple(latest or ["The ledger holds none."]))


def _read(one: ListLook, dossier: Dossier) -> str:
    read = f"; read {ago(one.read, dossier.now)}" if one.read else ""
    return f"{read}; FAILING {one.problem}" if one.problem else read
