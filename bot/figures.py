"""Facts -> short lines in the reader's language: 10 million yuan, 1000万元, 10 Mio. Yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from babel.dates import format_interval, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from analysis.growth import Change
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
_COINCIDENCE = 20  # two things of a story that are counted alike by chance are few


def further(facts: Sequence[Fact], told: Sequence[Fact]) -> list[Fact]:
    """The facts that say more than those already told: no "2022" beside a period that ends in it."""
    known = {_sameness(fact) for fact in told}
    times = [str(fact.value) for fact in facts if fact.type in ("date", "period")]
    return [fact for fact in facts if _sameness(fact) not in known and not _is_vague(fact, times)]


def _sameness(fact: Fact) -> object:
    """What makes two facts one: a large count of a story is one, though translated in two ways."""
    return (fact.type, fact.value) if _is_large(fact) else fact


def _is_vague(fact: Fact, times: Sequence[str]) -> bool:
    """Whether a year or month is only part of a day or a period of the same story."""
    value = str(fact.value)
    return fact.type == "date" and any(
        part != value and part.startswith(value) for time in times for part in time.split("/")
    )


def fact_lines(facts: Sequence[Fact], language: Language, limit: int = FACT_LINES) -> tuple[str, ...]:
    """The facts that tell most: what is given before when it is given; each once, a sign in front."""
    once: dict[object, Fact] = {}
    for fact in facts:
        once.setdefault(_sameness(fact), fact)
    ranked = sorted(once.values(), key=lambda fact: _ORDER.index(fact.type))
    lines = (f"{_SIGNS[fact.type]} {fact_words(fact, language)}" for fact in ranked)
    return tuple(dict.fromkeys(lines))[:limit]


def fact_words(fact: Fact, language: Language) -> str:
    """One fact in words; where its value has another shape than its type promises, the words it came from."""
    try:
        return cut(clean_line(_words(fact, language)), FACT_UNITS)
    except (ValueError, TypeError, InvalidOperation):
        return cut(clean_line(fact.quote), FACT_UNITS)


def count_is_named(fact: Fact, language: Language) -> bool:
    """Whether the language has a word for what is counted."""
    return texts(language).knows(f"unit.{fact.unit}")


def short_amount(fact: Fact, language: Language) -> str:
    """An amount as headlines have it: ¥10 million, 1000万元, 10 Mio. Yuan."""
    words, key = texts(language), f"short.{fact.unit}"
    if not words.knows(key):
        return fact_words(fact, language)
    return words(key, n=number(fact.value, language))


def _is_large(fact: Fact) -> bool:
    return fact.type == "count" and not isinstance(fact.value, str) and fact.value >= _COINCIDENCE


def changed(change: Change, language: Language, *, before: bool = False) -> str:
    """What a changed figure or stage is now, or was before, in words."""
    value = change.before if before else change.after
    if change.type is None:
        return texts(language)(f"stage.{value}")
    return fact_words(Fact(change.type, value, change.unit, str(value)), language)


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
            return period(start, end, language)
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


def period(start: str, end: str, language: Language) -> str:
    """A period from ISO day to ISO day, in short: "12–18 Oct 2020", for whole years "2020–2022"."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    locale = "en_GB" if language == "en" else language
    words = format_interval(first, last, "y" if whole else "yMMMd", locale=locale)
    return str(words).replace("\u2009", " ")


def day(iso: str, language: Language) -> str:
    """An ISO date as far as it goes, "2022", "2024-06" or "2020-09-16". Raises ValueError for others."""
    found = _ISO_DATE.fullmatch(iso)
    if found is None:
        raise ValueError(f"{iso!r} is not an ISO date")
    year, month, days = (int(part) if part else None for part in found.groups())
    skeleton = "yMMMd" if days else "yMMM" if month else "y"
    locale = "en_GB" if language == "en" else language
    return format_skeleton(skeleton, date(year or 1, month or 1, days or 1), locale=locale)
