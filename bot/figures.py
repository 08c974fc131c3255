"""Facts -> short lines in the reader's language: 10 million yuan, 1000万元, 10 Mio. Yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from babel.dates import format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from analysis.types import Fact, FactType, Language
from bot.cleaning import clean_line
from bot.markup import cut
from bot.texts import texts

FACT_LINES = 6
FACT_UNITS = 120

_SIGNS: dict[FactType, str] = {
    "amount": "💴",
    "count": "🔢",
    "pages": "📄",
    "percent": "📊",
    "batch": "🏷",
    "document_no": "📜",
    "period": "📅",
    "date": "📅",
}
_ORDER: tuple[FactType, ...] = (
    "batch",
    "amount",
    "count",
    "pages",
    "document_no",
    "percent",
    "period",
    "date",
)
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_COMPACT_FROM = 10_000


def fact_lines(facts: Sequence[Fact], language: Language, limit: int = FACT_LINES) -> tuple[str, ...]:
    """The facts that tell most: what is given before when it is given; each once, a sign in front."""
    ranked = sorted(facts, key=lambda fact: _ORDER.index(fact.type))
    lines = (f"{_SIGNS[fact.type]} {fact_words(fact, language)}" for fact in ranked)
    return tuple(dict.fromkeys(lines))[:limit]


def fact_words(fact: Fact, language: Language) -> str:
    """One fact in words; where its value has another shape than its type promises, the words it came from."""
    try:
        return cut(clean_line(_words(fact, language)), FACT_UNITS)
    except (ValueError, TypeError, InvalidOperation):
        return cut(clean_line(fact.quote), FACT_UNITS)


def number(value: int | float | str, language: Language) -> str:
    """A number, in millions (Mio., 万) where that loses nothing, else in full."""
    exact = Decimal(str(value))
    full = format_decimal(exact.normalize(), locale=language, decimal_quantization=False)
    if abs(exact) < _COMPACT_FROM or (language != "zh" and abs(exact) < 1_000_000):
        return full
    form: Literal["short", "long"] = "long" if language == "en" else "short"
    short = format_compact_decimal(exact, format_type=form, locale=language, fraction_digits=2)
    long = format_compact_decimal(exact, format_type=form, locale=language, fraction_digits=9)
    return short if short == long else full


def _words(fact: Fact, language: Language) -> str:
    words = texts(language)
    match fact.type:
        case "amount":
            return _amount(fact, language)
        case "count":
            return _count(fact, language)
        case "pages":
            return words.plural("fact.pages", int(fact.value), n=number(fact.value, language))
        case "batch":
            return words("fact.batch", n=int(fact.value))
        case "percent":
            share = Decimal(str(fact.value)) / 100
            return format_percent(share, locale=language, decimal_quantization=False)
        case "period":
            start, _, end = str(fact.value).partition("/")
            return words("fact.period", start=day(start, language), end=day(end, language))
        case "date":
            return day(str(fact.value), language)
    return str(fact.value)


def _amount(fact: Fact, language: Language) -> str:
    value, words = number(fact.value, language), texts(language)
    key = f"currency.{fact.unit}"
    return words(key, n=value) if words.knows(key) else f"{value} {fact.unit or ''}".strip()


def _count(fact: Fact, language: Language) -> str:
    value, words = number(fact.value, language), texts(language)
    key = f"unit.{fact.unit}"
    if not words.knows(key):
        return f"{value} {fact.unit or ''}".strip()
    whole = Decimal(str(fact.value))
    return words.plural(key, int(whole) if whole == 1 else 2, n=value)


def day(iso: str, language: Language) -> str:
    """An ISO date as far as it goes, "2022", "2024-06" or "2020-09-16". Raises ValueError for others."""
    found = _ISO_DATE.fullmatch(iso)
    if found is None:
        raise ValueError(f"{iso!r} is not an ISO date")
    year, month, days = (int(part) if part else None for part in found.groups())
    skeleton = "yMMMd" if days else "yMMM" if month else "y"
    locale = "en_GB" if language == "en" else language
    return format_skeleton(skeleton, date(year or 1, month or 1, days or 1), locale=locale)
