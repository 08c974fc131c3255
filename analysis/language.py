"""Turns a text into the language it is written in: Chinese, English or German."""

from __future__ import annotations

import re
from functools import cache

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from analysis.types import Language

_SAMPLE = 2000
_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]+")
_CERTAIN = 0.9
_ENOUGH_WORDS = 8


@cache
def _detector() -> LanguageDetector:
    # English and German only, low accuracy: 9 MB, and it is asked about whole texts.
    builder = LanguageDetectorBuilder.from_languages(LinguaLanguage.ENGLISH, LinguaLanguage.GERMAN)
    return builder.with_low_accuracy_mode().build()


def _german_share(sample: str) -> float:
    return _detector().compute_language_confidence(sample, LinguaLanguage.GERMAN)


def detect(title: str, text: str, declared: Language | None) -> Language:
    """The language of an article, from its text; the title speaks only where there is no text.

    `declared` is what the source says. It holds unless the text plainly contradicts it: Chinese characters
    against Latin words, or clear German in an English source (and the other way round).
    """
    sample = (text if text.strip() else title)[:_SAMPLE]
    characters, words = len(_CJK.findall(sample)), len(_LATIN_WORD.findall(sample))
    if characters > 2 * words:
        return "zh"
    # A page in English that lists the Chinese names of things is still in English.
    if declared == "zh" and (characters > words / 2 or words < _ENOUGH_WORDS):
        return "zh"
    if words < _ENOUGH_WORDS:
        return declared or ("de" if words and _german_share(sample) > 0.5 else "en" if words else "zh")
    german = _german_share(sample)
    if declared in {"en", "de"}:
        share = german if declared == "de" else 1 - german
        return declared if share > 1 - _CERTAIN else _other(declared)
    return "de" if german > 0.5 else "en"


def _other(language: Language) -> Language:
    return "en" if language == "de" else "de"
