"""Turns text into the form that is matched: one script, one width, one case, the same length.

Folding works character by character, and a character becomes exactly one character. So offsets into
the folded text are offsets into the original, and quotes are always cut from the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

# NFKC leaves these alone, but the web writes Xi'an with any of them.
_APOSTROPHES = dict.fromkeys("’‘ʼʻ´＇", "'")
# Half a character (broken input) cannot be handed to the matchers, which want UTF-8.
_UNKNOWN = "\ufffd"
_LONGEST_LINE = 1000  # characters of a line that is remembered
# str.translate is twenty times as fast on ASCII alone, and one umlaut would spoil it for the whole line.
_STRETCH = 16
_ASCII = re.compile(rf"([\x00-\x7f]{{{_STRETCH},}})")
_LAST_LATIN = "\u024f"  # a line that begins later is Chinese, without such stretches


class _Folding(dict[int, str]):
    """What each code point becomes, worked out when it is first met (for str.translate)."""

    def __init__(self) -> None:
        super().__init__()
        self._simplify = opencc.OpenCC("t2s").convert

    def __missing__(self, code: int) -> str:
        char = chr(code) if not 0xD800 <= code <= 0xDFFF else _UNKNOWN
        folded = _APOSTROPHES.get(char, char)
        for step in (_compose, self._simplify, str.casefold):
            changed = step(folded)
            folded = changed if len(changed) == 1 else folded
        # Some characters fold in two steps (薴 苧 苎): follow them, so that folding twice changes nothing.
        self[code] = folded if folded == char else self[ord(folded)]
        return self[code]


def _compose(char: str) -> str:
    return unicodedata.normalize("NFKC", char)


@cache
def _folding() -> _Folding:
    return _Folding()


def fold(text: str) -> str:
    """Simplified characters, half width, lower case; ``len(fold(text)) == len(text)`` always.

    A character whose folding would be longer or shorter than one (ß, ﬁ, …) stays as it is.
    Folding twice changes nothing.
    """
    return _fold_text(text) if "\n" in text or len(text) > _LONGEST_LINE else _fold_line(text)


# Every part of the analysis folds the same article, or its lines: the last few of both are remembered.
@lru_cache(maxsize=8)
def _fold_text(text: str) -> str:
    lines = text.split("\n")
    return "\n".join([_fold_line(line) if len(line) <= _LONGEST_LINE else _translate(line) for line in lines])


@lru_cache(maxsize=256)
def _fold_line(line: str) -> str:
    return _translate(line)


def _translate(text: str) -> str:
    folding = _folding()
    if len(text) < _STRETCH or text[0] > _LAST_LATIN:
        return text.translate(folding)
    return "".join([part.translate(folding) for part in _ASCII.split(text)])
