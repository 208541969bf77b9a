"""What tests of the command line have: an outlet on loopback, and an installation of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.installation import Installation
from tests.cli.outlet import Outlet, serving


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    with serving() as outlet:
        yield outlet


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
