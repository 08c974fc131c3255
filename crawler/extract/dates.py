"""Turns the dates that configured selectors, URL patterns and page metadata give into aware UTC times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.dates import parse_date

_EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}
_URL_DAYS = (
    re.compile(r"[/_-](?P<Y>20[0-3]\d)[-/_](?P<m>\d{1,2})[-/_](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"[/_t-](?P<Y>20[0-3]\d)(?P<m>0[1-9]|1[0-2])/?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
)


_FIRST_YEAR = 1990
_AHEAD = timedelta(days=366)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)  # where nobody says what time it is


def plausible(moment: datetime | None, now: datetime | None = None) -> datetime | None:
    """The moment, None where nothing can have been published then: before 1990, or a year after `now`."""
    if moment is None or moment.year < _FIRST_YEAR:
        return None
    return moment if moment < (now + _AHEAD if now else _LAST) else None


def local(moment: datetime, zone: str) -> datetime:
    """A time as UTC; one without a zone is meant in `zone`."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def read_date(
    text: str, zone: str, formats: str | None = None, now: datetime | None = None, prefix: str | None = None
) -> datetime | None:
    """The date a text holds: by strptime formats separated by |, else recognised; None if there is none.

    `epoch_s` and `epoch_ms` are formats too. `now` is what relative dates and dates without a year are read
    from; `prefix` is what may stand before the date, alternatives separated by |.
    """
    words = _behind(" ".join(text.split()), prefix)
    if not words:
        return None
    try:
        for form in (formats or "").split("|"):
            if form.strip() and (moment := _strict(words, form.strip())):
                return plausible(local(moment, zone), now)
        return plausible(parse_date(words[:200], zone, now), now)
    except (ValueError, OverflowError):  # at the ends of the calendar, where zones lead out of it
        return None


def _behind(words: str, prefix: str | None) -> str:
    for label in (prefix or "").split("|"):
        begin = " ".join(label.split())
        if begin and begin in words:
            return words.split(begin, 1)[1].strip()
    return words


def _strict(words: str, form: str) -> datetime | None:
    if form in _EPOCHS:
        return _from_epoch(words, _EPOCHS[form])
    if "%y" not in form.lower():
        return None  # without a year strptime says 1900; parse_date knows which year is meant
    try:
        return datetime.strptime(words, form)  # noqa: DTZ007 - the zone is the source's, set by local()
    except ValueError:
        return None


def _from_epoch(digits: str, parts: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(digits) / parts, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def day_of(groups: dict[str, str | None], zone: str) -> datetime | None:
    """Local midnight of the day in the groups Y, m and d of a URL; None unless all three are there."""
    parts = (groups.get("Y"), groups.get("m"), groups.get("d"))
    try:
        year, month, day = (int(part) for part in parts if part)
        return plausible(local(datetime(year, month, day), zone))  # noqa: DTZ001 - the zone is set by local()
    except (ValueError, OverflowError):
        return None


def day_in_url(url: str, zone: str) -> datetime | None:
    """The day written in an address such as …/2024/03/05/… or …/t20240305_1.html; None if there is none."""
    found = (pattern.search(url) for pattern in _URL_DAYS)
    return next((day for match in found if match and (day := day_of(match.groupdict(), zone))), None)
