"""An outlet on loopback whose feed shows what a test puts there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape


@dataclass
class Outlet:
    """What the server answers, by path; a path that is not there is a 404."""

    address: str = ""
    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    visits: list[str] = field(default_factory=list)

    def show(self, path: str, *titles: str) -> str:
        """Serve a feed with these titles, newest first; returns its address."""
        entries = "".join(
            f"<item><title>{escape(title)}</title><link>{self.address}{path}/{title.lower().replace(' ', '-')}</link>"
            f"<guid isPermaLink='false'>{path}-{title}</guid>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
            for title in titles
        )
        body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>{path[1:]}</title>{entries}</channel></rss>"
        return self.answer(path, body.encode(), "application/rss+xml")

    def answer(self, path: str, body: bytes, kind: str = "text/html", status: int = 200) -> str:
        """Serve any body; returns its address."""
        self.pages[path] = (status, kind, body)
        return self.address + path


@contextmanager
def serving() -> Iterator[Outlet]:
    """Serve an outlet on a free port of loopback from a thread of its own."""
    outlet = Outlet()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            outlet.visits.append(self.path)
            status, kind, body = outlet.pages.get(self.path, (404, "text/plain", b"not here"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    outlet.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield outlet
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
