"""Variants of lessons: other names in the same news, and titles alone."""

from dataclasses import replace

from adapters.learning.variants import variants
from bot.ports import Lesson

NAME, ADJECTIVE = 1, 2
EU, RUSSIA, RUSSIAN, IRAN, IRANIAN, NORTH, KOREA = range(10, 17)
BEGIN, HITS, OIL, END = 1, 20, 21, 2

HIT = Lesson(
    ids=[BEGIN, EU, HITS, RUSSIA, RUSSIAN, OIL, END], segments=[0, 0, 0, 0, 1, 1, 1],
    kinds=[0, NAME, 0, NAME, ADJECTIVE, 0, 0], owners=[0, 1, 0, 2, 2, 0, 0], focus=[2],
    codes={"EU": [1], "RU": [3, 4]}, relevant=True,
    lead={"stage": "imposed", "issuers": ["EU"], "targets": ["RU"], "speaker": []}, evidence=[2, 3],
)  # fmt: skip
"""The EU hits Russia / Russian oil."""
IRANS = replace(
    HIT, ids=[BEGIN, EU, HITS, IRAN, IRANIAN, OIL, END], codes={"EU": [1], "IR": [3, 4]},
    lead={"stage": "imposed", "issuers": ["EU"], "targets": ["IR"], "speaker": []},
)  # fmt: skip
LONG = replace(
    HIT, ids=[BEGIN, EU, HITS, NORTH, KOREA, END], segments=[0] * 6, kinds=[0, NAME, 0, NAME, NAME, 0],
    owners=[0, 1, 0, 2, 2, 0], codes={"EU": [1], "KP": [3, 4]},
    lead={"stage": "imposed", "issuers": ["EU"], "targets": ["KP"], "speaker": []},
)  # fmt: skip
"""A name of two pieces, and none that is an adjective."""


def renamed(*lessons: Lesson) -> list[Lesson]:
    """Return what has other names, of many tries."""
    return [one for seed in range(20) for one in variants(lessons, seed) if "IR" in one.codes and RUSSIA not in one.ids]


def test_all_names_of_an_actor_become_anothers_kind_by_kind() -> None:
    assert [BEGIN, EU, HITS, IRAN, IRANIAN, OIL, END] in [one.ids for one in renamed(HIT, IRANS)]
    assert all((IRAN in one.ids) <= (RUSSIAN not in one.ids) for one in renamed(HIT, IRANS))


def test_labels_follow_the_names() -> None:
    leads = [one.lead for one in renamed(HIT, IRANS) if one.lead is not None]
    assert leads
    assert all(lead["targets"] == ["IR"] for lead in leads)


def test_a_longer_name_moves_what_stands_behind_it() -> None:
    short = replace(LONG, ids=[BEGIN, EU, HITS, RUSSIA, END], segments=[0] * 5, kinds=[0, NAME, 0, NAME, 0],
                    owners=[0, 1, 0, 2, 0], codes={"EU": [1], "RU": [3]},
                    lead={**(HIT.lead or {})}, evidence=[2, 3])  # fmt: skip
    longer = [one for seed in range(20) for one in variants([short, LONG], seed) if "KP" in one.codes]
    assert longer
    for one in longer:
        assert one.ids == LONG.ids
        assert one.codes == LONG.codes
        assert one.owners == LONG.owners


def test_an_actor_without_such_a_name_comes_for_nobody() -> None:
    made = [one for seed in range(20) for one in variants([HIT, LONG], seed)]
    assert not [one for one in made if OIL in one.ids and "KP" in one.codes]


def test_a_title_alone_keeps_whom_it_names() -> None:
    titles = [one for one in variants([HIT]) if one.segments == [0] * 5]
    assert [one.ids for one in titles] == [[BEGIN, EU, HITS, RUSSIA, END]]
    assert titles[0].codes == {"EU": [1], "RU": [3]}


def test_variants_are_written_and_always_the_same() -> None:
    assert all(one.written for one in variants([HIT, IRANS]))
    assert variants([HIT, IRANS, LONG]) == variants([HIT, IRANS, LONG])


def test_a_name_that_two_share_stays() -> None:
    both = replace(HIT, codes={"EU": [1], "RU": [3, 4], "BY": [3, 4]})
    assert all({"RU", "BY"} <= one.codes.keys() for one in variants([both, IRANS]) if both.ids[3] in one.ids)
