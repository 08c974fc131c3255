"""What comes back to getUpdates -> whether the bot still hears anything.

python-telegram-bot ends its polling for good, with the process alive, when one answer is a 401 or a
404: one bad answer of a proxy is enough. So such an answer is made a network error here, which is
asked again; whether it is a passing one is judged from what was noted over some time. And the next
question tells Telegram to forget what came, handled or not: so it is kept here first.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Literal

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from storage.errors import DatabaseError

log = logging.getLogger(__name__)

_REFUSED = (401, 404)
_CONFLICT = 409
_RATE_LIMIT = 429
_CONFLICTS_KEPT = 20
_LONGEST_PAUSE = 60.0  # between two getUpdates, the longest back-off and the longest poll included

Keep = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]
State = Literal["fine", "silent", "stopped", "rival"]


@dataclass(frozen=True, slots=True)
class Patience:
    """When to doubt. `silence`: seconds without an answer; `conflicts` within `window` seconds: a rival.

    One conflict is normal when a bot was just started anew.
    """

    silence: float = 60.0
    conflicts: int = 4
    window: float = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What getUpdates met lately, in seconds of a monotonic clock."""

    answered: float
    tried: float
    conflicts: tuple[float, ...] = ()

    def after(self, status: int, retry_after: float, now: float) -> Heard:
        """What is known once an answer of this HTTP status came. A 429 is an answer, and asks for a pause."""
        tried = replace(self, tried=now + retry_after)
        if status == _CONFLICT:
            return replace(tried, conflicts=(*self.conflicts, now)[-_CONFLICTS_KEPT:])
        return replace(tried, answered=now + retry_after) if status in (200, _RATE_LIMIT) else tried

    def state(self, patience: Patience, now: float) -> State:
        """Whether polling does its work: "silent" may be an outage, a "stopped" one asks no more."""
        if sum(now - patience.window < each for each in self.conflicts) >= patience.conflicts:
            return "rival"
        if now - self.tried > patience.silence + _LONGEST_PAUSE:
            return "stopped"
        return "silent" if now - self.answered > patience.silence else "fine"


class Polling:
    """What this process's getUpdates met."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard = Heard(clock(), clock())

    def begin(self) -> None:
        """Polling starts now: no answer is late yet."""
        self._heard = Heard(self._clock(), self._clock())

    def note(self, status: int, retry_after: float = 0.0) -> None:
        """An answer came, or (status 0) none."""
        self._heard = self._heard.after(status, retry_after, self._clock())

    def state(self, patience: Patience) -> State:
        """Whether polling does its work."""
        return self._heard.state(patience, self._clock())


class UpdatesRequest(HTTPXRequest):
    """The wire of getUpdates, and of nothing else: python-telegram-bot keeps one for it."""

    def __init__(self, polling: Polling, keep: Keep, **settings: Any) -> None:
        super().__init__(**settings)
        self._polling = polling
        self._keep = keep

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Status and body. Raises NetworkError for a refusal, which python-telegram-bot would end at."""
        try:
            status, body = await super().do_request(*args, **kwargs)
        except Exception:
            self._polling.note(0)
            raise
        self._polling.note(status, _retry_after(body) if status == _RATE_LIMIT else 0.0)
        if status in _REFUSED:
            raise NetworkError(f"getUpdates was refused with status {status}")
        if status == HTTPStatus.OK:
            await self._write_down(body)
        return status, body

    async def _write_down(self, body: bytes) -> None:
        """Keep what came; where that cannot be, who only asks should be answered all the same."""
        try:
            await self._keep(updates_in(body))
        except DatabaseError as error:
            log.error("what Telegram told could not be kept, and is lost if the bot is killed now: %s", error)


def updates_in(body: bytes) -> list[dict[str, Any]]:
    """The updates in an answer; none in one that cannot be read, which is asked for again."""
    try:
        found = json.loads(body)["result"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    rows = found if isinstance(found, list) else []
    return [each for each in rows if isinstance(each, dict) and type(each.get("update_id")) is int]


def _retry_after(body: bytes) -> float:
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, TypeError, KeyError):
        return 0.0
