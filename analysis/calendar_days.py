"""Turns the dates and periods of a text into days that can be compared with those of another text.

A text that says "15 May" leaves the year to the reader, and one that says "on Tuesday" leaves even the
day to the date of publication: what was not written cannot contradict what another text says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from analysis.types import Fact

_YEAR = re.compile(r"(?:19|20)\d\d|[〇零一二三四五六七八九]{4}年")
_DAY = re.compile(
    r"\d\s*[日号]|月|\d[-/.]\d|[a-zäA-ZÄ]{3,}\.?\s+\d|\d(?:st|nd|rd|th|\.)?\s+(?:of\s+)?[a-zäA-ZÄ]{3,}"
)
_CIRCLE = 365


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and how much of it the text itself says."""

    date: date
    with_year: bool
    written: bool  # False for "on Tuesday", "yesterday": reckoned from the publication

    def apart(self, other: Day) -> int:
        """Days between the two; where one has no year, the least distance in any year."""
        days = abs((self.date - other.date).days)
        if self.with_year and other.with_year:
            return days
        return min(days % _CIRCLE, -days % _CIRCLE)


@dataclass(frozen=True, slots=True)
class Period:
    """The first and last day of an event or of a plan."""

    first: Day
    last: Day

    @property
    def length(self) -> int:
        """Days from the first to the last."""
        return (self.last.date - self.first.date).days

    def gap(self, other: Period) -> int:
        """Days between the end of one and the beginning of the other, 0 where they overlap."""
        if self.first.with_year and other.first.with_year:
            between = (other.first.date - self.last.date, self.first.date - other.last.date)
            return max(0, *(delta.days for delta in between))
        # Without a year the periods lie on a circle: one of two ends is nearest.
        nearest = min(
            self.last.apart(other.first), other.last.apart(self.first), self.first.apart(other.first)
        )
        return nearest if nearest > max(self.length, other.length) else 0

    def meets(self, other: Period) -> bool:
        """Whether they begin or end on the same day."""
        return self.first.apart(other.first) == 0 or self.last.apart(other.last) == 0


def read_day(fact: Fact) -> Day | None:
    """The day of a date, None for a month or a year."""
    return _day(str(fact.value), fact.quote)


def read_period(fact: Fact) -> Period | None:
    """The period of a fact, None where an end is no day or they stand the wrong way round."""
    begin, _, end = str(fact.value).partition("/")
    first, last = _day(begin, fact.quote), _day(end, fact.quote)
    return Period(first, last) if first and last and first.date <= last.date else None


def _day(value: str, quote: str) -> Day | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    if len(value) < 10:
        return None
    return Day(day, _YEAR.search(quote) is not None, _DAY.search(quote) is not None)
