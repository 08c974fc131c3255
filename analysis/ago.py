"""Turns what a list says about the age of an entry into a moment: 3小时前, yesterday 18:22, vor 2 Stunden."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analysis.numerals import read_number

_JUST_NOW = re.compile(r"刚刚|刚才|\bjust now\b|\bgerade eben\b|\bsoeben\b")
_UNITS = {
    "秒": 1, "分": 60, "小时": 3600, "钟头": 3600, "天": 86400, "日": 86400, "周": 604800, "星期": 604800,
    "sec": 1, "sek": 1, "min": 60, "hour": 3600, "hr": 3600, "stunde": 3600, "std": 3600,
    "day": 86400, "tag": 86400, "week": 604800, "woche": 604800,
}  # fmt: skip
_AGO = (
    (
        re.compile(r"(\d+|半|[一二两三四五六七八九十]+)\s?个?(秒|分|小时|钟头|天|日|周|星期)钟?(?:之|以)?前"),
        "zh",
    ),
    (re.compile(r"(?<![a-z\d])(\d+|an?|[a-z]+)\s(sec|min|hour|hr|day|week)[a-z]*\.?\sago"), "en"),
    (re.compile(r"\bvor\s(?:\w+\s)?(\d+|[a-zäöüß]+)\s(sek|min|stunde|std|tag|woche)"), "de"),
)
_NAMED = re.compile(
    r"(?P<day>前天|昨[天日晚]?|今[天日晚]|\byesterday|\btoday|\bvorgestern|\bgestern|\bheute)"
    r"[\s,|]*(?:at\s|um\s)?(?:(?P<h>[0-2]?\d)[:点.](?P<m>[0-5]\d))?"
)
_BACK = {"前": 2, "vo": 2, "昨": 1, "ye": 1, "ge": 1, "今": 0, "to": 0, "he": 0}


def parse_relative(folded: str, zone: str, now: datetime) -> datetime | None:
    """The moment in UTC that a folded text names by its distance from `now` (aware), or None.

    Hours and minutes are counted back exactly; days and weeks end at midnight of the zone.
    """
    if _JUST_NOW.search(folded):
        return now.astimezone(UTC)
    for pattern, language in _AGO:
        if match := pattern.search(folded):
            return _back(match[1], _UNITS[match[2]], language, zone, now)
    if match := _NAMED.search(folded):
        days = _BACK.get(match["day"][:2], _BACK.get(match["day"][:1], 0))
        day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
        clock = time(int(match["h"]), int(match["m"])) if match["h"] and int(match["h"]) < 24 else time(0)
        return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    return None


def _back(words: str, seconds: int, language: str, zone: str, now: datetime) -> datetime | None:
    amount = _amount(words, language)
    if amount is None or amount > 5000:
        return None
    then = now.astimezone(ZoneInfo(zone)) - timedelta(seconds=amount * seconds)
    if seconds >= 86400:
        then = datetime.combine(then.date(), time(0), ZoneInfo(zone))
    return then.astimezone(UTC)


def _amount(words: str, language: str) -> int | float | None:
    if words in {"半", "halben"}:
        return 0.5
    if words in {"a", "an"}:
        return 1
    assert language in {"zh", "en", "de"}
    return read_number(words, language)  # type: ignore[arg-type]
