"""What a person types for quiet hours -> minutes of the day: "22:00-7:00", "22 bis 7", 23点到7点. Pure."""

from __future__ import annotations

import re

from analysis.hours import DAY_MINUTES

_TIME = r"(\d{1,2})(?:[:.：h](\d{2}))?\s*(?:uhr|点|时|h)?"
_SPAN = re.compile(rf"\s*{_TIME}\s*(?:-|–|—|~|～|to|until|bis|到|至)\s*{_TIME}\s*")


def read_quiet(typed: str) -> tuple[int, int] | None:
    """From when to when it is quiet; None for what is no span of two times of day."""
    found = _SPAN.fullmatch(typed.lower())
    if found is None:
        return None
    ends = [_minute(found[1], found[2]), _minute(found[3], found[4])]
    return (ends[0], ends[1]) if max(ends) < DAY_MINUTES and ends[0] != ends[1] else None


def read_clock(typed: str) -> int | None:
    """The minute of the day of a time such as 09:30; None for none."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", typed, re.ASCII)
    minute = _minute(found[1], found[2]) if found else DAY_MINUTES
    return minute if minute < DAY_MINUTES else None


def clock(minute: int) -> str:
    """A minute of the day as on a clock: "07:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(hours: str, minutes: str | None) -> int:
    """A minute of the day; one that is out of range where there is no such time (24:00 is 0:00)."""
    hour, minute = int(hours), int(minutes or 0)
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return DAY_MINUTES
    return hour % 24 * 60 + minute
