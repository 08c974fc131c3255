"""When a source is to be asked again, from its state and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.types import SourceState

LONGEST_WAIT = timedelta(hours=24)


def interval(failures: int, every: timedelta) -> timedelta:
    """The time between two polls: doubled with each failure in a row, up to a day (or `every`, if longer)."""
    longest = max(every, LONGEST_WAIT)
    if failures > 16:  # a second doubled 17 times is longer than a day; further would overflow at last
        return longest
    doubled: timedelta = every * 2**failures
    return min(longest, doubled)


def due(state: SourceState, every: timedelta, now: datetime) -> bool:
    """Whether to ask now. A poll that lies in the future (the clock was set back) counts as due.

    A source that said 410 Gone is not asked again by itself.
    """
    if state.status == "gone":
        return False
    if state.polled is None or state.polled > now:
        return True
    return now - state.polled >= interval(state.failures, every)
