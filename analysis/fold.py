"""Turns text into the form that is matched: one script, one width, one case, the same length.

Folding works character by character, and a character becomes exactly one character. So offsets into
the folded text are offsets into the original, and quotes are always cut from the original.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import opencc

# NFKC leaves these alone, but the web writes Xi'an with any of them.
_APOSTROPHES = dict.fromkeys("’‘ʼʻ´＇", "'")
# Half a character (broken input) cannot be handed to the matchers, which want UTF-8.
_UNKNOWN = "\ufffd"


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


# The same article is folded by every part of the analysis: the last few are remembered.
@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Simplified characters, half width, lower case; ``len(fold(text)) == len(text)`` always.

    A character whose folding would be longer or shorter than one (ß, ﬁ, …) stays as it is.
    Folding twice changes nothing.
    """
    return text.translate(_folding())
