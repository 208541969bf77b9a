"""What many tests are given: the real knowledge, compiled once, and an outlet on loopback."""

from collections.abc import Iterator

import pytest

from bot.cli.build import Knowledge, compile_knowledge
from tests.cli.outlet import Outlet, serving


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return compile_knowledge()


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    with serving() as outlet:
        yield outlet
