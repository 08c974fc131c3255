"""Durations as people write them ("30d", "15m", "2w") and names of time zones, checked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHAPE = re.compile(r"\s*(\d{1,5})\s*([smhdw])\s*", re.IGNORECASE)


def parse_duration(text: str) -> timedelta:
    """A timedelta for a whole number followed by s, m, h, d or w.

    Raises ValueError with a sentence that names the form.
    """
    match = _SHAPE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{text!r} is not a duration such as 45s, 30m, 12h, 30d or 2w")
    return timedelta(**{_UNITS[match[2].lower()]: int(match[1])})


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
