"""Turns the dates written in a folded text into calendar parts: 2020年6月18日, Sept. 16, 2020, 16. September.

Offsets are those of the text. Nothing is guessed here: a year that is not written stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from analysis.numerals import read_zh
from analysis.terms import read_rows, split_aliases
from analysis.types import Language

_YEAR = r"(?:19|20)\d\d"
_ZH_DIGIT = "〇零○一二三四五六七八九"
# Patterns begin with what they look for, not with a look-behind: the engine then skips ahead to it.
_NUMERIC = (
    # A glued second stamp may follow the day at once, so no digit boundary there.
    rf"(?P<y>{_YEAR})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>[0-3]?\d)",
    rf"(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y>{_YEAR})(?!\d)",
)
_ZH_BEFORE = re.compile(
    rf"(?<!\d)(?:(?P<y>{_YEAR}|(?<![{_ZH_DIGIT}])[{_ZH_DIGIT}]{{4}})\s?年\s?)?(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s?$"
)
_ZH_AFTER = re.compile(r"月\s?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日号]|月(?:份)?(?![-—–~至])")


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text as far as it is written; `day` is None for a month alone."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None

    def on(self, year: int) -> date | None:
        """The calendar day in that year, or None where there is no such day."""
        return calendar_day(year, self.month, self.day or 1)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """A date, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def names(kind: str, *languages: str) -> dict[str, int]:
    """The names of months, weekdays or zones in English and German, with their numbers."""
    found: dict[str, int] = {}
    for row_kind, number, english, german in read_rows("calendar.tsv", 4):
        for language, cell in (("en", english), ("de", german)):
            if row_kind == kind and language in languages:
                found |= dict.fromkeys(split_aliases(cell), int(number))
    return found


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _named(language: str) -> tuple[str, ...]:
    month = rf"(?P<name>{any_of(names('month', language))})(?![a-zäöü])\.?"
    year = rf"(?:,?\s(?P<y>{_YEAR})(?!\d))"
    after_number = r"(?!\d|[.,]\d|\s?(?:%|percent|million|billion|prozent))"
    return (
        rf"(?P<d>\d\d?)(?:st|nd|rd|th)?\.?\s?(?:of\s)?{month}{year}?",
        rf"{month}(?:\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?{after_number}{year}?|,?\s(?P<y2>{_YEAR})(?!\d))",
    )


@cache
def _patterns(language: Language) -> tuple[re.Pattern[str], ...]:
    sources = _NUMERIC + (() if language == "zh" else _named(language))
    return tuple(re.compile(source) for source in sources)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else read_zh(text)


def _known(month: int | None, year: str | None, day: str | None, start: int, end: int) -> Day | None:
    number = _number(day) if day else None
    known_year = _number(year) if year else None
    if month is None or calendar_day(known_year or 2000, month, 1 if number is None else number) is None:
        return None
    return Day(start, end, known_year, month, number)


def _read(match: re.Match[str], months: dict[str, int]) -> Day | None:
    before = match.string[match.start() - 1 : match.start()]
    if before and (before in "0123456789.," or (before.isalpha() and match[0][0].isalpha())):
        return None
    parts = match.groupdict()
    month = months.get(parts["name"]) if "name" in parts else int(parts["m"])
    return _known(month, parts.get("y") or parts.get("y2"), parts.get("d"), *match.span())


def _read_zh(folded: str) -> list[Day]:
    """Chinese dates, looked for around each 月; a month alone counts only with its year."""
    found = []
    position = folded.find("月")
    while position >= 0:
        before = _ZH_BEFORE.search(folded, max(0, position - 12), position)
        after = _ZH_AFTER.match(folded, position)
        if before and after and (before["y"] or after["d"]):
            day = _known(_number(before["m"]), before["y"], after["d"], before.start(), after.end())
            found += [day] if day else []
        position = folded.find("月", position + 1)
    return found


def find_days(folded: str, *languages: Language) -> list[Day]:
    """The dates of a folded text in order, in the notations of these languages; they never overlap."""
    found: list[Day] = []
    for language in languages:
        months = names("month", language)
        found += _read_zh(folded) if language == "zh" else []
        for pattern in _patterns(language):
            found += [day for match in pattern.finditer(folded) if (day := _read(match, months))]
    found.sort(key=lambda day: (day.start, -day.end))
    kept: list[Day] = []
    for day in found:
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
    return kept
