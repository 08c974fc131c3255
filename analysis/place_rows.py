"""Turns the places meant into rows: names side by side ("Shenzhen, Suzhou and Chengdu", 深圳、苏州和成都).

What is said of one in a row is said of all: "where so far only Shenzhen, Suzhou and Chengdu took part".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.place_meaning import Meant

_KIND = (
    r"(?:市|省|区|县|新区|地区|自治[区州]|[\u4e00-\u9fff]{1,3}族自治州|特别行政区|"
    r"(?:'s)? (?:city|province|district|new area))?"
)
_HEAD = r"(?:(?:the |die |der |das )?(?:cit(?:y|ies) of |province of |island of |provinz |stadt |insel )?)"
_AND = re.compile(rf"{_KIND}\s*,?\s*(?:and|und|sowie|as well as|&|和|以及|及)\s*{_HEAD}$")
_MARK = re.compile(rf"{_KIND}\s*、\s*$")  # a comma of lists only
_COMMA = re.compile(rf"{_KIND}\s*,\s*{_HEAD}$")
_TOUCH = re.compile(r"[市省]?$")
_LONGEST = 40  # places in a row


def find_rows(folded: str, meant: Sequence[Meant]) -> list[int]:
    """For each place the number of the first of its row; a place that stands alone is a row of its own.

    A row set apart by commas ends with "and": in "After Shenzhen, Suzhou gives away money" there is none.
    """
    rows = list(range(len(meant)))
    start = 0
    while start < len(meant):
        end = _row_end(folded, meant, start)
        rows[start : end + 1] = [start] * (end + 1 - start)
        start = end + 1
    return rows


def _row_end(folded: str, meant: Sequence[Meant], start: int) -> int:
    end, commas = start, False
    for number in range(start + 1, min(len(meant), start + _LONGEST)):
        link = _link(folded, meant, number)
        if link == "and":
            return number
        if link is None:
            break
        commas = commas or link == "comma"
        if not commas:
            end = number
    return end


def _link(folded: str, meant: Sequence[Meant], number: int) -> str | None:
    between = folded[meant[number - 1].sighting.end : meant[number].sighting.start]
    if len(between) > 30 or "\n" in between:
        return None
    if _MARK.match(between) or _TOUCH.match(between):
        return "mark"
    if _AND.match(between):
        return "and"
    return "comma" if _COMMA.match(between) else None
