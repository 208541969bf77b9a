"""What many tests are given: the real knowledge, compiled once."""

import pytest

from bot.cli.build import Knowledge, compile_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return compile_knowledge()
