"""Turns a text into the language it is written in: Chinese, English or German."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from analysis.types import Language

_SAMPLE = 2000
_CJK = re.compile(r"[㐀-鿿豈-﫿]+")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]+")
_CERTAIN = 0.9
_ENOUGH_WORDS = 8
# Words that nearly every sentence of one language has and none of the other ("die" and "was" are in both).
_ENGLISH = frozenset(
    {
        "the",
        "of",
        "and",
        "to",
        "for",
        "that",
        "with",
        "from",
        "by",
        "are",
        "is",
        "has",
        "have",
        "this",
        "its",
        "which",
    }
)
_GERMAN = frozenset(
    {
        "der",
        "das",
        "und",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "von",
        "mit",
        "für",
        "ist",
        "im",
        "auf",
        "zu",
        "nicht",
        "sich",
    }
)
_CLEAR = 5  # so many such words, and as many times more than of the other language, settle it


@cache
def _judge() -> Callable[[str], float]:
    """Lingua's word on how surely a text is German rather than English, from 0 to 1.

    It is loaded when the first text needs it: two languages, low accuracy, 9 MB.
    """
    from lingua import Language as Known
    from lingua import LanguageDetectorBuilder

    builder = LanguageDetectorBuilder.from_languages(Known.ENGLISH, Known.GERMAN)
    detector = builder.with_low_accuracy_mode().build()
    return lambda text: detector.compute_language_confidence(text, Known.GERMAN)


def _clear_language(words: Sequence[str]) -> Language | None:
    """English or German where the small words leave no doubt."""
    small = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in small)
    german = sum(word in _GERMAN for word in small)
    if english >= _CLEAR * max(german, 1):
        return "en"
    return "de" if german >= _CLEAR * max(english, 1) else None


def detect(title: str, text: str, declared: Language | None) -> Language:
    """The language of an article, from its text; the title speaks only where there is no text.

    `declared` is what the source says. It holds unless the text plainly contradicts it: Chinese characters
    against Latin words, or clear German in an English source (and the other way round).
    """
    sample = (text if text.strip() else title)[:_SAMPLE]
    latin = _LATIN_WORD.findall(sample)
    characters, words = sum(map(len, _CJK.findall(sample))), len(latin)
    if characters > 2 * words:
        return "zh"
    # A page in English that lists the Chinese names of things is still in English.
    if declared == "zh" and (characters > words / 2 or words < _ENOUGH_WORDS):
        return "zh"
    if words < _ENOUGH_WORDS:
        return declared or ("de" if words and _judge()(sample) > 0.5 else "en" if words else "zh")
    clear = _clear_language(latin)
    if clear is not None and declared != _other(clear):
        return clear
    german = _judge()(sample)
    if declared in {"en", "de"}:
        share = german if declared == "de" else 1 - german
        return declared if share > 1 - _CERTAIN else _other(declared)
    return "de" if german > 0.5 else "en"


def _other(language: Language) -> Language:
    return "en" if language == "de" else "de"
