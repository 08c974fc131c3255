"""Ids and values -> short words in the reader's language: places, topics, hashtags, times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton

from analysis.gazetteer import Place, gazetteer
from analysis.types import Language, Topic
from bot.cleaning import clean_line
from bot.texts import texts
from bot.types import Reader
from storage.types import StoryLine

SEPARATOR = " · "
HEADLINE_PLACES = 3
PRINTED_ZONE = ZoneInfo("Asia/Shanghai")

TELLING_STAGES = ("consultation", "completed", "cancelled")
_LARGE = ("province", "prefecture", "area")
_NOT_IN_HASHTAG = re.compile(r"[^\w]+|_")


def place_name(adcode: str, language: Language) -> str | None:
    """The name of a place, or None for a code that the gazetteer does not know."""
    place = gazetteer().place(adcode)
    return gazetteer().name(adcode, language) if place else None


def place_in_province(adcode: str, language: Language) -> str:
    """The name, with what it lies in where another place has it too: "Suzhou (Anhui)"; so all counties."""
    name = place_name(adcode, language) or adcode
    place = gazetteer().place(adcode)
    parent = place_name(place.parent, language) if place and place.parent else None
    if not place or not parent or parent == name or _is_unique(place, name):
        return name
    return f"{name}（{parent}）" if language == "zh" else f"{name} ({parent})"


def subject(place: str | None, topic: Topic | None, language: Language) -> str:
    """What a list or a subscription is about, in a few words."""
    words = texts(language)
    parts = [place_in_province(place, language)] if place else []
    parts += [words(f"topic.{topic}")] if topic else []
    return SEPARATOR.join(parts) or words("subject.everything")


def hashtags(story: StoryLine, language: Language) -> str:
    """Tappable hashtags for the main places and the topics."""
    words = texts(language)
    names = [place_name(code, language) for code in _primary(story)[:HEADLINE_PLACES]]
    tags = [_hashtag(name) for name in names if name]
    tags += [f"#{words(f'hashtag.{topic}')}" for topic in story.topics]
    return " ".join(dict.fromkeys(filter(None, tags)))


def moment(when: datetime, language: Language, zone: ZoneInfo, *, day_only: bool = False) -> str:
    """A time in the reader's zone; a day alone where a source printed only the day (midnight in China)."""
    if when.astimezone(PRINTED_ZONE).time() == time():
        return format_skeleton("yMMMd", when.astimezone(PRINTED_ZONE).date(), locale=_locale(language))
    local = when.astimezone(zone)
    day = format_skeleton("yMMMd", local.date(), locale=_locale(language))
    return day if day_only else f"{day} {format_datetime(local, 'HH:mm', locale=_locale(language))}"


def told_at(when: datetime, reader: Reader) -> str:
    """A time to the minute as a reader has it. The zone is said where it need not be the reader's own, and
    where the day is another one there than in China, where it was printed: "15 Sept 2020 19:30 CEST"."""
    text, local = moment(when, reader.language, reader.zone), when.astimezone(reader.zone)
    printed = when.astimezone(PRINTED_ZONE)
    at_home = reader.own_zone or (reader.language == "zh" and reader.zone == PRINTED_ZONE)
    if printed.time() == time() or (at_home and printed.date() == local.date()):
        return text
    return f"{text} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """The usual short name of the zone of a time, or its distance from UTC: "CEST", "UTC−03"."""
    name = local.tzname() or ""
    return name if name.isalpha() else "UTC" + name.replace("-", "−")


def published(story: StoryLine, language: Language, zone: ZoneInfo, *, day_only: bool = False) -> str:
    """When the story's face was published; if it does not say, when it was first seen, and that it is so."""
    if story.face.published is None:
        seen = moment(story.face.fetched, language, zone, day_only=day_only)
        return texts(language)("story.seen", when=seen)
    return moment(story.face.shown, language, zone, day_only=day_only)


def local_day(when: datetime, zone: ZoneInfo) -> date:
    """The day in the reader's zone; the printed one where a source printed only the day."""
    printed = when.astimezone(PRINTED_ZONE)
    return printed.date() if printed.time() == time() else when.astimezone(zone).date()


def day_and_month(day: date, language: Language) -> str:
    """A day without its year: "16 Sept"."""
    return str(format_skeleton("MMMd", day, locale=_locale(language)))


def full_day(day: date, language: Language) -> str:
    """A day with its year: "16 Sept 2020"."""
    return str(format_skeleton("yMMMd", day, locale=_locale(language)))


def day_of(when: datetime, language: Language, zone: ZoneInfo) -> str:
    """A day of this year or the last: "3 Nov"."""
    return str(format_skeleton("MMMd", when.astimezone(zone), locale=_locale(language)))


def day_of_date(day: date, language: Language, *, year: bool = False) -> str:
    """A day that is known as such: "3 Nov", or with its year "3 Nov 2020"."""
    return str(format_skeleton("yMMMd" if year else "MMMd", day, locale=_locale(language)))


def listed(names: Iterable[str], language: Language) -> str:
    """The names one after the other: "a, b, c", in Chinese "a、b、c"."""
    comma = texts(language)("list.comma", first="", rest="")
    return comma.join(names)


def _locale(language: Language) -> str:
    """English with the day first: "16 Sep 2020" is read alike on both sides of the Atlantic."""
    return "en_GB" if language == "en" else language


def _primary(story: StoryLine) -> tuple[str, ...]:
    return tuple(place.adcode for place in story.places if place.primary)


def main_places(story: StoryLine, language: Language) -> str:
    """The names of the places it is about: "Tianjin, Chongqing, Guangzhou +10", "China" without any."""
    codes = _primary(story)
    names = [name for name in (place_name(code, language) for code in codes) if name]
    if not names:
        return texts(language)("place.nationwide")
    kept = list(dict.fromkeys(names))
    more = len(kept) - HEADLINE_PLACES
    return listed(kept[:HEADLINE_PLACES], language) + (f" +{more}" if more > 0 else "")


def _is_unique(place: Place, name: str) -> bool:
    """Whether people who name it mean this place; counties are always told with their city."""
    others = (each for each in gazetteer().resolve(name) if each.level in _LARGE)
    return place.level in _LARGE and all(each.adcode == place.adcode for each in others)


def _hashtag(name: str) -> str:
    word = _NOT_IN_HASHTAG.sub("", clean_line(name))
    return f"#{word}" if word and not word.isdigit() else ""
