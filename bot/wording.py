"""A wish -> what it says, in a few words of the reader's language."""

from __future__ import annotations

from analysis.types import Language
from analysis.wishes import Wish
from bot.cleaning import clean_line
from bot.labels import SEPARATOR, listed, place_in_province
from bot.markup import cut
from bot.reading_back import kinds_told, quoted
from bot.texts import texts

UNITS = 200


def describe(wish: Wish, language: Language, limit: int = UNITS) -> str:
    """ "Shenzhen · red packets · “wallet” · without “lottery” · official only", cut to `limit` units."""
    words = texts(language)
    parts = [
        listed((place_in_province(code, language) for code in wish.places), language),
        listed((words(f"topic.{topic}") for topic in wish.topics), language),
        kinds_told(wish.kinds, language),
        listed(map(clean_line, wish.organisations), language),
        quoted(wish.words, language),
        words("wish.without", words=quoted(wish.not_words, language)) if wish.not_words else "",
        listed(map(clean_line, wish.sources), language),
        words("wish.official") if wish.official else "",
        listed((words(f"wish.language.{code}") for code in wish.languages), language),
    ]
    return cut(SEPARATOR.join(filter(None, parts)) or words("subject.everything"), limit)
