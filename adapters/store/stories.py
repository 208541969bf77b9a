"""The ledger: stories with their reports, and who acts in them."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.store.codec import dumps, loads, micros, moment, storable
from adapters.store.connection import Connection
from adapters.store.search import file_words, find_stories, forget_words
from adapters.store.shelf import Shelf
from bot.domain import Code, Key, Report, Stage, Story
from bot.ports import Identity

_REPORT = "item, outlet, link, title, at, official, evidence"
_CACHED = 8000
"""Stories kept decoded: those of the last days are asked for at every visit."""
_BATCH = 500

_LIVED = "select key from stories where seeded = 0 and key in (select value from json_each(?))"
_UPSERT = """
insert into stories (key, stage, first, last, follows, answers, seeded, body) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (key) do update set
    stage = excluded.stage, first = excluded.first, last = excluded.last, follows = excluded.follows,
    answers = excluded.answers, seeded = excluded.seeded, body = excluded.body, version = version + 1
"""
_EARLIER = """
select story, first from story_pairs where scope = ? and issuer = ? and target = ? and first between ? and ?
and stage in (select value from json_each(?)) order by first desc limit ?
"""
_EARLIER_BY_ANYBODY = """
select story, first from story_pairs where scope = ? and target = ? and first between ? and ?
and stage in (select value from json_each(?)) order by first desc limit ?
"""
_BY_KEYS = "select key, version from stories where key in (select value from json_each(?)) order by first desc, key"
_ANYBODY = "*"


class StoryShelf(Shelf):
    """`bot.ports.StoryStore`."""

    def __init__(self, connection: Connection, identity: Identity) -> None:
        super().__init__(connection, identity)
        self._decoded: dict[Key, tuple[int, Story]] = {}

    def recent_stories(self, since: datetime) -> list[Story]:
        """Return stories that were last reported at or after `since`, oldest first."""
        with self._db.reading() as raw:
            rows = raw.execute(
                "select key, version from stories where last >= ? order by first, key", (micros(since),)
            ).fetchall()
            return self._load(raw, rows)

    def story(self, key: Key) -> Story | None:
        """Return one story with all its reports."""
        with self._db.reading() as raw:
            rows = raw.execute("select key, version from stories where key = ?", (key,)).fetchall()
            return next(iter(self._load(raw, rows)), None)

    def stories_about(
        self, *, against: Code | None = None, by: Code | None = None, since: datetime | None = None, limit: int = 50
    ) -> list[Story]:
        """Return stories with these codes among their actions' targets and issuers, newest first.

        With neither code: all stories.
        """
        statement, values = _about(against, by, None if since is None else micros(since))
        with self._db.reading() as raw:
            return self._load(raw, raw.execute(statement, (*values, limit)).fetchall())

    def story_of(self, item: Key) -> Story | None:
        """Return the story that a stored item tells."""
        with self._db.reading() as raw:
            rows = raw.execute(
                "select s.key, s.version from items i join stories s on s.key = i.story where i.key = ?", (item,)
            ).fetchall()
            return next(iter(self._load(raw, rows)), None)

    def earlier_stories(
        self,
        pairs: Iterable[tuple[Code, Code]],
        stages: Collection[Stage],
        *,
        since: datetime,
        until: datetime,
        scope: str = "",
        limit: int = 60,
    ) -> list[Story]:
        """Return stories that began from `since` to `until`, by issuer and target of their lead action, newest first.

        An issuer ``*`` is anybody; an empty issuer or target is one that is not named.
        """
        asked = (micros(since), micros(until), json.dumps(sorted(stages)), limit)
        began: dict[Key, int] = {}
        with self._db.reading() as raw:
            for issuer, target in pairs:
                if issuer == _ANYBODY:
                    began.update(raw.execute(_EARLIER_BY_ANYBODY, (scope, target, *asked)))
                else:
                    began.update(raw.execute(_EARLIER, (scope, issuer, target, *asked)))
            newest = sorted(began, key=lambda key: (-began[key], key))[:limit]
            return self._load(raw, raw.execute(_BY_KEYS, (json.dumps(newest),)).fetchall()) if newest else []

    def following(self, key: Key) -> list[Story]:
        """Return the stories that follow this one or answer it, oldest first."""
        with self._db.reading() as raw:
            rows = raw.execute(
                "select key, version from stories where follows = ?1 or answers = ?1 order by first, key", (key,)
            ).fetchall()
            return self._load(raw, rows)

    def search_stories(self, text: str, limit: int = 50) -> list[Story]:
        """Return the stories whose reports have all words of a text, newest first; by sound where none has."""
        with self._db.reading() as raw:
            found = json.dumps(find_stories(raw, text, limit))
            return self._load(raw, raw.execute(_BY_KEYS, (found,)).fetchall())

    def seed_stories(self, stories: Iterable[Story]) -> int:
        """Put the seeds' events into the ledger, replacing what an earlier start put there; returns how many.

        A seeded story to which news has added since is history of its own, and stays as it is.
        """
        wanted = {story.key: story for story in stories}
        with self._db.writing() as raw:
            seeded = raw.execute("select key, version from stories where seeded = 1").fetchall()
            gone = [key for key, _ in seeded if key not in wanted]
            forget_words(raw, gone)
            raw.executemany("delete from stories where key = ?", [(key,) for key in gone])
            lived = raw.execute(_LIVED, (json.dumps(list(wanted)),)).fetchall()
            there = {story.key: story for story in self._load(raw, [row for row in seeded if row[0] in wanted])}
            there |= {key: wanted[key] for (key,) in lived}
            # nearly always nothing has changed since the last start, and nothing needs to be written
            changed = [story for key, story in wanted.items() if there.get(key) != story]
            keep_stories(raw, changed, seeded=True)
        return len(wanted)

    def _load(self, raw: sqlite3.Connection, rows: Sequence[tuple[Key, int]]) -> list[Story]:
        """Return stories in the order of rows of key and version; what is cached in that version is not read again."""
        stale = [key for key, version in rows if self._decoded.get(key, (0,))[0] != version]
        fresh = dict(_read(raw, stale))
        if len(self._decoded) + len(fresh) > _CACHED:
            self._decoded.clear()
            fresh = dict(_read(raw, [key for key, _ in rows]))
        stories = [fresh[key] if key in fresh else self._decoded[key][1] for key, _ in rows]
        for (key, version), story in zip(rows[:_CACHED], stories, strict=False):
            self._decoded[key] = (version, story)
        return stories


def keep_stories(raw: sqlite3.Connection, stories: Sequence[Story], *, seeded: bool = False) -> None:
    """Keep stories, new or grown, with their reports and actors; inside a transaction."""
    if not stories:
        return
    file_words(raw, stories, [micros(story.first) for story in stories])
    raw.executemany(_UPSERT, [_row(story, seeded=seeded) for story in stories])
    raw.executemany(
        f"insert or replace into reports (story, n, {_REPORT}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
        [_report_row(story.key, n, report) for story in stories for n, report in enumerate(story.reports)],
    )
    raw.executemany(
        "delete from reports where story = ? and n >= ?", [(story.key, len(story.reports)) for story in stories]
    )
    raw.executemany("delete from story_actors where story = ?", [(story.key,) for story in stories])
    raw.executemany(
        "insert into story_actors (story, role, code, last) values (?, ?, ?, ?)",
        [(story.key, role, code, micros(story.last)) for story in stories for role, code in sorted(_actors(story))],
    )
    raw.executemany("delete from story_pairs where story = ?", [(story.key,) for story in stories])
    raw.executemany(
        "insert or ignore into story_pairs (scope, issuer, target, first, story, stage) values (?, ?, ?, ?, ?, ?)",
        [
            (story.scope, issuer, target, micros(story.first), story.key, story.action.stage)
            for story in stories
            for issuer in story.action.issuers or ("",)
            for target in story.action.targets or ("",)
        ],
    )


def _row(story: Story, *, seeded: bool) -> tuple[object, ...]:
    return (
        story.key,
        story.action.stage,
        micros(story.first),
        micros(story.last),
        story.follows,
        story.answers,
        seeded,
        dumps(replace(story, reports=())),
    )


def _report_row(story: Key, n: int, report: Report) -> tuple[object, ...]:
    return (
        story,
        n,
        report.item,
        storable(report.outlet),
        storable(report.link),
        storable(report.title),
        micros(report.at),
        report.official,
        storable(report.evidence),
    )


def _actors(story: Story) -> set[tuple[str, Code]]:
    """Return everybody who acts in a story, with the role."""
    return {
        (role, code)
        for action in (story.action, *story.also)
        for role, codes in (("issuer", action.issuers), ("target", action.targets), ("speaker", action.speaker))
        for code in codes
    }


def _read(raw: sqlite3.Connection, keys: Sequence[Key]) -> Iterator[tuple[Key, Story]]:
    """Return stories with their reports, in batches: a look-up each would cost more than the rows."""
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        reports: dict[Key, list[Report]] = {}
        for story, *row in raw.execute(
            f"select story, {_REPORT} from reports where story in ({marks}) order by story, n",  # noqa: S608 - our own words
            batch,
        ):
            reports.setdefault(story, []).append(_report(*row))
        for key, body in raw.execute(f"select key, body from stories where key in ({marks})", batch):  # noqa: S608 - our own words
            yield key, replace(loads(Story, body), reports=tuple(reports.get(key, ())))


def _report(item: Key, outlet: str, link: str, title: str, at: int, official: int, evidence: str) -> Report:
    return Report(
        item=item,
        outlet=outlet,
        link=link,
        title=title,
        at=moment(at),
        official=bool(official),
        evidence=evidence,
    )


def _about(against: Code | None, by: Code | None, since: int | None) -> tuple[str, list[object]]:
    """Return the statement, but for the limit's value, and its values."""
    earliest = since if since is not None else -(2**63)
    order = "order by a.last desc, s.key limit ?"
    codes = [(role, code) for role, code in (("target", against), ("issuer", by)) if code is not None]
    if not codes:
        return "select s.key, s.version from stories s where s.last >= ? order by s.last desc, s.key limit ?", [
            earliest
        ]
    (role, code), *others = codes
    also = "and exists (select 1 from story_actors b where b.story = a.story and b.role = ? and b.code = ?) " * len(
        others
    )
    statement = (
        "select s.key, s.version from story_actors a join stories s on s.key = a.story "  # noqa: S608 - our own words
        f"where a.role = ? and a.code = ? and a.last >= ? {also}{order}"
    )
    return statement, [role, code, earliest, *(value for pair in others for value in pair)]
