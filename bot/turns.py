"""Who asks -> who is answered when: so many questions a minute in a chat, one at a time, at its own pace.

A chat that asks too much waits for itself only: what waits here holds nothing that another chat needs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from weakref import WeakValueDictionary

from bot.pacing import Pacer

MINUTE = 60.0
AT_ONCE = 16

Verdict = Literal["answer", "warn", "ignore"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a chat asked in the minute that began at `begun` (seconds of a monotonic clock)."""

    begun: float
    asked: int = 0


def count(tally: Tally | None, now: float, limit: int) -> tuple[Tally, Verdict]:
    """The tally with one question more, and its verdict: `limit` are answered, the next is warned.

    All others are passed over until the minute is over. None: nothing was asked yet.
    """
    if tally is None or now - tally.begun >= MINUTE:
        tally = Tally(now)
    asked = tally.asked + 1
    verdict: Verdict = "answer" if asked <= limit else "warn" if asked == limit + 1 else "ignore"
    return Tally(tally.begun, asked), verdict


class Turns:
    """The turns of this process. `per_minute`: questions that a chat has answered in a minute,
    `at_once`: chats that are answered at the same time."""

    def __init__(
        self,
        pacer: Pacer,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        at_once: int = AT_ONCE,
    ) -> None:
        self._pacer = pacer
        self._per_minute = per_minute
        self._clock = clock
        self._tallies: dict[int, Tally] = {}
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._at_once = asyncio.Semaphore(at_once)
        self._hurried = asyncio.Event()

    def ask(self, chat_id: int) -> Verdict:
        """Count a question of a chat: whether it is to be answered."""
        now = self._clock()
        tally, verdict = count(self._tallies.pop(chat_id, None), now, self._per_minute)
        while self._tallies and now - next(iter(self._tallies.values())).begun >= MINUTE:
            del self._tallies[next(iter(self._tallies))]
        self._tallies[chat_id] = tally
        return verdict

    def lane(self, chat_id: int) -> asyncio.Lock:
        """What a chat does one after the other; it lasts as long as somebody holds or awaits it."""
        return self._lanes.setdefault(chat_id, asyncio.Lock())

    @asynccontextmanager
    async def turn(self, chat_id: int) -> AsyncIterator[None]:
        """The chat's turn, once its earlier ones are done and its pace allows a message."""
        async with self.lane(chat_id):
            if wait := self._pacer.answer_wait(chat_id):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurried.wait(), wait)
            async with self._at_once:
                self._pacer.answer(chat_id)
                yield

    @asynccontextmanager
    async def glance(self, user_id: int) -> AsyncIterator[None]:
        """The turn of a person who is answered without a message: no pace is kept for that."""
        async with self.lane(user_id), self._at_once:
            yield

    def hurry(self) -> None:
        """The bot stops: whoever waits for the pace of a chat is answered now."""
        self._hurried.set()
