"""The real knowledge and shorthands, for tests of the reading."""

from datetime import UTC, datetime
from functools import lru_cache

from adapters.files import read_seeds
from bot.domain import Item
from bot.lexicon import Lexicon, compile_lexicon
from bot.reading.mentions import Scan, scanner
from bot.reading.text import sentences


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return compile_lexicon(read_seeds())


def news(title: str, summary: str = "", text: str = "", day: str = "2023-05-04") -> Item:
    return Item(title=title, summary=summary, text=text, date=datetime.fromisoformat(day).replace(tzinfo=UTC))


def scan(title: str, day: str = "2023-05-04") -> Scan:
    item = news(title, day=day)
    assert item.date
    return scanner(lexicon()).scan(sentences(item, lexicon())[0], item.date.date())
