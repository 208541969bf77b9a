"""A town for each test."""

from collections.abc import Iterator

import pytest

from adapters.store import SqliteStore
from bot.cli.build import Knowledge, open_scratch
from tests.commands.kit import Town


@pytest.fixture
def store(knowledge: Knowledge) -> Iterator[SqliteStore]:
    store = open_scratch(knowledge)
    yield store
    store.close()


@pytest.fixture
def town(store: SqliteStore, knowledge: Knowledge) -> Town:
    return Town(store, knowledge)
