"""A subscription -> what it asks for, in full: a line for each thing that it says."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import get_day_names

from analysis.gazetteer import gazetteer
from analysis.hours import ChatSettings, Every
from analysis.quiet import clock
from analysis.types import KINDS, Kind, Language
from analysis.wishes import Wish
from bot.cleaning import clean_line
from bot.labels import listed, place_in_province
from bot.markup import Line, line
from bot.texts import texts

MOST_KINDS = len(KINDS) // 2  # more than these are told by those that are missing


def wish_lines(wish: Wish, language: Language) -> list[Line]:
    """All that a wish says, and where it leaves things open."""
    words = texts(language)
    places = listed((place_in_province(code, language) for code in wish.places), language)
    topics = listed((words(f"topic.{topic}") for topic in wish.topics), language)
    told = [
        "📍 " + (places or words("back.places")),
        "🏷 " + (topics or words("back.topics")),
        "🗂 " + (kinds_told(wish.kinds, language) or words("back.kinds")),
        "🏢 " + listed(map(clean_line, wish.organisations), language) if wish.organisations else "",
        "🔤 " + words("back.words", words=quoted(wish.words, language)) if wish.words else "",
        "🚫 " + words("wish.without", words=quoted(wish.not_words, language)) if wish.not_words else "",
        "🗞 " + listed(map(clean_line, wish.sources), language) if wish.sources else "",
        "🏛 " + words("wish.official" if wish.official else "back.press"),
    ]
    if wish.languages:
        told.append("🗣 " + listed((words(f"wish.language.{code}") for code in wish.languages), language))
    return [line(each) for each in told if each]


def delivery_line(delivery: Every, settings: ChatSettings, language: Language) -> Line:
    """How often it is told, and when: "📬 one digest every day at 09:00"."""
    day = weekday(settings.digest_day, language)
    return line("📬 " + texts(language)(f"delivery.{delivery}", time=clock(settings.digest_at), day=day))


def kinds_told(kinds: Sequence[Kind], language: Language) -> str:
    """Kinds by name; of most of them those that are missing: "all kinds but red packets"."""
    words = texts(language)
    if len(kinds) <= MOST_KINDS:
        return listed((words(f"kind.{kind}") for kind in kinds), language)
    missing = [words(f"kind.{kind}") for kind in KINDS if kind not in kinds]
    return words("wish.kinds_but", kinds=listed(missing, language)) if missing else ""


def quoted(found: Sequence[str], language: Language) -> str:
    """Words in quotation marks."""
    words = texts(language)
    return listed((words("wish.word", word=clean_line(each)) for each in found), language)


def province_lines(wish: Wish, language: Language) -> list[Line]:
    """That a province takes in its cities, where one is named."""
    codes = [code for code in wish.places if (place := gazetteer().place(code)) and place.level == "province"]
    if not codes:
        return []
    names = listed((place_in_province(code, language) for code in codes), language)
    return [line(texts(language)("subscribe.province", place=names))]


def weekday(day: int, language: Language) -> str:
    """The name of a day of the week; 0 is Monday."""
    return str(get_day_names("wide", locale=language)[day])
