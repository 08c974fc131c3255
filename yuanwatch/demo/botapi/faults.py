"""Which faults are to happen to which calls: queued by a test, taken one by one as the calls come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

EVERY_METHOD = "*"


class Fault(Enum):
    """What can go wrong with a call. "Accepted" means that the call had its effect, whatever the bot sees."""

    RATE_LIMIT = 429  # refused, `seconds` is the retry_after
    SERVER_ERROR = 500  # refused
    BAD_GATEWAY = 502  # refused, with a web page for a body
    UNAUTHORIZED = 401  # refused
    NOT_FOUND = 404  # refused
    CONFLICT = 409  # refused
    LOST_ANSWER = "lost answer"  # accepted, then the connection closes without an answer
    RESET = "reset"  # not accepted, the connection is reset
    SLOW = "slow"  # accepted at once, the answer comes after `seconds`
    BROKEN_JSON = "broken json"  # accepted, status 200, half an answer
    HTML = "html"  # not accepted, status 200 with a web page (a captive portal)

    @property
    def accepted(self) -> bool:
        """Whether the call has its effect all the same."""
        return self in (Fault.LOST_ANSWER, Fault.SLOW, Fault.BROKEN_JSON)


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault waiting for calls; `times` None: until healed."""

    fault: Fault
    seconds: float
    times: int | None


class FaultPlan:
    """The faults still to come, by lower-case method name."""

    def __init__(self) -> None:
        self._planned: dict[str, list[Planned]] = {}

    def add(self, method: str, fault: Fault, *, times: int | None, seconds: float) -> None:
        """Let the next calls of a method fail, after those planned before."""
        self._planned.setdefault(method.lower(), []).append(Planned(fault, seconds, times))

    def heal(self) -> None:
        """No more faults."""
        self._planned.clear()

    def take(self, method: str) -> Planned | None:
        """The fault of this call, if there is one."""
        for key in (method.lower(), EVERY_METHOD):
            queue = self._planned.get(key)
            if not queue:
                continue
            first = queue[0]
            if first.times is None:
                return first
            if first.times <= 1:
                queue.pop(0)
            else:
                queue[0] = replace(first, times=first.times - 1)
            return first
        return None
