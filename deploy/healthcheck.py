"""What Docker asks every half minute: is the service well? Exit code 0 if so, 1 if not.

`/health` is asked first: a service that hangs takes the connection and gives no answer. Where nobody listens, health is
switched off or moved, and `sanctionwire status` tells at least that configuration and database can be read; a service
that has ended needs no check, for its container ends with it.
"""

import subprocess
import sys
from urllib.error import URLError
from urllib.request import urlopen

ADDRESS = "http://127.0.0.1:8080/health"
SECONDS = 4.0


def healthy(
    address: str = ADDRESS, status: tuple[str, ...] = ("sanctionwire", "status"), wait: float = SECONDS
) -> bool:
    """Return whether the service is well; `wait` is in seconds, for either question."""
    try:
        with urlopen(address, timeout=wait) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (URLError, OSError) as error:
        if not isinstance(getattr(error, "reason", error), ConnectionRefusedError):
            return False
    try:
        return subprocess.run(status, check=False, capture_output=True, timeout=wait).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)
