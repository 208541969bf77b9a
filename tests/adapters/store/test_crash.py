"""A process that dies in the middle of a record leaves all of it, or nothing, and a sound file."""

import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain import AlertKind
from tests.adapters.store.kit import NOW, ROOT, opened, story, telling

ROOMS = 20

# Records one story after another, each with an item and deliveries for twenty rooms; says on stdout which is kept.
WRITER = """
import os, sys
from bot.domain import AlertKind
from tests.adapters.store.kit import NOW, opened, story, telling

store = opened(sys.argv[1], service=True)
limit = int(sys.argv[2])
alerts = [(AlertKind.ALERT, f"discord:{n}") for n in range(20)]
if limit:
    count = 0
    def step():
        global count
        count += 1
        if count > limit:
            os._exit(9)
        return 0
    store._db.raw.set_progress_handler(step, 50)
print("ready", flush=True)
n = 0
while True:
    store.record([telling(story(f"s{n}"), *alerts, item=f"i{n}")], NOW)
    print(n, flush=True)
    n += 1
"""


def inspect(path: Path, promised: int) -> None:
    """See that what was promised is there, that nothing is there by half, and that work can go on."""
    with closing(opened(path, service=True)) as store:
        counts = store.counts()
        kept = counts["stories"]
        assert kept >= promised
        assert counts["items"] == counts["sights"] == counts["reports"] == kept
        assert counts["deliveries"] == kept * ROOMS
        assert store.check() == "ok"
        again = [
            telling(story(f"s{n}"), *[(AlertKind.ALERT, f"discord:{room}") for room in range(ROOMS)], item=f"i{n}")
            for n in range(kept + 1)
        ]
        assert len(store.record(again, NOW)) == ROOMS


def promises(output: str) -> int:
    return sum(line.isdigit() for line in output.splitlines())


@pytest.mark.parametrize("steps", [3, 40, 77, 150, 333, 600])
def test_a_process_that_ends_inside_a_record_leaves_all_or_nothing(tmp_path: Path, steps: int) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "bot.db"), str(steps)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 9, run.stderr
    inspect(tmp_path / "bot.db", promises(run.stdout))


@pytest.mark.parametrize("seed", range(5))
def test_a_process_that_is_killed_leaves_all_or_nothing(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "bot.db"), "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.Random(seed).uniform(0.001, 0.2))
        process.send_signal(signal.SIGKILL)
        output = process.stdout.read()
    inspect(tmp_path / "bot.db", promises(output))
