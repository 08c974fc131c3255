"""Turns any text into the words that are searched: Chinese in pairs of characters, the rest as stems.

The words of a text and of a question are made here in one way, and hold letters and digits only: so
nothing a person types can mean anything to FTS5, and 北京 is found inside 在北京市.

A word of Latin letters has two stems. The English one goes into the column `words`; the German one, in
which ü, ue and u are one letter, into the column `german` (for German texts, and for words with an umlaut
in any text): kept apart, because Yueyang and Yuyang are two places.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from Stemmer import Stemmer

from analysis.fold import fold
from analysis.types import Language

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
BOUNDARY = "¶"  # a word of the index that nobody can type: a phrase does not reach across it
LONGEST_TEXT = 200_000
_LONGEST_WORD = 40
_SHORTEST_TERM = 4  # letters of a word that `prefix*` may be asked to find
_IS_HAN = re.compile(rf"[{HAN}]")
_UMLAUT = re.compile(r"[äöüß]")
_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue"}
# Written out umlauts, but not the letters of neue, Bauer, Quelle.
_DIGRAPH = re.compile(r"(?<![aeq])ue|(?<![aeiou])[ao]e")

# A stemmer of PyStemmer is not safe for use by several threads at once.
_stemming = threading.local()


def index_words(text: str, language: Language) -> str:
    """The words of a text, separated by spaces: pairs of Chinese characters, else stems.

    The last character of a run stands alone too, so that every single character begins a word.
    """
    words: list[str] = []
    for run in RUN.findall(fold(text[:LONGEST_TEXT])):
        if is_chinese(run):
            words += [run[start : start + 2] for start in range(len(run))]
        else:
            words.append(stem(run, language))
    return " ".join(words)


def index_fields(fields: Iterable[str], language: Language) -> str:
    """The words of several texts, with a boundary between them; at most LONGEST_TEXT characters are read."""
    words: list[str] = []
    room = LONGEST_TEXT
    for text in fields:
        if text and room > 0:
            words.append(index_words(text[:room], language))
            room -= len(text)
    return f" {BOUNDARY} ".join(words)


def umlaut_words(fields: Iterable[str]) -> str:
    """The words with an umlaut, as German ones: Müller in an English text is found as Mueller."""
    found = (
        stem(run, "de")
        for text in fields
        for run in RUN.findall(fold(text[:LONGEST_TEXT]))
        if _UMLAUT.search(run)
    )
    return f" {BOUNDARY} ".join(dict.fromkeys(found))


def long_terms(words: str) -> set[str]:
    """The words of Latin letters in an indexed text that `prefix*` may be asked to find."""
    return {
        word
        for word in set(words.split())
        if len(word) >= _SHORTEST_TERM and word[0].isalpha() and not is_chinese(word)
    }


def is_chinese(run: str) -> bool:
    """Whether a run of RUN is one of Chinese characters."""
    return not run.isascii() and _IS_HAN.match(run) is not None


def stem(word: str, language: Language) -> str:
    """The stem of a folded word: German for German, else English (Latin words of a Chinese text mostly)."""
    return german_stem(word) if language == "de" else english_stem(word)


@lru_cache(maxsize=20_000)
def english_stem(word: str) -> str:
    """For the column `words`."""
    return _stem("english", word)


@lru_cache(maxsize=20_000)
def german_stem(word: str) -> str:
    """For the column `german`, where umlauts are folded."""
    return same_umlauts(_stem("german", word))


def foreign_stems(word: str) -> tuple[str, str]:
    """What a German word may be in the column `words`: "digitaler" digital, "Müller" Mueller."""
    return _stem("german", word), english_stem(written_out(word))


def plain(word: str) -> str:
    """Without accents: Börse and Borse are one word."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def same_umlauts(word: str) -> str:
    """ü, ue and u are one: Börse, Boerse and Borse."""
    return _DIGRAPH.sub(lambda match: match[0][0], plain(word))


def written_out(word: str) -> str:
    """Umlauts as two letters."""
    return "".join(_WRITTEN_OUT.get(char, char) for char in word)


def _stem(name: str, word: str) -> str:
    word = word[:_LONGEST_WORD].replace("ß", "ss")
    return plain(_stemmer(name).stemWord(word)) or word


def _stemmer(name: str) -> Stemmer:
    stemmer = getattr(_stemming, name, None)
    if stemmer is None:
        stemmer = Stemmer(name)
        setattr(_stemming, name, stemmer)
    return stemmer
