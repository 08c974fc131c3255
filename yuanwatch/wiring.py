"""Config to open things: the database, migrated and ready, and what a reader is told of the sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from storage.database import Database
from storage.sources import states
from storage.types import SourceLine, SourceState
from yuanwatch.config import Config


def now() -> datetime:
    """The one clock: aware, UTC."""
    return datetime.now(UTC)


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """The database of a configuration, migrated, closed at the end. Raises DatabaseError."""
    database = Database(config.database.url)
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def source_lines(config: Config, database: Database) -> Sequence[SourceLine]:
    """Each configured source with what is known of it, in the order of config.yaml."""
    with database.read() as connection:
        known = states(connection)
    lines = []
    for source in config.sources:
        state = known.get(source.id, SourceState(source.id))
        lines.append(
            SourceLine(
                id=source.id,
                name=source.name,
                name_en=source.name_en or source.name,
                level=source.level,
                language=source.language,
                place=source.place,
                status="disabled" if source.disabled else state.status,
                succeeded=state.succeeded,
                problem=source.disabled or state.problem,
                since=state.since,
                next_poll=state.next_poll,
            )
        )
    return lines
