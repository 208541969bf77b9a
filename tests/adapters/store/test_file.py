"""The file itself: opening, refusing, upgrading, copying, pruning, and every fault by its name."""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store import SqliteStore
from bot.domain import AlertKind, Feed, FeedState, Item, Rule, RuleKind, Subscription, Visit
from bot.errors import StoreError
from tests.adapters.store.kit import DAY, HOUR, NOW, ROOT, entry, opened, sent, silent, story, telling, visit


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db")) as store:
        store.record([telling(story(), (AlertKind.ALERT, "console"))], NOW)
        before = (store.story("iran-1"), store.due(NOW), dict(store.counts()))
    with closing(opened(tmp_path / "bot.db")) as store:
        assert (store.story("iran-1"), store.due(NOW), dict(store.counts())) == before
        assert store.check() == "ok"


def test_a_second_service_is_refused_and_readers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(opened(path, service=True)) as service:
        with pytest.raises(StoreError, match=r"another sanctionwire serves .*stop it"):
            opened(path, service=True)
        with closing(opened(path)) as reader:
            visit(service, [entry(1)])
            assert reader.counts()["items"] == 1
    opened(path, service=True).close()


def test_a_service_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "from tests.adapters.store.kit import opened; import os, sys; opened(sys.argv[1], service=True); os._exit(9)"
    )
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path / "bot.db")], cwd=ROOT, check=False)
    assert run.returncode == 9
    opened(tmp_path / "bot.db", service=True).close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    opened(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('sanctionwire', 'm999', '')"
        )
        raw.commit()
    with pytest.raises(StoreError, match=r"newer sanctionwire wrote .*m999.*update this one"):
        opened(path)


def test_a_database_as_the_first_release_wrote_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((Path(__file__).parent / "first_release.sql").read_text())
    with closing(opened(path)) as store:
        assert store.check() == "ok"
        assert visit(store, [entry(1)]) == (0, 0)
        (waiting,) = store.due(NOW)
        assert (waiting.room, waiting.story) == ("console", "iran-1")
        assert store.story("iran-1") == story()


def test_an_update_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("create table posts (something_else text)")
    with pytest.raises(StoreError, match="already exists"):
        opened(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("select name from sqlite_master").fetchall() == [("posts",)]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"folder of .*bot\.db does not exist; make it"):
        opened(tmp_path / "nowhere" / "bot.db")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("This is no database, but a letter to my aunt. " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt is no database; move it away"):
        opened(tmp_path / "notes.txt")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(tmp_path)


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(opened(path)) as store:
        visit(store, [entry(n) for n in range(300)])
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged; put back a backup"), closing(opened(path)) as store:
        visit(store, [entry(n) for n in range(300)])


def test_a_database_locked_by_another_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.store.connection._PATIENCE", 0.05)
    path = tmp_path / "bot.db"
    with closing(opened(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match="locked by another program; close it"):
            visit(store, [entry(1)])
        other.execute("rollback")
        assert visit(store, [entry(1)]) == (1, 0)


def test_a_database_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db")) as store:
        # what a read-only file gives, also to root, who may write to those
        store._db.raw.execute("pragma query_only = on")
        with pytest.raises(StoreError, match="read-only; give this user the right"):
            visit(store, [entry(1)])


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def visit_many(store: SqliteStore) -> None:
    for start in range(10, 5000, 50):
        visit(store, [entry(n) for n in range(start, start + 50)])


def test_a_disk_that_refuses_to_grow_is_a_named_fault_and_loses_nothing(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db")) as store:
        visit(store, [entry(n) for n in range(10)])
        with pytest.raises(StoreError, match=r"check the disk|disk is full"), disk_of(300_000):
            visit_many(store)
        kept = store.counts()
        assert kept["items"] == kept["sights"]
        assert store.check() == "ok"
        assert visit(store, [entry(n) for n in range(5000, 5010)]) == (10, 0)


def test_a_full_database_is_named_and_rolled_back(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db")) as store:
        pages = store._db.raw.execute("pragma page_count").fetchone()[0]
        store._db.raw.execute(f"pragma max_page_count = {pages + 3}").fetchall()
        with pytest.raises(StoreError, match="disk is full; make room"):
            store.record([silent(item) for item in store.unseen([entry(n) for n in range(500)], NOW)], NOW)
        assert store.counts()["items"] == store.counts()["sights"] == 0


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = opened(tmp_path / "bot.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.waiting()


def test_an_item_that_was_never_met_cannot_be_recorded() -> None:
    with closing(opened()) as store, pytest.raises(StoreError, match="has no key"):
        store.record([silent(Item(title="From nowhere"))], NOW)


def test_a_backup_made_while_writing_is_whole(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "bot.db", service=True)) as store:
        visit(store, [entry(n) for n in range(50)])
        store.backup(str(tmp_path / "copy.db"))
        visit(store, [entry(60)])
        with pytest.raises(StoreError, match="exists already"):
            store.backup(str(tmp_path / "copy.db"))
        with pytest.raises(StoreError, match="does not exist"):
            store.backup(str(tmp_path / "nowhere" / "copy.db"))
    with closing(opened(tmp_path / "copy.db")) as copy:
        assert (copy.counts()["items"], copy.check()) == (50, "ok")


NONE = {"visits": 0, "items": 0, "deliveries": 0, "list_changes": 0}


def test_pruning_drops_what_is_old_settled_and_in_no_story() -> None:
    with closing(opened()) as store:
        visit(store, [entry(n) for n in range(5)], NOW)
        (told,) = store.record([telling(story(), (AlertKind.ALERT, "console"))], NOW)
        store.save_visit(Visit(feed="f", at=NOW, outcome="new"), FeedState(feed="f"))
        assert dict(store.prune(NOW)) == NONE
        assert dict(store.prune(NOW + HOUR)) == {**NONE, "visits": 1, "items": 5}
        store.save_delivery(sent(told))
        assert dict(store.prune(NOW + HOUR)) == {**NONE, "deliveries": 1}
        assert store.record([telling(story(), (AlertKind.ALERT, "console"), item="b")], NOW + DAY) == []
        assert store.story("iran-1") == story()
        assert store.check() == "ok"


def test_pruning_takes_no_more_at_a_time_than_asked() -> None:
    with closing(opened()) as store:
        visit(store, [entry(n) for n in range(25)], NOW)
        assert [store.prune(NOW + HOUR, limit=10)["items"] for _ in range(4)] == [10, 10, 5, 0]


def test_visits_and_states_of_feeds_come_back() -> None:
    state = FeedState(
        feed="a", etag='W/"1"', stocked=True, failures=2, problem="too_slow", next_visit=NOW + DAY, newest=NOW
    )
    with closing(opened()) as store:
        assert store.feed_state("a") == FeedState(feed="a")
        visits = [Visit(feed=f, at=NOW + n * HOUR, outcome="new", status=200, items=n) for n, f in enumerate("aabab")]
        for each in visits:
            store.save_visit(each, replace(state, feed=each.feed))
        assert store.feed_states() == {"a": state, "b": replace(state, feed="b")}
        assert [each.items for each in store.visits("a", 2)] == [3, 1]
        assert store.visits() == visits[::-1]


def test_feeds_made_by_command_are_kept_changed_and_removed() -> None:
    feed = Feed(key="a", url="https://a.example/rss", every=timedelta(seconds=90), official=True)
    with closing(opened()) as store:
        store.save_feed(feed)
        store.save_feed(replace(feed, paused=True))
        assert store.feeds() == [replace(feed, paused=True)]
        assert [store.remove_feed("a"), store.remove_feed("a")] == [True, False]
        assert store.feeds() == []


def test_every_change_of_a_rule_or_subscription_says_who_when_and_what_was_before() -> None:
    rule = Rule(key="r1", name="ships", kind=RuleKind.WATCH, line="vessel*", origin="chat", at=NOW)
    heard = Subscription(key="s1", room="discord:1", line="target:ir", origin="chat")
    with closing(opened()) as store:
        store.save_rule(rule, by="ada", at=NOW)
        store.save_rule(replace(rule, line="ship*"), by="bob", at=NOW + HOUR)
        store.save_subscription(heard, by="ada", at=NOW + 2 * HOUR)
        assert (store.rules(), store.subscriptions()) == ([replace(rule, line="ship*")], [heard])
        assert store.remove_rule("r1", by="eve", at=NOW + DAY)
        assert not store.remove_rule("r1", by="eve", at=NOW + DAY)
        assert store.remove_subscription("s1", by="eve", at=NOW + DAY)
        assert (store.rules(), store.subscriptions()) == ([], [])
        told = [(change.by, change.before, change.after) for change in store.changes()]
    assert told == [
        ("eve", heard, None),
        ("eve", replace(rule, line="ship*"), None),
        ("ada", None, heard),
        ("bob", rule, replace(rule, line="ship*")),
        ("ada", None, rule),
    ]
