"""The database: prepared by itself, refused with a sentence, and safe between threads and processes."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage.database import Database, DatabaseError, DatabaseTooNew
from storage.inbox import inbox
from storage.stories import counts
from storage.subscriptions import remember_chat
from storage.tables import SEARCH_TABLE, metadata

ADD = text("INSERT INTO chats (id, kind, language, created, seen) VALUES (:id, 'private', 'en', 0, 0)")
COUNT = text("SELECT count(*) FROM chats")


def opened(path: Path, busy_timeout: float = 5.0) -> Database:
    return Database(f"sqlite:///{path}", busy_timeout)


@pytest.fixture(params=["file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "sqlite:///:memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'y.db'}"


def test_a_new_database_is_prepared_and_preparing_it_again_changes_nothing(url: str) -> None:
    database = Database(url)
    for _ in range(2):
        database.migrate()
    with database.read() as conn:
        assert counts(conn).announcements == 0
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    database = opened(tmp_path / "y.db")
    database.migrate()
    with database.read() as conn:
        found = compare_metadata(MigrationContext.configure(conn), metadata)
    database.close()
    assert inbox.metadata is metadata  # where it stands is a module of its own
    # Full-text tables are outside SQLAlchemy's words: they are the only difference.
    assert [item for item in found if SEARCH_TABLE not in str(item)] == []


def test_a_write_is_all_or_nothing(url: str) -> None:
    database = Database(url)
    database.migrate()
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        conn.execute(ADD, {"id": 1})
        raise ZeroDivisionError
    with database.write() as conn:
        conn.execute(ADD, {"id": 2})
    with database.read() as conn:
        conn.execute(ADD, {"id": 3})  # a mistake, undone
    with database.read() as conn:
        assert conn.execute(text("SELECT id FROM chats")).scalars().all() == [2]
    database.close()


def test_settings_that_the_outbox_depends_on(tmp_path: Path) -> None:
    database = opened(tmp_path / "y.db")
    database.migrate()
    with database.read() as conn:
        settings = [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS]
    database.close()
    assert dict(zip(PRAGMAS, settings, strict=True)) == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_writers_wait_for_each_other_and_readers_do_not_wait(tmp_path: Path) -> None:
    database = opened(tmp_path / "y.db")
    database.migrate()

    def add(number: int) -> None:
        with database.write() as conn:
            # Reads first and writes later: without BEGIN IMMEDIATE this fails with "locked" at once.
            conn.execute(COUNT).scalar_one()
            time.sleep(0.002)
            conn.execute(ADD, {"id": number})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(1, 41)]
    with database.write() as conn:
        conn.execute(ADD, {"id": 100})
        for thread in threads:
            thread.start()
        with database.read() as reader:
            assert reader.execute(COUNT).scalar_one() == 0
    for thread in threads:
        thread.join()
    with database.read() as conn:
        assert conn.execute(COUNT).scalar_one() == 41
    database.close()


def test_threads_take_turns_in_memory() -> None:
    database = Database("sqlite:///:memory:")
    database.migrate()

    def add(number: int) -> None:
        with database.write() as conn:
            conn.execute(ADD, {"id": number})

    threads = [threading.Thread(target=add, args=(number,)) for number in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as conn:
        assert conn.execute(COUNT).scalar_one() == 20
    database.close()


def _migrate(path: str, barrier: threading.Barrier, problems: multiprocessing.Queue[str]) -> None:
    barrier.wait()
    try:
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        problems.put("")
    except Exception as error:
        problems.put(repr(error))


def test_two_processes_may_prepare_it_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, problems = context.Barrier(3), context.Queue()
    workers = [
        context.Process(target=_migrate, args=(str(tmp_path / "y.db"), barrier, problems)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    assert [problems.get(timeout=60) for _ in workers] == ["", "", ""]
    for worker in workers:
        worker.join()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    database = opened(path)
    database.migrate()
    with database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=r"newer version.*9999.*Install the newer version"):
        database.migrate()
    with database.read() as conn:
        assert conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
    database.close()


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE stories (a)")
    other.close()
    with pytest.raises(DatabaseError, match="another program"):
        opened(path).migrate()


def test_a_missing_directory_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"there is no directory .*nowhere"):
        opened(tmp_path / "nowhere" / "y.db").migrate()


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    path.write_bytes(b"these are notes, and no database at all\n" * 50)
    with pytest.raises(DatabaseError, match="not an SQLite database"):
        opened(path).migrate()
    assert path.read_bytes().startswith(b"these are notes")


def test_damage_deep_in_the_file_is_found_by_a_check(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.check()
    with database.write() as conn:
        remember_chat(conn, 1, kind="private", language="en", now=datetime(2024, 5, 20, tzinfo=UTC))
    database.close()
    data = bytearray(path.read_bytes())
    for page in range(8, len(data) // 4096):  # what a failing disk leaves: pages full of something else
        data[page * 4096 : page * 4096 + 64] = b"x" * 64
    path.write_bytes(data)
    with pytest.raises(DatabaseError, match=r"damaged .*put back your last backup"):
        Database(f"sqlite:///{path}").check()
    assert path.read_bytes() == data


def test_a_damaged_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    database = opened(path)
    database.migrate()
    database.close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(DatabaseError, match=r"damaged .*put back your last backup"):
        database.migrate()
    database.close()
    assert path.read_bytes() == bytes(data)


def test_a_read_only_file_is_said_to_be_read_only(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    database = opened(path)
    database.migrate()
    database.close()
    # A URI opens it read-only whoever runs the test; file modes do not bind root.
    database = Database(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(DatabaseError, match="read-only"), database.write() as conn:
        conn.execute(ADD, {"id": 1})
    database.close()


def test_a_database_held_by_another_program_is_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "y.db"
    database = opened(path, busy_timeout=0.2)
    database.migrate()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match=r"locked.*0\.2 seconds"), database.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.write() as conn:
        conn.execute(ADD, {"id": 1})
    database.close()


def test_only_sqlite_is_supported() -> None:
    with pytest.raises(DatabaseError, match="only sqlite"):
        Database("postgresql://example.org/y")
