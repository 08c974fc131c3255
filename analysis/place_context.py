"""Turns the words around a name into what they tell: a dateline, the central government, a comparison.

The patterns are data: data/place_context.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

from analysis.sentences import Sentence

_AGENCY = r"(?:\s*\([^)\n]{2,30}\))"
_DAY = r"(?:,\s+(?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:,? \d{4})?|\d{1,2}\. \w+(?: \d{4})?))"
_NAMES = r"(?:[A-ZÄÖÜ][\w'’-]+[ /]?){1,3}"
_DATELINE = re.compile(
    rf"[A-ZÄÖÜ][A-ZÄÖÜ'’./ -]{{2,40}}{_DAY}?{_AGENCY}?\s*[-–—:]{{1,2}}\s"
    rf"|{_NAMES}{_DAY}?(?:{_AGENCY}\.?\s*[-–—:]{{0,2}}\s|\s*[–—]\s|\s--?\s)"
    rf"|{_NAMES}\.\s(?=[A-ZÄÖÜ])"
)
_WIRE = re.compile(
    r"^[\s【\[（(]*(?:[\u4e00-\u9fff]{2,8}?(?:社|网|报|台|讯)|本报|本刊)(?:记者)?\s*(?P<place>[\u4e00-\u9fff]{2,8}?)\s*"
    r"(?:\d{1,2}月\s*)?(?:\d{1,2}日)?\s*(?:电|讯|消息|报道)"
)

_CLAUSE = re.compile(r"[^,;:。\n]*$")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    text = resources.files("analysis").joinpath("data", "place_context.yaml").read_text(encoding="utf-8")
    # A line break in the file only folds a long pattern.
    return re.compile(re.sub(r"\|\s+", "|", yaml.safe_load(text)[name].strip()))


def dateline_end(line: str) -> int:
    """How far the dateline at the head of a paragraph reaches; 0 if there is none.

    "HONG KONG, Sept 18 -", "Peking (dpa).", "新华社北京9月18日电".
    """
    match = _DATELINE.match(line) or _WIRE.match(line)
    return match.end() if match else 0


def speaks_of_beijing(folded: str) -> bool:
    """Whether a text treats Beijing as a city, by what it calls it anywhere."""
    return _pattern("beijing_is_city").search(folded) is not None


def is_metonym(folded: str, sentence: Sentence, start: int, end: int) -> bool:
    """Whether "Beijing" or "Peking" stands for the central government: it acts, and not as a city.

    For English and German. `start:end` are offsets into `folded`.
    """
    before = folded[sentence.start : start]
    after = folded[end : sentence.end]
    if _pattern("city_matters").search(folded, sentence.start, sentence.end):
        return False
    if _pattern("rulers_in").search(before[-40:]) or _pattern("seat_after").match(after):
        return True
    if _pattern("clause_before").search(before[-12:]) and not after.startswith((" und", " oder")):
        return True
    if folded.startswith("er", end) or _pattern("place_before").search(before[-24:]):
        return False
    if after.startswith(("'s", "s ")):
        return True
    if _pattern("german_verb_before").search(before[-24:]):
        return True
    return _pattern("beijing_no_subject").match(after) is None


def is_recalled(folded: str, sentence: Sentence, start: int, end: int) -> bool:
    """Whether a name stands in a clause that recalls or compares."""
    before = folded[max(sentence.start, start - 60) : start]
    after = folded[end : min(sentence.end, end + 60)]
    clause = _CLAUSE.search(before)
    return bool(
        _pattern("recalled_sentence").match(folded, sentence.start, start)
        or _pattern("recalled").search(clause[0] if clause else before)
        or _pattern("recalled_before").search(before)
        or _pattern("recalled_after").match(after)
    )


def is_venue(folded: str, start: int) -> bool:
    """Whether only a ceremony takes place there (启动仪式在官渡区举行)."""
    return _pattern("venue_before").search(folded[max(0, start - 16) : start]) is not None


def is_teaser(line: str) -> bool:
    """Whether one of a page's last lines leads elsewhere ("Read next: ...", "相关新闻：...")."""
    return len(line) < 120 and _pattern("teaser").search(line.strip()) is not None


def is_partner(folded: str, start: int, end: int) -> bool:
    """Whether a name is that of a partner (与苏州签署协议)."""
    before = folded[max(0, start - 2) : start]
    return bool(
        _pattern("partner_before").search(before) and _pattern("partner_after").match(folded[end : end + 60])
    )


def is_among_others(folded: str, end: int) -> bool:
    """Whether the words after a name say that it stands for more ("Shanghai and five others", 上海等六地)."""
    return _pattern("others_after").match(folded, end) is not None


def adds_areas(folded: str, sentence: Sentence) -> bool:
    """Whether a sentence says what is new on a list."""
    return _pattern("adds").search(folded, sentence.start, sentence.end) is not None


def lies_around(folded: str, start: int) -> bool:
    """Whether the words before a name say that something else lies in it ("capital of Sichuan")."""
    return _pattern("lies_in").search(folded[max(0, start - 60) : start]) is not None


def is_part(folded: str, start: int, end: int) -> bool:
    """Whether only some of a province is meant ("six cities of Zhejiang province", 浙江省的6个城市)."""
    before = folded[max(0, start - 40) : start]
    return bool(_pattern("part_before").search(before) or _pattern("part_after").match(folded, end))


def find_own(folded: str, level: str) -> re.Match[str] | None:
    """Where a local publisher speaks of its own place; `level` is city, province, region or latin."""
    return _pattern("own_" + level).search(folded)
