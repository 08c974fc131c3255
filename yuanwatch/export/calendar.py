"""Stories -> iCalendar (RFC 5545): the days and periods that they name, each an event of whole days.

An event is what a calendar can show: a day, or a period of at most a year between two days or months. A day
that was over more than a month before the news of it is history, and none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from analysis.types import Fact
from bot.cleaning import clean, clean_line, safe_link
from bot.headlines import about
from bot.labels import PRINTED_ZONE, main_places
from storage.types import Story
from yuanwatch.export.channel import NAME, Channel, title
from yuanwatch.export.record import key_of, story_key, updated

_DAY = re.compile(r"((?:19|20|21)\d{2})-(\d{2})(?:-(\d{2}))?")  # any other year is a mistake
_HISTORY = timedelta(days=31)
_LONGEST = timedelta(days=366)
_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

Days = tuple[date, date]
"""The first and the last day."""


def calendar(stories: Iterable[Story], channel: Channel) -> Iterator[str]:
    """A calendar of the stories' dates; lines end in CR LF and have at most 75 octets."""
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{NAME}//{NAME}//{channel.language.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(channel.title)}",
        f"X-WR-CALNAME:{_text(channel.title)}",
    )
    yield from map(folded, head)
    for story in stories:
        for days, fact in events(story).items():
            yield from map(folded, _event(story, days, fact, channel))
    yield folded("END:VCALENDAR")


def events(story: Story, zone: ZoneInfo = PRINTED_ZONE) -> dict[Days, Fact]:
    """The days that a story names and a calendar can show, each once, with the fact that names them."""
    told = story.face.shown.astimezone(zone).date()
    found: dict[Days, Fact] = {}
    for fact in story.facts:
        days = _days(fact)
        if days and days[1] >= told - _HISTORY:
            found.setdefault(days, fact)
    return found


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character cut in two, with its CR LF."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if size + width > _OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece += char
        size += width
    return "\r\n".join((*pieces, piece)) + "\r\n"


def _event(story: Story, days: Days, fact: Fact, channel: Channel) -> Iterator[str]:
    first, last = days
    link = safe_link(story.face.url)
    changed = f"{updated(story).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{key_of(f'event {story_key(story)} {first}/{last}').removeprefix('urn:uuid:')}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"  # the day after
    yield f"SUMMARY:{_text(f'{about(story, channel.language)}: {title(story)}')}"
    if place := main_places(story, channel.language):
        yield f"LOCATION:{_text(place)}"
    yield f"DESCRIPTION:{_text(_description(story, fact, channel))}"
    if link:
        yield f"URL:{link}"
    if story.topics:
        yield f"CATEGORIES:{','.join(story.topics)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because a city announces something
    yield "END:VEVENT"


def _description(story: Story, fact: Fact, channel: Channel) -> str:
    outlets = ", ".join(clean_line(name) for name in story.publishers)
    parts = (clean(story.summary(channel.language)), f"“{clean_line(fact.quote)}”", outlets, story.face.url)
    return "\n".join(filter(None, parts))


def _days(fact: Fact) -> Days | None:
    """The days of a date or period; None where it is a month, a year, too long, or no date at all."""
    match fact.type, str(fact.value).split("/"):
        case "date", [day]:
            first, last = _first(day), _last(day)
            found = (first, last) if first and first == last else None
        case "period", [begin, end]:
            first, last = _first(begin), _last(end)
            found = (first, last) if first and last and first <= last <= first + _LONGEST else None
        case _:
            found = None
    return found


def _first(text: str) -> date | None:
    return _date(text, 1)


def _last(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return _date(text, monthrange(int(match[1]), int(match[2]))[1])


def _date(text: str, day: int) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or day)) if match else None
    except ValueError:
        return None


def _text(words: str) -> str:
    return clean(words).translate(_ESCAPED)
