"""Turns days named by their distance from the publication into dates: 昨天, 周五（17日）, on Friday, gestern.

Weekdays look back unless the sentence looks forward and the coming one is nearer.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from analysis.days import Day, any_of, calendar_day, names
from analysis.finding import sentence_around
from analysis.types import Language

_ZH_WEEK = {char: number for number, char in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_ZH_NAMED = re.compile(
    r"(?P<word>今[天日起晨晚早]|昨[天日晚晨]|前[天日]|明[天日起晚]|即日起)(?!的)"
    r"|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![周年月边体]|[\w]?季)(?:\((?P<dom>\d{1,2})日\))?"
    r"|(?:记者|本月|当月)(?P<dom2>\d{1,2})日"
    # 中国人民银行14日举行: what a body did on the day of that number.
    r"|(?<![\d月至到~—、-])(?P<dom4>\d{1,2})日(?=[上下]午|凌晨|举行|召开|宣布|发布|获悉|表示|启动|通报|介绍)"
    r"|\((?P<dom3>\d{1,2})日\)"
)
_ZH_RELATIVE = re.compile(r"[上本这下](?=个?$)")
_ZH_SHIFT = {"今": 0, "即": 0, "昨": -1, "前": -2, "明": 1}
_FORWARD = {
    "zh": re.compile(r"将|起|前|截止|下周"),
    "en": re.compile(
        r"\b(?:will|to be|until|have until|close[sd]?|opens|starts|begins|ends|can|may|expire|valid|"
        r"is due|are due|expected|deadline|upcoming|when|scheduled|plans to|starting|beginning)\b"
    ),
    "de": re.compile(
        r"\b(?:wird|werden|soll|sollen|dürfen|darf|können|kann|läuft|endet|beginnt|startet|ab|bis|künftig|geplant|erwartet)(?![a-zäöüß])"
    ),
}
_LAST = {"en": r"last|past|previous", "de": r"vergangenen?|vorigen?|letzten?"}
_NEXT = {"en": r"next|coming|this coming", "de": r"nächsten?|kommenden?"}
_DAYTIME = {"en": r"", "de": r"(?:abend|morgen|nachmittag|vormittag|mittag|nacht)?"}
_LEAD = {
    "en": r"on|from|until|till|by|since|dated|ended|starting|beginning|before|after|late|early|between|and|"
    "to|through",
    "de": r"am|ab|bis|seit|vom|zum|von|den|dem|noch am|bereits am",
}
_LINKS = frozenset({"until", "till", "to", "through", "and", "between", "bis", "zum"})
_PLAIN = {
    "en": {
        "yesterday": -1,
        "tomorrow": 1,
        "earlier today": 0,
        "announced today": 0,
        "said today": 0,
        "launched today": 0,
    },
    "de": {"gestern": -1, "vorgestern": -2, "ab heute": 0, "seit heute": 0, "am heutigen": 0, "ab morgen": 1},
}


@cache
def _patterns(language: Language) -> tuple[re.Pattern[str], ...]:
    if language == "zh":
        return (_ZH_NAMED,)
    week = any_of(names("weekday", language))
    # Two patterns rather than one: each begins with plain words, to which the engine skips ahead.
    return (
        re.compile(
            rf"(?P<weekday>{week}){_DAYTIME[language]}(?![a-zäöüß'-])"
            r"(?P<when>\s(?:night|evening|morning|afternoon|midnight))?"
        ),
        re.compile(rf"(?P<word>{any_of(_PLAIN[language])})(?![a-zäöüß'])"),
    )


@cache
def _lead_pattern(language: Language) -> re.Pattern[str]:
    """What must stand before a bare weekday: a preposition, or a word for last or next."""
    how = rf"(?P<last>{_LAST[language]})|(?P<next>{_NEXT[language]})"
    return re.compile(rf"\b(?:(?P<lead>{_LEAD[language]})\s)?(?:(?:{how}|this|diesen?)\s)?$")


def _weekday(match: re.Match[str], folded: str, today: date, language: Language) -> date | None:
    number = names("weekday", language)[match["weekday"]]
    lead = _lead_pattern(language).search(folded, max(0, match.start() - 24), match.start())
    back = (today.weekday() - number) % 7
    ahead = (number - today.weekday()) % 7
    if lead and lead["last"]:
        # "last Friday" said on a Friday is a week ago.
        return today - timedelta(days=back or 7)
    if lead and lead["next"]:
        return today + timedelta(days=ahead or 7)
    if (
        not (lead and lead["lead"])
        and not match["when"]
        and not match[0].endswith(("abend", "nacht", "morgen"))
    ):
        return None
    forward = _FORWARD[language].search(sentence_around(folded, *match.span()))
    return today + timedelta(days=ahead) if forward and ahead < back else today - timedelta(days=back)


def _weekday_zh(match: re.Match[str], folded: str, today: date) -> date:
    number = _ZH_WEEK[match["weekday"]]
    monday = today - timedelta(days=today.weekday())
    relative = _ZH_RELATIVE.search(folded, max(0, match.start() - 2), match.start())
    day = monday + timedelta(days=number + {"上": -7, "下": 7}.get(relative[0] if relative else "", 0))
    if relative is None and day > today and not _FORWARD["zh"].search(sentence_around(folded, *match.span())):
        return day - timedelta(days=7)
    return day


def _day_of_month(number: int, today: date) -> date | None:
    """The latest such day of a month that is not in the future."""
    if number <= today.day:
        return calendar_day(today.year, today.month, number)
    before = today.replace(day=1) - timedelta(days=1)
    return calendar_day(before.year, before.month, number)


def _resolve_zh(match: re.Match[str], folded: str, today: date) -> date | None:
    if match["word"]:
        return today + timedelta(days=_ZH_SHIFT[match["word"][0]])
    if day := match["dom"] or match["dom2"] or match["dom3"] or match["dom4"]:
        return _day_of_month(int(day), today)
    return _weekday_zh(match, folded, today)


def _resolve(match: re.Match[str], folded: str, today: date, language: Language) -> date | None:
    if folded[match.start() - 1 : match.start()].isalpha():
        return None
    if match[0] in _PLAIN[language]:
        return today + timedelta(days=_PLAIN[language][match[0]])
    return _weekday(match, folded, today, language)


def _matches(folded: str, language: Language) -> list[re.Match[str]]:
    found = [match for pattern in _patterns(language) for match in pattern.finditer(folded)]
    return sorted(found, key=lambda match: match.start())


def find_weekdays(folded: str, today: date, language: Language) -> list[Day]:
    """Days named relative to `today`, the local day of publication, as full dates in order."""
    found = []
    for match in _matches(folded, language):
        day = (
            _resolve_zh(match, folded, today)
            if language == "zh"
            else _resolve(match, folded, today, language)
        )
        if day is not None:
            start = _quote_start(match, folded, language)
            found.append(Day(start, match.end(), day.year, day.month, day.day))
    return found


def _quote_start(match: re.Match[str], folded: str, language: Language) -> int:
    """Where the words begin: with "last" or "on", but without a word that links them to another day."""
    if language == "zh":
        if match["dom2"]:
            return match.start("dom2")
        relative = (
            _ZH_RELATIVE.search(folded, max(0, match.start() - 2), match.start())
            if match["weekday"]
            else None
        )
        return relative.start() if relative else match.start()
    lead = _lead_pattern(language).search(folded, max(0, match.start() - 24), match.start())
    return lead.start() if lead and lead["lead"] not in _LINKS else match.start()
