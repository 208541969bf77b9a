"""An installation as an operator has it: a configuration folder, a database, and the command."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EVENT = "EU imposes sanctions on four Chinese officials over Xinjiang abuses"
SAME = "Brussels sanctions four Chinese officials over abuses in Xinjiang"
ANSWER = "China hits back with sanctions on 10 Europeans and four institutions"
NOISE = "Ferry line adds night crossings for the holidays"


class Installation:
    """A configuration folder, a database, and the command."""

    def __init__(self, folder: Path) -> None:
        self.config, self.db = folder / "config", folder / "news.db"
        self.config.mkdir()
        (self.config / "settings.toml").write_text('[network]\nallow_private = true\n[health]\naddress = ""\n')
        (self.config / "rules.toml").write_text('[[subscriptions]]\nroom = "console"\nrule = ""\n')

    def feeds(self, every: str = "1s", **addresses: str) -> None:
        tables = [f'[[feeds]]\nkey = "{key}"\nurl = "{url}"\nevery = "{every}"\n' for key, url in addresses.items()]
        (self.config / "feeds.toml").write_text("\n".join(tables))

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", *words, "--config", str(self.config), "--db", str(self.db)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=60, check=False)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("run", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )


def told(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def wait_for(process: subprocess.Popen[str], event: str, seconds: float = 20) -> None:
    """Read the log until an event stands there."""
    assert process.stderr is not None
    end = time.monotonic() + seconds
    for line in process.stderr:
        if json.loads(line)["event"] == event:
            return
        assert time.monotonic() < end, f"no {event} within {seconds} s"
    raise AssertionError(f"the service ended before {event}")
