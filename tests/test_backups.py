"""Backups by the clock: made when due, whatever was restarted meanwhile, and the oldest dropped."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database
from tests.announcements import NOON
from yuanwatch.backups import Backups, is_due, name, surplus
from yuanwatch.config import BackupSchedule
from yuanwatch.wiring import now

DAY = timedelta(days=1)


def test_one_is_due_a_day_after_the_last() -> None:
    made = [name(NOON - DAY), name(NOON - 3 * DAY)]
    assert made[0] == "yuanwatch-20240519T120000Z.db.gz"
    assert is_due(made, DAY, NOON)
    assert not is_due(made, DAY, NOON - timedelta(seconds=1))
    assert is_due([], DAY, NOON)
    assert is_due([name(NOON + DAY), "notes.txt"], DAY, NOON), "a clock that went back must not stop backups"


def test_the_newest_stay_and_what_is_not_ours_too() -> None:
    made = [name(NOON - each * DAY) for each in range(5)]
    assert surplus([*made, "yuanwatch-before-upgrade.db.gz"], 3) == [made[4], made[3]]
    assert surplus(made, 5) == []


async def test_a_backup_is_made_once_and_halves_of_killed_ones_go(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("database: {url: 'sqlite:///y.db'}", encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    database.close()
    directory = tmp_path / "backups"
    directory.mkdir()
    old = [name(now() - each * DAY) for each in (2, 3)]
    for each in (*old, f".{old[0]}.copy", f".{old[1]}.part"):
        (directory / each).write_bytes(b"x")
    backups = Backups(config, BackupSchedule(keep=2, directory=str(directory)))
    await backups.run()
    await backups.run()
    await backups.stop()
    left = sorted(path.name for path in directory.iterdir())
    assert len(left) == 2 and left[0] == old[0]
    assert gzip.decompress((directory / left[1]).read_bytes()).startswith(b"SQLite format 3")


async def test_a_directory_that_cannot_be_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "backups").write_text("a file in its place")
    backups = Backups(tmp_path / "none.yaml", BackupSchedule(directory=str(tmp_path / "backups")))
    await backups.run()
    assert "no backup can be made" in caplog.text
    nothing = Backups(tmp_path / "none.yaml", BackupSchedule(directory=str(tmp_path / "more")))
    await nothing.run()
    assert "no backup was made" in caplog.text
