"""Turns how a person says "not older than" into a moment: 30d, 2024-05, 1.5.2024, 2024年5月, yesterday."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.ago import parse_relative
from analysis.days import calendar_day
from analysis.fold import fold
from analysis.times import parse_duration

_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日号]?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.((?:19|20)\d\d)")
_IN_WORDS = re.compile(
    r"(\d{1,4}) ?(?:(days?|tage?n?|天|日)|(weeks?|wochen?|周|个?星期)"
    r"|(months?|monate?n?|个月)|(years?|jahre?n?|年))"
)
_DAYS = (1, 7, 30, 365)


def parse_since(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment that counts, in UTC; None where no time is understood.

    A day, month or year begins at midnight of `zone`; a length of time is counted back from `now` (aware).
    """
    folded = fold(words).strip()
    if (day := _named_day(folded)) is not None:
        year, month, date = day
        found = calendar_day(year, month, date)
        return None if found is None else datetime.combine(found, datetime.min.time(), zone).astimezone(UTC)
    length = _length(folded)
    if length is not None:
        # The year 1 is far enough back for everybody.
        return now.astimezone(UTC) - min(length, timedelta(days=365 * 500))
    return parse_relative(folded, zone.key, now)


def _named_day(folded: str) -> tuple[int, int, int] | None:
    if match := _YEAR_FIRST.fullmatch(folded):
        return int(match[1]), int(match[2] or 1), int(match[3] or 1)
    if match := _DAY_FIRST.fullmatch(folded):
        return int(match[3]), int(match[2]), int(match[1] or 1)
    return None


def _length(folded: str) -> timedelta | None:
    if match := _IN_WORDS.fullmatch(folded):
        days = next(days for days, unit in zip(_DAYS, match.groups()[1:], strict=True) if unit)
        return timedelta(days=int(match[1]) * days)
    try:
        return parse_duration(folded)
    except ValueError:
        return None
