"""Turns a database that is in use into a backup file, verified, and a backup file back into the database.

A backup is a plain SQLite file, or the same gzipped where its name ends in .gz. It holds the state of one
moment; others go on reading and writing meanwhile. It appears under its name only when it is whole, read
through, and on the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from storage.errors import BackupError, DatabaseError, explain
from storage.files import part_of, settle, sync, whole
from storage.migrate import refuse_unknown

_GZIP = b"\x1f\x8b"
_MEGABYTE = 1 << 20
_WAIT = 5.0  # seconds for whoever holds the database
Counts = dict[str, int]
"""How many rows each table has."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the rows by table, and where the database that was there before is kept."""

    counts: Counts
    replaced: Path | None


def back_up(database: Path, target: Path) -> Counts:
    """Write a backup; what was under that name before is replaced at the end. Raises BackupError."""
    if not database.is_file():
        raise BackupError(f"There is no database {database} yet, so there is nothing to back up.")
    if target.is_dir():
        raise BackupError(f"{target} is a directory. Name the file that the backup is to be.")
    copy = _copy_of(target)
    with _explained(target, database), _forgotten(copy):
        counts = _copy(database, copy)
        if target.suffix == ".gz":
            _pack(copy, target)
        else:
            settle(copy, target)
    return counts


def restore(backup: Path, database: Path, now: datetime) -> Restored:
    """Put a backup in the place of the database, which is kept beside it under a name with `now` in it.

    The caller sees to it that no bot and no crawl is running. Raises BackupError, or DatabaseTooNew for a
    backup that a newer version of this program has made; the database is then as it was.
    """
    copy = part_of(database)
    with _explained(backup, database), _forgotten(copy):
        _unpack(backup, database, copy)
        counts = _verified(copy, backup)
        sync(copy)
        with _held(database):
            replaced = _exchange(copy, database, now)
    return Restored(counts, replaced)


def leftovers(directory: Path, names: str) -> list[Path]:
    """What backups called `names` (a pattern) left behind where they were killed, or of one under way."""
    endings = (".part", ".copy", ".copy-journal", ".copy-wal", ".copy-shm")
    return [path for path in directory.glob(f".{names}*") if path.name.endswith(endings)]


def _copy_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.copy")


def _copy(database: Path, copy: Path) -> Counts:
    """One state of the database as a file of its own, read through."""
    _forget(copy)
    with closing(_connect(database)) as source, closing(_connect(copy)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # nobody sees it before it is whole
        target.execute("PRAGMA synchronous = OFF")  # and it is brought to the disk at once, at the end
        source.execute("BEGIN")
        counts = _counts(source)  # the copy is made of the very state that is counted here
        source.backup(target)
        source.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode = DELETE")
        _read_through(target, database, "No backup was made; those made before stay as they are.")
        if (found := _counts(target)) != counts:
            raise BackupError(f"The copy of {database} differs from it: {found} rows instead of {counts}.")
    return counts


def _pack(copy: Path, target: Path) -> None:
    with whole(target) as packed:
        written = hashlib.sha256()
        with (
            copy.open("rb") as plain,
            gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=6) as file,
        ):
            for block in _blocks(plain):
                written.update(block)
                file.write(block)
        packed.flush()
        read = hashlib.sha256()
        with gzip.open(part_of(target), "rb") as again:
            for block in _blocks(again):
                read.update(block)
        if read.digest() != written.digest():
            raise BackupError(f"{target} cannot be read back as it was written. No backup was made.")


def _unpack(backup: Path, database: Path, copy: Path) -> None:
    """The backup beside the database, unpacked. A copy of a database that was in use has a -wal beside it."""
    if not backup.is_file():
        raise BackupError(f"There is no file {backup}. The database {database} is as it was.")
    if database.exists() and backup.samefile(database):
        raise BackupError(f"{backup} is the database itself, not a backup of it. Nothing was changed.")
    _forget(copy)
    with backup.open("rb") as file:
        packed = file.read(2) == _GZIP
    with gzip.open(backup, "rb") if packed else backup.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, _MEGABYTE)
    wal = _beside(backup, "-wal")
    if wal.exists():
        shutil.copyfile(wal, _beside(copy, "-wal"))


def _verified(copy: Path, backup: Path) -> Counts:
    with closing(_connect(copy)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        _read_through(conn, backup, "Nothing was changed: try an older backup.")
        tables = set(_tables(conn))
        if "alembic_version" not in tables or "announcements" not in tables:
            raise BackupError(f"{backup} is no backup of Yuanwatch. Nothing was changed.")
        current = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        refuse_unknown(current[0] if current else "none", str(backup))
        return _counts(conn)


@contextmanager
def _held(database: Path) -> Iterator[None]:
    """Nobody else has the database open; all that was committed is in the file, and no -wal beside it.

    One that is damaged, or none of ours, is replaced all the same: that is what a backup is for.
    """
    if not database.exists():
        yield
        return
    with closing(_connect(database)) as conn:
        try:
            conn.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else is connected
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise BackupError(
                    f"Another program has the database {database} open. End it and try again; nothing was "
                    "changed."
                ) from None
        except sqlite3.DatabaseError:
            pass
        yield


def _exchange(copy: Path, database: Path, now: datetime) -> Path | None:
    """The copy under the database's name, at once and for good; what had it before under another."""
    kept = _kept(database, now) if database.exists() else None
    try:
        copy.replace(database)
    except OSError:
        if kept:
            _move_log(kept, database)
            kept.unlink()
        raise
    sync(database.parent)
    return kept


def _kept(database: Path, now: datetime) -> Path:
    """Give the database that is to be replaced a second name, so that its own is never without a file."""
    kept = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    try:
        os.link(database, kept)
    except FileExistsError:
        raise BackupError(f"{kept} is there already. Nothing was changed: wait a second.") from None
    except OSError:  # a file system without such names
        shutil.copy2(database, kept)
    _move_log(database, kept)
    return kept


def _move_log(database: Path, other: Path) -> None:
    """A damaged database has kept its -wal, which must never meet another file."""
    for suffix in ("-wal", "-shm"):
        if _beside(database, suffix).exists():
            _beside(database, suffix).replace(_beside(other, suffix))


def _read_through(conn: sqlite3.Connection, path: Path, consequence: str) -> None:
    found = [row[0] for row in conn.execute("PRAGMA integrity_check(1)")]
    if found != ["ok"]:
        raise BackupError(f"{path} is damaged ({found[0]}). {consequence}")


def _counts(conn: sqlite3.Connection) -> Counts:
    return {
        name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - names of tables
        for name in _tables(conn)
    }


def _tables(conn: sqlite3.Connection) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return [row[0] for row in conn.execute(query)]


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT, isolation_level=None)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _blocks(file: _Readable) -> Iterator[bytes]:
    while block := file.read(_MEGABYTE):
        yield block


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextmanager
def _forgotten(copy: Path) -> Iterator[None]:
    try:
        yield
    finally:
        _forget(copy)


def _forget(copy: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        _beside(copy, suffix).unlink(missing_ok=True)


@contextmanager
def _explained(backup: Path, database: Path) -> Iterator[None]:
    """What goes wrong as a sentence."""
    try:
        yield
    except DatabaseError:
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BackupError(f"{backup} is damaged ({error}). Nothing was changed.") from None
    except sqlite3.Error as error:
        sentence = explain(str(error), f"{database} or {backup}", _WAIT)
        raise BackupError(sentence or f"{backup}: {error}. Nothing was changed.") from None
    except OSError as error:
        where = error.filename or backup
        raise BackupError(f"{where}: {error.strerror or error}. Nothing was changed.") from None
