"""Turns months named without their year into dates: 截至6月末, by the end of November, Ende Juni.

Such a month is the last one of its name at the time of publication, or the next one where it is near.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from analysis.days import any_of, names
from analysis.finding import Finding
from analysis.types import Language

_AHEAD = 4  # months: "by the end of July" in May is yet to come, "at the end of December" in May is past
_ZH = re.compile(
    r"(?<![\d年])(?P<m>1[0-2]|[1-9])月(?:底|末|下旬|中旬|上旬)|截至(?P<m2>1[0-2]|[1-9])月(?![\d底末])"
)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    month = rf"(?P<name>{any_of(names('month', language))})(?![a-zäöü])"
    if language == "de":
        return re.compile(rf"\b(?:anfang|mitte|ende)\s{month}(?!\s\d{{4}})")
    return re.compile(
        r"\b(?:(?:the\s)?(?:end|beginning|middle) of|end-|mid-|late\s|early\s|before|as of)\s?"
        rf"{month}(?!\.?,?\s\d)"
    )


def find_month_ends(folded: str, today: date | None, language: Language) -> list[Finding]:
    """The months of a text that say "end of" or the like and no year; none without `today`."""
    if today is None:
        return []
    found = []
    for match in (_ZH if language == "zh" else _pattern(language)).finditer(folded):
        month = (
            int(match["m"] or match["m2"]) if language == "zh" else names("month", language)[match["name"]]
        )
        year = today.year + _shift(month, today)
        found.append(Finding("date", f"{year}-{month:02}", None, *match.span()))
    return found


def _shift(month: int, today: date) -> int:
    """Years from this one: the month that lies at most `_AHEAD` months ahead, else the last one."""
    distance = month - today.month
    return -1 if distance > _AHEAD else 1 if distance <= _AHEAD - 12 else 0
