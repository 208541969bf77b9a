"""Finding stories by the words of their reports, in any spelling of a name; newest first.

`story_words` is kept beside `stories`, in the same transaction. Its rows are numbered by when a story began, so that
SQLite hands out the newest first and stops at the limit, however many stories have a word. The lower half of the
number tells stories of one second apart.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b

from adapters.store.names import tellings_of, told, wanted
from bot.domain import Key, Story

_SECOND = 1_000_000
_BITS = 31
_LATEST = (1 << 32) - 1

_FIND = "select story from story_words where story_words match ? order by rowid desc limit ?"
_FILED = "select first, key from stories where key in (select value from json_each(?))"


def row_of(first: int, key: Key) -> int:
    """Return the number of a story's row: its beginning (given in microseconds), then a hash of its key."""
    mark = int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=4).digest(), "big") >> 1
    return min(max(first // _SECOND, 0), _LATEST) << _BITS | mark


def words_of(text: str) -> str:
    """Return what a story is filed under as it is written."""
    return told(text)[0]


def sounds_of(text: str) -> str:
    """Return what a story is filed under as it sounds."""
    return told(text)[1]


FUNCTIONS: Mapping[str, Callable[..., int | str]] = {
    "story_row": row_of,
    "story_written": words_of,
    "story_sounds": sounds_of,
}
"""What the migration that files older stories uses; SQLite is given them for that."""


def file_words(raw: sqlite3.Connection, stories: Sequence[Story], firsts: Iterable[int]) -> None:
    """File stories, each with its beginning in microseconds, under their words; inside a transaction.

    To be done before the stories themselves are written: those that are known may have begun otherwise till now.
    """
    forget_words(raw, [story.key for story in stories])
    rows = [
        (row_of(first, story.key), story.key, *told(_text(story))) for story, first in zip(stories, firsts, strict=True)
    ]
    raw.executemany("insert or replace into story_words (rowid, story, words, sounds) values (?, ?, ?, ?)", rows)


def forget_words(raw: sqlite3.Connection, keys: Sequence[Key]) -> None:
    """Forget the words of stories that are there still; inside a transaction."""
    known = raw.execute(_FILED, (json.dumps(list(keys)),)).fetchall()
    raw.executemany("delete from story_words where rowid = ?", [(row_of(first, key),) for first, key in known])


def find_stories(raw: sqlite3.Connection, text: str, limit: int) -> list[Key]:
    """Return the keys of the stories that have all words of a text, newest first; by sound where none has them."""
    words = wanted(text)
    for expression in tellings_of(words) if words else ():
        if rows := raw.execute(_FIND, (expression, limit)).fetchall():
            return [key for (key,) in rows]
    return []


def _text(story: Story) -> str:
    reports = (part for report in story.reports for part in (report.title, report.evidence))
    parts = (story.headline, story.action.evidence, " ".join(story.action.names), *reports)
    return "\n".join(dict.fromkeys(part for part in parts if part))
