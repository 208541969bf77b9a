"""Forks, signals and /proc: these tests run where the service is mostly run, on Linux."""

import sys

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]
