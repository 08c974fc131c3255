"""Turns what a page says about its publication into a moment (parse_date: a field, find_published: a head).

A date without a time is midnight in the zone of the source; all results are aware and in UTC. What is no
full date ("2020年6月") is None, and so is a signing date (成文日期), which is not a publication date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from analysis.ago import parse_relative
from analysis.days import Day, any_of, calendar_day, find_days, names
from analysis.fold import fold
from analysis.types import LANGUAGES, Language

_LONGEST = 200
_HEAD = 600
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_SHORT = re.compile(r"(?<![\d:/.-])(\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])")
_SLASHES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)")
_YEARLESS = re.compile(r"(?<![\d:/.-])(\d{1,2})[-/](\d{1,2})(?![\d/-])")
# The time may stand right behind the day, as where two elements are set apart by style only.
_LABELLED = re.compile(r"(?:日期|时间)?[\s:]{0,3}(?P<day>\d{1,2}-\d\d)(?![-/])\s*(?P<clock>\d\d:\d\d)?")
_RELATIVE_LINE = 12  # characters of a line that says no more than "3小时前"
_SIGNED = re.compile(
    r"(?:成文|印发|签发|签署|落款|生效|施行|实施|废止|失效|截止|有效)(?:日期|时间)?\]?\s?:?\s?[^\s\]】|,;]{4,20}"
)
_PUBLISHED = re.compile(
    r"发布|发文时间|发表|公布日期|公开日期|刊登|提供日期|上传|\bpublished|\bposted|\breleased|veröffentlicht|erschienen"
)
_UPDATED = re.compile(r"更新|\bupdated|\bmodified|aktualisiert|\bstand:?\s")
_BYLINE = re.compile(
    r"来源|时间:|日期:|新闻稿|记者|编辑|作者|字体|浏览|打印|\bby\s|\bvon\s|redaktion|\||source|\bdate\b|datum"
)
_LATIN_WORD = re.compile(r"[a-z]{3}")
_AUTHOR = 24  # characters of a name before the date
_CLOCK_END = re.compile(r"\s*\d{1,2}:\d\d(?::\d\d)?\s*")
_AT_LINE_START = re.compile(r"\s*(?:[–—|]|-\s|来源|$|\d{1,2}:\d\d)")


@cache
def _time_pattern() -> re.Pattern[str]:
    zone = any_of(names("zone", "en", "de"))
    return re.compile(
        r"(?:[,\s|·•-]|日|号|t|\(|um|at|星期[一二三四五六日天]|周[一二三四五六日天])*"
        r"(?P<half>上午|下午|晚上|晚|中午|凌晨|早上|am|pm)?\s?"
        r"(?P<h>[0-2]?\d)(?:[:时点](?P<min>[0-5]\d)?|\.(?P<dot>[0-5]\d)(?=\suhr))(?:[:分](?P<s>[0-5]\d))?(?:[.,]\d+)?"
        rf"\s?(?:uhr|分|(?P<ampm>[ap])\.?m\.?)?\s?(?:\(?(?P<zone>{zone})(?![a-z])|(?P<off>[+-]\d\d):?(?P<offmin>\d\d)(?!\d))?"
    )


def _moment(day: date, folded: str, end: int, zone: str) -> datetime:
    """The day with the time that follows it at `end`, midnight where none does."""
    match = _time_pattern().match(folded, end)
    clock, tz = timedelta(0), ZoneInfo(zone)
    if match is None:
        return datetime.combine(day, time(0), tz).astimezone(UTC)
    hour = int(match["h"])
    later = match["half"] in {"下午", "晚上", "晚", "pm"} or match["ampm"] == "p"
    if later and hour < 12:
        hour += 12
    elif match["ampm"] == "a" and hour == 12:
        hour = 0
    clock = timedelta(
        hours=hour, minutes=int(match["min"] or match["dot"] or 0), seconds=int(match["s"] or 0)
    )
    if clock > timedelta(days=1):
        clock = timedelta(0)
    offset = _offset(match)
    # Wall time is added before the zone is attached, so that 24时 is the next midnight.
    naive = datetime.combine(day, time(0)) + clock
    return naive.replace(tzinfo=tz if offset is None else offset).astimezone(UTC)


def _offset(match: re.Match[str]) -> timezone | None:
    if match["zone"]:
        return timezone(timedelta(minutes=names("zone", "en", "de")[match["zone"]]))
    if match["off"]:
        minutes = int(match["off"][1:]) * 60 + int(match["offmin"])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=-minutes if match["off"][0] == "-" else minutes))
    return None


def parse_date(text: str, zone: str, now: datetime | None = None) -> datetime | None:
    """The moment a date field names, in UTC, or None where it names none.

    `zone` is the IANA name of the source's time zone, for dates that carry no offset. Dates without a
    year (the latest year not in the future) and relative ones ("3小时前", "gestern") need `now` (aware).
    Of several dates the one after a word for publishing wins, else the first.
    """
    folded = fold(text.strip()[:_LONGEST])
    if _EPOCH.fullmatch(folded):
        return _from_epoch(folded)
    folded = _SIGNED.sub(lambda match: " " * len(match[0]), folded)
    folded = folded[label.start() :] if (label := _PUBLISHED.search(folded)) else folded
    return (
        _from_parts(folded, zone)
        or _from_numbers(folded, zone)
        or (_from_yearless(folded, zone, now) or parse_relative(folded, zone, now) if now else None)
        or _from_words(folded, zone)
    )


def _from_epoch(digits: str) -> datetime | None:
    seconds = float(digits) / (1000 if len(digits) == 13 and "." not in digits else 1)
    return datetime.fromtimestamp(seconds, UTC)


def _from_parts(folded: str, zone: str) -> datetime | None:
    for day in find_days(folded, *LANGUAGES):
        if day.year is not None and day.day is not None and (known := day.on(day.year)):
            return _moment(known, folded, day.end, zone)
    return None


def _from_numbers(folded: str, zone: str) -> datetime | None:
    """Dates of digits alone: 20200916182200, 20-09-16, 16/09/2020 (day first, but month first in America)."""
    if match := _COMPACT.fullmatch(folded):
        day = calendar_day(int(match[1]), int(match[2]), int(match[3]))
        clock = f" {match[4]}:{match[5]}:{match[6] or '00'}" if match[4] else ""
        return _moment(day, clock, 0, zone) if day else None
    if match := _SLASHES.search(folded):
        first, second, year = map(int, match.groups())
        american = zone.startswith(("America/", "US/"))
        month_first, day_first = calendar_day(year, first, second), calendar_day(year, second, first)
        day = (month_first or day_first) if american else (day_first or month_first)
        return _moment(day, folded, match.end(), zone) if day else None
    if match := _SHORT.search(folded):
        day = calendar_day(2000 + int(match[1]), int(match[2]), int(match[3]))
        return _moment(day, folded, match.end(), zone) if day else None
    return None


def _from_yearless(folded: str, zone: str, now: datetime) -> datetime | None:
    days = [day for day in find_days(folded, *LANGUAGES) if day.day is not None]
    if not days and (match := _YEARLESS.search(folded)) and calendar_day(2000, int(match[1]), int(match[2])):
        days = [Day(match.start(), match.end(), None, int(match[1]), int(match[2]))]
    today = now.astimezone(ZoneInfo(zone)).date()
    for day in days:
        # 29 February may lie eight years back (1904, 2096).
        for year in range(today.year, today.year - 9, -1):
            if (known := day.on(year)) and known <= today:
                return _moment(known, folded, day.end, zone)
    return None


def _from_words(folded: str, zone: str) -> datetime | None:
    """Last resort for European notations not known above; slow, so only for short strings with a year."""
    if (
        len(folded) > 40
        or not re.search(r"(?:19|20)\d\d", folded)
        or not folded.isascii()
        or len(folded.split()) < 3
    ):
        return None
    import dateparser  # loading it takes a quarter of a second, and hardly any source needs it

    strict = {"REQUIRE_PARTS": ["day", "month", "year"], "TIMEZONE": zone, "RETURN_AS_TIMEZONE_AWARE": True}
    read = dateparser.parse(folded, settings=strict)
    return read.astimezone(UTC) if read else None


def find_published(text: str, language: Language, zone: str, now: datetime | None = None) -> datetime | None:
    """The publication date printed in the first lines of an article, in UTC, or None.

    Counted are full dates after a word for publishing, those in a byline, and those that open a line.
    A date within a sentence of the article is none, nor is a signing date. Where there is none of these and
    `now` (aware) is known, a date without a year counts after a word for publishing, and a relative one
    ("昨天") where it is a whole line.
    """
    folded = fold(text[:_HEAD])
    folded = _SIGNED.sub(lambda match: " " * len(match[0]), folded)
    foreign = language != "en" and _LATIN_WORD.search(folded)  # a Chinese page may print "16 Sep 2020"
    languages: tuple[Language, ...] = (language, "en") if foreign else (language,)
    ranked = [
        (-weight, day.start, day)
        for day in find_days(folded, *languages)
        if day.year and day.day and (weight := _weight(folded, day))
    ]
    if not ranked:
        return _recent(folded, zone, now) if now else None
    day = min(ranked)[2]
    known = day.on(day.year) if day.year else None
    return _moment(known, folded, day.end, zone) if known else None


def _recent(folded: str, zone: str, now: datetime) -> datetime | None:
    for line in folded.split("\n"):
        label = _PUBLISHED.search(line)
        if label and (match := _LABELLED.match(line, label.end())):
            return _from_yearless(f"{match['day']} {match['clock'] or ''}", zone, now)
        if len(line) <= _RELATIVE_LINE and not find_days(line, *LANGUAGES):
            moment = parse_relative(line, zone, now)
            if moment:
                return moment
    return None


def _weight(folded: str, day: Day) -> int:
    """How surely a date in an article's head is its publication: 3 said, 2 updated, 1 by position, 0 not."""
    begin = folded.rfind("\n", 0, day.start) + 1
    end = folded.find("\n", day.end)
    before = folded[begin : day.start]
    after = folded[day.end : end if end >= 0 else len(folded)]
    near = before[-16:]
    if match := _PUBLISHED.search(near):
        return 3 if not re.search(r"[。.]\s", near[match.end() :]) else 0
    if _UPDATED.search(near):
        return 2
    if not before.strip(" [(【") and _AT_LINE_START.match(after):
        # A line that is nothing but a date further down is where a notice is signed.
        return int(bool(after.strip(" ])】")) or folded.count("\n", 0, begin) < 2)
    if len(before) < _AUTHOR and _CLOCK_END.fullmatch(after) and not re.search(r"[:。,;!?]", before):
        return 1  # an author or an outlet, a day and a time: a byline without a word that says so
    short = len(before) + len(after) < 90 and not re.search(r"[。!?]|\.\s[^\d\s]", before + after)
    return int(bool(short and _BYLINE.search(before + after)))
