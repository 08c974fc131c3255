"""When may the next message go out? Values in, values out; seconds of a monotonic clock.

The rates of Telegram: so many a second over all chats, one a second in a chat, so many a minute in a
group; and after "retry after N" nothing at all for N + 1 seconds, however long that is. Messages are
spaced evenly: a burst is what the server's strict window refuses. Answers alone may run a few messages
ahead of their chat's pace, which Telegram tolerates; what is sent unasked waits until that is made up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

CHAT_SECONDS = 1.0
AHEAD = 4
HALT_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds between two messages: of all, in a private chat, in a group."""

    overall: float = 1 / 25
    chat: float = CHAT_SECONDS
    group: float = 3.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What was sent lately, as far as it forbids the next message. `chats`: free again at."""

    rates: Rates
    next_send: float = float("-inf")
    halted_until: float = float("-inf")
    chats: Mapping[int, float] = field(default_factory=dict)

    def halt_left(self, now: float) -> float:
        """Seconds for which nothing at all may be sent."""
        return max(0.0, self.halted_until - now)

    def wait(self, now: float) -> float:
        """Seconds until a message to a chat that is free may be sent."""
        return max(0.0, self.next_send - now, self.halt_left(now))

    def busy(self, now: float) -> tuple[int, ...]:
        """The chats that had a message too recently."""
        return tuple(chat for chat, free in self.chats.items() if free > now)

    def chat_wait(self, now: float) -> float:
        """Seconds until the first busy chat is free; 0 if none is busy."""
        waits = [free - now for free in self.chats.values() if free > now]
        return min(waits, default=0.0)

    def sending(self, chat_id: int, now: float) -> Pace:
        """The pace after a message to the chat was begun."""
        next_send = max(now, self.next_send) + self.rates.overall
        return replace(self.answering(chat_id, now), next_send=next_send)

    def answering(self, chat_id: int, now: float) -> Pace:
        """The pace after an answer in the chat was begun; the limiter spaces answers over all chats."""
        gap = self._gap(chat_id)
        free = max(now, self.chats.get(chat_id, now)) + gap
        chats = {chat: until for chat, until in self.chats.items() if until > now} | {chat_id: free}
        return replace(self, chats=chats)

    def answer_wait(self, chat_id: int, now: float) -> float:
        """Seconds until the chat may be answered: a few answers may come at once, then one at a time."""
        return max(0.0, self.chats.get(chat_id, now) - AHEAD * self._gap(chat_id) - now)

    def _gap(self, chat_id: int) -> float:
        """Groups and channels have negative ids."""
        return self.rates.group if chat_id < 0 else self.rates.chat

    def halted(self, seconds: float, now: float) -> Pace:
        """The pace after Telegram asked for `seconds` of silence: never shortened, never clamped."""
        return replace(self, halted_until=max(self.halted_until, now + seconds + HALT_MARGIN))


class Pacer:
    """The pace of this process, shared by deliveries and answers: a 429 for one is silence for all."""

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = Pace(rates)
        self._clock = clock

    def halt(self, seconds: float) -> None:
        """Telegram answered 429 with `seconds`."""
        self._pace = self._pace.halted(seconds, self._clock())

    def begin(self, chat_id: int) -> None:
        """A message to the chat goes out now."""
        self._pace = self._pace.sending(chat_id, self._clock())

    def answer(self, chat_id: int) -> None:
        """An answer in the chat goes out now."""
        self._pace = self._pace.answering(chat_id, self._clock())

    def answer_wait(self, chat_id: int) -> float:
        """Seconds until the chat may be answered."""
        return self._pace.answer_wait(chat_id, self._clock())

    @property
    def halt_left(self) -> float:
        """Seconds of silence left."""
        return self._pace.halt_left(self._clock())

    @property
    def wait(self) -> float:
        """Seconds until the next message."""
        return self._pace.wait(self._clock())

    @property
    def busy(self) -> tuple[int, ...]:
        """Chats to leave out for now."""
        return self._pace.busy(self._clock())

    @property
    def chat_wait(self) -> float:
        """Seconds until one of the busy chats is free."""
        return self._pace.chat_wait(self._clock())
