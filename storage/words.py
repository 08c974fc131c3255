"""Turns any text into the words that are searched: Chinese in pairs of characters, the rest as stems.

The words of a text and of a question are made here in one way, and hold letters and digits only: so
nothing a person types can mean anything to FTS5, and 北京 is found inside 在北京市.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from Stemmer import Stemmer

from analysis.fold import fold
from analysis.types import Language

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_LONGEST_TEXT = 200_000
_LONGEST_WORD = 40
_MOST_WORDS = 16  # of a question; FTS5 would take more, but nobody means more

# A stemmer of PyStemmer is not safe for use by several threads at once.
_stemming = threading.local()


def index_words(text: str, language: Language) -> str:
    """The words of a text, separated by spaces: pairs of Chinese characters, else stems.

    The last character of a run stands alone too, so that every single character begins a word.
    """
    words: list[str] = []
    for run in _RUN.findall(fold(text[:_LONGEST_TEXT])):
        if _is_chinese(run):
            words += [run[start : start + 2] for start in range(len(run))]
        else:
            words.append(_stem(run, language))
    return " ".join(words)


def query_words(words: str) -> str:
    """What a person typed as an FTS5 expression that asks for all of it; "" where nothing is left."""
    terms: list[str] = []
    for run in _RUN.findall(fold(words[:1000])):
        terms.extend(_chinese_terms(run) if _is_chinese(run) else [_stem_term(run)])
    return " AND ".join(list(dict.fromkeys(terms))[:_MOST_WORDS])


def _chinese_terms(run: str) -> list[str]:
    if len(run) == 1:
        return [f'"{run}"*']
    return [f'"{run[start : start + 2]}"' for start in range(len(run) - 1)]


def _stem_term(word: str) -> str:
    """Nobody says which language a question is in: either stem will do."""
    stems = dict.fromkeys((_stem(word, "en"), _stem(word, "de")))
    quoted = " OR ".join(f'"{stem}"' for stem in stems)
    return f"({quoted})" if len(stems) > 1 else quoted


def _is_chinese(run: str) -> bool:
    return not run.isascii() and _IS_HAN.match(run) is not None


@lru_cache(maxsize=20_000)
def _stem(word: str, language: Language) -> str:
    """German for German, else English (the Latin words of a Chinese text are mostly English)."""
    return (
        _plain(_stemmer("german" if language == "de" else "english").stemWord(word[:_LONGEST_WORD])) or word
    )


def _stemmer(name: str) -> Stemmer:
    stemmer = getattr(_stemming, name, None)
    if stemmer is None:
        stemmer = Stemmer(name)
        setattr(_stemming, name, stemmer)
    return stemmer


def _plain(word: str) -> str:
    """Without accents: Börse, Borse and Bo¨rse are one word."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
