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
_QUEUE = 3  # pieces that may wait for the other process before one is done here
_PARENT_CHECK = 2.0  # seconds

A = TypeVarTuple("A")
T = TypeVar("T")


class Mill:
    """Where pure work on pages is done; `expect` says how much of it is to come. Close it at the end."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ready: Future[None] | None = None
        self._expected = 0
        self._there = 0  # pieces of work in the other process, and whether one is done here beside it
        self._here = False

    def expect(self, pages: int) -> None:
        """So many pages more will be read; a process is started for them where it is worth it."""
        self._expected += pages
        worth = self._expected >= MANY and (os.cpu_count() or 1) > 1
        if worth and self._pool is None and self._ready is None:  # one that has ended is not started again
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_set_up)
            self._ready = self._pool.submit(_load)

    @property
    def apart(self) -> bool:
        """Whether work is done in a process of its own now, one piece after the other."""
        ready = self._ready
        return self._pool is not None and ready is not None and ready.done() and ready.exception() is None

    async def run(self, work: Callable[[*A], T], *args: *A) -> T:
        """The result of some work, which is done elsewhere. Raises what it raises.

        Where its process ends under it this is UnreadableError; the work after it is done in a thread, as is
        what comes before the process is there.
        """
        pool = self._pool
        if pool is None or not self.apart:
            return await asyncio.to_thread(work, *args)
        if self._there >= _QUEUE and not self._here:
            return await self._help(work, *args)
        self._there += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, *args)
        except BrokenProcessPool:
            self._pool = None
            raise UnreadableError("the process that read it ended: it takes too much memory") from None
        finally:
            self._there -= 1

    async def _help(self, work: Callable[[*A], T], *args: *A) -> T:
        """Do a piece here, in a thread: the other process has more to do than we have."""
        self._here = True
        try:
            return await asyncio.to_thread(work, *args)
        finally:
            self._here = False

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
