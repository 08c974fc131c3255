"""The schedule of `yuanwatch run`: jobs come when due, one at a time, and never hinder an answer."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from yuanwatch import schedule
from yuanwatch.config import ScheduleConfig
from yuanwatch.demo.botapi import BotApi
from yuanwatch.demo.show import wait_until
from yuanwatch.demo.web import DemoWeb

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


async def test_every_job_starts_at_once_and_a_slow_one_never_overlaps_itself() -> None:
    running: dict[str, int] = {"crawl": 0, "deliver": 0, "tidy": 0, "backup": 0}
    most: dict[str, int] = dict(running)

    def job(name: str, seconds: float) -> schedule.Job:
        async def work() -> None:
            running[name] += 1
            most[name] = max(most[name], running[name])
            await asyncio.sleep(seconds)
            running[name] -= 1

        return work

    every = ScheduleConfig(crawl=timedelta(seconds=0.2), housekeeping=timedelta(hours=1))
    jobs = schedule.Jobs(
        every,
        crawl=job("crawl", 0.5),
        deliver=job("deliver", 0),
        tidy=job("tidy", 0),
        backup=job("backup", 0),
    )
    jobs.start()
    await asyncio.sleep(1)
    await jobs.stop()
    assert not any(running.values())
    assert most == {"crawl": 1, "deliver": 1, "tidy": 1, "backup": 1}


def test_the_bot_answers_while_a_crawl_runs_and_ends_it_when_it_stops(tmp_path: Path) -> None:
    with DemoWeb() as web, BotApi(TOKEN) as api:
        config = {
            "database": {"url": "sqlite:///y.db"},
            "crawl": {"delay": 0.5, "allow_networks": ["127.0.0.0/8"]},
            "telegram": {"api_url": api.url},
            "sources": web.sources(),
        }
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "yuanwatch", "--config", str(path), "run"],
                env=os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN},
                stdout=log,
                stderr=log,
            )
        try:
            assert wait_until(lambda: len(web.answers) >= 3, 40), "the crawl that is due was not started"
            ann = api.user(7, "Ann", "en")
            ann.ask("/start", timeout=20)
            times = []
            for _ in range(3):
                asked = time.monotonic()
                ann.ask("/latest")
                times.append(time.monotonic() - asked)
            assert sorted(times)[1] < 10  # the crawl itself takes longer
            before = len(web.answers)
            assert wait_until(lambda: len(web.answers) > before, 10), "the crawl did not go on meanwhile"
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait()
        time.sleep(2)
        after = len(web.answers)
        time.sleep(1.5)
        assert len(web.answers) == after, "the crawl went on without its bot"


async def test_a_job_that_runs_is_waited_for_and_none_begins_after(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def job(name: str, seconds: float) -> schedule.Job:
        async def work() -> None:
            await asyncio.sleep(seconds)
            done.append(name)

        return work

    every = ScheduleConfig(crawl=timedelta(seconds=0.1), housekeeping=timedelta(hours=1))
    jobs = schedule.Jobs(every, crawl=job("crawl", 0.6), deliver=job("deliver", 0.6), tidy=job("tidy", 0.6))
    jobs.start()
    await asyncio.sleep(0.3)
    await jobs.stop()
    assert sorted(done) == ["crawl", "deliver", "tidy"]
    await asyncio.sleep(0.2)
    assert len(done) == 3
    assert caplog.text == "", "neither warned of jobs that overlap nor told of cancelled ones"


async def test_a_crawl_that_is_being_started_when_all_ends_is_ended(tmp_path: Path) -> None:
    crawls = schedule.CrawlProcess(tmp_path / "none.yaml")
    running = asyncio.create_task(crawls.run())
    await asyncio.sleep(0)
    await crawls.stop()
    begun = time.monotonic()
    await asyncio.wait_for(running, 10)
    assert time.monotonic() - begun < 5  # the process would take longer to start
