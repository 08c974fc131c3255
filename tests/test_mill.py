"""Many pages are read in a process beside the crawl's own, with the same results and no harm from its end."""

from __future__ import annotations

import asyncio
import os
import time
from functools import partial
from pathlib import Path

import pytest

from crawler.mill import MANY, Mill
from crawler.types import UnreadableError
from tests.crawls import Crawler, city, notice, rows
from tests.sites import Reply, serve


def refuse(problem: str) -> None:
    raise UnreadableError(problem, "blocked", lasting=True)


def spend(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


async def started() -> Mill:
    mill = Mill()
    mill.expect(MANY)
    while not mill.apart:
        await asyncio.sleep(0.02)
    return mill


async def test_few_pages_are_read_here_and_many_elsewhere() -> None:
    mill = Mill()
    mill.expect(MANY - 1)
    assert await mill.run(os.getpid) == os.getpid() and not mill.apart
    mill.expect(1)
    assert await mill.run(os.getpid) == os.getpid(), "nobody waits for the process to start"
    while not mill.apart:
        await asyncio.sleep(0.02)
    there = await mill.run(os.getpid)
    assert there not in (os.getpid(), os.getppid())
    mill.close()
    assert await mill.run(os.getpid) == os.getpid()


async def test_what_is_raised_there_arrives_as_it_is() -> None:
    mill = await started()
    with pytest.raises(UnreadableError, match="a challenge") as raised:
        await mill.run(refuse, "a challenge")
    assert (raised.value.status, raised.value.lasting, raised.value.unasked) == ("blocked", True, False)
    mill.close()


async def test_a_page_that_ends_the_process_costs_itself_alone() -> None:
    mill = await started()
    with pytest.raises(UnreadableError, match="takes too much memory"):
        await mill.run(os._exit, 9)
    assert await mill.run(os.getpid) == os.getpid()
    mill.close()


async def test_where_much_waits_for_the_process_some_is_done_here() -> None:
    mill = await started()

    async def pages() -> list[int]:
        return [await mill.run(spend, 0.02) for _ in range(5)]

    done = [where for some in await asyncio.gather(*(pages() for _ in range(6))) for where in some]
    assert 2 <= done.count(os.getpid()) <= 28, "both have a share"
    assert await mill.run(os.getpid) != os.getpid(), "nothing waits: it is done there"
    mill.close()


async def test_a_process_that_cannot_start_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.mill._set_up", partial(os._exit, 1))
    mill = Mill()
    mill.expect(MANY)
    while mill._ready is None or not mill._ready.done():
        await asyncio.sleep(0.02)
    assert not mill.apart and await mill.run(os.getpid) == os.getpid()
    mill.expect(MANY)
    assert await mill.run(os.getpid) == os.getpid()
    mill.close()


def test_a_crawl_of_many_pages_files_all_of_them(tmp_path: Path) -> None:
    count = MANY + 60
    with serve() as site:
        links = [f"/{n}.html 苏州市数字人民币第{n}号通知 2024-03-09" for n in range(count)]
        site.pages["/"] = Reply(rows(*links))
        for n in range(count):
            site.pages[f"/{n}.html"] = notice(
                f"苏州市数字人民币第{n}号通知",
                f"苏州市第{n}个街道启动数字人民币试点，{n * 7 + 5}家商户接入。" * 3,
            )
        done = Crawler(tmp_path / "many.db").crawl(city(site))
    run = done.runs["suzhou"]
    assert (run["new"], run["relevant"], run["failed"]) == (count, count, 0)
    assert "Traceback" not in done.log
