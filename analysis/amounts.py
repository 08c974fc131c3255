"""Turns numbers in a folded text into amounts of money and percentages."""

from __future__ import annotations

import re
from functools import cache

from analysis.days import any_of
from analysis.finding import Finding
from analysis.numerals import Number, read_number
from analysis.terms import read_rows, split_aliases
from analysis.types import Language

_COLUMN = {"zh": 2, "en": 3, "de": 4}
# The price of a coin, a rate of exchange and a discount tier are money, but not what is announced.
# Each pattern with the words without which it need not be looked for.
_NOT_MEANT = (
    ("=", r"[(（](?:[^()\n]{0,12}?)(?:\$|€|1 )[^()=\n]{0,30}=[^()\n]{0,40}[)）]"),
    (
        "= equals entspricht 兑 元对 折合 约合",
        r"(?:1|one|ein|一)\s?(?:us\s|u\.s\.\s|us-|hk\s)?(?:dollar|euro|美元|欧元|港元)\w*\s?"
        r"(?:=|equals|entspricht|兑|对|折合|约合)[^。.;\n]{0,20}\d[\d.,]*\s?(?:元|yuan)?",
    ),
    ("满", r"满\s?\d+(?:\.\d+)?元?\s?[立再即可]?\s?(?:减|送|返|抵)\s?\d+(?:\.\d+)?元?|消费满\d+元"),
    ("元减", r"\d+元减\d+元"),
    (
        "off",
        r"\d+[\s-]?(?:yuan\s)?off\s(?:[a-z]+\s){0,4}(?:of|over|above)\s(?:[a-z]+\s){0,2}\d+(?:\syuan)?",
    ),
    ("spend", r"(?:spend|spending)\s\d+(?:\syuan)?[^.;\n]{0,20}?(?:get|save)\s\d+(?:\syuan)?"),
    ("rabatt nachlass", r"\d+\syuan\s(?:rabatt|nachlass)\s(?:[a-zäöü]+\s){0,4}\d+(?:\syuan)?"),
)
_COIN = re.compile(r"bitcoin|\bbtc\b|\bether(?:eum)?\b|比特币|以太坊|以太币|挂单|爆仓")
_COIN_PRICE = re.compile(
    r"\b(?:above|below|past|jump|rose|fell|falls|surge|surpass|hit|price|drop|trad)|突破|跌破|涨|跌|重返|价格|报价|"
    r"kurs|sprang|fällt|stieg|steigt|über|unter"
)
_THING = re.compile(
    r"[\s-]*(?:wallet|account|transaction|payment|user|merchant|app\b|konten|geldbörse|nutzer|umschl|gutschein)|钱包|账户|交易|用户|app"
)
_SENTENCE_END = re.compile(r"[。!?;\n]|\.\s")
_ZH_PERCENT = re.compile(r"\s?%(?!\s?点)")
_TENTHS = re.compile(r"成(?P<half>半)?(?![功都立为员本交果长份熟效年品套绩就人千百型分因])")
_BEFORE_TENTHS = re.compile(r"(?<![第\d一二三四五六七八九十])[一二三四五六七八九1-9]$")
_ZH_OF_HUNDRED = re.compile(r"百分之([零〇一二三四五六七八九十百\d.]+)(?!个?百分点)")
_LATIN_PERCENT = {
    "en": re.compile(r"\s?%|[\s-](?:percent|per cent)(?![a-z]|age|\s?points?)"),
    "de": re.compile(r"\s?%(?!-punkt)|[\s-]?prozent(?!punkt)"),
}


def blank_misleading(folded: str) -> str:
    """The text with exchange rates and discount tiers blanked, same length."""
    for words, pattern in _NOT_MEANT:
        if any(word in folded for word in words.split()):
            folded = re.sub(pattern, lambda match: " " * len(match[0]), folded)
    return folded


@cache
def _words(language: Language) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern for the words after a number, and the currency of each."""
    codes: dict[str, str] = {}
    for row in read_rows("currencies.tsv", 5):
        for word in split_aliases(row[_COLUMN[language]]):
            codes[word] = row[0]
    edge = "" if language == "zh" else r"(?![a-zäöü])"
    return re.compile(rf"[\s-]?[多余]?(?P<word>{any_of(codes)}){edge}"), codes


@cache
def _signs() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {
        sign: row[0]
        for row in read_rows("currencies.tsv", 5)
        for sign in split_aliases(row[1])
        if sign != "-"
    }
    return re.compile(rf"(?<![a-z])(?P<sign>{any_of(codes)})[ \xa0]?$"), codes


@cache
def _last_of_signs() -> frozenset[str]:
    return frozenset({" ", "\xa0", *(sign[-1] for sign in _signs()[1])})


def _sign_before(folded: str, start: int) -> re.Match[str] | None:
    if folded[start - 1 : start] not in _last_of_signs():
        return None
    return _signs()[0].search(folded, max(0, start - 6), start)


def find_amounts(folded: str, numbers: list[Number], language: Language) -> list[Finding]:
    """Amounts with their ISO 4217 currency; crypto prices are left out."""
    pattern, codes = _words(language)
    found = []
    for position, number in enumerate(numbers):
        if number.value <= 0 or (number.bare and not _bare_counts(folded, number)):
            continue
        after = pattern.match(folded, number.end)
        before = _sign_before(folded, number.start)
        if (
            before
            and not before["sign"].isascii()
            and before["sign"][0].isalpha()
            and not _is_sum(folded, number, after)
        ):
            before = None  # 数字人民币2023, 人民币100问
        if after is None and before is None:
            continue
        code = _signs()[1][before["sign"]] if before else codes[after["word"]]  # type: ignore[index]
        start = before.start() if before else number.start
        end = after.end() if after else number.end
        if code == "CNY" and after and language == "zh" and _is_other_money(folded, after):
            continue
        if _is_coin_price(folded, start, end) or (after and _names_a_thing(folded, after)):
            continue
        found += _joined(folded, numbers, position, code)
        found.append(Finding("amount", number.value, code, start, end))
    return found


def _is_sum(folded: str, number: Number, after: re.Match[str] | None) -> bool:
    """Whether a number after a currency's Chinese name is money: 人民币1000万, 港币500元."""
    return after is not None or folded[number.end - 1] in "万亿"


def _bare_counts(folded: str, number: Number) -> bool:
    """百万元 and 千万元 are sums; 万元 and 元 alone are units of a table (单位:万元)."""
    return number.value >= 10**6 or (
        number.value >= 10**4 and folded[number.start - 1 : number.start] in "近上约超逾过"
    )


def _is_other_money(folded: str, after: re.Match[str]) -> bool:
    following = folded[after.end() : after.end() + 2]
    return after["word"] == "元" and (following.startswith(("素", "宇宙", "旦")) or following in {"起步"})


def _names_a_thing(folded: str, after: re.Match[str]) -> bool:
    """10 million e-CNY wallets are wallets, 500万数字人民币钱包 too, and a Yuan-Umschlag is no yuan."""
    return bool(
        "digit" in after["word"]
        or "e-cny" in after["word"]
        or "数字" in after["word"]
        or folded[after.end() : after.end() + 1] == "-"
    ) and bool(_THING.match(folded, after.end()))


def _is_coin_price(folded: str, start: int, end: int) -> bool:
    window = folded[max(0, start - 60) : start]
    if not _COIN.search(window):
        return False
    breaks = list(_SENTENCE_END.finditer(window))
    window = window[breaks[-1].end() :] if breaks else window
    return bool(_COIN.search(window) and _COIN_PRICE.search(window))


def _joined(folded: str, numbers: list[Number], position: int, code: str) -> list[Finding]:
    """The first of two alternatives that share the currency: "178 or 238 yuan"."""
    if position == 0:
        return []
    before, number = numbers[position - 1], numbers[position]
    link = folded[before.end : number.start]
    if not re.fullmatch(r"\s?(?:or|oder|或)\s?(?:者)?", link) or before.value >= number.value:
        return []
    return [Finding("amount", before.value, code, before.start, number.end)]


def find_percents(folded: str, numbers: list[Number], language: Language) -> list[Finding]:
    """Percentages (40%, 四成, 百分之四十, 40 Prozent); percentage points are none."""
    pattern = _ZH_PERCENT if language == "zh" else _LATIN_PERCENT[language]
    found = [
        Finding("percent", number.value, None, number.start, match.end())
        for number in numbers
        if (match := pattern.match(folded, number.end)) and not _of_points(folded, match.end())
    ]
    return found + (_tenths(folded) if language == "zh" else [])


def _of_points(folded: str, end: int) -> bool:
    return folded.startswith(("个百分点", " points", " point", "-punkt"), end)


def _tenths(folded: str) -> list[Finding]:
    found = []
    for match in _TENTHS.finditer(folded):
        digit = _BEFORE_TENTHS.search(folded, max(0, match.start() - 1), match.start())
        tenths = read_number(digit[0], "zh") if digit else None
        if tenths is not None:
            percent = tenths * 10 + (5 if match["half"] else 0)
            found.append(Finding("percent", percent, None, match.start() - 1, match.end()))
    for match in _ZH_OF_HUNDRED.finditer(folded) if "百分之" in folded else ():
        value = read_number(match[1], "zh")
        if value is not None:
            found.append(Finding("percent", value, None, *match.span()))
    return found
