"""Turns a database URL into connections: `read()`, `write()`, `migrate()`, `close()`.

SQLite in WAL mode: readers never wait, one writer at a time. A writer begins with BEGIN IMMEDIATE,
because a transaction that reads first and writes later fails with "locked" at once, whatever the
timeout. Every commit reaches the disk (synchronous FULL): the outbox depends on it. A crawl need not wait
for that (`durable` False): what a power cut takes from it goes as a whole, article, seen mark and deliveries,
and is fetched again; and before a message leaves, the claim of it brings all earlier commits to the disk.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseError, DatabaseTooNew, explain

__all__ = ["Database", "DatabaseError", "DatabaseTooNew", "fetch"]

_IN_MEMORY = frozenset({"", ":memory:"})
_dump = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Database:
    """One SQLite file, for any number of threads and processes; ``sqlite:///:memory:`` for one process.

    `busy_timeout` is how many seconds to wait for another writer, `durable` whether a commit
    waits for the disk.
    """

    def __init__(self, url: str, busy_timeout: float = 5.0, durable: bool = True) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            raise DatabaseError(f"database.url is {url!r}, but only sqlite:///FILE is supported.")
        self._busy_timeout = busy_timeout
        self._memory = parsed.database in {None, *_IN_MEMORY}
        self._path = "in memory" if self._memory else str(parsed.database)
        # Threads that write take turns here, and in order: SQLite lets them race, and may starve one. In
        # memory there is one connection, and readers take turns too.
        self._writing = threading.RLock()
        self._reading: AbstractContextManager[Any] = self._writing if self._memory else nullcontext()
        self._engine = _engine(parsed, self._memory, busy_timeout, durable)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database; what it writes by mistake is undone."""
        with self._reading, self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection that may write: all or nothing, committed at the end, undone on an error."""
        with self._writing, self._explained(), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def migrate(self) -> None:
        """Bring the tables up to date; harmless when repeated, by several processes at once too.

        Raises DatabaseTooNew, or DatabaseError where the file cannot be used.
        """
        from storage.migrate import upgrade  # alembic takes a tenth of a second: only where it is needed

        self._check_directory()
        with self._explained():
            if not self._memory:
                self._keep_write_ahead_log()
        with self.write() as connection:
            upgrade(connection, self._path)

    def check(self) -> None:
        """Look through the whole file for damage (about a second for 100 MB). Raises DatabaseError."""
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise DatabaseError(explain(f"malformed: {found}", self._path, self._busy_timeout) or str(found))

    def close(self) -> None:
        """Close all connections; the database can be used again afterwards."""
        self._engine.dispose()

    def _check_directory(self) -> None:
        directory = Path(self._path).parent
        if not self._memory and not self._path.startswith("file:") and not directory.is_dir():
            raise DatabaseError(
                f"The database {self._path} cannot be opened: there is no directory {directory}. "
                "Create it, or name another file in database.url."
            )

    def _keep_write_ahead_log(self) -> None:
        """WAL is a property of the file, set once. SQLite does not wait for others here, so we do."""
        give_up = time.monotonic() + self._busy_timeout
        while True:
            try:
                with self._engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except DBAPIError as error:
                if "locked" not in str(error.orig) or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            sentence = explain(str(error.orig), self._path, self._busy_timeout)
            if sentence is None:
                raise
            raise DatabaseError(sentence) from error


def fetch(conn: Connection, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows as sqlite3 gives them, without names and types: for what readers wait for. SQLAlchemy alone
    needs as long for a statement and ten rows as SQLite needs to find them.
    """
    if not conn.in_transaction():
        conn.begin()  # so that all that is read shows one state of the database
    driver: sqlite3.Connection = conn.connection.driver_connection  # type: ignore[assignment]
    try:
        return driver.execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise DBAPIError(statement, values, error) from error


def _engine(url: URL, memory: bool, busy_timeout: float, durable: bool) -> Engine:
    # The pool keeps the file open (the last one to close it would fold the WAL back in each time) and has
    # no limit: its users are the threads, and a thread that waits for a connection helps nobody.
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if memory else {"poolclass": QueuePool, "max_overflow": -1}
    )
    engine = create_engine(
        url,
        **pool,
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
        json_serializer=_dump,
    )
    event.listen(engine, "connect", partial(_prepare, busy_timeout=busy_timeout, durable=durable))
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object, *, busy_timeout: float, durable: bool) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    connection.execute(f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
