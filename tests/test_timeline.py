"""A timeline: what is drawn where, and the same in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.build import Knowledge
from bot.domain import Action, Disc, Drawing, Label, Stage, Story, Stroke
from bot.timeline import (
    ARC,
    COLOURS,
    GROUND,
    MARGIN,
    MOST,
    SIDE,
    TOP,
    WIDTH,
    Axis,
    Timeline,
    alt,
    drawing,
    in_words,
    timeline,
)
from bot.wording import Wording

FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def wording(knowledge: Knowledge) -> Wording:
    return knowledge.wording


def story(key: str, day: int, stage: Stage = Stage.IMPOSED, *, answers: str | None = None, sure: bool = True) -> Story:
    at = FIRST + timedelta(days=day)
    action = Action(stage=stage, issuers=("EU",), targets=("CN",), sure=sure)
    return Story(key=key, action=action, headline="制裁 headline", first=at, last=at, answers=answers)


def shown(*above: Story, below: tuple[Story, ...] = (), wording: Wording) -> Timeline:
    return timeline("EU and China", ("by EU", above), ("by China", below), wording)


def discs(drawn: Drawing) -> list[Disc]:
    """Return the discs of the chart, without those of legend and lines of words."""
    found = [shape for shape in drawn.shapes if isinstance(shape, Disc)]
    return [one for one in found if TOP <= one.y <= TOP + 2 * SIDE]


def arcs(drawn: Drawing) -> list[Stroke]:
    return [shape for shape in drawn.shapes if isinstance(shape, Stroke) and shape.colour == ARC]


def test_one_side_stands_above_the_line_and_the_other_below(wording: Wording) -> None:
    drawn = drawing(shown(story("a", 0), below=(story("b", 100),), wording=wording), wording)
    above, below = discs(drawn)
    assert above.y < TOP + SIDE < below.y
    assert above.x < below.x


def test_the_colour_is_that_of_the_stage_and_is_explained(wording: Wording) -> None:
    drawn = drawing(shown(story("a", 0), story("b", 9, Stage.EASED), wording=wording), wording)
    assert [one.colour for one in discs(drawn)] == [COLOURS[Stage.IMPOSED], COLOURS[Stage.EASED]]
    words = {shape.text for shape in drawn.shapes if isinstance(shape, Label)}
    assert {"imposed", "eased"} <= words


def test_every_stage_has_a_colour_of_its_own_that_shows_on_the_ground() -> None:
    assert set(COLOURS) == set(Stage)
    assert len({*COLOURS.values(), GROUND}) == len(Stage) + 1


def test_an_answer_is_joined_to_what_it_answers(wording: Wording) -> None:
    drawn = drawing(shown(story("a", 0), below=(story("b", 3, answers="a"),), wording=wording), wording)
    (arc,) = arcs(drawn)
    cause, answer = discs(drawn)
    assert (arc.points[0], arc.points[-1]) == ((cause.x, cause.y), (answer.x, answer.y))


def test_an_answer_to_what_is_not_shown_has_no_arc(wording: Wording) -> None:
    assert not arcs(drawing(shown(story("b", 3, answers="a"), wording=wording), wording))


def test_actions_of_one_day_stand_on_each_other_and_no_two_at_one_place(wording: Wording) -> None:
    drawn = drawing(shown(*(story(f"a{n}", n // 10) for n in range(40)), wording=wording), wording)
    places = [(one.x, one.y) for one in discs(drawn)]
    assert len(set(places)) == len(places) == 40


@pytest.mark.parametrize("days", [[0], [0, 1], [0, 0, 0], list(range(0, 9000, 30)), [0] * 200 + [5000], [-20000, 0]])
def test_everything_stays_within_the_picture(wording: Wording, days: list[int]) -> None:
    stories = [story(f"a{n}", day, list(Stage)[n % 9], answers=f"a{n - 1}") for n, day in enumerate(days)]
    drawn = drawing(shown(*stories[::2], below=tuple(stories[1::2]), wording=wording), wording)
    for shape in drawn.shapes:
        points = shape.points if isinstance(shape, Stroke) else ((shape.x, shape.y),)
        assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in points)
    for one in discs(drawn):
        assert MARGIN <= one.x <= WIDTH - MARGIN
    assert drawn.height < 1.5 * WIDTH


def test_the_axis_keeps_the_order_of_days_and_gives_room_where_much_happened() -> None:
    crowded = [FIRST.date() + timedelta(days=9_000 + n) for n in range(20)]
    axis = Axis([FIRST.date(), *crowded])
    places = [axis.x(day) for day in (FIRST.date(), *crowded)]
    assert places == sorted(places)
    assert places[-1] - places[1] > WIDTH / 2


def test_of_very_many_the_newest_are_shown_and_the_rest_is_counted(wording: Wording) -> None:
    told = shown(*(story(f"a{n:04}", n) for n in range(MOST + 50)), wording=wording)
    assert (len(told.marks), told.left_out) == (MOST, 50)
    assert any(
        "50 earlier ones left out" in one.text for one in drawing(told, wording).shapes if isinstance(one, Label)
    )
    assert in_words(told, wording)[1] == f"({MOST + 30} earlier)"


def test_no_letter_is_too_small_for_a_phone(wording: Wording) -> None:
    drawn = drawing(shown(story("a", 0), below=(story("b", 3),), wording=wording), wording)
    assert min(shape.size for shape in drawn.shapes if isinstance(shape, Label)) >= 30


def test_what_an_outlet_wrote_is_never_drawn(wording: Wording) -> None:
    drawn = drawing(shown(story("a", 0, sure=False), wording=wording), wording)
    words = [shape.text for shape in drawn.shapes if isinstance(shape, Label)]
    assert not any("制裁" in one for one in words)
    assert any("(not sure)" in one for one in words)


def test_the_same_in_words_numbers_what_is_answered(wording: Wording) -> None:
    lines = in_words(shown(story("a", 0), below=(story("b", 3, answers="a"),), wording=wording), wording)
    assert lines[0] == "▲ by EU   ▼ by China"
    assert lines[2].endswith("(answers 1)")
    assert in_words(shown(wording=wording), wording) == ("No action is known.",)


def test_who_does_not_see_it_is_told_what_it_shows(wording: Wording) -> None:
    told = shown(story("a", 0), below=(story("b", 3, answers="a"),), wording=wording)
    assert alt(told, wording).startswith("EU and China: 2 actions from 1 Jan 2020 to 4 Jan 2020, 1 of them answers")
    assert "no action" in alt(shown(wording=wording), wording)


def test_the_same_stories_in_any_order_make_the_same_drawing(wording: Wording) -> None:
    stories = [story(f"a{n}", n % 7) for n in range(30)]
    one = drawing(shown(*stories, wording=wording), wording)
    assert one == drawing(shown(*reversed(stories), wording=wording), wording)
    assert replace(one, height=1) != one
