"""The container has no rights that it does not need."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_image_ends_as_a_user_without_rights() -> None:
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1].partition(":")[0].isdecimal()
    assert int(users[-1].partition(":")[0]) > 0


def test_the_service_runs_on_a_read_only_root_without_capabilities() -> None:
    said = (ROOT / "compose.yaml").read_text()
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in said


def test_no_secret_is_copied_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert any(".env" in pattern for pattern in ignored) or "*" in ignored
