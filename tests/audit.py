"""Known vulnerabilities in what the program is installed with: `python -m tests.audit`, a part of `make test`.

pip-audit asks OSV about every version in `requirements.lock`. A vulnerability fails the gate. Where OSV cannot be
asked, as on a machine without the internet, that is said in one line and fails nothing: the gate works offline.

pip-audit itself cannot tell the two apart: it ends with a traceback where there is no network, and well where a mirror
answers "no such package" to everything. So OSV is asked first about a version of which it must know something.
"""

import argparse
import json
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OSV = "https://api.osv.dev/v1/query"
LOCK = Path(__file__).parent.parent / "requirements.lock"
CANARY = {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}
"""A version of 2010 with vulnerabilities that everybody knows."""
PATIENCE = 5
"""Seconds for one question."""
IN_ALL = 180
"""Seconds for all of them."""
ACCEPTED: Mapping[str, str] = {}
"""Vulnerabilities that do not concern us, by their ids, each with the reason."""

AUDITED, FAILED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit the lock file; returns 1 where something is vulnerable or the audit itself is broken, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--osv", default=OSV, help="the address that is asked")
    given = parser.parse_args(arguments)
    if problem := unreachable(given.osv):
        return _not_audited(problem)
    report, error = audited(given.lock, given.osv)
    if report is None:
        if problem := unreachable(given.osv):
            return _not_audited(problem)
        _say(f"AUDIT FAILED: pip-audit broke off: {error}")
        return FAILED
    return _told(report)


def unreachable(url: str) -> str:
    """Return why a vulnerability service cannot be relied on; empty where it can."""
    asked = urllib.request.Request(url, json.dumps(CANARY).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            known = json.load(answer)
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    return "" if isinstance(known, dict) and known.get("vulns") else "it does not know what everybody knows"


def audited(lock: Path, url: str) -> tuple[dict[str, Any] | None, str]:
    """Return pip-audit's report, or None and what it said instead."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes"]
    command += ["--vulnerability-service", "osv", "--osv-url", url, "--timeout", str(PATIENCE)]
    command += ["--format", "json", "--progress-spinner", "off"]
    command += [part for one in ACCEPTED for part in ("--ignore-vuln", one)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=IN_ALL, check=False)
        return json.loads(ended.stdout), ""
    except subprocess.TimeoutExpired:
        return None, f"no end within {IN_ALL} s"
    except ValueError:
        return None, (ended.stderr.strip().splitlines() or [f"no report, exit code {ended.returncode}"])[-1]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _not_audited(problem: str) -> int:
    _say(f"NOT AUDITED for known vulnerabilities: OSV cannot be asked ({problem})")
    return AUDITED


def _told(report: Mapping[str, Any]) -> int:
    """Say what was found; returns whether that fails the gate."""
    packages: list[dict[str, Any]] = report["dependencies"]
    found = [(one, vuln) for one in packages for vuln in one.get("vulns", [])]
    for one, vuln in found:
        mended = ", ".join(vuln.get("fix_versions") or []) or "no version yet"
        _say(f"VULNERABLE: {one['name']} {one['version']}: {vuln['id']}, mended in {mended}")
    for one in packages:
        if "skip_reason" in one:
            _say(f"NOT AUDITED: {one['name']}: {one['skip_reason']}")
    if found:
        _say("Run `make lock`; what does not concern us goes into ACCEPTED in tests/audit.py.")
    else:
        sys.stdout.write(f"{len(packages)} packages audited, no known vulnerability\n")
    return FAILED if found else AUDITED


if __name__ == "__main__":
    sys.exit(main())
