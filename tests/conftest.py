"""What many tests begin with: an empty database in memory, and a write transaction in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.database import Database


@pytest.fixture
def database() -> Iterator[Database]:
    """An empty database, migrated."""
    database = Database("sqlite:///:memory:")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """One write transaction for the whole test."""
    with database.write() as connection:
        yield connection
