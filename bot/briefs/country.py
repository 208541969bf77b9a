"""A country on one screen of a chat; all the rest is on pages.

The first screen is filled in turns. Every part that has something to say gets its heading and one line, then the parts
take turns for their further lines, as long as `SCREEN` characters are not used up; what is left out is counted. So a
country of which much is known still shows something of everything.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.briefs.dossier import Dossier, unknown
from bot.briefs.ledger import PAGE, story_line
from bot.briefs.lines import cut
from bot.briefs.pages import as_of
from bot.briefs.standing import (
    LONGEST_LINE,
    answer_line,
    by_issuer,
    issuer_line,
    list_line,
    many,
    regime_link,
    short_regime,
    widest_first,
)
from bot.domain import Link, Message
from bot.regimes import Regime, Status
from bot.wording import Wording

SCREEN = 1_400
"""Characters of title, lines and footer."""
LINKS = 400
"""Characters of links: their labels, and the addresses behind them, which a chat does not show."""
MEMBERS = 8


@dataclass(slots=True)
class Part:
    """A part of the first screen: its heading, and its lines, the most telling first."""

    heading: str
    lines: Sequence[str]
    most: int = 3
    pace: int = 1
    """How many lines it tells at its turn."""
    tail: Callable[[int], str] = field(default=lambda left: f"… and {left} more")
    """What is said of so many lines that are left out."""
    shown: int = 0

    def said(self) -> list[str]:
        """Return the heading, the lines that are shown, and how many are not."""
        left = len(self.lines) - self.shown
        return [self.heading, *self.lines[: self.shown], *filter(None, [self.tail(left) if left else ""])]


def country(dossier: Dossier, wording: Wording) -> Message:
    """Word the first screen."""
    since = f", since {wording.day(dossier.since)}" if dossier.since else ""
    title = f"{wording.names.flag(dossier.code)} Sanctions: {wording.names.short(dossier.code)}{since}".strip()
    parts = [part for part in _parts(dossier, wording) if part.lines or part.heading]
    footer = as_of(dossier)
    lines = _fitted(parts, SCREEN - len(title) - len(footer))
    return Message(title=title, lines=tuple(lines), links=tuple(_leading(dossier, wording)), footer=footer)


# --- the first screen ---------------------------------------------------------------------------------------------


def _fitted(parts: Sequence[Part], room: int) -> list[str]:
    """Return the lines of all parts within so many characters."""
    for part in parts:
        # the first line of each part is always told: the room is enough for that
        part.shown = min(1, len(part.lines))
    turns = range(max((part.most for part in parts), default=0))
    for further in [part for _ in turns for part in parts for _ in range(part.pace)]:
        if further.shown < min(further.most, len(further.lines)):
            further.shown += 1
            if sum(len(line) + 1 for part in parts for line in part.said()) > room:
                further.shown -= 1
    return [line for part in parts for line in part.said()]


def _parts(dossier: Dossier, wording: Wording) -> Iterator[Part]:
    yield _against(dossier, wording)
    yield _by(dossier, wording)
    if dossier.members:
        names = wording.join([wording.names.short(code) for code in dossier.hit[:MEMBERS]])
        more = f" +{len(dossier.hit) - MEMBERS}" if len(dossier.hit) > MEMBERS else ""
        yield Part(f"Against members by themselves: {names}{more}", ())
    for union in dossier.unions:
        name = wording.names.name(union.code)
        yield Part(f"Through {name}: {union.against} regimes against it, {union.by} by it", ())
    yield from _listed(dossier, wording)
    stories = [f"• {cut(story_line(one, wording), LONGEST_LINE)}" for one in dossier.latest]
    if stories:
        yield Part("Latest actions", stories[:PAGE], tail=lambda _: "")
    if dossier.proposals:
        lines = [f"• {cut(story_line(one, wording), LONGEST_LINE)}" for one in dossier.proposals]
        yield Part("Open proposals", lines, most=2)
    if dossier.answers:
        yield Part(
            "Who answered whom", [answer_line(cause, answer, wording) for cause, answer in dossier.answers], most=2
        )
    gaps = list(unknown(dossier))
    if gaps:
        yield Part("Not known, or not well", [f"• {cut(line, LONGEST_LINE)}" for line in gaps])


def _against(dossier: Dossier, wording: Wording) -> Part:
    issuers = by_issuer(dossier.against)
    lines = [f"• {issuer_line(code, regimes, wording)}" for code, regimes in issuers]
    names, by = [wording.names.short(code) for code, _ in issuers], f"by {many(len(issuers), 'issuer')}"
    return Part(
        f"In force against it: {_numbers(dossier, dossier.against, by)}",
        lines,
        most=4,
        pace=2,
        tail=lambda left: f"… and {cut(', '.join(names[-left:]), LONGEST_LINE)}",
    )


def _by(dossier: Dossier, wording: Wording) -> Part:
    lines = [f"• {short_regime(one, wording)}" for one in dossier.by if one.status is not Status.ENDED]
    targets = {code for one in dossier.by if one.status is not Status.ENDED for code in one.target}
    against = f"against {many(len(targets), 'target')}"
    return Part(f"In force by it: {_numbers(dossier, dossier.by, against)}", lines)


def _numbers(dossier: Dossier, regimes: Sequence[Regime], others: str) -> str:
    """Return how many regimes are in force, with whom else they concern, and how many are suspended and ended."""
    count = {status: sum(one.status is status for one in regimes) for status in Status}
    if not any(count.values()):
        return "none since then" if dossier.since else "none known"
    active = count[Status.IN_FORCE]
    said = [f"{many(active, 'regime')} {others}" if active else "none"]
    said += [f"{count[status]} {status}" for status in (Status.SUSPENDED, Status.ENDED) if count[status]]
    return ", ".join(said)


def _leading(dossier: Dossier, wording: Wording) -> Iterator[Link]:
    """Yield links to regimes as far as there is room: the widest of each issuer against it, then its own."""
    shown = [widest_first(regimes)[0] for _, regimes in by_issuer(dossier.against)]
    shown += [one for one in dossier.by if one.status is not Status.ENDED]
    room = LINKS
    for link in (regime_link(one, wording) for one in shown):
        room -= len(link.label) + len(link.url) + 1
        if room < 0:
            return
        yield link


def _listed(dossier: Dossier, wording: Wording) -> Iterator[Part]:
    if not dossier.lists:
        return
    lines = [f"• {list_line(one, wording)}" for one in dossier.lists if one.total or one.added or one.removed]
    read = [one for one in dossier.lists if one.read]
    total = sum(one.total for one in dossier.lists)
    none = f"nobody, on {len(read)} lists read" if read else "no list was read yet"
    yield Part(f"Listed: {f'{total:,} entries' if total else none}", lines)
