"""What Docker's health check says of services that are well, ill, silent and quiet."""

import runpy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "deploy" / "healthcheck.py"
WELL, ILL = ("true",), ("false",)


@pytest.fixture
def healthy() -> Callable[..., bool]:
    found: Callable[..., bool] = runpy.run_path(str(FILE))["healthy"]
    return found


@contextmanager
def service(status: int) -> Iterator[str]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/health"
        server.shutdown()
        thread.join()


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/health"


def test_a_service_that_answers_is_well(healthy: Callable[..., bool]) -> None:
    with service(200) as address:
        assert healthy(address, ILL)


def test_a_service_that_says_it_is_ill_is_believed(healthy: Callable[..., bool]) -> None:
    with service(503) as address:
        assert not healthy(address, WELL)


def test_a_service_that_hangs_is_ill(healthy: Callable[..., bool]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not healthy(f"http://127.0.0.1:{silent.getsockname()[1]}/health", WELL, 0.1)


def test_where_nobody_listens_the_status_decides(healthy: Callable[..., bool]) -> None:
    assert healthy(nobody(), WELL)
    assert not healthy(nobody(), ILL)


def test_a_status_that_cannot_be_asked_or_never_ends_is_ill(healthy: Callable[..., bool]) -> None:
    assert not healthy(nobody(), ("no-such-program",))
    assert not healthy(nobody(), ("sleep", "5"), 0.1)
