"""The balance of what was heard -> sentences: stories, repeats that nobody got, sources, who told first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_timedelta
from babel.numbers import format_decimal, format_percent

from analysis.types import Language
from bot.asked import ask
from bot.asking import today
from bot.markup import BLANK, Line, Part, line
from bot.render import message
from bot.services import Services
from bot.spoken import when_words
from bot.texts import texts
from bot.types import Message, Reader
from storage.coverage import TROUBLE
from storage.ledger import Ledger, ledger
from storage.types import SourceLine


def stats(services: Services, reader: Reader, typed: str) -> Message:
    """The balance of all, or of what was filed since the time that was typed."""
    when = ask(typed, today(services, reader), since=True).asked.when
    with services.database.read() as connection:
        found = ledger(connection, when.begins(reader.zone), places=False)
    return balance(found, services.sources(), when_words(when, reader.language), reader)


def balance(found: Ledger, sources: Sequence[SourceLine], when: str, reader: Reader) -> Message:
    """The balance in sentences; `when`: of what time it is, "" of all."""
    words = texts(reader.language)
    head = words("stats.title") + (f" ({when})" if when else "")
    lines: list[Line] = [line(Part("🧾 " + head, "b")), BLANK]
    if not found.stories:
        return message([*lines, line(words("latest.nothing"))])
    told = [
        _plural(
            "stats.stories",
            found.stories,
            reader,
            all=_plural("stats.announcements", found.announcements, reader),
        ),
        _plural("stats.avoided", found.avoided, reader, copies=_number(found.copies, reader.language)),
        _heard(sources, reader),
        *_first(found, reader),
    ]
    for each in told:
        lines += [line(each), BLANK]
    return message(lines)


def _heard(sources: Sequence[SourceLine], reader: Reader) -> str:
    read = [each for each in sources if each.status != "disabled"]
    fine = sum(each.status not in TROUBLE for each in read)
    return _plural("stats.sources", len(read), reader, fine=_number(fine, reader.language))


def _first(found: Ledger, reader: Reader) -> list[str]:
    """Who told first, and by how much, of the stories that both told; and what only one told."""
    words, language = texts(reader.language), reader.language
    both = found.official_first + found.press_first
    lines = []
    if both:
        share = format_percent(found.official_first / both, locale=language)
        lines.append(_plural("stats.both", both, reader, share=share))
        if found.press_after is not None:
            lines.append(words("stats.press_after", delay=_delay(found.press_after, language)))
        if found.official_after is not None:
            lines.append(words("stats.official_after", delay=_delay(found.official_after, language)))
    only = {"official": found.official_only, "press": found.press_only}
    numbers = {name: _number(count, language) for name, count in only.items()}
    return [*lines, words("stats.only", **numbers)]


def _plural(key: str, number: int, reader: Reader, **values: object) -> str:
    return texts(reader.language).plural(key, number, n=_number(number, reader.language), **values)


def _number(number: int, language: Language) -> str:
    return str(format_decimal(number, locale=language))


def _delay(delay: timedelta, language: Language) -> str:
    return str(format_timedelta(delay, granularity="minute", threshold=2, locale=language))
