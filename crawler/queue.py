"""One at a time, the smallest first: who reads large pages is not in the way of those who read small ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count


class SmallestFirst:
    """A lock whose next holder is the one with the least to do, of equals the one that waits longest."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._held = False

    @asynccontextmanager
    async def turn(self, size: int) -> AsyncIterator[None]:
        """Held while the block runs; `size` in whatever unit."""
        if self._held:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heappush(self._waiting, (size, next(self._numbers), mine))
            await mine
        self._held = True
        try:
            yield
        finally:
            self._held = False
            while self._waiting and not self._held:
                _, _, first = heappop(self._waiting)
                if not first.done():
                    self._held = True  # handed on: nobody gets in between
                    first.set_result(None)
