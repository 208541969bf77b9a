"""`lists sync`: the real command reads lists over loopback, keeps what changed, and leaves the telling for later."""

import json
import subprocess
from pathlib import Path

import pytest

from adapters.store.connection import ServiceLock
from tests.adapters.feeds.lists.files import un_entity, un_file, un_individual
from tests.cli.installation import Installation, told
from tests.cli.outlet import Outlet

PEOPLE = [un_individual(f"CDi.{n:03}", "Person", f"Number{n}") for n in range(1, 5)]
BODIES = [un_entity("KPe.001", "Trading House")]


@pytest.fixture
def here(tmp_path: Path, outlet: Outlet) -> Installation:
    here = Installation(tmp_path)
    url = outlet.answer("/un.xml", un_file(PEOPLE, BODIES).encode(), "text/xml")
    tables = [
        f'[[feeds]]\nkey = "list-un"\nkind = "un"\nurl = "{url}"\noutlet = "UN List"\nofficial = true\n',
        f'[[feeds]]\nkey = "wire"\nurl = "{outlet.show("/wire")}"\n',
    ]
    (here.config / "feeds.toml").write_text("\n".join(tables))
    return here


def sync(here: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    return here.run("lists", "sync", *words)


def test_the_first_visit_takes_stock_and_the_next_says_what_changed(outlet: Outlet, here: Installation) -> None:
    first = sync(here)
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"{'list-un':<24} ok, 5 entries: stock taken, changes are told from now on\n"
    outlet.answer(
        "/un.xml", un_file([*PEOPLE[1:], un_individual("CDi.009", "Late", "Comer")], BODIES).encode(), "text/xml"
    )
    assert "ok, 5 entries, 1 added, 1 removed; 2 news of it" in sync(here).stdout
    assert "ok, 5 entries, 0 added, 0 removed; 0 news of it" in sync(here).stdout


def test_what_it_found_is_told_when_the_service_runs(outlet: Outlet, here: Installation) -> None:
    sync(here)
    outlet.answer("/un.xml", un_file([*PEOPLE, un_individual("CDi.009", "Late", "Comer")], BODIES).encode(), "text/xml")
    sync(here)
    alerts = told(here.run("run", "--once", "--json").stdout)
    assert [one["kind"] for one in alerts] == ["alert"]
    assert "Late Comer" in json.dumps(alerts)
    assert told(here.run("run", "--once", "--json").stdout) == []


def test_a_list_that_cannot_be_read_is_named_and_is_exit_code_one(outlet: Outlet, here: Installation) -> None:
    sync(here)
    outlet.answer("/un.xml", un_file(PEOPLE, BODIES).encode()[:700], "text/xml")
    ran = sync(here)
    assert ran.returncode == 1
    assert "FAILING truncated" in ran.stdout
    assert "(5 entries kept)" in ran.stdout


def test_machines_get_the_same_as_json(here: Installation) -> None:
    (found,) = json.loads(sync(here, "--json").stdout)
    assert found["stock"] is True
    assert (found["list"], found["entries"], found["added"], found["told"]) == ("list-un", 5, 0, 0)


def test_an_unknown_list_is_wrong_usage_and_the_known_ones_are_named(here: Installation) -> None:
    ran = sync(here, "list-mars")
    assert ran.returncode == 2
    assert "There is no list list-mars. There are: list-un." in ran.stderr


def test_beside_a_running_service_it_says_so_and_touches_nothing(here: Installation) -> None:
    sync(here)
    lock = ServiceLock(str(here.db))
    lock.take("taken")
    try:
        ran = sync(here)
    finally:
        lock.release()
    assert ran.returncode == 1
    assert "another sanctionwire serves" in ran.stderr


def test_a_country_knows_what_was_synced(here: Installation) -> None:
    sync(here)
    facts = json.loads(here.run("lookup", "Congo-Kinshasa", "--json").stdout)
    assert facts["lists"][0]["name"] == "UN List"
    assert facts["lists"][0]["listed"] == {"individual": 4}


def test_doctor_says_what_is_kept_of_each_list(here: Installation, outlet: Outlet) -> None:
    assert "list-un: not read yet" in here.run("doctor").stdout
    sync(here)
    assert "ok    list           list-un: 5 entries as of " in here.run("doctor").stdout
    outlet.answer("/un.xml", b"<html>", "text/html")
    sync(here)
    said = here.run("doctor").stdout
    assert "MEND  list           list-un: 5 entries as of " in said
    assert "the last visit failed: schema_changed" in said
