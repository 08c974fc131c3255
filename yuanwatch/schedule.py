"""What runs when, while `yuanwatch run` runs: crawl what is due, make digests, deliver, tidy up, back up.

No job store: the times come from config.yaml, and what is due is kept in our own tables.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from yuanwatch.config import TOKEN_VARIABLE, WEBHOOK_VARIABLE, ScheduleConfig
from yuanwatch.wiring import now

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]
DELIVER_EVERY = timedelta(seconds=1)
GATHER_EVERY = timedelta(minutes=1)  # digests come by the minute
CRAWL_LIMIT = timedelta(hours=1)
CRAWL_FAREWELL = timedelta(seconds=4)
BACKUP_LOOKED_FOR = timedelta(minutes=10)  # whether one is due; when the last was made its name says


class Jobs:
    """The jobs, not yet started; backups only where config.yaml wants them. `gather` makes digests.

    A late job runs once, not once for each time it missed; none overlaps with itself.
    """

    def __init__(
        self,
        config: ScheduleConfig,
        *,
        crawl: Job,
        deliver: Job,
        tidy: Job,
        gather: Job | None = None,
        backup: Job | None = None,
    ) -> None:
        # It warns each time that a job is still running when it is due: delivering, each second.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._running: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": 3600, "coalesce": True, "max_instances": 1}
        )
        jobs = [
            ("crawl", crawl, config.crawl),
            ("deliver", deliver, DELIVER_EVERY),
            ("housekeeping", tidy, config.housekeeping),
        ]
        if gather is not None:
            jobs.append(("digests", gather, GATHER_EVERY))
        if backup is not None:
            jobs.append(("backup", backup, BACKUP_LOOKED_FOR))
        for name, job, every in jobs:
            self._scheduler.add_job(
                self._run,
                "interval",
                (job,),
                id=name,
                name=name,
                seconds=every.total_seconds(),
                next_run_time=now(),
            )

    def start(self) -> None:
        """Begin: every job is due now."""
        self._scheduler.start()

    def pause(self) -> None:
        """Begin no job any more; those that run go on."""
        self._scheduler.pause()

    async def stop(self) -> None:
        """Wait for the jobs that run, whose work must have been ended before, and end the scheduler.

        Its own way of stopping cancels them in the midst of what they do.
        """
        self.pause()
        await asyncio.sleep(0)  # what was submitted just before begins now, and is seen
        while self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None  # the scheduler runs each job in a task
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await job()


class CommandProcess:
    """A command of ours as a process of its own, called `what` in the log. What only the bot needs to
    know is not handed on."""

    def __init__(self, config_path: Path, what: str, *arguments: str) -> None:
        self._what = what
        self._command = (sys.executable, "-m", "yuanwatch", "--config", str(config_path), *arguments)
        self._process: asyncio.subprocess.Process | None = None
        self._ended = False

    async def run(self) -> None:
        """Run it and wait for the end; one that takes over an hour is ended, what it has done stays."""
        own = (TOKEN_VARIABLE, WEBHOOK_VARIABLE)
        environment = {name: value for name, value in os.environ.items() if name not in own}
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        if self._ended:  # meanwhile, when there was no process to end yet
            await self._end()
            return
        try:
            async with asyncio.timeout(CRAWL_LIMIT.total_seconds()):
                status = await self._process.wait()
            log.info("%s ended with status %d", self._what, status)
        except TimeoutError:
            log.warning("%s took over %s and was ended", self._what, CRAWL_LIMIT)
            await self._end()

    async def stop(self) -> None:
        """End it if it is under way: politely, and after a few seconds for good (nothing is lost)."""
        self._ended = True
        await self._end()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(CRAWL_FAREWELL.total_seconds()):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


class CrawlProcess(CommandProcess):
    """`yuanwatch crawl --due`: a crash, a leak or a hostile document stays outside."""

    def __init__(self, config_path: Path) -> None:
        super().__init__(config_path, "crawl of what is due", "crawl", "--due", "--json")
