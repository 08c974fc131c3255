"""Turns the numbers written in a folded text into values: 1,000万, 一千二百万, 8.76 million, 34,5 Milliarden.

Offsets are those of the text, which `analysis.fold.fold` has folded. What is vague on purpose (数百, 几十,
两三个, "dozens") is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from analysis.terms import read_rows, split_aliases
from analysis.types import Language


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; `bare` when it is a multiplier alone (千万, 万), `words` when no digit is in it."""

    value: int | float
    start: int
    end: int
    words: bool = False
    bare: bool = False


# Where a number may begin in a Latin text: at a word's start, or glued to a currency (Rmb10m).
_START = r"(?:\b|(?<=rmb|cny|usd|hkd|eur))"
_LONGEST = 24
"""More characters than this are an account number, a checksum or noise, not a figure."""
_ZH_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_ZH_SCALES = {"十": 10, "百": 100, "千": 1000}
_ZH_MYRIADS = {"万": 10**4, "亿": 10**8}
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ZH_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
# The patterns look at the next character first: at most places that is all they need.
_ZH = re.compile(
    rf"(?=[\d{_ZH_NUMERAL}])(?:"
    rf"(?P<digits>{_ARABIC})(?:\s?[多余]?(?P<scale>[十百千]?[万亿]{{1,2}}|[百千](?![万亿\w]*[瓦米克])))?"
    rf"|(?P<words>[{_ZH_NUMERAL}]+))"
)
# One of these alone is nearly always part of a word (统一, 两岸): find_numbers leaves it out.
_ZH_SMALL = frozenset("零〇一二两三")
_ZH_VAGUE_BEFORE = frozenset("数几第无好")


def read_zh(words: str) -> int | None:
    """The value of a Chinese numeral (一千二百万, 二〇二〇, 千万); None for what is vague (两三)."""
    if len(words) > _LONGEST:
        return None
    if not any(char in _ZH_SCALES or char in _ZH_MYRIADS for char in words):
        return _positional(words)
    total = section = digit = 0
    pending = False
    for char in words:
        if char in _ZH_DIGITS:
            if pending and digit:
                return None
            digit, pending = _ZH_DIGITS[char], True
        elif char in _ZH_SCALES:
            section += (digit if pending and digit else 1) * _ZH_SCALES[char]
            digit, pending = 0, False
        elif char in _ZH_MYRIADS:
            # 一亿三千万 adds, 三万亿 multiplies what has been read so far; a bare 万 stands for one of it.
            own = section + digit
            adds = own and total > _ZH_MYRIADS[char]
            total = total + own * _ZH_MYRIADS[char] if adds else (total + own or 1) * _ZH_MYRIADS[char]
            section, digit, pending = 0, 0, False
        else:
            return None
    return total + section + digit


def _positional(words: str) -> int | None:
    digits = [_ZH_DIGITS.get(char) for char in words]
    # 两三 and 三五 mean "a few"; 二〇 and 二〇二〇 are read digit by digit.
    if not digits or None in digits or (1 < len(digits) < 4 and not {"〇", "零", "○"} & set(words)):
        return None
    return int("".join(map(str, digits)))


def _scaled(digits: str, scale: int) -> int | float:
    """Exact: 8.76 times a million is 8760000. A run of digits that no figure has is worth 0."""
    if len(digits) > _LONGEST:
        return 0
    if digits.isdecimal():
        return int(digits) * scale
    value = Decimal(digits) * scale
    return int(value) if value == value.to_integral_value() else float(value)


def _zh_scale(scale: str | None) -> int:
    product = 1
    for char in scale or "":
        product *= _ZH_SCALES.get(char) or _ZH_MYRIADS[char]
    return product


def _numbers_zh(folded: str) -> list[Number]:
    found = []
    for match in _ZH.finditer(folded):
        start, end = match.span()
        if match["digits"]:
            if folded[start - 1 : start] in {".", ","}:
                continue
            found.append(
                Number(_scaled(match["digits"].replace(",", ""), _zh_scale(match["scale"])), start, end)
            )
        elif end - start == 1 and match["words"] in _ZH_SMALL:
            continue
        elif not (start and folded[start - 1] in _ZH_VAGUE_BEFORE) and folded[end : end + 1] != "几":
            read = read_zh(match["words"])
            if read is not None:
                bare = not any(char in _ZH_DIGITS or char == "十" for char in match["words"])
                found.append(Number(read, start, end, words=True, bare=bare))
    return found


@cache
def _vocabulary(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """(numbers, scales) of English or German."""
    tables: dict[str, dict[str, int]] = {"number": {}, "scale": {}}
    for row_language, kind, value, words in read_rows("numerals.tsv", 4):
        if row_language == language:
            tables[kind].update(dict.fromkeys(split_aliases(words), int(value)))
    return tables["number"], tables["scale"]


def _alternation(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _next_of(words: Iterable[str], *more: str) -> str:
    """A look at the next character: a digit, or what one of the words begins with."""
    return rf"(?=[\d{''.join({word[0] for word in (*words, *more)})}])"


@cache
def _en_pattern() -> re.Pattern[str]:
    numbers, scales = _vocabulary("en")
    scale = rf"(?:{_alternation(list(scales))})(?![a-z])"
    long_scale = rf"(?:{_alternation([word for word in scales if len(word) > 1])})(?![a-z])"
    word = rf"(?:{_alternation(list(numbers))})(?![a-z])"
    return re.compile(
        rf"{_next_of(numbers, 'half', 'a')}{_START}(?:(?P<digits>{_ARABIC})(?!\d)(?:\s?-?(?P<scale>{scale}))?"
        rf"|(?P<words>(?:(?:half\s)?a\s{long_scale}|{word})(?:[\s-](?:and\s)?(?:{word}|{long_scale}))*))"
    )


def _read_en(words: str) -> int | None:
    numbers, scales = _vocabulary("en")
    half = words.startswith("half")
    total = section = 0
    for token in re.split(r"[\s-]+", words):
        if token in numbers:
            section += numbers[token]
        elif token in scales and scales[token] == 100:
            section = (section or 1) * 100
        elif token in scales:
            total += (section or 1) * scales[token]
            section = 0
    return (total + section) // 2 if half else total + section


@cache
def _de_pattern() -> re.Pattern[str]:
    numbers, scales = _vocabulary("de")
    scale = rf"(?:{_alternation(list(scales))})(?![a-zäöüß])"
    parts = _alternation([*numbers, "hundert", "tausend", "und"])
    large = _alternation([word for word in scales if scales[word] >= 10**6 or word == "tausend"])
    return re.compile(
        rf"{_next_of(numbers, 'hundert', 'tausend', 'und')}{_START}(?:"
        r"(?P<digits>\d{1,3}(?:[.'\u202f\xa0]\d{3})+(?:,\d+)?|\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?!\d)"
        rf"(?:\s?-?(?P<scale>{scale}))?"
        rf"|(?P<words>(?:{parts})+(?![a-zäöüß])(?:\s(?:{large})(?![a-zäöüß]))?))"
    )


@cache
def _de_token() -> re.Pattern[str]:
    numbers, scales = _vocabulary("de")
    return re.compile(rf"{_alternation([*numbers, *scales, 'und'])}| ")


def _read_de(words: str) -> int | None:
    numbers, scales = _vocabulary("de")
    total = section = 0
    for token in _de_token().findall(words):
        if token in numbers:
            section += numbers[token]
        elif scales.get(token) == 100:
            section = (section or 1) * 100
        elif token in scales:
            total += (section or 1) * scales[token]
            section = 0
    return total + section or None


def _numbers_latin(folded: str, language: Language) -> list[Number]:
    german = language == "de"
    pattern, read = (_de_pattern(), _read_de) if german else (_en_pattern(), _read_en)
    scales = _vocabulary(language)[1]
    found = []
    for match in pattern.finditer(folded):
        digits = match["digits"]
        if folded[match.start() - 1 : match.start()] in {".", ","}:
            continue
        if digits is None:
            value = read(match["words"])
            if value:
                found.append(Number(value, *match.span(), words=True))
            continue
        plain = (
            re.sub(r"[.'\u202f\xa0 ]", "", digits).replace(",", ".") if german else digits.replace(",", "")
        )
        found.append(Number(_scaled(plain, scales.get(match["scale"] or "", 1)), *match.span()))
    return found


def find_numbers(folded: str, language: Language) -> list[Number]:
    """All numbers of a folded text in order, read by the habits of its language."""
    return _numbers_zh(folded) if language == "zh" else _numbers_latin(folded, language)


def read_number(words: str, language: Language) -> int | float | None:
    """The value of words that are one number and nothing else; None otherwise. `words` must be folded."""
    if language == "zh" and words and not words[0].isdecimal():
        return read_zh(words)
    numbers = find_numbers(words, language)
    return numbers[0].value if len(numbers) == 1 and numbers[0].end - numbers[0].start == len(words) else None
