"""Turns numbers in a folded text into counts of things: 3389家商户, 50,000 "red envelopes", 140 Dienste."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import zip_longest

from analysis.days import any_of
from analysis.finding import Finding
from analysis.numerals import Number
from analysis.terms import Hit, Terms, read_rows, split_aliases
from analysis.types import Language

SMALLEST = 5
"""Counts below this are small talk ("four state-owned banks"), unless in digits with a measure word."""
_SMALLEST_ZH = 2

_COLUMN = {"zh": 1, "en": 2, "de": 3}
_ZH_GAP = re.compile(r"[^,。、;!?:\n()\x00\d\u201a]{0,12}")
_ZH_BREAK = re.compile(r"[。!?\n;]")
# What may stand between a noun and its number: 受理商户由…增加到2.6万家.
_ZH_OPEN_END = re.compile(
    r"(?:以上|左右|之多|余)?(?:$|[,。、;!?:\n()\x00\u201a”」\s]|增|提|扩|减|至|到|和|及|与|，)"
)
_ZH_SCOPE = 44
# Words that end the noun phrase after a number.
_STOPS = {
    "en": "of|for|in|with|to|at|by|from|worth|that|who|which|per|than|as|on|is|are|was|were|have|has|had|"
    "the|its|their|or|percent|times|days|weeks|months|years|hours|minutes|year|day|month|more|people's",
    "de": "von|für|in|mit|zu|an|bei|aus|im|am|pro|als|auf|ist|sind|war|waren|haben|hat|der|die|das|"
    "des|dem|den|oder|prozent|mal|tage|tagen|wochen|monate|monaten|jahre|jahren|stunden|minuten|uhr|nach|binnen|seit|bis",
}
_RANGE_BEFORE = re.compile(
    r"(?:\d|\b(?:two|three|four|five|zwei|drei|vier|fünf))\s?(?:-|—|–|~|\sto|\sbis|\sor|\soder)\s?$"
)
_PART_OF = re.compile(r"\s(?:of|von|der)\s(?:(?:the|den|insgesamt)\s)?(?:(?:about|some|rund)\s)?")
# "services rose from 140 two years ago to 480", "die Zahl der Nutzer stieg auf 1,2 Millionen"
_ABOUT = r"(?:(?:about|around|some|over|more than|nearly|almost|rund|etwa|mehr als|über|knapp|fast)\s)?"
_GROWN = re.compile(
    r"\b(?:rose|risen|grew|grown|increased|climbed|jumped|went up|expanded|bringing|brings|stieg|"
    rf"steigt|gestiegen|wuchs|wächst|kletterte|erhöhte|erhöht)(?![a-z])[^.;\n]{{0,70}}?\b(?:to|from|auf|von)\s{_ABOUT}$"
)
_CLAUSE = re.compile(r"[.;\n]")


@cache
def _nouns(language: Language) -> Terms:
    rows = read_rows("units.tsv", 4)
    return Terms(
        (row[0], [word for word in split_aliases(row[_COLUMN[language]]) if word != "-"]) for row in rows
    )


@cache
def _classifiers() -> tuple[re.Pattern[str], dict[str, str]]:
    units = dict(read_rows("classifiers.tsv", 2))
    return re.compile(
        rf"[多余来]?(?P<word>{any_of(units)})(?!民币|多?月|小时|工作日|星期|季度|百分点|交易日|自然日|年头)"
    ), units


def find_counts(folded: str, numbers: list[Number], language: Language) -> list[Finding]:
    """Counts with what is counted in English; numbers that count nothing known are left out.

    `numbers` are those of the text that are no date, amount or percentage. The older end of a range
    ("3—5 platforms") is no count, nor is a number below five.
    """
    hits = _nouns(language).find(folded)
    if language == "zh":
        return [found for number in numbers if (found := _count_zh(folded, number, hits))]
    counts = [
        count
        for number in numbers
        if _is_counting(number) and (count := _count(folded, number, hits, language))
    ]
    return counts + _shared(folded, numbers, hits, counts)


def noun_after(folded: str, end: int, reach: int, language: Language) -> str | None:
    """What a number that ends here may count: the noun that begins within `reach` characters, in English."""
    hits = _nouns(language).find(folded[end : end + reach + 12])
    return next((hit.label for hit in hits if hit.start <= reach), None)


def _is_counting(number: Number) -> bool:
    """Spelled-out numbers below ten are small talk too, in languages that spell them out."""
    return isinstance(number.value, int) and number.value >= (10 if number.words else SMALLEST)


_ZH_RANGE = re.compile(r"(?:以上)?(?:至|到|—|-|~)\d")
_ZH_TO = frozenset("—-~–至")
_ZH_RANGE_BEFORE = re.compile(r"(?:\d|[一二三四五六七八九十])(?:个|家|户|项)?[—\-~–至]$")


def _hit_at(hits: list[Hit], position: int) -> int:
    return bisect_left(hits, position, key=lambda hit: hit.start)


def _count_zh(folded: str, number: Number, hits: list[Hit]) -> Finding | None:
    pattern, units = _classifiers()
    match = pattern.match(folded, number.end)
    if (
        match is None
        or number.value < (SMALLEST if number.words else _SMALLEST_ZH)
        or not isinstance(number.value, int)
        or _in_range(folded, number.start)
    ):
        return None
    if number.bare and (number.value < 10**4 or folded[number.start - 1 : number.start] not in "近超逾约上"):
        return None
    if _ZH_RANGE.match(folded, match.end()):
        return None
    unit = units[match["word"]]
    if unit != "-":
        few = number.value < SMALLEST
        return None if few else Finding("count", number.value, unit, number.start, match.end())
    after = _noun_after(folded, number, match.end(), hits)
    if after or number.value < SMALLEST:
        return after
    return _noun_before(folded, number, match.end(), hits)


def _in_range(folded: str, start: int) -> bool:
    return bool(
        folded[start - 1 : start] in _ZH_TO and _ZH_RANGE_BEFORE.search(folded, max(0, start - 4), start)
    )


def _noun_after(folded: str, number: Number, end: int, hits: list[Hit]) -> Finding | None:
    gap = _ZH_GAP.match(folded, end)
    limit = gap.end() if gap else end
    position = _hit_at(hits, end)
    if position < len(hits) and hits[position].end <= limit:
        return Finding("count", number.value, hits[position].label, number.start, hits[position].end)
    return None


def _noun_before(folded: str, number: Number, end: int, hits: list[Hit]) -> Finding | None:
    """The noun before a number that ends its clause: 商户由8000余家增加到2.6万家, 红包每个200元，共10万个."""
    beside = _hit_at(hits, number.start) - 1
    if beside >= 0 and hits[beside].end == number.start:
        return Finding("count", number.value, hits[beside].label, hits[beside].start, end)
    if not _ZH_OPEN_END.match(folded, end):
        return None
    begin = max(0, number.start - _ZH_SCOPE)
    breaks = [match.end() for match in _ZH_BREAK.finditer(folded, begin, number.start)]
    begin = breaks[-1] if breaks else begin
    position = _hit_at(hits, number.start) - 1
    if position >= 0 and hits[position].start >= begin:
        return Finding("count", number.value, hits[position].label, number.start, end)
    following = _hit_at(hits, end)
    line_end = folded.find("\n", end, end + 16)
    # A headline puts the noun after the exclamation mark: 再发10万个！龙华数字人民币红包…
    if following < len(hits) and hits[following].start < (line_end if line_end >= 0 else end + 16):
        return Finding("count", number.value, hits[following].label, number.start, end)
    return None


@cache
def _phrase(language: Language) -> re.Pattern[str]:
    """Up to five words after a number that may lead to its noun."""
    word = rf"(?!(?:{_STOPS[language]})(?![\w'-]))[^\W\d][\w'/&-]*"
    return re.compile(rf"[\s-]?[\"“„»]?(?:\s?{word}[\"”“«]?){{1,6}}")


def _count(folded: str, number: Number, hits: list[Hit], language: Language) -> Finding | None:
    phrase = _phrase(language).match(folded, number.end)
    if phrase is None or _RANGE_BEFORE.search(folded[max(0, number.start - 14) : number.start]):
        return None
    if folded[number.end : number.end + 1].isalpha():
        return None
    position = _hit_at(hits, number.end)
    if position == len(hits) or hits[position].end > phrase.end():
        return None
    hit = hits[position]
    between = folded[number.end : hit.start]
    # "9 months and merchants" or "20 flights from banks": a plural on the way ends the search.
    if re.search(r"\w{3,}s\s(?:and|und)\s", between) and language == "en":
        return None
    return Finding("count", number.value, hit.label, number.start, hit.end)


def _shared(folded: str, numbers: list[Number], hits: list[Hit], counts: list[Finding]) -> list[Finding]:
    """Numbers whose noun stands elsewhere: "47,573 of the 50,000 people", "services rose from 140 to 480"."""
    by_start = {count.start: count for count in counts}
    found = []
    for number, following in zip_longest(numbers, numbers[1:]):
        if not _is_counting(number) or number.start in by_start:
            continue
        unit = _grown(folded, number, hits)
        if (
            following
            and following.start in by_start
            and _PART_OF.fullmatch(folded, number.end, following.start)
        ):
            unit = by_start[following.start].unit
        if unit:
            found.append(Finding("count", number.value, unit, number.start, number.end))
    return found


def _grown(folded: str, number: Number, hits: list[Hit]) -> str | None:
    """What has grown to this number, or None."""
    begin = max(0, number.start - 120)
    breaks = [match.end() for match in _CLAUSE.finditer(folded, begin, number.start)]
    begin = breaks[-1] if breaks else begin
    match = _GROWN.search(folded, begin, number.start)
    first = _hit_at(hits, begin)
    if match is None or first == len(hits) or hits[first].end > number.start:
        return None
    return hits[first].label
