"""What an answer's headers say about asking again: when, and with which conditions. Pure.

Also Retry-After. Times are aware UTC; what a server wants beyond a day is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.types import Validator

FULL_EVERY = timedelta(hours=24)  # validators may lie: now and then a list is asked for without them
LONGEST_FRESH = timedelta(hours=24)
LONGEST_REST = timedelta(hours=24)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NEVER = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
Header = Callable[[str], str | None]


def conditions(kept: Validator | None, now: datetime, believed: timedelta = FULL_EVERY) -> dict[str, str]:
    """The headers of a conditional request; none where nothing is kept, or not in full for as long as it is
    `believed`."""
    if kept is None or kept.full is None or not kept.full <= now < kept.full + believed:
        return {}
    both = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
    return {name: value for name, value in both.items() if value}


def fresh(kept: Validator | None, now: datetime) -> bool:
    """Whether what was read last is still good by its own headers, so that asking would be a waste."""
    if kept is None or kept.fresh_until is None:
        return False
    return now < kept.fresh_until <= now + LONGEST_FRESH  # else the clock was set back


def heard(header: Header, now: datetime, kept: Validator | None = None) -> Validator:
    """What to keep of an answer, by its headers; `kept` is what the answer 304 confirms."""
    if kept is None:
        return Validator(header("ETag"), header("Last-Modified"), now, _fresh_until(header, now))
    etag, modified = header("ETag") or kept.etag, header("Last-Modified") or kept.modified
    return Validator(etag, modified, kept.full, _fresh_until(header, now))


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """The moment a Retry-After header names, in seconds or as a date; a day ahead at most."""
    value = (value or "").strip()
    if value.isdecimal():
        moment: datetime | None = now + timedelta(seconds=min(int(value[:9]), LONGEST_REST.total_seconds()))
    else:
        moment = _date(value)
    return None if moment is None else min(max(moment, now), now + LONGEST_REST)


def _fresh_until(header: Header, now: datetime) -> datetime | None:
    control = header("Cache-Control") or ""
    if _NEVER.search(control):
        return None
    if match := _MAX_AGE.search(control):
        age = header("Age") or ""
        lifetime = timedelta(seconds=int(match[1]) - (int(age[:9]) if age.isdecimal() else 0))
    else:
        expires = _date(header("Expires") or "")
        if expires is None:
            return None
        # By the server's own clock, if it tells it: clocks differ.
        lifetime = expires - (_date(header("Date") or "") or now)
    return now + min(lifetime, LONGEST_FRESH) if lifetime > timedelta(0) else None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
