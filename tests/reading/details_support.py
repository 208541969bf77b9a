"""Shorthands for tests of an action's details, on the real seeds and without learned weights."""

from collections.abc import Sequence
from functools import lru_cache

from adapters.files import read_seeds
from bot.domain import Item, Stage
from bot.lexicon import Lexicon, compile_lexicon
from bot.reading.cues import Line, lines
from bot.reading.measures import Place
from bot.reading.text import sentences


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return compile_lexicon({stem: content for stem, content in read_seeds().items() if stem != "weights"})


def marked(title: str, summary: str = "") -> tuple[Line, ...]:
    return lines(sentences(Item(title=title, summary=summary), lexicon()), lexicon())


def place(stage: Stage = Stage.IMPOSED, line: int = 0, *, counter: bool = False, issuers: Sequence[str] = ()) -> Place:
    return Place(stage, line=line, counter=counter, issuers=tuple(issuers))
