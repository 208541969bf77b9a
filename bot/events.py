"""The first ledger: past actions that the bot knows on its first day; and what stories are to each other in time.

`seeds/events.toml` holds [[events]], each one action on one day; it becomes a story like any that news made later.
`chain` says who answered whom between two, `linked` the same around one, `pending` which proposals are still open.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.domain import Action, Code, Key, Report, Stage, Story
from bot.errors import SeedError

FILE = "seeds/events.toml"
SEEDED = "seed:"
"""What the item key of a seeded story's report begins with."""

_REMARKS = frozenset({Stage.CONDEMNED, Stage.CONTEXT})
_LISTS = ("issuers", "targets", "speaker", "instruments", "grounds", "names", "legal_basis")
_KNOWN = {"key", "date", "stage", *_LISTS, "counts", "counter", "summary", "answers", "follows", "link", "outlet"}
_RETOLD = timedelta(days=3)
_ANSWERED = timedelta(days=120)
_DECIDED = timedelta(days=90)
"""A measure of the same issuer against the same target within so long of a proposal is what was proposed."""
_LAPSED = timedelta(days=365)
"""A proposal of which nothing was heard for so long is none any more."""
_DECIDES = {
    Stage.PROPOSED: frozenset({Stage.IMPOSED, Stage.BLOCKED}),
    Stage.EASING_PROPOSED: frozenset({Stage.EASED, Stage.BLOCKED, Stage.EXTENDED}),
}
"""What ends a proposal."""


def stories_from_events(raw_events: Mapping[str, Any]) -> tuple[Story, ...]:
    """Return a story for each event of `seeds/events.toml`, oldest first.

    `raw_events` is the file's content as `tomllib` gives it. Raises SeedError naming the entry and what is wrong.
    """
    entries = raw_events.get("events", [])
    if not isinstance(entries, list):
        raise SeedError(f"{FILE}: events must be [[events]] tables")
    stories = [_story(_Entry(raw, number)) for number, raw in enumerate(entries, 1)]
    _check_keys(stories)
    return tuple(sorted(stories, key=lambda story: (story.first, story.key)))


def chain(a: Code, b: Code, stories: Iterable[Story]) -> tuple[Story, ...]:
    """Return the measures of `a` against `b` and of `b` against `a`, oldest first, a counter-measure after its cause.

    Where a counter-measure's story does not say what it `answers`, the latest earlier measure of the other side within
    120 days stands there. A measure told only beside another (`also`) is shown where no story of its own tells it.
    """
    known = list(stories)
    own = [story for story in known if _between(story.action, a, b)]
    beside = [replace(story, action=one, also=()) for story in known for one in story.also if _between(one, a, b)]
    links = list(own)
    for story in sorted(beside, key=_order):
        if not any(_retells(story, other) for other in links):
            links.append(story)
    links.sort(key=_order)
    return tuple(_with_answer(story, links[:place]) for place, story in enumerate(links))


def day_of(story: Story) -> date:
    """Return the day of a story's action: as stated, else when it was first reported."""
    return story.action.when or story.first.date()


def linked(stories: Iterable[Story]) -> tuple[Story, ...]:
    """Return stories, each once and oldest first, a counter-measure with what it answers as `chain` finds it."""
    known = sorted({story.key: story for story in stories}.values(), key=_order)
    return tuple(_with_answer(story, known[:place]) for place, story in enumerate(known))


def pending(stories: Iterable[Story], today: date) -> tuple[Story, ...]:
    """Return the proposals of the last year that nothing has decided yet, newest first, one for each pair of sides.

    Decided is a proposal that a measure follows, or one of the same issuer against the same target within 90 days.
    """
    known = sorted({story.key: story for story in stories}.values(), key=_order, reverse=True)
    decided = {story.follows for story in known if story.follows}
    found: dict[tuple[frozenset[Code], frozenset[Code]], Story] = {}
    for place, story in enumerate(known):
        if story.action.stage not in _DECIDES or today - day_of(story) > _LAPSED or story.key in decided:
            continue
        sides = frozenset(story.action.issuers), frozenset(story.action.targets)
        if sides not in found and not any(_decides(other, story) for other in known[:place]):
            found[sides] = story
    return tuple(found.values())


# --- who answered whom --------------------------------------------------------------------------------------------


def _decides(other: Story, proposal: Story) -> bool:
    one, two = other.action, proposal.action
    return (
        one.stage in _DECIDES[two.stage]
        and bool({*one.targets} & {*two.targets})
        and bool({*one.issuers} & {*two.issuers} or not two.issuers)
        and day_of(other) - day_of(proposal) <= _DECIDED
    )


def _between(action: Action, a: Code, b: Code) -> bool:
    if action.stage in _REMARKS:
        return False
    return (a in action.issuers and b in action.targets) or (b in action.issuers and a in action.targets)


def _order(story: Story) -> tuple[date, bool, datetime, Key]:
    return day_of(story), story.action.counter, story.first, story.key


def _retells(story: Story, other: Story) -> bool:
    """Whether two stories tell of one measure: the same stage and roles within days."""
    one, two = story.action, other.action
    return (
        one.stage is two.stage
        and bool({*one.issuers} & {*two.issuers})
        and bool({*one.targets} & {*two.targets})
        and abs(day_of(story) - day_of(other)) <= _RETOLD
    )


def _with_answer(story: Story, earlier: Sequence[Story]) -> Story:
    if story.answers or not story.action.counter:
        return story
    for other in reversed(earlier):
        if day_of(story) - day_of(other) > _ANSWERED:
            break
        swapped = {*story.action.issuers} & {*other.action.targets} and {*story.action.targets} & {
            *other.action.issuers
        }
        if swapped:
            return replace(story, answers=other.key)
    return story


# --- from the seeds -----------------------------------------------------------------------------------------------


class _Entry:
    """One [[events]] table, read with every fault named."""

    def __init__(self, raw: object, number: int) -> None:
        if not isinstance(raw, Mapping):
            raise SeedError(f"{FILE}: event {number} is no table")
        self.raw: Mapping[str, Any] = raw
        self.name = f"event {raw.get('key') or number}"
        for unknown in sorted(raw.keys() - _KNOWN):
            raise self.fault(f"unknown field {unknown!r}; known are {', '.join(sorted(_KNOWN))}")

    def fault(self, what: str) -> SeedError:
        return SeedError(f"{FILE}: {self.name}: {what}")

    def text(self, field: str, *, needed: bool = False) -> str:
        value = self.raw.get(field, "")
        if not isinstance(value, str):
            raise self.fault(f"{field} must be text, not {value!r}")
        if needed and not value.strip():
            raise self.fault(f"{field} is missing")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.raw.get(field, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.fault(f"{field} must be a list of texts, not {value!r}")
        return tuple(value)

    def day(self) -> date:
        value = self.raw.get("date")
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise self.fault(f"date must be a day such as 2021-03-22, not {value!r}") from None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fault(f"date must be a day such as 2021-03-22, not {value!r}")
        return value

    def stage(self) -> Stage:
        value = self.text("stage", needed=True)
        try:
            return Stage(value)
        except ValueError:
            raise self.fault(f"stage {value!r} is none of {', '.join(Stage)}") from None

    def counts(self) -> dict[str, int]:
        value = self.raw.get("counts", {})
        numbers = value.values() if isinstance(value, Mapping) else [None]
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in numbers):
            raise self.fault(f"counts must be whole numbers by kind, not {value!r}")
        return dict(value)

    def flag(self, field: str) -> bool:
        value = self.raw.get(field, False)
        if not isinstance(value, bool):
            raise self.fault(f"{field} must be true or false, not {value!r}")
        return value

    def link(self) -> str:
        value = self.text("link")
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
            raise self.fault(f"link must be an http or https address, not {value!r}")
        return value


def _story(entry: _Entry) -> Story:
    day = entry.day()
    at = datetime.combine(day, time(), UTC)
    lists = {field: entry.texts(field) for field in _LISTS}
    if not lists["issuers"] and not lists["targets"]:
        raise entry.fault("issuers or targets must name somebody")
    action = Action(
        stage=entry.stage(),
        **lists,  # type: ignore[arg-type]  # the lists of Action, by their own names
        counts=entry.counts(),
        counter=entry.flag("counter"),
        when=day,
        evidence=entry.text("summary", needed=True),
    )
    return Story(
        key=entry.text("key", needed=True),
        action=action,
        headline=action.evidence,
        reports=_reports(entry, at, action.evidence),
        first=at,
        last=at,
        follows=entry.text("follows") or None,
        answers=entry.text("answers") or None,
    )


def _reports(entry: _Entry, at: datetime, summary: str) -> tuple[Report, ...]:
    link = entry.link()
    if not link:
        return ()
    outlet = entry.text("outlet") or (urlsplit(link).hostname or "").removeprefix("www.")
    key = SEEDED + entry.text("key")
    return (Report(item=key, outlet=outlet, link=link, title=summary, at=at, official=True, evidence=summary),)


def _check_keys(stories: Sequence[Story]) -> None:
    for key, times in Counter(story.key for story in stories).items():
        if times > 1:
            raise SeedError(f"{FILE}: event {key}: the key is given {times} times")
    by_key = {story.key: story for story in stories}
    for story in stories:
        for field, other in (("answers", story.answers), ("follows", story.follows)):
            if other and other not in by_key:
                raise SeedError(f"{FILE}: event {story.key}: {field} {other!r}, which is no event's key")
            if other and by_key[other].first > story.first:
                raise SeedError(f"{FILE}: event {story.key}: {field} {other!r}, which came later")
