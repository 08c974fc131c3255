"""Turns spans of whole years and months into periods: 2020—2022年, 2021年1月至6月, 十四五期间."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from analysis.days import calendar_day
from analysis.finding import Finding
from analysis.numerals import read_zh

DASH = r"-|—+|–|~|〜"
YEAR = r"(?:19|20)\d\d"
BETWEEN = re.compile(r"\b(?:between|zwischen)\b[^.;\n]{0,20}$")
_YEARS = re.compile(
    rf"(?P<a>{YEAR})年?\s?(?:{DASH}|至|到|to\s|bis\s(?:zum jahr\s)?|through\s|(?P<and>and|und)\s)"
    rf"\s?(?P<b>{YEAR})(?![\d-]|\.\d|年\d)年?"
)
_NO_YEAR_BEFORE = frozenset("0123456789.,/〔-")
_ZH_MONTHS = re.compile(
    rf"(?P<y>{YEAR})(?<!\d{{5}})年(?P<m>\d{{1,2}})月?(?:{DASH}|至|到)(?:(?P<y2>{YEAR})年)?(?P<m2>\d{{1,2}})月(?!\d{{1,2}}日)"
)
_PLAN = re.compile(
    r"[“\"「]?(?P<zh>十[一二三四五六])五[”\"」]?(?:规划)?(?:时期|期间)"
    r"|(?P<n>1[1-9])(?:th|\.)\s(?:five-year[- ]plan period|fünfjahresplan-?periode)"
)


def find_spans(folded: str) -> list[Finding]:
    """Periods of whole years or months, from the first day of the first to the last day of the last."""
    found = []
    for match in _YEARS.finditer(folded):
        first, last = int(match["a"]), int(match["b"])
        if match["and"] and not BETWEEN.search(folded, max(0, match.start() - 30), match.start()):
            continue
        if folded[match.start() - 1 : match.start()] in _NO_YEAR_BEFORE:
            continue
        if first < last <= first + 30:
            found.append(Finding("period", f"{first}-01-01/{last}-12-31", None, *match.span()))
    for match in _ZH_MONTHS.finditer(folded) if "月" in folded else ():
        begin = calendar_day(int(match["y"]), int(match["m"]), 1)
        end = month_end(int(match["y2"] or match["y"]), int(match["m2"]))
        if begin and end and begin < end:
            found.append(Finding("period", f"{begin}/{end}", None, *match.span()))
    for match in _PLAN.finditer(folded) if re.search('五年?规|五[”"」]|five-year|fünfjahres', folded) else ():
        number = (read_zh(match["zh"]) if match["zh"] else int(match["n"])) or 14
        first = 2021 + (number - 14) * 5
        found.append(Finding("period", f"{first}-01-01/{first + 4}-12-31", None, *match.span()))
    return found


def month_end(year: int, month: int) -> date | None:
    """The last day of a month, or None where there is no such month."""
    return calendar_day(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None
