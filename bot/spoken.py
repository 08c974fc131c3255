"""What was understood of a question -> words in the reader's language: "Shenzhen · Oct 2026 · “wallets”"."""

from __future__ import annotations

from datetime import date

from analysis.moments import month_days
from analysis.types import Kind, Language
from analysis.whens import When
from bot.asked import Asked, Part
from bot.cleaning import clean_line
from bot.figures import day, period
from bot.labels import SEPARATOR, listed, subject
from bot.markup import cut
from bot.texts import texts

WORDS_UNITS = 60


def about_asked(asked: Asked, language: Language) -> str:
    """Everything that is asked for, place and topic first; "everything" where nothing is."""
    order: tuple[Part, ...] = ("kinds", "when", "words")
    named = [subject(asked.place, asked.topic, language)] if asked.place or asked.topic else []
    named += [part_words(asked, part, language) for part in order if getattr(asked, part)]
    return SEPARATOR.join(named) or texts(language)("subject.everything")


def part_words(asked: Asked, part: Part, language: Language) -> str:
    """One part of what is asked for, in words."""
    match part:
        case "place":
            return subject(asked.place, None, language)
        case "topic":
            return subject(None, asked.topic, language)
        case "kinds":
            return kind_words(asked.kinds, language)
        case "when":
            return when_words(asked.when, language)
    return texts(language)("asked.words", words=cut(clean_line(asked.words), WORDS_UNITS))


def kind_words(kinds: tuple[Kind, ...], language: Language) -> str:
    """The names of kinds."""
    return listed((texts(language)(f"kind.{kind}") for kind in kinds), language)


def when_words(when: When, language: Language) -> str:
    """A time: "Oct 2026", "since 1 May 2024", "until 2023"."""
    words = texts(language)
    if when.since and when.until:
        return _between(when.since, when.until, language)
    if when.since:
        return words("when.since", day=_start(when.since, language))
    return words("when.until", day=day(when.until.isoformat(), language)) if when.until else ""


def _between(first: date, last: date, language: Language) -> str:
    if first == last:
        return day(first.isoformat(), language)
    if (first, last) == month_days(first.year, first.month):
        return day(first.isoformat()[:7], language)
    return period(first.isoformat(), last.isoformat(), language)


def _start(first: date, language: Language) -> str:
    """A beginning; the first of a month is the month."""
    return day(first.isoformat()[: 7 if first.day == 1 else 10], language)
