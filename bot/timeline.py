"""A timeline: what is to be drawn of who did what when, and the same in words for those who see no picture. Pure.

Two sides share one axis of time: what the one does stands above it, what the other does below. Each action is a disc
in the colour of its stage; those of one time are stacked away from the axis. An answer is joined to what it answers by
an arc. The newest actions have a bright ring, and are told below the chart in words. The ground is the picture's own,
so that it looks the same in a dark chat and in a light one.

All positions are worked out here; whoever draws only knows discs, strokes and labels.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import Disc, Drawing, Key, Label, Stage, Story, Stroke
from bot.wording import Wording

WIDTH = 1080
"""Pixels; a phone shows it at a third of that, so no letters are smaller than 30."""
MARGIN, TOP, SIDE = 60, 215, 160
"""Beside the chart, above it, and the height of each of its halves."""
ROW = 92
"""Height of an action in words below the chart."""
SMALL, LARGE = 32, 34
"""Sizes of letters."""
TOLD = 6
"""Actions told in words."""
MOST = 300
"""Actions drawn; older ones are counted."""
RADIUS = 13
STACK = 4
"""Discs on each other before they are pressed together."""
EVENLY = 0.7
"""How much the axis is stretched where much happened: 0 keeps to the calendar, 1 gives every day the same room."""

GROUND, INK, FAINT, AXIS = "#1b1f2a", "#f4f5f7", "#aab2c0", "#5b6475"
ARC = "#e9d8a6"
COLOURS: Mapping[Stage, str] = {
    Stage.IMPOSED: "#e5484d",
    Stage.PROPOSED: "#ffb224",
    Stage.EXTENDED: "#f76808",
    Stage.EASING_PROPOSED: "#12a594",
    Stage.EASED: "#30a46c",
    Stage.BLOCKED: "#a06be0",
    Stage.ENFORCED: "#d6409f",
    Stage.CONDEMNED: "#8b8d98",
    Stage.CONTEXT: "#6c8eaf",
}
"""As in the chats, for a dark ground."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One action on a timeline."""

    key: Key
    day: date
    stage: Stage
    above: bool
    answers: Key | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Actions of two sides, oldest first."""

    title: str
    above: str
    """What the upper half shows."""
    below: str
    marks: tuple[Mark, ...]
    left_out: int = 0
    """Older actions that are not shown."""


def timeline(
    title: str, above: tuple[str, Sequence[Story]], below: tuple[str, Sequence[Story]], wording: Wording
) -> Timeline:
    """Return the timeline of two sides, each with what it is called and its stories in any order; each story once."""
    seen: dict[Key, Mark] = {}
    for upper, (_, stories) in ((True, above), (False, below)):
        for story in stories:
            seen.setdefault(story.key, _mark(story, wording, above=upper))
    marks = sorted(seen.values(), key=lambda mark: (mark.day, mark.answers is not None, mark.key))
    left_out = max(0, len(marks) - MOST)
    return Timeline(title=title, above=above[0], below=below[0], marks=tuple(marks[left_out:]), left_out=left_out)


def in_words(shown: Timeline, wording: Wording, most: int = 20) -> tuple[str, ...]:
    """Return the newest actions as lines, oldest first, with what each answers by its number."""
    told = shown.marks[-most:]
    numbers = {mark.key: number for number, mark in enumerate(told, 1)}
    earlier = shown.left_out + len(shown.marks) - len(told)
    lines = [f"({earlier:,} earlier)"] if earlier else []
    for mark in told:
        arrow = "▲" if mark.above else "▼"
        answers = f"  (answers {numbers[mark.answers]})" if mark.answers in numbers else ""
        said = f"{wording.stage(mark.stage)}: {mark.words}{answers}"
        lines.append(f"{numbers[mark.key]:>2} {arrow} {wording.day(mark.day):<11}  {said}")
    return (f"▲ {shown.above}   ▼ {shown.below}", *lines) if told else ("No action is known.",)


def drawing(shown: Timeline, wording: Wording) -> Drawing:
    """Return the timeline as shapes."""
    told = list(reversed(shown.marks[-TOLD:]))
    stages = list(dict.fromkeys(mark.stage for mark in shown.marks))
    legend = TOP + 2 * SIDE + 85
    first = legend + 60 * -(-len(stages) // 3) + 25
    shapes = [*_frame(shown, wording), *_chart(shown, told), *_legend(stages, legend, wording)]
    for place, mark in enumerate(told):
        shapes += _row(mark, first + place * ROW, wording)
    return Drawing(width=WIDTH, height=first + len(told) * ROW, background=GROUND, shapes=tuple(shapes))


def alt(shown: Timeline, wording: Wording) -> str:
    """Return what the picture shows, for those who do not see it."""
    if not shown.marks:
        return f"{shown.title}: no action is known"
    first, last = shown.marks[0], shown.marks[-1]
    arcs = sum(mark.answers in {one.key for one in shown.marks} for mark in shown.marks)
    return (
        f"{shown.title}: {len(shown.marks)} actions from {wording.day(first.day)} to {wording.day(last.day)}, "
        f"{arcs} of them answers; the latest: {last.words}"
    )


# --- marks --------------------------------------------------------------------------------------------------------


def _mark(story: Story, wording: Wording, *, above: bool) -> Mark:
    action = story.action
    # what an outlet wrote is never drawn: a picture cannot show every script
    words = wording.sentence(action) if action.sure else f"{wording.phrase(action)} (not sure)"
    return Mark(story.key, action.when or story.first.date(), action.stage, above, story.answers, words)


# --- the chart ----------------------------------------------------------------------------------------------------


def _frame(shown: Timeline, wording: Wording) -> Iterator[Label | Stroke]:
    most, half = WIDTH - 2 * MARGIN, WIDTH / 2 - MARGIN - 20
    yield Label(x=MARGIN, y=60, text=shown.title, size=50, colour=INK, most=most)
    said = f"{len(shown.marks)} actions"
    if shown.marks:
        said += f", {wording.day(shown.marks[0].day)} to {wording.day(shown.marks[-1].day)}"
    if shown.left_out:
        said += f"; {shown.left_out} earlier ones left out"
    yield Label(x=MARGIN, y=120, text=said, size=SMALL, colour=FAINT, most=most)
    yield Label(x=MARGIN, y=170, text=f"above the line: {shown.above}", size=SMALL, colour=FAINT, most=half)
    yield Label(
        x=WIDTH - MARGIN, y=170, text=f"below: {shown.below}", size=SMALL, colour=FAINT, most=half, align="right"
    )
    yield Stroke(points=((MARGIN, TOP + SIDE), (WIDTH - MARGIN, TOP + SIDE)), colour=AXIS, width=4)


def _chart(shown: Timeline, told: Sequence[Mark]) -> Iterator[Disc | Stroke | Label]:
    if not shown.marks:
        middle = TOP + SIDE / 2
        yield Label(
            x=WIDTH / 2, y=middle, text="No action is known", size=LARGE, colour=FAINT, most=WIDTH, align="middle"
        )
        return
    axis = Axis([mark.day for mark in shown.marks])
    places = _places(shown.marks, axis)
    yield from _years(axis)
    for mark in shown.marks:
        if mark.answers in places:
            yield _arc(places[mark.answers], places[mark.key])
    ringed = {mark.key for mark in told}
    for mark in shown.marks:
        x, y = places[mark.key]
        yield Disc(x=x, y=y, radius=RADIUS, colour=COLOURS[mark.stage], ring=INK if mark.key in ringed else GROUND)


class Axis:
    """Where a day stands between left and right: by the calendar, but stretched where much happened."""

    def __init__(self, days: Sequence[date]) -> None:
        self.days = sorted(set(days))
        self.left, self.right = MARGIN + 2 * RADIUS, WIDTH - MARGIN - 2 * RADIUS

    def x(self, day: date) -> float:
        """Return the place of a day from the first to the last."""
        first, last = self.days[0], self.days[-1]
        if first == last:
            return (self.left + self.right) / 2
        calendar = (day - first).days / (last - first).days
        return self.left + (self.right - self.left) * ((1 - EVENLY) * calendar + EVENLY * self._rank(day))

    def _rank(self, day: date) -> float:
        """Return how many of the days lie before a day, as a share; between two of them in proportion."""
        after = min(max(bisect_right(self.days, day), 1), len(self.days) - 1)
        before, behind = self.days[after - 1], self.days[after]
        return (after - 1 + (day - before).days / (behind - before).days) / (len(self.days) - 1)


def _places(marks: Sequence[Mark], axis: Axis) -> dict[Key, tuple[float, float]]:
    """Return where each mark stands: by its day, and away from the axis where others stand already."""
    columns: dict[tuple[bool, int], list[Key]] = {}
    for mark in marks:
        columns.setdefault((mark.above, round(axis.x(mark.day) / (2 * RADIUS))), []).append(mark.key)
    places = {}
    for (above, column), keys in columns.items():
        step = 2 * RADIUS + 3 if len(keys) <= STACK else (STACK - 1) * (2 * RADIUS + 3) / (len(keys) - 1)
        for number, key in enumerate(keys):
            away = RADIUS + 8 + number * step
            places[key] = (float(column * 2 * RADIUS), TOP + SIDE - away if above else TOP + SIDE + away)
    return places


def _years(axis: Axis) -> Iterator[Label | Stroke]:
    """Yield the beginnings of years, as far as there is room for their names; the only one's where there is none."""
    first, last = axis.days[0], axis.days[-1]
    bottom, free = TOP + 2 * SIDE + 25, 0.0
    if first.year == last.year:
        yield Label(x=WIDTH / 2, y=bottom, text=str(first.year), size=SMALL, colour=FAINT, most=200, align="middle")
    for year in range(first.year + 1, last.year + 1):
        x = axis.x(date(year, 1, 1))
        if x >= free:
            yield Stroke(points=((x, TOP + SIDE - 10), (x, TOP + SIDE + 10)), colour=FAINT, width=3)
            yield Label(x=x, y=bottom, text=str(year), size=SMALL, colour=FAINT, most=120, align="middle")
            free = x + 110


def _arc(cause: tuple[float, float], answer: tuple[float, float]) -> Stroke:
    """Return a curve from what was answered to the answer, bent so that it does not run through other discs."""
    (x0, y0), (x1, y1) = cause, answer
    bend = 40 + abs(x1 - x0) / 4
    cx, cy = max(MARGIN / 2, min(x0, x1) - bend), (y0 + y1) / 2
    if abs(x1 - x0) > 8 * RADIUS:
        # far apart in time: over the top of both, or below them
        upper = y0 < TOP + SIDE
        cx, cy = (
            (x0 + x1) / 2,
            (max(min(y0, y1) - bend, TOP - 10) if upper else min(max(y0, y1) + bend, TOP + 2 * SIDE)),
        )
    steps = [step / 24 for step in range(25)]
    points = tuple(
        (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * cx + t**2 * x1,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * cy + t**2 * y1,
        )
        for t in steps
    )
    return Stroke(points=points, colour=ARC, width=4)


# --- below the chart ----------------------------------------------------------------------------------------------


def _legend(stages: Sequence[Stage], top: float, wording: Wording) -> Iterator[Disc | Label]:
    third = (WIDTH - 2 * MARGIN) / 3
    for place, stage in enumerate(stages):
        x, y = MARGIN + RADIUS + place % 3 * third, top + place // 3 * 60
        yield Disc(x=x, y=y, radius=RADIUS, colour=COLOURS[stage])
        yield Label(x=x + 30, y=y, text=wording.stage(stage), size=SMALL, colour=INK, most=third - 60)


def _row(mark: Mark, y: float, wording: Wording) -> Iterator[Disc | Label]:
    yield Disc(x=MARGIN + RADIUS, y=y, radius=RADIUS, colour=COLOURS[mark.stage], ring=INK)
    yield Label(x=MARGIN + 45, y=y, text=wording.day(mark.day), size=SMALL, colour=FAINT, most=200)
    yield Label(x=MARGIN + 250, y=y, text=mark.words, size=LARGE, colour=INK, most=WIDTH - 2 * MARGIN - 250, lines=2)
