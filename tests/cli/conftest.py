"""What tests of the command line have: an installation of their own."""

from pathlib import Path

import pytest

from tests.cli.installation import Installation


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
