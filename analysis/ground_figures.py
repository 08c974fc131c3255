"""Turns a text into the figures in it, and says which figures of a summary its source does not have.

Both are read by the same readers, each in its own language: 1000万元, 10 million yuan and 10 Mio. Yuan are
one figure. A figure is compared with what it says: 3000 merchants are no 3000 people and no 3000 yuan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from analysis.counts import noun_after
from analysis.days import any_of, find_days, names
from analysis.facts import find_facts, with_clause_commas
from analysis.fold import fold
from analysis.numerals import Number, find_numbers, read_number
from analysis.periods import find_periods
from analysis.types import Fact, Language

_SMALL = 10  # below it languages spell numbers out, and what is counted is not read from every one of them
_QUANTITIES = frozenset({"amount", "count", "percent"})
_COMPARED = _QUANTITIES | {"pages", "batch", "document_no"}
_DIGIT = "零〇一二两三四五六七八九十百千万亿"
_ZH_SMALL = re.compile(
    rf"(?<![{_DIGIT}\d第几数])([二两三])(?=[个家份名位项批种类年天周期轮次条大省市区县级倍所座款场处])"
)
_ZH_MONTH = re.compile(rf"(?<![{_DIGIT}\d])(\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月")
_ZH_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_ZH_ORDINAL = re.compile(rf"第\s?(\d{{1,4}}|[{_DIGIT}]{{1,4}})")
_FIRST = {
    "zh": re.compile(r"首(?=[次个批家例笔轮届座张款创单条项宗期])"),
    "en": re.compile(r"\bfirst(?:ly)?\b"),
    "de": re.compile(r"\berst(?:e[nrsm]?|mals|malig\w*)\b"),
}
_ORDINALS = {
    "en": ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    "de": ("zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt"),
}
_NUMBERED = {
    "en": re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b"),
    "de": re.compile(r"\b(\d{1,2})\.(?=\s[^\W\d])"),
}
# dreimonatig, zweitägig: numbers at the head of a German word.
_DE_HEAD = re.compile(
    r"\b(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)"
    r"(?=(?:monat|jahr|jähr|woch|wöch|tag|täg|stünd|stell|fach|mal|teil|stuf)[a-zäöüß]*)"
)
# Quantities without a number, and years as they look from the day of writing: in the source's words only.
_VAGUE = {
    "zh": re.compile(
        r"[数几上近过][十百千万亿]+|[十百千万亿]+余|[过近]?半数|[过近一]半|翻[番倍]|倍增|成倍|去年|前年|明年|后年|上月|下月"
    ),
    "en": re.compile(
        r"\b(?:dozens?|hundreds?|thousands?|millions?|billions?|trillions?|tens|half|halves|quarters?|double[ds]?|"
        r"doubling|triple[ds]?|tripling|twice|[a-z]{3,}fold|(?:last|next) (?:year|month|week))\b"
    ),
    "de": re.compile(
        r"\b(?:dutzend\w*|hunderte?n?|tausende?n?|million(?:en)?|milliarden?|billion(?:en)?|hälften?|halb\w*|"
        r"viertel|doppelt\w*|verdoppel\w*|verdreifach\w*|(?:letzt|vergangen|vorig|nächst|kommend)e[nrsm]? "
        r"(?:jahre?s?|monate?s?|woche))\b"
    ),
}
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|heute|gestern|vorgestern|morgen)\b|[今昨明][天日早晚]|前天|后天"
)

_Known = tuple[str, int | float | str, str | None]
_When = tuple[int | None, int, int | None]  # year, month, day


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text counts and dates. `numbers` are those that no fact explains; `rest` is the folded text with
    all that was read blanked."""

    facts: frozenset[_Known]
    periods: frozenset[str]
    days: frozenset[_When]
    months: frozenset[int]
    weekdays: frozenset[int]
    ordinals: frozenset[int]
    numbers: frozenset[int | float]
    rest: str

    @property
    def years(self) -> frozenset[int]:
        """The years of its dates."""
        return frozenset(year for year, _, _ in self.days if year)


def read_figures(
    text: str, language: Language, today: date | None, hidden: Iterable[tuple[int, int]], claims: bool
) -> Figures:
    """The figures of a text of `today`. `hidden`: names, whose characters may look like numbers (四川).

    `claims`: each figure is read as one thing, a period as no two days; a source's is read as all it may be.
    """
    folded = with_clause_commas(text, fold(text))
    found_facts = [fact for fact in find_facts("", text, None, language, "UTC") if _is_compared(fact)]
    facts: frozenset[_Known] = frozenset((fact.type, fact.value, fact.unit) for fact in found_facts)
    hidden = [*hidden, *((fact.at.start, fact.at.end) for fact in found_facts if fact.at and claims)]
    rest = _blanked(folded, hidden)
    periods = [found for found in find_periods(rest, today, language) if found.type == "period"]
    rest = _blanked(rest, [(found.start, found.end) for found in periods] if claims else ())
    days = find_days(rest, language)
    rest = _blanked(rest, [(day.start, day.end) for day in days])
    months, rest = _named_in(rest, text, "month", language)
    weekdays, rest = _named_in(rest, text, "weekday", language)
    ordinals, rest = _ordinals(rest, language)
    found = find_numbers(rest, language)
    plain = _counts_zh(rest, found) if language == "zh" else frozenset[_Known]()
    # The words of a claim are blanked: the same number once more must be explained once more.
    explained = {value for kind, value, _ in (plain if claims else facts | plain) if kind in _QUANTITIES}
    numbers = {number.value for number in found if not (number.words and number.value == 1)}
    if language == "zh":
        numbers |= {value for match in _ZH_SMALL.finditer(rest) if (value := read_number(match[1], "zh"))}
    if language == "de":
        numbers |= {value for match in _DE_HEAD.finditer(rest) if (value := read_number(match[1], "de"))}
    return Figures(
        facts | plain,
        frozenset(str(found.value) for found in periods),
        frozenset((day.year, day.month, day.day) for day in days),
        frozenset(months | {day.month for day in days}),
        frozenset(weekdays),
        frozenset(ordinals),
        frozenset(numbers - explained),
        _blanked(rest, [(number.start, number.end) for number in found]),
    )


def _counts_zh(folded: str, numbers: Iterable[Number]) -> frozenset[_Known]:
    """Counts that go without a measure word, as headlines write them: 10万市民."""
    found = {(number.value, noun_after(folded, number.end, 0, "zh")) for number in numbers}
    return frozenset(("count", value, noun) for value, noun in found if noun and value >= _SMALL)


def _is_compared(fact: Fact) -> bool:
    small = fact.type == "count" and isinstance(fact.value, int) and fact.value < _SMALL
    return fact.type in _COMPARED and not small


def with_resolved(figures: Figures, facts: Iterable[Fact]) -> Figures:
    """The figures of a source, with the dates that were worked out from when it was published."""
    days: set[_When] = set()
    periods = {str(fact.value) for fact in facts if fact.type == "period"}
    for fact in facts:
        if fact.type == "date":
            days |= _when(str(fact.value))
        elif fact.type == "period":
            begin, end = str(fact.value).split("/")
            if not (begin.endswith("-01") and end[8:] in ("28", "29", "30", "31")):  # nobody wrote these days
                days |= _when(begin) | _when(end)
    return replace(
        figures,
        periods=figures.periods | periods,
        days=figures.days | days,
        months=figures.months | {month for _, month, _ in days},
    )


def _when(iso: str) -> set[_When]:
    parts = [int(part) for part in iso.split("-")]
    return {(parts[0], parts[1], parts[2] if len(parts) > 2 else None)} if len(parts) > 1 else set()


def _blanked(folded: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        folded = folded[:start] + "\x00" * (end - start) + folded[end:]
    return folded


@cache
def _calendar(kind: str, language: Language) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<name>{any_of(names(kind, language))})(?![a-zäöü])")


def _named_in(folded: str, text: str, kind: str, language: Language) -> tuple[set[int], str]:
    """Months or weekdays that are named by themselves, and the text without them."""
    found: list[tuple[int, int, int]] = []
    if language != "zh":
        known = names(kind, language)
        for match in _calendar(kind, language).finditer(folded):
            if text[match.start()].isupper():
                found.append((known[match["name"]], *match.span()))
    elif kind == "weekday":
        for match in _ZH_WEEKDAY.finditer(folded):
            found.append(("一二三四五六日".find(match[1].replace("天", "日")), *match.span()))
    else:
        for match in _ZH_MONTH.finditer(folded):
            month = read_number(match[1], "zh")
            if isinstance(month, int) and 1 <= month <= 12:
                found.append((month, *match.span()))
    return {value for value, _, _ in found}, _blanked(folded, [(start, end) for _, start, end in found])


@cache
def _ordinal_words(language: Language) -> re.Pattern[str]:
    ending = r"(?:e[nrsm]?)" if language == "de" else ""
    return re.compile(rf"\b({'|'.join(_ORDINALS[language])}){ending}\b")


def _ordinals(folded: str, language: Language) -> tuple[set[int], str]:
    """The places in a row that are named (第三, third, 3rd), and the text without them."""
    found = [(1, *match.span()) for match in _FIRST[language].finditer(folded)]
    if language == "zh":
        for match in _ZH_ORDINAL.finditer(folded):
            value = read_number(match[1], "zh")
            found += [(value, *match.span())] if isinstance(value, int) else []
    else:
        found += [(int(match[1]), *match.span()) for match in _NUMBERED[language].finditer(folded)]
        for match in _ordinal_words(language).finditer(folded):
            found.append((_ORDINALS[language].index(match[1]) + 2, *match.span()))
    return {value for value, _, _ in found}, _blanked(folded, [(start, end) for _, start, end in found])


def missing_figure(summary: Figures, language: Language, source: Figures, folded_source: str) -> str | None:
    """The first figure of a summary that its source does not have, in a few words; None if all are there."""
    for fact in sorted(summary.facts - source.facts, key=str):
        return f"{fact[0]} {fact[1]} {fact[2] or ''}".strip()
    for period in sorted(summary.periods - source.periods):
        if not all(_when(end) <= source.days for end in period.split("/")):
            return f"period {period}"
    for day in sorted(summary.days, key=str):
        if not any(_contains(known, day) for known in source.days):
            return "date " + "-".join(str(part) for part in day if part)
    for kind, mine, known in (
        ("month", summary.months, source.months),
        ("weekday", summary.weekdays, source.weekdays),
        ("ordinal", summary.ordinals, source.ordinals),
        ("number", summary.numbers, source.numbers | source.years),
    ):
        for value in sorted(mine - known):
            return f"{kind} {value}"
    return _unread(summary.rest, language, folded_source)


def _contains(known: _When, said: _When) -> bool:
    """Whether a date says no more than one that is known."""
    return known[1] == said[1] and said[0] in (None, known[0]) and said[2] in (None, known[2])


def _unread(rest: str, language: Language, source: str) -> str | None:
    """What looks like a figure and was not read as one: it must stand in the source as it is."""
    if relative := _RELATIVE.search(rest):
        return f"relative date {relative[0]}"
    for match in _VAGUE[language].finditer(rest):
        if match[0] not in source:
            return f"vague figure {match[0]}"
    for match in re.finditer(r"[^\s\x00]+", rest):
        if any(unicodedata.category(char)[0] == "N" for char in match[0]) and match[0] not in source:
            return f"number {match[0][:20]}"
    return None
