"""Turns the text of a notice into the day it was signed (成文日期), which is not the day it was published."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from analysis.days import Day, find_days
from analysis.fold import fold
from analysis.types import Language

_HEAD = 1000
_TAIL = 600
_FIELD = r"(?:成文|印发|签发|签署|落款|生成)(?:日期|时间)"
_LABEL = re.compile(
    rf"{_FIELD}\]?\s?:?\s?\[?$"
    r"|(?:\bsigned (?:on )?|\bdated (?:on )?|unterzeichnet am |datiert (?:auf den |vom ))$"
)
_SAID = re.compile(rf"{_FIELD}|\b(?:signed|dated|unterzeichnet|datiert) ")
_DAY = re.compile(r"\s*[\d〇零○一二三四五六七八九十]{4}\s?[年./-]\S{3,12}[日号\d][。\s]*")
_END = re.compile(r"[。!?;；]|\.\s")
_BODY = re.compile(r"(?:局|委|厅|部|院|行|会|府|室|办|组|中心|government|bureau|commission|office|bank)\W*$")


def find_signed(text: str, language: Language) -> date | None:
    """The day a notice says it was signed, or bears at its foot under the name of its issuer; else None."""
    head = fold(text[:_HEAD])
    languages: tuple[Language, ...] = (language,) if language == "en" else (language, "en")
    for day in find_days(head, *languages) if _SAID.search(head) else ():
        if _LABEL.search(head[max(0, day.start - 24) : day.start]) and (known := _known(day)):
            return known
    return _at_the_foot(fold(text[-_TAIL:])) if language == "zh" else None


def _at_the_foot(tail: str) -> date | None:
    """A line that is a full date and nothing else, below a line that is the name of a public body."""
    lines = [line.strip() for line in tail.split("\n") if line.strip()]
    for above, line in pairwise(lines[-6:]):
        days = find_days(line, "zh") if _DAY.fullmatch(line) else []
        alone = len(days) == 1 and not line[: days[0].start].strip() and not line[days[0].end :].strip(" 。")
        if alone and len(above) <= 40 and not _END.search(above) and _BODY.search(above):
            return _known(days[0])
    return None


def _known(day: Day) -> date | None:
    return day.on(day.year) if day.year is not None and day.day is not None else None
