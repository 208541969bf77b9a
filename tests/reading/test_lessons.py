"""The lessons that came with the project: each can be learned from, and means what the seeds know."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.files import lesson_files, read_seeds
from bot.cli.learning import labelled_in
from bot.lexicon import Lexicon
from bot.reading.examples import parse_examples
from bot.reading.teaching import Labelled
from tests.reading.reading_support import lexicon

FILES = lesson_files()


@pytest.fixture(scope="module")
def known() -> Lexicon:
    return lexicon()


def lessons() -> Iterator[Labelled]:
    for path in FILES:
        yield from labelled_in(str(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_lesson_can_be_learned_from(path: Path, known: Lexicon) -> None:
    instruments, grounds = ({row["code"] for row in known.seeds[name][name]} for name in ("instruments", "grounds"))
    for labelled in labelled_in(str(path)):
        name = labelled.item.key
        for action in labelled.actions:
            codes = [code for role in ("issuers", "targets", "speaker") for code in action.get(role, ())]
            assert set(codes) <= set(known.codes), name
            assert set(action.get("instruments", ())) <= instruments | {"unspecified"}, name
            assert set(action.get("grounds", ())) <= grounds, name
            assert action.get("evidence", "") in f"{labelled.item.title}\n{labelled.item.summary}", name


def test_no_lesson_is_told_twice_or_kept_for_figures() -> None:
    titles = [labelled.item.title.casefold() for labelled in lessons()]
    assert len(titles) == len(set(titles))
    held_out = {
        example.title.casefold()
        for name, text in read_seeds()["examples"].items()
        for example in parse_examples(text, file=name)
        if example.held_out
    }
    assert not held_out & set(titles)


def test_lessons_are_left_alone_by_whoever_does_not_learn() -> None:
    assert FILES
    assert "lessons" not in read_seeds()
