"""The examples: a form that is pleasant to write, faults that say where they are, and a set that keeps its promises."""

from collections import Counter

import pytest

from bot.domain import Action, Stage, WhyNot
from bot.errors import SeedError
from bot.reading.examples import Example, Known, parse_examples
from tests.reading.details_support import lexicon


def parsed(text: str, known: Known | None = None) -> tuple[Example, ...]:
    return parse_examples(text, file="en.txt", known=known)


def test_a_headline_with_everything() -> None:
    [example] = parsed(
        """
# a comment
China bars ten Europeans in reply
  ~ The ban answers EU sanctions.
  ~ It begins today.
  = imposed CN -> EU,GB counter | travel_ban | retaliation | individuals=10 entities=4 | A. Person; B Inc
"""
    )
    assert (example.title, example.line, example.file) == ("China bars ten Europeans in reply", 3, "en.txt")
    assert example.summary == "The ban answers EU sanctions. It begins today."
    assert example.actions == (
        Action(
            stage=Stage.IMPOSED,
            issuers=("CN",),
            targets=("EU", "GB"),
            instruments=("travel_ban",),
            grounds=("retaliation",),
            counts={"individuals": 10, "entities": 4},
            names=("A. Person", "B Inc"),
            counter=True,
        ),
    )


def test_a_speaker_and_several_actions() -> None:
    [example] = parsed("Title\n  = blocked EU -> RU speaker HU,SK | -\n  = imposed - -> RU\n")
    assert [action.stage for action in example.actions] == [Stage.BLOCKED, Stage.IMPOSED]
    assert example.actions[0].speaker == ("HU", "SK")
    assert example.actions[1].issuers == ()


def test_no_sanctions_news_has_a_reason() -> None:
    [example] = parsed("! FIFA lifts ban\n  = no: sports\n")
    assert (example.relevant, example.why_not, example.held_out) == (False, WhyNot.SPORTS, True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Title\n", "en.txt:1: no '=' line"),
        ("  = no: other\n", "en.txt:1: an indented line before any title"),
        ("!\n  = no: other\n", "en.txt:1: a '!' without a title"),
        ("Title\n  imposed EU -> RU\n", "en.txt:2: an indented line starts with"),
        ("Title\n  = no: weather\n", "en.txt:2: unknown reason 'weather'; one of: sports"),
        ("Title\n  = done EU -> RU\n", "en.txt:2: unknown stage 'done'; one of: imposed"),
        ("Title\n  = imposed EU RU\n", "en.txt:2: cannot read 'imposed EU RU'"),
        ("Title\n  = imposed eu -> RU\n", "en.txt:2: 'eu' is no code"),
        ("Title\n  = imposed EU,EU -> RU\n", "en.txt:2: 'EU,EU' names a code twice"),
        ("Title\n  = imposed EU -> RU | - | - | people=3\n", "en.txt:2: 'people=3' is no count"),
        ("Title\n  = imposed EU -> RU | - | - | entities=0\n", "en.txt:2: 'entities=0' is no count"),
        ("Title\n  = imposed EU -> RU | | | | | more\n", "en.txt:2: too many bars"),
        ("Title\n  = no: other\n  = imposed EU -> RU\n", "en.txt:3: nothing can follow"),
        ("Title\n  = imposed EU -> RU\n  = no: other\n", "en.txt:3: '= no:' after an action"),
        ("Title\n  = no: other\nTITLE\n  = no: other\n", "en.txt:3: the same example stands in line 1"),
    ],
)
def test_a_fault_says_where_and_what(text: str, fault: str) -> None:
    with pytest.raises(SeedError) as caught:
        parsed(text)
    assert str(caught.value).startswith(fault)


def test_all_faults_are_told_at_once_in_order() -> None:
    with pytest.raises(SeedError) as caught:
        parsed("Bare\nA\n  = no: weather\nB\n  = imposed EU\n")
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["1", "3", "5"]


def test_unknown_codes_are_faults_where_the_known_ones_are_given() -> None:
    known = Known(actors={"EU", "RU"}, instruments={"travel_ban"}, grounds={"cyber"})
    assert parsed("T\n  = imposed EU -> RU | travel_ban | cyber\n", known)
    for action in ("XX -> RU", "EU -> RU | tax", "EU -> RU | - | fun"):
        with pytest.raises(SeedError, match="unknown"):
            parsed(f"T\n  = imposed {action}\n", known)


# --- the examples that ship ---------------------------------------------------------------------------------------


def shipped() -> list[Example]:
    seeds = lexicon().seeds
    known = Known(
        actors=set(lexicon().codes),
        instruments={entry["code"] for entry in seeds["instruments"]["instruments"]},
        grounds={entry["code"] for entry in seeds["grounds"]["grounds"]},
    )
    files = sorted(seeds["examples"].items())
    return [example for stem, text in files for example in parse_examples(text, file=f"{stem}.txt", known=known)]


def test_the_shipped_examples_parse_and_name_only_known_codes() -> None:
    assert len(shipped()) >= 450


def test_no_headline_is_told_in_two_files() -> None:
    titles = Counter((example.title.casefold(), example.summary.casefold()) for example in shipped())
    assert [said for said, times in titles.items() if times > 1] == []


def test_every_third_example_is_kept_for_figures() -> None:
    marks: dict[str, list[bool]] = {}
    for example in shipped():
        marks.setdefault(example.file, []).append(example.held_out)
    for file, held in marks.items():
        assert held == [at % 3 == 2 for at in range(len(held))], (
            f"{file}: every third example, and only it, bears a '!'"
        )


def test_every_stage_reason_instrument_and_ground_has_examples_on_both_sides() -> None:
    for held_out in (False, True):
        some = [example for example in shipped() if example.held_out is held_out]
        stages = Counter(action.stage for example in some for action in example.actions)
        assert all(stages[stage] >= 10 for stage in Stage), stages
        assert {example.why_not for example in some} == {None, *WhyNot}
        assert any(action.counter for example in some for action in example.actions)
