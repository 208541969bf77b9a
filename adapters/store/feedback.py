"""What people found not relevant, and which stories each rule picked."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.store.codec import dumps, loads, micros, moment
from adapters.store.shelf import Shelf
from bot.domain import Decision, Feedback, Key, Record

_RECORDS = """
select h.rule, count(*), max(h.at), count(f.story) from hits h
left join (select distinct story from feedback where ?1 = '' or place = ?1) f on f.story = h.story
group by h.rule
"""


class FeedbackShelf(Shelf):
    """`bot.ports.FeedbackStore`."""

    def keep_feedback(self, feedback: Feedback) -> None:
        """Keep an objection; one person's later word on a story replaces the earlier."""
        with self._db.writing() as raw:
            raw.execute(
                "insert or replace into feedback (place, story, person, at, body) values (?, ?, ?, ?, ?)",
                (feedback.place, feedback.story, feedback.person, micros(feedback.at), dumps(feedback)),
            )

    def feedback(self, place: str, since: datetime) -> list[Feedback]:
        """Return a place's objections from `since` on, oldest first."""
        with self._db.reading() as raw:
            rows = raw.execute(
                "select body from feedback where place = ? and at >= ? order by at, n", (place, micros(since))
            ).fetchall()
        return [loads(Feedback, body) for (body,) in rows]

    def records(self, place: str) -> dict[Key, Record]:
        """Return how each rule that ever picked something is doing; objections of one place, or with "" of all."""
        with self._db.reading() as raw:
            rows = raw.execute(_RECORDS, (place,)).fetchall()
        return {
            rule: Record(hits=hits, last=moment(last), objections=objections) for rule, hits, last, objections in rows
        }


def keep_hits(raw: sqlite3.Connection, decisions: Sequence[Decision], now: datetime) -> None:
    """Note which stories rules picked; inside a transaction. A story counts once for each rule."""
    rows = [
        (rule, decision.story.key, micros(now))
        for decision in decisions
        if decision.story is not None
        for rule in decision.rules
    ]
    if rows:
        raw.executemany("insert or ignore into hits (rule, story, at) values (?, ?, ?)", rows)
