"""Config to open things: the database, migrated and ready, and what a reader is told of the sources."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import SourceConfig
from crawler.politeness import Hosts, remembered
from crawler.settings import delays
from storage.database import Database, DatabaseError
from storage.sources import states
from storage.types import SourceLine, SourceState
from yuanwatch.config import Config
from yuanwatch.lock import Held, only_one

_PATIENCE = 600.0  # seconds
log = logging.getLogger(__name__)


def now() -> datetime:
    """The one clock: aware, UTC."""
    return datetime.now(UTC)


@contextmanager
def opened(config: Config, durable: bool = True) -> Iterator[Database]:
    """The database of a configuration, migrated, closed at the end. Raises DatabaseError."""
    database = Database(config.database.url, durable=durable)
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


def remembered_hosts(config: Config, sources: Sequence[SourceConfig]) -> Hosts:
    """What the database remembers of web hosts, where there is one; none is made, and nothing is written."""
    fresh = Hosts(now, config.crawl.delay, delays(config.crawl, sources))
    if not _kept(config):
        return fresh
    database = Database(config.database.url)
    try:
        return remembered(database, config.crawl, sources, now)
    except DatabaseError:  # a file from before, or one that is none: fetching does not depend on it
        return fresh
    finally:
        database.close()


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Wait for the end of a crawl into the same database, and keep the next one out: two would ask one host
    at once, each keeping its own distance only. Raises Held after a long wait."""
    if not _kept(config):
        yield
        return
    until, told = time.monotonic() + _PATIENCE, False
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(only_one(config.database.url, "crawl"))
                break
            except Held:
                if time.monotonic() > until:
                    raise
                if not told:
                    log.warning("a crawl is under way; waiting for its end")
                told = True
                time.sleep(0.2)
        yield


def _kept(config: Config) -> bool:
    return Path(config.database.url.removeprefix("sqlite:///")).is_file()
