"""Many outlets on one port of loopback, in a process of their own: their work and memory are not counted."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

ENTRIES = 30
"""Of a feed."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """The server as its visitors see it."""

    base: str

    def url(self, feed: int) -> str:
        """Return the address of the n-th feed."""
        return f"{self.base}/feed/{feed}"

    def publish(self, feeds: int) -> None:
        """Let the first so many feeds have one new entry more."""
        self._tell(f"publish={feeds}")

    def validators(self, *, on: bool) -> None:
        """Let the server answer 304 to what it has sent before, or not."""
        self._tell(f"validators={int(on)}")

    def _tell(self, what: str) -> None:
        with urlopen(f"{self.base}/tell?{what}", timeout=60) as answer:
            answer.read()


@contextmanager
def outlets(entries: int = ENTRIES) -> Iterator[Outlets]:
    """Run the server for as long as the block takes; each feed has so many entries."""
    command = [sys.executable, "-m", "tests.bench.outlet_server", str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield Outlets(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
