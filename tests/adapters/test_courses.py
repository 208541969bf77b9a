"""How lessons are dealt to the networks that learn: no framework is needed to know that."""

from adapters.learning.encoding import Course
from bot.ports import Lesson


def lesson(*, written: bool) -> Lesson:
    return Lesson(
        ids=[1], segments=[0], kinds=[0], owners=[0], focus=[], codes={}, relevant=False, lead=None, evidence=[],
        written=written,
    )  # fmt: skip


LESSONS = [lesson(written=False), *(lesson(written=True) for _ in range(4)), lesson(written=False)]


def test_each_round_has_all_news_and_its_part_of_the_lessons_that_were_written() -> None:
    course = Course(name="teacher", rounds=2, rate=1e-4, news=1, parts=2)
    assert [course.round(LESSONS, turn) for turn in range(2)] == [[0, 5, 1, 3], [0, 5, 2, 4]]


def test_news_may_come_more_than_once_a_round() -> None:
    course = Course(name="encoder", rounds=1, rate=1e-4, news=2, parts=1)
    assert sorted(course.round(LESSONS, 0)) == [0, 0, 1, 2, 3, 4, 5, 5]
