"""The service as an operator runs it: a process, real feeds over loopback, a database file."""

import signal
import subprocess
import sys
import time

from tests.cli.installation import ANSWER, EVENT, NOISE, SAME, Installation, told, wait_for
from tests.cli.outlet import Outlet


def test_once_takes_stock_and_a_second_run_tells_only_what_is_new(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE, EVENT))
    assert here.run("run", "--once", "--json").stdout == ""
    outlet.show("/wire", ANSWER, NOISE, EVENT)
    first = told(here.run("run", "--once", "--json").stdout)
    assert [one["kind"] for one in first] == ["alert"]
    assert "China" in first[0]["title"]
    assert here.run("run", "--once", "--json").stdout == ""


def test_without_taking_stock_the_first_visit_is_told(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", EVENT), herald=outlet.show("/herald", SAME))
    lines = told(here.run("run", "--once", "--json", "--take-stock", "no").stdout)
    assert [line["kind"] for line in lines].count("alert") == 1
    assert {line["story"] for line in lines} == {lines[0]["story"]}


def test_status_names_what_fails_and_when_each_source_was_read(outlet: Outlet, here: Installation) -> None:
    here.feeds(
        wire=outlet.show("/wire", NOISE),
        page=outlet.answer("/page", b"<!doctype html><html><body>Welcome</body></html>"),
        empty=outlet.answer("/empty", b""),
        broken=outlet.answer("/broken", b"<rss><chan", "application/rss+xml"),
        gone=outlet.address + "/gone",
        closed="http://127.0.0.1:9/feed",
    )
    here.run("run", "--once")
    status = here.run("status").stdout
    for key, said in {
        "wire": "ok, read",
        "page": "not_a_feed",
        "empty": "not_a_feed",
        "broken": "not_a_feed",
        "gone": "404",
        "closed": "unreachable",
    }.items():
        line = next(line for line in status.splitlines() if line.startswith(key))
        assert said in line


def test_the_service_polls_tells_and_ends_in_order_on_sigterm(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE))
    service = here.start("--json")
    try:
        wait_for(service, "ready")
        wait_for(service, "polled")
        outlet.show("/wire", EVENT, NOISE)
        wait_for(service, "delivered")
        before = time.monotonic()
        service.send_signal(signal.SIGTERM)
        output, _ = service.communicate(timeout=15)
    finally:
        service.kill()
    assert service.returncode == 0
    assert time.monotonic() - before < 10
    assert [line["kind"] for line in told(output)] == ["alert"]


def test_a_killed_service_loses_nothing_and_repeats_nothing(outlet: Outlet, here: Installation) -> None:
    here.feeds(wire=outlet.show("/wire", NOISE))
    here.run("run", "--once")
    outlet.show("/wire", EVENT, NOISE)
    service = here.start("--json")
    wait_for(service, "polled")
    service.kill()
    output, _ = service.communicate()
    outlet.show("/wire", ANSWER, EVENT, NOISE)
    output += here.run("run", "--once", "--json").stdout
    alerts = [line["title"] for line in told(output) if line["kind"] == "alert"]
    assert sum("EU impose" in title for title in alerts) in (1, 2)  # printed, and killed before that was kept
    assert sum("China impose" in title for title in alerts) == 1


def test_wrong_usage_is_exit_code_two(here: Installation) -> None:
    assert here.run("lookup", "Atlantis").returncode == 2
    assert here.run("fly").returncode == 2


def test_an_unknown_country_gets_the_nearest_in_one_line(here: Installation) -> None:
    said = here.run("lookup", "Chnia").stderr
    assert "China" in said
    assert len(said.splitlines()) == 1


def test_every_fault_of_the_configuration_is_told_at_once(here: Installation) -> None:
    (here.config / "feeds.toml").write_text('[[feeds]]\nkey = "a"\n[[feeds]]\nkey = "b"\nurl = "ftp://x"\n')
    (here.config / "rules.toml").write_text('[[subscriptions]]\nroom = "nowhere"\n')
    result = here.run("run", "--once")
    assert result.returncode == 1
    assert all(word in result.stderr for word in ("url", "ftp", "nowhere"))
    assert "Traceback" not in result.stderr


def test_the_options_stand_before_the_command_too(here: Installation) -> None:
    words = [sys.executable, "-m", "bot", "--config", str(here.config), "--db", str(here.db), "lookup", "China"]
    assert subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 0
