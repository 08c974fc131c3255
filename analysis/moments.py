"""Turns the names of times that people use (May, last week, Q1 2024, 上个月, vor drei Tagen) into days.

What a text of the press says of dates is read by `analysis.dates`; this is for questions: a month without a
year is the last one that has begun, and what nobody can have announced yet (the year 2030) is no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from analysis.days import calendar_day, names
from analysis.numerals import read_number, read_zh
from analysis.terms import read_rows
from analysis.types import LANGUAGES

EARLIEST = date(2000, 1, 1)
_FIRST_YEAR = 2009  # a bare number below is none: there was no blockchain to announce anything about
_VERBS = frozenset(("may", "march", "mar", "mai", "sep", "dec"))  # months only beside a word of time
_BEFORE_MONTHS = re.compile(
    r"(?:in|since|until|till|from|to|between|and|of|by|before|after|im|seit|ab|bis|vor|nach|zwischen|und|von)$"
)
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_UNITS: dict[str, tuple[str, ...]] = {
    "day": ("day", "days", "tag", "tage", "tagen", "天", "日"),
    "week": ("week", "weeks", "woche", "wochen", "周", "星期", "礼拜"),
    "month": ("month", "months", "monat", "monate", "monaten", "monats", "月"),
    "quarter": ("quarter", "quarters", "quartal", "quartale", "quartalen", "quartals", "季度", "季"),
    "year": ("year", "years", "jahr", "jahre", "jahren", "jahres", "年"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_BACK = (
    (0, ("this", "current", "dies", "laufend", "aktuell", "这", "本", "当", "今")),
    (2, ("vorletzt", "前")),
    (1, ("last", "past", "previous", "letzt", "vorig", "vergangen", "vorherig", "上", "去")),
)
_NAMED_DAYS = {
    0: ("today", "heute", "今天", "今日", "今早", "今晚"),
    1: ("yesterday", "gestern", "昨天", "昨日", "昨晚"),
    2: ("day before yesterday", "vorgestern", "前天", "前日"),
}
_ORDINALS = (
    ("1", "first", "erste", "一", "上"),
    ("2", "second", "zweite", "二", "下"),
    ("3", "third", "dritte", "三"),
    ("4", "fourth", "vierte", "四"),
)

_YEAR = r"(?P<y>20\d\d)"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that words name: its first and last day, and where it stands in the text.

    `exact`: the day counted back to ("2 months ago"), for who says since; `running`: it goes on until now;
    `month`: a month whose year is not said.
    """

    start: int
    end: int
    first: date
    last: date
    exact: date | None = None
    running: bool = False
    month: int | None = None


Days = tuple[date, date]
_Read = Callable[[re.Match[str], date], Moment | None]


def find_moments(folded: str, text: str, today: date) -> list[Moment]:
    """The times named in a folded text, in order and apart; `text` is the same as it was typed."""
    found = sorted(_candidates(folded, text, today), key=lambda each: (each.start, -each.end))
    kept: list[Moment] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def month_days(year: int, month: int, length: int = 1) -> Days:
    """First and last day of some months; the month may be counted beyond a year's ends."""
    first, after = _months_from(year, month), _months_from(year, month + length)
    return first, after - timedelta(days=1)


def in_year(moment: Moment, year: int) -> Moment:
    """A month without a year, in that year."""
    if moment.month is None:
        return moment
    first, last = month_days(year, moment.month)
    return Moment(moment.start, moment.end, first, last)


def _candidates(folded: str, text: str, today: date) -> Iterator[Moment]:
    for pattern, read in _patterns():
        for match in pattern.finditer(folded):
            try:
                moment = read(match, today)
            except (ValueError, OverflowError):  # a day that no calendar has
                continue
            if moment and not _is_verb(match, text):
                yield moment


def _is_verb(match: re.Match[str], text: str) -> bool:
    """Whether "may" is more likely the verb: alone, not after a word of time, and not as a name."""
    values = match.groupdict()
    if match[0].strip(".") not in _VERBS or any(values.get(name) for name in ("y", "d", "d2")):
        return False
    before = text[: match.start()].rstrip().casefold()
    return not _BEFORE_MONTHS.search(before) and not (before and text[match.start()].isupper())


def _whole(match: re.Match[str], days: Days, **more: date | int | bool | None) -> Moment:
    return Moment(match.start(), match.end(), *days, **more)  # type: ignore[arg-type]


def _year(match: re.Match[str], today: date) -> int | None:
    values = match.groupdict()
    if values.get("y"):
        return int(values["y"])
    relative = values.get("ry")
    if not relative:
        return None
    back = {"今年": 0, "本年": 0, "this year": 0, "dieses jahres": 0, "前年": 2}
    return today.year - back.get(relative, 1)


def _date(match: re.Match[str], today: date) -> Moment | None:
    """A day or a month, with a year or in the last one that fits."""
    values = match.groupdict()
    month, day = _number(values["m"]), values.get("d") or values.get("d2")
    year = _year(match, today)
    if not 1 <= month <= 12:
        return None
    if day is None:
        near = today.year - (month > today.month)
        days = month_days(year or near, month)
        return _whole(match, days, month=None if year else month)
    found = calendar_day(year or today.year, month, _number(day))
    if found and not year and found > today:
        found = calendar_day(today.year - 1, month, found.day)
    return _whole(match, (found, found)) if found else None


def _number(word: str) -> int:
    months = names("month", "en", "de")
    if word in months:
        return months[word]
    return int(word) if word.isdecimal() else read_zh(word) or 0


def _named(match: re.Match[str], today: date) -> Moment | None:
    back = next(days for days, words in _NAMED_DAYS.items() if match["name"] in words)
    day = today - timedelta(days=back)
    return _whole(match, (day, day))


def _relative(match: re.Match[str], today: date) -> Moment | None:
    """This or the last week, month, quarter or year."""
    word = match["which"]
    back = next((back for back, words in _BACK if word.startswith(words)), None)
    return None if back is None else _whole(match, _unit_days(_UNIT_OF[match["unit"]], back, today))


def _unit_days(unit: str, back: int, today: date) -> Days:
    """First and last day of a calendar unit, so many before the present one."""
    if unit == "day":
        return today - timedelta(days=back), today - timedelta(days=back)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    length = _MONTHS[unit]
    begun = (today.month - 1) // length * length + 1
    return month_days(today.year, begun - length * back, length)


def _ago(match: re.Match[str], today: date) -> Moment | None:
    number, unit = _amount(match), _UNIT_OF[match["unit"]]
    if number is None:
        return None
    exact = _before(today, number, unit)
    around = exact if unit in _DAYS else date(exact.year, exact.month, 1)
    return _whole(match, _unit_days(unit, 0, around), exact=exact)


def _running(match: re.Match[str], today: date) -> Moment | None:
    """The last so many days: until now."""
    number, unit = _amount(match), _UNIT_OF[match["unit"]]
    return None if number is None else _whole(match, (_before(today, number, unit), today), running=True)


def _amount(match: re.Match[str]) -> int | None:
    word = match["n"]
    if word.isdecimal():
        return int(word)
    if word in ("a", "an", "one") or re.fullmatch("eine?[nmrs]?", word):
        return 1
    for language in LANGUAGES:
        if number := read_number(word, language):
            return int(number)
    return None


def _before(today: date, number: int, unit: str) -> date:
    if unit in _DAYS:
        return max(EARLIEST, today - timedelta(days=min(number * _DAYS[unit], 20_000)))
    first, last = month_days(today.year, today.month - min(number * _MONTHS[unit], 300))
    return max(EARLIEST, min(last, first + timedelta(days=today.day - 1)))


def _part(match: re.Match[str], today: date) -> Moment | None:
    """A quarter or half of a year; without a year the last one that has begun."""
    word, length = match["part"], 3 if match["unit"] in ("q", *_UNITS["quarter"]) else 6
    parts = [n for n, words in enumerate(_ORDINALS, 1) if word in words]
    if not parts or parts[0] * length > 12:
        return None
    begun = (parts[0] - 1) * length + 1
    year = _year(match, today) or today.year - (begun > today.month)
    return _whole(match, month_days(year, begun, length))


def _bare_year(match: re.Match[str], today: date) -> Moment | None:
    year = int(match["y"])
    if not _FIRST_YEAR <= year <= today.year:
        return None
    return _whole(match, (date(year, 1, 1), date(year, 12, 31)))


def _months_from(year: int, month: int) -> date:
    return max(EARLIEST, date(max(year + (month - 1) // 12, 1), (month - 1) % 12 + 1, 1))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Read], ...]:
    """The patterns of data/moments.tsv with what reads them."""
    # The longest names first: @ZHYEAR before @Z.
    pieces = sorted(_pieces().items(), key=lambda pair: -len(pair[0]))
    found = []
    for reader, pattern in read_rows("moments.tsv", 2):
        for name, piece in pieces:
            pattern = pattern.replace(f"@{name}", piece)
        found.append((re.compile(pattern), _READERS[reader]))
    return tuple(found)


def _pieces() -> dict[str, str]:
    days = [word for words in _NAMED_DAYS.values() for word in words]
    return {
        "L": r"(?<![a-zäöüß\d])",
        "R": r"(?![a-zäöüß])",
        "Y": _YEAR,
        "ZHYEAR": rf"(?:{_YEAR}年?|(?P<ry>今年|本年|去年|上年|前年))的?",
        "N": r"\d{1,3}|[a-zäöüß]{2,9}",
        "ZHN": r"\d{1,3}|[一二两三四五六七八九十]{1,3}",
        "MONTH": _either(names("month", "en", "de")),
        "DAY": _either(days),
        "ENUNIT": "(?P<unit>days?|weeks?|months?|quarters?|years?)",
        "DEUNIT": "(?P<unit>tage?n?|wochen?|monate?n?|monats|quartale?n?|quartals|jahre?n?|jahres)",
    }


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_READERS: dict[str, _Read] = {
    "date": _date,
    "named": _named,
    "relative": _relative,
    "ago": _ago,
    "running": _running,
    "part": _part,
    "year": _bare_year,
}
