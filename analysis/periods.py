"""Turns the dates of a folded text into facts: days, months and years aimed at, periods with both ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date, timedelta
from functools import cache

from analysis.days import Day, any_of, calendar_day, find_days, names
from analysis.finding import Finding, blank
from analysis.month_ends import find_month_ends
from analysis.spans import BETWEEN, DASH, YEAR, find_spans, month_end
from analysis.types import Language
from analysis.weekdays import find_weekdays

_ZH_CLOCK = (
    r"(?:\((?:星期|周)[一二三四五六日天]\))?\s?(?:上午|下午|晚上?|凌晨|早上?|中午)?"
    r"(?:[\d零一二三四五六七八九十]{1,3}[时点](?:整|半|\d{1,2}分?)?|\d{1,2}:\d{2}(?::\d{2})?)?"
)
_LINK = {
    "zh": re.compile(
        rf"{_ZH_CLOCK}(?:起|开始)?\s?(?:至|到|直至|{DASH})\s?"
        r"|起(?:施行|实施|执行|生效|试行)?[^。;\n\d]{0,10}?有效期(?:限)?(?:为)?(?:至|到)"
    ),
    "en": re.compile(rf"\s?(?:to|through|until|till|and|and ends? on|{DASH})\s?(?:the\s)?"),
    "de": re.compile(rf"\s?(?:bis|und|{DASH})\s?(?:zum\s|dem\s|einschließlich\s)?"),
}
_SECOND_DAY = {
    "zh": re.compile(rf"{_ZH_CLOCK}(?:起)?\s?(?:至|到|{DASH})\s?(?P<d>\d{{1,2}})[日号]"),
    "en": re.compile(
        rf"\s?(?:to|through|until|{DASH}|and)\s?(?:the\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
        r"(?![\d,.:]\d|\d|\s?(?:%|million|billion|percent|thousand|yuan))(?:,\s(?P<y>20\d\d))?"
    ),
    "de": re.compile(rf"\s?(?:bis|{DASH})\s?(?:zum\s)?(?P<d>\d{{1,2}})\.(?!\d)"),
}
_FIRST_DAY = {
    "zh": re.compile(r"(?!)"),
    "en": re.compile(
        rf"(?<![\d,.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:to|through|until|{DASH}|and)\s?(?:the\s)?$"
    ),
    "de": re.compile(rf"(?<![\d,.])(?P<d>\d{{1,2}})\.?\s?(?:bis|{DASH}|und)\s?(?:zum\s|dem\s)?$"),
}
_AND = re.compile(r"\b(?:and|und)\b")
# These begin with the word itself, and look afterwards that no letter stands before it: that is quicker.
_TARGET = {
    "zh": re.compile(
        rf"(?:到|至|力争|截至)(?P<y>{YEAR})年(?:底|末|年底)?(?:前)?"
        r"(?!\d|[一二三四五六七八九十]+月|[初中上下春夏秋冬第])"
    ),
    "en": re.compile(
        r"(?:by(?<!\wby)|until(?<!\wuntil))\s(?:the\s(?:end|year)\s(?:of\s)?|end-?\s?|late\s|year-end\s)?"
        rf"(?P<y>{YEAR})(?![\d-])"
    ),
    "de": re.compile(
        r"bis(?<!\wbis)\s"
        r"(?:(?:spätestens\s)?(?:zum\s)?(?:ende|jahr|ende des jahres|jahresende)\s|spätestens\s)?"
        rf"(?P<y>{YEAR})(?![\d-])"
    ),
}
_SINCE = re.compile(r"(?:自|从|自从|since\s|seit\s(?:dem\s)?|back in\s)$")
_ZH_FROM_MONTH = re.compile(
    rf"(?:自|从|于)?(?:(?P<y>{YEAR})年|(?P<rel>今年|明年))?(?P<m>\d{{1,2}})月(?:份)?(?:起|开始)|(?P<next>下月|下个月)起"
)
_ZH_ANY_FROM = re.compile(r"月份?起|月份?开始|月起")
_ZH_YEAR_WORD = re.compile(r"(去|今|明|前)年$")
_YEAR_WORD = re.compile(
    r"(?:\s(?:of\s)?(last|next|this|that|vergangenen|vorigen|nächsten|kommenden)\s(?:year|jahres))"
)


def _iso(day: date) -> str:
    return day.isoformat()


def _dated(day: Day, year: int | None, today: date | None) -> date | None:
    """The calendar day meant; without a year the one nearest to the publication."""
    if year is not None:
        return day.on(year)
    if today is None:
        return None
    near = [known for offset in (-1, 0, 1) if (known := day.on(today.year + offset))]
    return min(near, key=lambda known: abs((known - today).days), default=None)


def _spoken_year(folded: str, day: Day, today: date | None) -> int | None:
    """The year of a date, also where it is said in words: 去年12月5日, "5 December last year"."""
    if day.year is not None or today is None:
        return day.year
    if match := _ZH_YEAR_WORD.search(folded, max(0, day.start - 2), day.start):
        return today.year + {"前": -2, "去": -1, "今": 0, "明": 1}[match[1]]
    if match := _YEAR_WORD.match(folded, day.end):
        return today.year + {"last": -1, "vergangenen": -1, "vorigen": -1, "this": 0, "that": 0}.get(
            match[1], 1
        )
    return None


_WIRE = re.compile(r"\s?(?:讯|电(?![子商动力信])|消息)")


def find_periods(folded: str, today: date | None, language: Language, body: int = 0) -> list[Finding]:
    """Periods, then the single dates outside them. `today` is the local day of publication, None if unknown.

    Dates without a year and relative ones need `today`; relative ones count from the offset `body` on, for
    a headline's "today" is often another outlet's.
    """
    plain = find_spans(folded)
    rest = blank(folded, plain)
    days = [day for day in find_days(rest, language) if not _is_dateline(rest, day, language)]
    if today is not None:
        named = [day for day in find_weekdays(rest, today, language) if day.start >= body]
        days = _merged(days, named)
    periods, single = _joined(rest, days, today, language)
    found = plain + periods + [finding for day in single if (finding := _single(rest, day, today))]
    rest = blank(rest, found)
    later = _targets(rest, language) + _from_months(rest, today, language)
    return found + later + find_month_ends(blank(rest, later), today, language)


def _merged(written: list[Day], named: list[Day]) -> list[Day]:
    """Both in order; where two lie on the same words, the one written out counts."""
    starts = [day.start for day in written]
    free = []
    for day in named:
        before = bisect_left(starts, day.end) - 1
        if before < 0 or written[before].end <= day.start:
            free.append(day)
    return sorted([*written, *free], key=lambda day: day.start)


def _is_dateline(folded: str, day: Day, language: Language) -> bool:
    if language == "zh":
        return bool(_WIRE.match(folded, day.end))
    return False


def _joined(
    folded: str, days: list[Day], today: date | None, language: Language
) -> tuple[list[Finding], list[Day]]:
    """The periods that pairs of days (or a day and a bare number) make, and the days left over."""
    periods: list[Finding] = []
    single: list[Day] = []
    position = 0
    while position < len(days):
        day = days[position]
        following = days[position + 1] if position + 1 < len(days) else None
        if following and (period := _pair(folded, day, following, today, language)):
            periods.append(period)
            position += 2
            continue
        if period := _half(folded, day, today, language):
            periods.append(period)
        else:
            single.append(day)
        position += 1
    return periods, single


def _pair(folded: str, first: Day, last: Day, today: date | None, language: Language) -> Finding | None:
    link = folded[first.end : last.start]
    if not _LINK[language].fullmatch(link):
        return None
    if (
        _AND.search(link)
        and not BETWEEN.search(folded, max(0, first.start - 30), first.start)
        and not folded.startswith("between", first.start)
    ):
        return None
    years = _spoken_year(folded, first, today), _spoken_year(folded, last, today)
    return _span(first, last, years, today, first.start, last.end)


def _half(folded: str, day: Day, today: date | None, language: Language) -> Finding | None:
    """A day and the bare number of another of the same month: 7月23日至24日, 12 to 18 October."""
    if day.day is None:
        return None
    if match := _SECOND_DAY[language].match(folded, day.end):
        if match[0].lstrip().startswith("and") and not BETWEEN.search(
            folded, max(0, day.start - 30), day.start
        ):
            return None
        year = int(match["y"]) if "y" in match.groupdict() and match["y"] else day.year
        last = Day(match.start(), match.end(), year, day.month, int(match["d"]))
        return _span(day, last, (year, year), today, day.start, match.end())
    if match := _FIRST_DAY[language].search(folded, max(0, day.start - 24), day.start):
        if _AND.search(match[0]) and not BETWEEN.search(folded, max(0, match.start() - 30), match.start()):
            return None
        first = Day(match.start(), match.end(), day.year, day.month, int(match["d"]))
        return _span(first, day, (day.year, day.year), today, match.start(), day.end)
    return None


def _span(
    first: Day, last: Day, years: tuple[int | None, int | None], today: date | None, start: int, end: int
) -> Finding | None:
    if first.day is None and last.day is None:
        return _months(first, last, start, end)
    if first.day is None or last.day is None:
        return None
    first_year, last_year = years
    if first_year is None and last_year is not None:
        first_year = last_year - ((first.month, first.day) > (last.month, last.day))
    begin = _dated(first, first_year, today)
    if begin is None:
        return None
    finish = last.on(last_year or begin.year)
    if finish and finish < begin and last_year is None:
        finish = last.on(begin.year + 1)
    if finish is None or not begin < finish <= begin + timedelta(days=366 * 30):
        return None
    return Finding("period", f"{_iso(begin)}/{_iso(finish)}", None, start, end)


def _months(first: Day, last: Day, start: int, end: int) -> Finding | None:
    begin = first.on(first.year or last.year or 0) if first.year or last.year else None
    finish = month_end(last.year or first.year or 1, last.month)
    if begin is None or finish is None or begin >= finish:
        return None
    return Finding("period", f"{_iso(begin)}/{_iso(finish)}", None, start, end)


def _single(folded: str, day: Day, today: date | None) -> Finding | None:
    if day.day is None:
        since = (
            _SINCE.search(folded, max(0, day.start - 9), day.start) and folded[day.end : day.end + 1] != "起"
        )
        return None if since else Finding("date", f"{day.year}-{day.month:02}", None, day.start, day.end)
    known = _dated(day, _spoken_year(folded, day, today), today)
    return Finding("date", _iso(known), None, day.start, day.end) if known else None


def _targets(folded: str, language: Language) -> list[Finding]:
    """Years aimed at: 到2022年, by 2022, bis Ende 2025."""
    return [Finding("date", match["y"], None, *match.span()) for match in _TARGET[language].finditer(folded)]


@cache
def _from_month_pattern(language: Language) -> re.Pattern[str]:
    month = rf"(?P<name>{any_of(names('month', language))})(?![a-zäöü])"
    if language == "de":
        return re.compile(
            r"ab(?<!\wab)\s(?:dem\s|anfang\s)?"
            rf"(?:{month}(?!\s\d)|(?P<next>(?:dem\s)?(?:nächsten|kommenden) monat))"
        )
    return re.compile(rf"\b(?:from|starting|beginning)\s(?:in\s)?(?:{month}(?!\.?\s\d)|(?P<next>next month))")


def _from_months(folded: str, today: date | None, language: Language) -> list[Finding]:
    """Months in which something begins: 5月起, from next month, ab Mai."""
    if today is None or (language == "zh" and not _ZH_ANY_FROM.search(folded)):
        return []
    pattern = _ZH_FROM_MONTH if language == "zh" else _from_month_pattern(language)
    found = []
    for match in pattern.finditer(folded):
        if match["next"]:
            begin: date | None = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        elif language == "zh":
            year = int(match["y"]) if match["y"] else today.year + (match["rel"] == "明年")
            begin = calendar_day(year, int(match["m"]), 1)
        else:
            month = names("month", language)[match["name"]]
            begin = _dated(Day(0, 0, None, month, 1), None, today.replace(day=1))
        if begin is not None:
            found.append(Finding("date", f"{begin.year}-{begin.month:02}", None, *match.span()))
    return found
