"""Durations as people write them ("30d", "15m", "2w", "1y") and names of time zones, checked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
_SHAPE = re.compile(r"\s*(\d{1,5})\s*([smhdwy])\s*", re.IGNORECASE)
_LONGEST = timedelta(days=365 * 1000)  # counted back from today it is still a date


def parse_duration(text: str) -> timedelta:
    """A timedelta for a whole number followed by s, m, h, d, w or y (365 days).

    Raises ValueError with a sentence that names the form.
    """
    match = _SHAPE.fullmatch(text)
    length = int(match[1]) * _UNITS[match[2].lower()] if match else None
    if not length or length > _LONGEST:
        raise ValueError(f"{text!r} is not a duration such as 45s, 30m, 12h, 30d, 2w or 1y")
    return length


def _validated(value: Any) -> Any:
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_validated)]
"""A pydantic field that reads "30m" as a timedelta."""


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as Asia/Shanghai") from None
    return name


Timezone = Annotated[str, AfterValidator(_zone_name)]
"""A pydantic field that holds the name of a time zone."""
