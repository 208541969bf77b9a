"""Backups: whole, of one moment, also while the service writes, and never in a file's place."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.store.upkeep import copy_database
from bot.domain import AlertKind
from bot.errors import StoreError
from tests.adapters.store.kit import opened, story, telling
from tests.cli.installation import EVENT, NOISE, Installation, told, wait_for
from tests.cli.outlet import Outlet
from tests.fakes import START


def test_a_backup_made_while_the_service_runs_is_whole_and_can_be_served(
    outlet: Outlet, here: Installation, tmp_path: Path
) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE, EVENT))
    copy = tmp_path / "copy.db"
    service = here.start("--json", "--take-stock", "no")
    try:
        wait_for(service, "delivered")
        result = here.run("backup", str(copy))
        assert (result.returncode, result.stderr) == (0, "")
        assert f"{copy.stat().st_size:,} bytes" in result.stdout
        assert "exists already" in here.run("backup", str(copy)).stderr
    finally:
        service.terminate()
        service.communicate(timeout=15)
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]
    here.db = copy
    assert told(here.run("run", "--once", "--json").stdout) == []


def test_a_backup_while_somebody_writes_is_one_state_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with closing(opened(path, service=True)) as store:
        for number in range(5):
            store.record([telling(story(f"s{number}"), (AlertKind.ALERT, "console"), item=f"i{number}")], START)
            copy_database(str(path), str(tmp_path / f"copy-{number}.db"))
    for number in range(5):
        with closing(opened(tmp_path / f"copy-{number}.db")) as copy:
            assert copy.counts()["deliveries"] == copy.counts()["items"] == number + 1
            assert copy.check() == "ok"


def test_a_backup_says_what_stands_in_its_way_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with pytest.raises(StoreError, match=r"no database .*news\.db; name it"):
        copy_database(str(path), str(tmp_path / "copy.db"))
    assert list(tmp_path.iterdir()) == []
    opened(path).close()
    with pytest.raises(StoreError, match=r"folder of .* does not exist; make it"):
        copy_database(str(path), str(tmp_path / "nowhere" / "copy.db"))
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        copy_database(str(path), str(tmp_path / "copy.db"))
    assert [one.name for one in tmp_path.iterdir()] == ["news.db"]


def test_a_database_of_another_version_is_backed_up_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((Path(__file__).parents[1] / "adapters/store/first_release.sql").read_text())
    copy_database(str(path), str(tmp_path / "copy.db"))
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert list(old.iterdump()) == list(copy.iterdump())
