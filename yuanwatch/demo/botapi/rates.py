"""Decides whether one more message may be sent now, or for how many seconds the bot must be silent.

About 30 a second over all chats, one a second in a chat with short bursts, 20 a minute in a group.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How much is tolerated; None switches a limit off. `chat_burst` messages may come at once in a chat.

    `retry_after` is the silence in seconds asked of a bot that went over a limit; None: as long as it takes
    until the next message fits.
    """

    per_second: int | None = 30
    chat_per_second: float | None = 1.0
    chat_burst: int = 3
    group_per_minute: int | None = 20
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A message that came too soon: when (seconds of the clock), in which chat, over which limit."""

    at: float
    chat_id: int
    limit: str


class Pace:
    """What was sent lately. Times are seconds of any one clock."""

    def __init__(self, limits: RateLimits) -> None:
        self.limits = limits
        self.violations: list[Violation] = []
        self._all: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, float] = {}
        self._silent_until: dict[int | None, float] = {}

    def take(self, chat_id: int, now: float, *, group: bool) -> int:
        """0 and the message counts, or the seconds to be silent. A try inside the silence prolongs it."""
        for scope in (None, chat_id):
            if self._silent_until.get(scope, 0) > now:
                return self._refuse(scope, chat_id, now, "silence", self._silent_until[scope] - now + 1)
        for limit, scope, wait in self._waits(chat_id, now, group):
            if wait > 0:
                return self._refuse(scope, chat_id, now, limit, wait)
        self._count(chat_id, now, group)
        return 0

    def _waits(self, chat_id: int, now: float, group: bool) -> list[tuple[str, int | None, float]]:
        limits, burst = self.limits, self.limits.chat_burst
        waits: list[tuple[str, int | None, float]] = []
        if limits.per_second is not None:
            waits.append(("per_second", None, _until_free(self._all, limits.per_second, 1.0, now)))
        if group and limits.group_per_minute is not None:
            sent = self._groups.setdefault(chat_id, deque())
            waits.append(("group_per_minute", chat_id, _until_free(sent, limits.group_per_minute, 60.0, now)))
        if limits.chat_per_second is not None:
            # The chat is "full" until this moment; a burst may run so far ahead of it.
            ahead = (burst - 1) / limits.chat_per_second
            waits.append(("chat_per_second", chat_id, self._chats.get(chat_id, 0) - ahead - now))
        return waits

    def _count(self, chat_id: int, now: float, group: bool) -> None:
        self._all.append(now)
        if group:
            self._groups.setdefault(chat_id, deque()).append(now)
        if self.limits.chat_per_second is not None:
            full = max(self._chats.get(chat_id, 0), now)
            self._chats[chat_id] = full + 1 / self.limits.chat_per_second

    def _refuse(self, scope: int | None, chat_id: int, now: float, limit: str, wait: float) -> int:
        seconds = self.limits.retry_after or max(1, math.ceil(wait))
        self._silent_until[scope] = max(self._silent_until.get(scope, 0), now + seconds)
        self.violations.append(Violation(now, chat_id, limit))
        return seconds


def _until_free(sent: deque[float], limit: int, window: float, now: float) -> float:
    while sent and sent[0] <= now - window:
        sent.popleft()
    return sent[-limit] + window - now if len(sent) >= limit else 0.0
