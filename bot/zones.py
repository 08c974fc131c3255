"""What a person types for where they live -> a time zone, and a zone -> its name in their language."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location

from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.types import LANGUAGES, Language

COMMON_ZONES = (
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Dubai",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
_CHINESE = {"81": "Asia/Hong_Kong", "82": "Asia/Macau"}
_OTHER_SIGN = str.maketrans("+-", "-+")
_OFFSET = re.compile(r"(?:utc|gmt)\s*(?P<sign>[+-])\s*(?P<hours>1[0-4]|0?\d)(?::?00)?", re.ASCII)


def resolve_zone(typed: str) -> str | None:
    """The IANA name of the zone that is meant by its name, a city or UTC+8; None if it is not known."""
    words = " ".join(typed.split())[:60]
    known = _known().get(_key(words))
    if known is not None:
        return known
    if offset := _OFFSET.fullmatch(words.lower()):
        # Their signs are those of POSIX: eight hours east of Greenwich is Etc/GMT-8.
        hours, east = int(offset["hours"]), offset["sign"] == "+"
        return f"Etc/GMT{'-' if east else '+'}{hours}" if hours else "UTC"
    places = gazetteer().resolve(words)
    return _CHINESE.get(places[0].adcode[:2], "Asia/Shanghai") if places else None


def zone_name(zone: str, language: Language) -> str:
    """What people call it: "Berlin", "上海"; its IANA name where no city stands for it."""
    if zone.startswith("Etc/GMT"):
        return zone.replace("Etc/GMT", "UTC").translate(_OTHER_SIGN)
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    return get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)


@cache
def _known() -> dict[str, str]:
    """Names of zones, and of the cities that stand for them in three languages (a second, at first)."""
    zones = sorted(each for each in available_timezones() if "/" in each or each == "UTC")
    found = {_key(zone): zone for zone in zones}
    cities = [zone for zone in zones if not zone.startswith(("Etc/", "SystemV/", "US/"))]
    for zone in cities:
        found.setdefault(_key(zone.rpartition("/")[2]), zone)
    for zone in cities:
        # Europe/Belfast is told as London too, and is not what is meant by it.
        if _key(zone_name(zone, "en")) == _key(zone.rpartition("/")[2]):
            for language in LANGUAGES:
                found.setdefault(_key(zone_name(zone, language)), zone)
    return found


def _key(words: str) -> str:
    return "".join(char for char in fold(words) if char.isalnum() or char in "+/")
