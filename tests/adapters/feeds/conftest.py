"""A server and a fetcher that may reach it."""

from collections.abc import AsyncIterator

import pytest

from adapters.feeds.fetch import Fetcher
from tests.adapters.feeds.server import Server, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(allow_private=True, timeout=2.0, max_bytes=100_000) as fetcher:
        yield fetcher
