"""A backup is whole or not there, and comes back verified; the database it replaces is kept."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from storage.backup import back_up
from storage.database import Database
from storage.errors import BackupError
from storage.filing import file
from storage.stories import counts, latest
from tests.announcements import NOON, announcement
from tests.program import yuanwatch

HOLD = """
import sys
from yuanwatch.lock import only_one
with only_one(sys.argv[1], sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


KILLED_AT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from storage import backup

folder, step, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
real = getattr(backup, step)

def killed(*arguments):
    if when == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(backup, step, killed)
backup.restore(folder / "b.db", folder / "y.db", datetime.now(UTC))
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a database of three stories beside it."""
    path = tmp_path / "config.yaml"
    path.write_text("database: {url: 'sqlite:///y.db'}\n", encoding="utf-8")
    fill(tmp_path / "y.db", 3)
    return path


def fill(path: Path, number: int, start: int = 0) -> None:
    database = Database(f"sqlite:///{path}")
    database.migrate()
    for each in range(start, start + number):
        with database.write() as conn:
            item = announcement(
                f"https://n.example.org/{each}", f"{each}号", dated=NOON - timedelta(days=90 * each)
            )
            file(conn, item, now=NOON, tell=False, max_age=None)
    database.close()


def stories(path: Path) -> int:
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.read() as conn:
        number = counts(conn).stories
    database.close()
    return number


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if not path.name.endswith((".lock", "-shm", "-wal"))}


@contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, f"sqlite:///{path}", what], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.parametrize("name", ["b.db", "b.db.gz"])
def test_a_backup_comes_back_and_what_it_replaces_is_kept(config: Path, name: str) -> None:
    folder = config.parent
    made = yuanwatch("backup", str(folder / name), config=config)
    assert (made.status, made.err) == (0, "")
    assert "verified: 3 announcements, 3 stories" in made.out
    assert names(folder) == {"config.yaml", "y.db", name}
    fill(folder / "y.db", 2, start=3)
    done = yuanwatch("restore", str(folder / name), config=config)
    assert done.status == 0, done.err
    assert "3 stories" in done.out
    assert stories(folder / "y.db") == 3
    (kept,) = folder.glob("y.db.replaced-*Z")
    assert str(kept) in done.out
    assert stories(kept) == 5
    assert yuanwatch("db", "check", config=config).status == 0


def test_a_backup_is_restored_where_there_was_nothing(config: Path) -> None:
    folder = config.parent
    assert yuanwatch("backup", str(folder / "b.db"), config=config).status == 0
    for path in folder.glob("y.db*"):
        path.unlink()
    done = yuanwatch("restore", str(folder / "b.db"), config=config)
    assert (done.status, "kept as" in done.out) == (0, False)
    assert stories(folder / "y.db") == 3


def test_a_backup_while_others_write_holds_one_moment(config: Path) -> None:
    folder = config.parent
    database = Database(f"sqlite:///{folder / 'y.db'}")
    ended = threading.Event()
    filed = 3

    def write() -> None:
        nonlocal filed
        while not ended.is_set():
            with database.write() as conn:
                item = announcement(
                    f"https://n.example.org/{filed}", f"{filed}号", dated=NOON - timedelta(days=90 * filed)
                )
                file(conn, item, now=NOON, tell=False, max_age=None)
            filed += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        rows = back_up(folder / "y.db", folder / f"{number}.db")
        assert rows["announcements"] == rows["stories"] == stories(folder / f"{number}.db")
    ended.set()
    writer.join()
    assert filed > rows["stories"] > 3
    database.close()


def test_killed_at_any_time_it_leaves_the_former_backup_or_the_new_one(tmp_path: Path) -> None:
    fill(tmp_path / "y.db", 1)
    with sqlite3.connect(tmp_path / "y.db") as conn:
        conn.execute("UPDATE announcements SET text = hex(randomblob(8000000))")  # takes a while to pack
    conn.close()
    target = tmp_path / "b.db.gz"
    target.write_bytes(b"the former one")
    code = "import sys; from pathlib import Path; from storage.backup import back_up; print(1, flush=True); back_up(Path(sys.argv[1]), Path(sys.argv[2]))"
    seen: set[str] = set()
    for delay in (0.0, 0.02, 0.1, 0.3, 0.6):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "y.db"), str(target)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        seen |= names(tmp_path)
        if target.read_bytes() != b"the former one":
            assert gzip.decompress(target.read_bytes()).startswith(b"SQLite format 3")
            target.write_bytes(b"the former one")
    assert seen & {".b.db.gz.copy", ".b.db.gz.part"}, "it was never killed in the midst of it"
    back_up(tmp_path / "y.db", target)
    assert names(tmp_path) == {"y.db", "b.db.gz"}


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"garbage" * 1000, "not an SQLite database"),
        (b"", "no backup of Yuanwatch"),
        (gzip.compress(b"garbage" * 1000, mtime=0), "not an SQLite database"),
        (gzip.compress(b"garbage" * 1000, mtime=0)[:-9], "damaged"),
        (None, "There is no file"),
    ],
)
def test_garbage_is_refused_and_the_database_stays(config: Path, content: bytes | None, wanted: str) -> None:
    folder = config.parent
    if content is not None:
        (folder / "b").write_bytes(content)
    before = names(folder)
    done = yuanwatch("restore", str(folder / "b"), config=config)
    assert done.status == 2
    assert wanted in done.err and "Traceback" not in done.err
    assert names(folder) == before
    assert stories(folder / "y.db") == 3


def test_a_backup_with_damaged_pages_is_refused(config: Path) -> None:
    folder = config.parent
    back_up(folder / "y.db", folder / "b.db")
    data = bytearray((folder / "b.db").read_bytes())
    for page in range(8, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"x" * 64
    (folder / "b.db").write_bytes(data)
    done = yuanwatch("restore", str(folder / "b.db"), config=config)
    assert (done.status, "damaged" in done.err) == (2, True)
    assert stories(folder / "y.db") == 3


def test_a_backup_of_a_newer_version_is_refused_with_a_sentence(config: Path) -> None:
    folder = config.parent
    back_up(folder / "y.db", folder / "b.db")
    with sqlite3.connect(folder / "b.db") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    done = yuanwatch("restore", str(folder / "b.db"), config=config)
    assert done.status == 2
    assert "newer version of Yuanwatch" in done.err and "b.db" in done.err
    assert stories(folder / "y.db") == 3


@pytest.mark.parametrize("what", ["run", "crawl"])
def test_nothing_is_restored_under_a_bot_or_a_crawl_but_backups_are_made(config: Path, what: str) -> None:
    folder = config.parent
    with held(folder / "y.db", what):
        assert yuanwatch("backup", str(folder / "b.db"), config=config).status == 0
        done = yuanwatch("restore", str(folder / "b.db"), config=config)
        assert done.status == 2
        assert ("yuanwatch run" if what == "run" else "A crawl") in done.err
        assert yuanwatch("db", "repair", config=config).status == 2
        assert "not looked into" in yuanwatch("db", "check", config=config).out


def test_nothing_is_restored_under_a_program_that_has_the_file_open(config: Path) -> None:
    folder = config.parent
    back_up(folder / "y.db", folder / "b.db")
    database = Database(f"sqlite:///{folder / 'y.db'}")
    with database.read() as conn:
        latest(conn)
        done = yuanwatch("restore", str(folder / "b.db"), config=config)
    database.close()
    assert (done.status, "Another program has the database" in done.err) == (2, True)
    assert not list(folder.glob("*.replaced-*"))


def test_a_damaged_database_is_replaced_and_kept(config: Path) -> None:
    folder = config.parent
    back_up(folder / "y.db", folder / "b.db")
    (folder / "y.db").write_bytes(b"what a failing disk leaves" * 400)
    assert yuanwatch("db", "check", config=config).status == 1
    done = yuanwatch("restore", str(folder / "b.db"), config=config)
    assert done.status == 0, done.err
    assert stories(folder / "y.db") == 3
    (kept,) = folder.glob("y.db.replaced-*Z")
    assert kept.read_bytes().startswith(b"what a failing disk leaves")


def test_killed_while_it_restores_there_is_one_whole_database_or_the_other(config: Path) -> None:
    folder = config.parent
    back_up(folder / "y.db", folder / "b.db")
    fill(folder / "y.db", 2, start=3)
    seen = set()
    for step in ("_unpack", "_read_through", "_exchange", "_kept"):
        for when in ("before", "after"):
            killed = subprocess.run([sys.executable, "-c", KILLED_AT, str(folder), step, when], check=False)
            assert killed.returncode == -signal.SIGKILL
            seen.add(stories(folder / "y.db"))
            for kept in folder.glob("*.replaced-*"):
                kept.unlink()
    assert seen == {5, 3}
    assert yuanwatch("restore", str(folder / "b.db"), config=config).status == 0
    assert not list(folder.glob(".*"))


def test_a_database_that_is_its_own_backup_is_refused(config: Path) -> None:
    done = yuanwatch("restore", str(config.parent / "y.db"), config=config)
    assert (done.status, "the database itself" in done.err) == (2, True)


def test_problems_of_the_disk_are_told_in_a_sentence(config: Path) -> None:
    folder = config.parent
    for target, wanted in ((folder / "none" / "b.db", "none"), (folder, "is a directory")):
        done = yuanwatch("backup", str(target), config=config)
        assert done.status == 2
        assert wanted in done.err and "Traceback" not in done.err
    (folder / "y.db").unlink()
    done = yuanwatch("backup", str(folder / "b.db"), config=config)
    assert (done.status, "no database" in done.err) == (2, True)


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    fill(tmp_path / "y.db", 3)
    pid = os.fork()
    if pid == 0:  # a process that may not write more than 50 kB into one file
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            back_up(tmp_path / "y.db", tmp_path / "b.db")
        except BackupError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert names(tmp_path) == {"y.db"}
