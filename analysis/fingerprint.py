"""Turns a text into what finds its copies: a hash, MinHash bands, and the true similarity of two texts.

Character 3-grams suit Chinese, where three characters are about two words. Three letters say nothing in
English or German (two unrelated articles share a quarter of them), so Latin text is cut into 8-grams,
about a word and a half; then a figure means the same in every language.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from functools import lru_cache

from rensa import RMinHash

from analysis.fold import fold
from analysis.types import Fingerprint

_CHINESE, _LATIN = 3, 8  # characters of an n-gram
# 40 bands of 4 rows: two texts that share 54 % of their n-grams (3 of 10 sentences rewritten) meet
# in at least one band with a probability of .97, 74 % with .9999, unrelated ones (3 %) with .00003.
BANDS = 40
ROWS = 4
_SEED = 20191025
# 16 of a row's 32 bits are enough: rows that differ agree in these once in 65,536 times.
_ROWS = struct.Struct(f">{BANDS * ROWS}H")
_BANDS = struct.Struct(f">{BANDS}q")
_LONGEST = 100_000  # characters that are looked at: of a report of 500 pages the beginning is enough
_FEWEST = 24  # n-grams; a text shorter than that ("see attachment") is no evidence of anything

_NO_WORD = re.compile(r"[\W_]+")
_WORD_GRAM = re.compile(f" (?=(.{{{_LATIN}}}))")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share: `jaccard` of all their n-grams, `containment` of the shorter in the longer."""

    jaccard: float
    containment: float


def fingerprint(title: str, text: str) -> Fingerprint:
    """The hash of the folded words, and the bands; no bands where there is too little text to compare."""
    words = _words(f"{title}\n{text}")
    digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return Fingerprint(digest, _bands(*_measure(words)))


def similarity(text_a: str, text_b: str) -> float:
    """True Jaccard similarity of the folded n-grams, from 0 to 1."""
    return overlap(text_a, text_b).jaccard


def overlap(text_a: str, text_b: str) -> Overlap:
    """How much two texts share; nothing where one of them has too few words to tell."""
    grams_a, grams_b = _grams(text_a), _grams(text_b)
    fewer = min(len(grams_a), len(grams_b))
    if fewer == 0:
        return Overlap(0.0, 0.0)
    shared = len(grams_a & grams_b)
    return Overlap(shared / (len(grams_a) + len(grams_b) - shared), shared / fewer)


@lru_cache(maxsize=8)
def _words(text: str) -> str:
    return _NO_WORD.sub(" ", fold(text[:_LONGEST])).strip()


# An article is compared with several: the last few are remembered.
@lru_cache(maxsize=8)
def _grams(text: str) -> frozenset[str]:
    return frozenset(_cut(*_measure(_words(text))))


def _measure(words: str) -> tuple[str, int]:
    """The words as they are cut, and the size of their n-grams."""
    chinese = 3 * sum(map(len, _HAN.findall(words))) > len(words)
    return (words.replace(" ", ""), _CHINESE) if chinese else (words, _LATIN)


def _cut(words: str, size: int) -> list[str]:
    return [words[start : start + size] for start in range(len(words) - size + 1)]


def _bands(words: str, size: int) -> tuple[int, ...]:
    """Each band is four rows side by side, as one signed number; none for a text that is too short."""
    if len(words) - size + 1 < _FEWEST:
        return ()
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    # Latin n-grams that begin a word are enough here: a sixth of all, and two texts share as many of them.
    sketch.update(_cut(words, size) if size == _CHINESE else _WORD_GRAM.findall(f" {words}"))
    return _BANDS.unpack(_ROWS.pack(*[row & 0xFFFF for row in sketch.digest()]))
