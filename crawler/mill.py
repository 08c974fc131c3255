"""Reads pages in a process beside the crawl's own, once there are many: reading keeps a processor busy.

The crawl of an ordinary hour brings a few pages, which are read before such a process would have started.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar, TypeVarTuple

from crawler.types import UnreadableError

MANY = 60  # pages from which a process of their own is worth its start of a second
_PARENT_CHECK = 2.0  # seconds

A = TypeVarTuple("A")
T = TypeVar("T")


class Mill:
    """Where pure work on pages is done; `expect` says how much of it is to come. Close it at the end."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Future[None] | None = None
        self._expected = 0

    def expect(self, pages: int) -> None:
        """So many pages more will be read; a process is started for them where it is worth it."""
        self._expected += pages
        if self._pool is None and self._expected >= MANY and (os.cpu_count() or 1) > 1:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_set_up)
            self._ready = self._pool.submit(_load)

    @property
    def apart(self) -> bool:
        """Whether work is done in a process of its own now, one piece after the other."""
        return self._pool is not None and self._ready is not None and self._ready.done()

    async def run(self, work: Callable[[*A], T], *args: *A) -> T:
        """The result of some work, which is done elsewhere. Raises what it raises.

        Where its process ends under it this is UnreadableError; the work after it is done in a thread, as is
        what comes before the process is there.
        """
        pool = self._pool
        if pool is None or not self.apart:
            return await asyncio.to_thread(work, *args)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, *args)
        except BrokenProcessPool:
            self._pool = None
            raise UnreadableError("the process that read it ended: it takes too much memory") from None

    def close(self) -> None:
        """End the process; what it has not begun is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _set_up() -> None:
    """In the process: leave interrupts to the crawl, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_CHECK)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _load() -> None:
    """In the process: have all data read before the first page comes."""
    from analysis.analyse import analyse
    from analysis.types import Article, Publisher
    from crawler.extract import article  # noqa: F401

    text = "苏州市发放数字人民币红包。"
    analyse(Article("https://a.example/1", text, text, Publisher("a", "A", "media"), None, "zh"))
