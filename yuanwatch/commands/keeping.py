"""`backup`, `restore`, `db check` and `db repair`: what an operator does so that nothing is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.backup import Counts, back_up
from storage.backup import restore as put_back
from storage.database import Database, DatabaseError, DatabaseTooNew
from storage.soundness import RESTORE, Finding, damage, disorder, table_counts
from storage.soundness import repair as mend
from yuanwatch.config import Config
from yuanwatch.lock import Held, only_one
from yuanwatch.wiring import now, opened

_TOLD = ("announcements", "stories", "chats", "subscriptions", "deliveries")
_HOLDERS = {
    "run": "`yuanwatch run` serves this database. End it first",
    "crawl": "A crawl into this database is under way. Wait for its end",
    "backup": "A backup of this database is under way. Wait for its end",
}


def backup(config: Config, file: Path) -> int:
    """Write a verified backup while others go on. Returns 0, 2 while another backup is under way.

    Raises DatabaseError.
    """
    try:
        with only_one(config.database.url, "backup"):
            counts = back_up(_path(config), file)
    except Held:
        print(f"{_HOLDERS['backup']}, and try again.", file=sys.stderr)
        return 2
    print(f"{file}: {file.stat().st_size:,} bytes, verified: {_rows(counts)}.")
    return 0


def restore(config: Config, file: Path) -> int:
    """Put a backup in the place of the database. Returns 0, 2 while the database is in use.

    Raises DatabaseError.
    """
    try:
        with _alone(config):
            done = put_back(file, _path(config), now())
    except Held as held:
        print(f"{_HOLDERS[held.args[0]]}, and try again; nothing was changed.", file=sys.stderr)
        return 2
    print(f"{_path(config)} is the backup {file} now: {_rows(done.counts)}.")
    if done.replaced:
        print(f"What it replaced is kept as {done.replaced}.")
    return 0


def check(config: Config) -> int:
    """Say what is stored and what is wrong with it. Returns 0, 1 where something is.

    Raises DatabaseTooNew, and DatabaseError where there is nothing to look at.
    """
    path = _path(config)
    if not path.is_file():
        raise DatabaseError(
            f"There is no database {path} yet: `yuanwatch crawl` or `yuanwatch run` makes it."
        )
    try:
        deep = _is_idle(config)
        found = _damage(config)
        if not found:
            with opened(config) as database:
                found = disorder(database, deep=deep)
                for name, number in table_counts(database).items():
                    print(f"{name:20}{number:>12,}")
    except DatabaseTooNew:
        raise
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return 1
    if not deep:
        print("The search index was not looked into: something is running on this database.")
    for finding in found:
        print(f"{finding.problem}\n    to mend it: {finding.remedy}", file=sys.stderr)
    if any(finding.remedy == RESTORE for finding in found):
        print("Stop the program first and keep a copy of the file and its -wal.", file=sys.stderr)
    if not found:
        print(f"{path} is sound.")
    return int(bool(found))


def repair(config: Config) -> int:
    """Mend the search index and the stories. Returns 0, 2 while the database is in use.

    Raises DatabaseError.
    """
    try:
        with _alone(config), opened(config) as database:
            done = mend(database)
    except Held as held:
        print(f"{_HOLDERS[held.args[0]]}, and try again; nothing was changed.", file=sys.stderr)
        return 2
    print("\n".join(done) or "There was nothing to mend.")
    return 0


def _damage(config: Config) -> list[Finding]:
    database = Database(config.database.url)
    try:
        return damage(database)
    finally:
        database.close()


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """No bot, crawl or backup runs on the database, and none begins. Raises Held."""
    with ExitStack() as locks:
        for what in _HOLDERS:
            locks.enter_context(only_one(config.database.url, what))
        yield


def _is_idle(config: Config) -> bool:
    try:
        with _alone(config):
            return True
    except Held:
        return False


def _path(config: Config) -> Path:
    return Path(config.database.url.removeprefix("sqlite:///"))


def _rows(counts: Counts) -> str:
    return ", ".join(f"{counts.get(name, 0):,} {name}" for name in _TOLD)
