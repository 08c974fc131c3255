"""What stands in the directory of backups -> whether one is due, what it is called, and which may go.

When the last one was made is read from its name: no restart makes one too many or too few.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.backup import leftovers
from yuanwatch.config import BackupSchedule
from yuanwatch.schedule import CommandProcess
from yuanwatch.wiring import now

log = logging.getLogger(__name__)

_NAME = "yuanwatch-%Y%m%dT%H%M%SZ.db.gz"
_ALL = "yuanwatch-*.db.gz"


class Backups:
    """Makes a backup when one is due, as a process of its own, and drops the oldest."""

    def __init__(self, config_path: Path, rules: BackupSchedule) -> None:
        self._config_path = config_path
        self._rules = rules
        self._directory = Path(rules.directory)
        self._process: CommandProcess | None = None

    async def run(self) -> None:
        """Make one if it is due."""
        moment = now()
        if not is_due(self._names(), self._rules.every, moment):
            return
        target = self._directory / name(moment)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._process = CommandProcess(self._config_path, "backup", "backup", str(target))
            await self._process.run()
            if target.exists():
                self._drop()
            else:
                log.error("no backup was made in %s; it is tried again in some minutes", self._directory)
        except OSError as error:
            log.error("no backup can be made in %s: %s", self._directory, error.strerror)

    async def stop(self) -> None:
        """End one that is under way; the former ones stay."""
        if self._process is not None:
            await self._process.stop()

    def _names(self) -> list[str]:
        return [path.name for path in self._directory.glob(_ALL)]

    def _drop(self) -> None:
        for old in surplus(self._names(), self._rules.keep):
            (self._directory / old).unlink(missing_ok=True)
        for half in leftovers(self._directory, _ALL):
            half.unlink(missing_ok=True)


def name(moment: datetime) -> str:
    """What a backup made at `moment` is called."""
    return f"{moment.astimezone(UTC):{_NAME}}"


def is_due(names: Iterable[str], every: timedelta, moment: datetime) -> bool:
    """Whether the newest of these backups is `every` old; one of the future is none of a right clock."""
    times = [time for each in names if (time := _time(each)) and time <= moment]
    return not times or moment - max(times) >= every


def surplus(names: Iterable[str], keep: int) -> list[str]:
    """All but the newest `keep`; what somebody else has put there is not counted, and stays."""
    return sorted(each for each in names if _time(each))[:-keep]


def _time(each: str) -> datetime | None:
    try:
        return datetime.strptime(each, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
