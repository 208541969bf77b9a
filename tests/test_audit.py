"""A known vulnerability fails the gate; a service that cannot be asked is said, and fails nothing."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import audit

Answers = Callable[[str], dict[str, Any] | None]
HOLE = {
    "id": "PYSEC-2026-1",
    "summary": "a hole",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "harbour", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
    ],
}


class Osv:
    """A vulnerability service on loopback; `answers` gives what it knows of a package, None: it fails."""

    def __init__(self) -> None:
        self.answers: Answers = lambda name: {"vulns": [HOLE]} if name == "jinja2" else {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(query["package"]["name"])
                known = outer.answers(query["package"]["name"])
                body = json.dumps(known or {}).encode()
                self.send_response(503 if known is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_request(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/query"


@pytest.fixture
def osv() -> Iterator[Osv]:
    made = Osv()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text("".join(f"{name}==1.0 \\\n    --hash=sha256:{'0' * 64}\n" for name in ("harbour", "tanker")))
    return path


def run(osv: Osv, lock: Path) -> int:
    return audit.main(["--osv", osv.url, "--lock", str(lock)])


def test_every_package_of_the_lock_file_is_asked_about(
    osv: Osv, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(osv, lock) == 0
    assert set(osv.asked) == {"jinja2", "harbour", "tanker"}
    assert capsys.readouterr().out == "2 packages audited, no known vulnerability\n"


def test_a_known_vulnerability_fails_and_says_what_to_do(
    osv: Osv, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osv.answers = lambda name: {} if name == "tanker" else {"vulns": [HOLE]}
    assert run(osv, lock) == 1
    said = capsys.readouterr().err
    assert "VULNERABLE: harbour 1.0: PYSEC-2026-1, mended in 2.0" in said
    assert "make lock" in said
    assert "tanker" not in said


@pytest.mark.parametrize("knows", [lambda _: None, lambda _: {}])
def test_a_service_that_fails_or_knows_nothing_is_said_and_fails_nothing(
    osv: Osv, lock: Path, capsys: pytest.CaptureFixture[str], knows: Answers
) -> None:
    osv.answers = knows
    assert run(osv, lock) == 0
    assert capsys.readouterr().err.startswith("NOT AUDITED for known vulnerabilities")


def test_without_a_network_it_is_said_in_one_line_and_fails_nothing(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(["--osv", "http://127.0.0.1:9/v1/query", "--lock", str(lock)]) == 0
    assert capsys.readouterr().err.count("\n") == 1


def test_a_service_that_goes_away_on_the_way_is_said_and_fails_nothing(
    osv: Osv, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osv.answers = lambda _: {"vulns": [HOLE]} if len(osv.asked) == 1 else None
    assert run(osv, lock) == 0
    assert "NOT AUDITED" in capsys.readouterr().err


def test_a_lock_file_that_cannot_be_audited_fails(osv: Osv, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.lock"
    path.write_text("harbour==1.0\n")
    assert run(osv, path) == 1
    assert "AUDIT FAILED" in capsys.readouterr().err
