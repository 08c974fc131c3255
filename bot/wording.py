"""A wish -> what it says, in a few words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.types import Language
from analysis.wishes import Wish
from bot.cleaning import clean_line
from bot.labels import SEPARATOR, listed, place_in_province
from bot.markup import cut
from bot.texts import texts

UNITS = 200


def describe(wish: Wish, language: Language) -> str:
    """ "Shenzhen · digital yuan · red packets · “wallet” · without “lottery” · official only"."""
    words = texts(language)
    parts = [
        listed((place_in_province(code, language) for code in wish.places), language),
        listed((words(f"topic.{topic}") for topic in wish.topics), language),
        listed((words(f"kind.{kind}") for kind in wish.kinds), language),
        listed(map(clean_line, wish.organisations), language),
        _quoted(wish.words, language),
        words("wish.without", words=_quoted(wish.not_words, language)) if wish.not_words else "",
        listed(map(clean_line, wish.sources), language),
        words("wish.official") if wish.official else "",
        listed((words(f"wish.language.{code}") for code in wish.languages), language),
    ]
    return cut(SEPARATOR.join(filter(None, parts)) or words("subject.everything"), UNITS)


def _quoted(found: Iterable[str], language: Language) -> str:
    words = texts(language)
    return listed((words("wish.word", word=clean_line(each)) for each in found), language)
