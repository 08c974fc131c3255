"""Turns rows of the index into their order by how much they are about what was looked for.

All of them hold all the terms, so how rare a term is says nothing here: what counts is how often each is
said (the measure of BM25, k1 = 1.2, b = 0.5), three times as much in the title. FTS5's own bm25 counts
every row of every word in the archive first, which grows with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.terms import Term
from storage.words import BOUNDARY, is_chinese, plain, same_umlauts

_K1, _B = 1.2, 0.5
_TITLE_WEIGHT = 3
_LONGEST_TITLE = 300  # characters of its words in the index

Row = tuple[int, str]
"""Number of a row, and its words."""


def by_relevance(rows: Sequence[Row], terms: Sequence[Term]) -> list[int]:
    """The numbers of the rows, the most relevant first; equals stay in the order they came in."""
    if not rows:
        return []
    looked_for = [_needles(term) for term in terms]
    average = sum(len(words) for _, words in rows) / len(rows) or 1.0

    def score(row: Row) -> float:
        words = f" {row[1]} "
        title = words[:_LONGEST_TITLE].partition(f" {BOUNDARY} ")[0] + " "
        tempered = _K1 * (1 - _B + _B * len(words) / average)
        said = (_count(words, needles) + _TITLE_WEIGHT * _count(title, needles) for needles in looked_for)
        return sum(often / (often + tempered) for often in said)

    return [number for number, _ in sorted(rows, key=score, reverse=True)]


def _needles(term: Term) -> list[tuple[str, ...]]:
    """What is counted in the words of a row: for each word of the term its forms between spaces."""
    if term.prefix:
        return [(f" {plain(term.runs[0])}", f" {same_umlauts(term.runs[0])}")]
    needles: list[tuple[str, ...]] = []
    for run, words in zip(term.runs, term.words(), strict=True):
        if is_chinese(run):
            needles += [(f" {word} " if len(word) > 1 else f" {word}",) for word in words]
        else:
            needles.append(tuple(f" {word} " for word in dict.fromkeys(words)))
    return needles


def _count(words: str, needles: Sequence[tuple[str, ...]]) -> int:
    """How often the whole term may stand there at most: as often as the rarest of its words."""
    return min(sum(words.count(form) for form in forms) for forms in needles)
