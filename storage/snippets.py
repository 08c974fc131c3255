"""Turns a text and the terms that were looked for into the piece of it that shows them best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from analysis.fold import fold
from analysis.sentences import sentence_ends
from storage.terms import Term
from storage.types import Snippet
from storage.words import HAN

_CHINESE_WIDTH, _LATIN_WIDTH = 80, 160
_NEAR, _READ = 500, 20_000  # characters that are read first; most hits stand there
_HITS = 8  # of a term that are weighed
_SLACK = 24  # characters that may be given up for a border between words
_HAN = re.compile(rf"[{HAN}]+")
_INSIDE = re.compile(rf"[^\W_{HAN}]")
_PAUSES = frozenset("，、；：,;:）)”」 \n")

Span = tuple[int, int]
Hit = tuple[int, int, int]
"""Start, end, and the number of the term."""


def cut_snippet(text: str, terms: Sequence[Term]) -> Snippet | None:
    """The piece of about 80 Chinese or 160 other characters with most of the terms, the first of such; None
    where the text holds none of them. It begins and ends with a sentence, or else with a word.
    """
    folded, hits = _look(text, terms)
    if not hits:
        return None
    first, last = hits[0][:2] if len(terms) == 1 else _densest(text, hits)
    start, end, opened, closed = _piece(text, first, last)
    piece = text[start:end].replace("\n", " ")
    before, after = ("" if opened else "…"), ("" if closed else "…")
    read = folded[start:end] if end <= len(folded) else fold(piece)
    marks = [(low + len(before), high + len(before)) for low, high in _marks(read, terms)]
    return Snippet(f"{before}{piece}{after}", tuple(marks))


def _look(text: str, terms: Sequence[Term]) -> tuple[str, list[Hit]]:
    """What was read of the text, folded, and the hits in it. Folding takes longest, and of one term only the
    first hit counts: so no more is read than holds it.
    """
    for length in (_NEAR, _READ, len(text)) if len(terms) == 1 else (_READ, len(text)):
        folded = fold(text[:length])
        hits = _hits(folded, terms)
        if hits or length >= len(text):
            break
    return folded, hits


def _hits(folded: str, terms: Sequence[Term]) -> list[Hit]:
    """The first hits of each term, in order."""
    most = _HITS if len(terms) > 1 else 1
    return sorted(
        (start, end, number)
        for number, term in enumerate(terms)
        for start, end in islice(term.hits(folded), most)
    )


def _densest(text: str, hits: Sequence[Hit]) -> Span:
    """Start of the first and end of the last hit of the window that shows most terms."""
    if all(number == hits[0][2] for _, _, number in hits):
        return hits[0][:2]
    width = _width(text, hits[0][0])

    def window(index: int) -> list[Hit]:
        reach = hits[index][0] + width
        return [hit for hit in hits[index:] if hit[1] <= reach] or [hits[index]]

    best = max(
        (window(index) for index in range(len(hits))),
        key=lambda found: (len({number for _, _, number in found}), -found[0][0]),
    )
    # Of the hits of a window, as few as show all its terms.
    seen: set[int] = set()
    needed = [hit for hit in best if not (hit[2] in seen or seen.add(hit[2]))]  # type: ignore[func-returns-value]
    return needed[0][0], max(end for _, end, _ in needed)


def _width(text: str, at: int) -> int:
    around = text[max(0, at - 40) : at + 40]
    return _CHINESE_WIDTH if sum(map(len, _HAN.findall(around))) * 4 > len(around) else _LATIN_WIDTH


def _piece(text: str, first: int, last: int) -> tuple[int, int, bool, bool]:
    """Start and end of the piece around the hits; whether it begins, and ends, where a sentence does."""
    width = max(_width(text, first), last - first)
    # No sentence counts that begins before or ends behind what there is room for.
    low, high = max(0, last - width - _SLACK), min(len(text), first + width + _SLACK)
    around = text[low:high]
    bounds = sentence_ends(around)
    begin = _begin(around, [0, *bounds] if low == 0 else bounds, first - low)
    opened = begin is not None and last - low - begin <= width
    if begin is not None and opened:
        start = low + begin
    else:
        start = _word_start(text, max(0, first - (width - (last - first)) // 3), first)
    opened = opened or not text[:start].strip()
    reach = min(len(text), start + width)
    # The last sentence of what was looked at ends there only if the text does.
    end = _end(around, [*bounds, len(around)] if high == len(text) else bounds, reach - low)
    if end is not None and last - low <= end and ((end + low - start) * 2 >= width or reach == len(text)):
        return start, low + end, opened, True
    closed = reach == len(text)
    return start, reach if closed else _word_end(text, reach, last), opened, closed


def _begin(text: str, bounds: Sequence[int], at: int) -> int | None:
    """Where the last sentence begins that begins no later than `at`."""
    begins = (text[bound:].lstrip() for bound in reversed(bounds))
    return next((begin for begin in (len(text) - len(rest) for rest in begins) if begin <= at), None)


def _end(text: str, bounds: Sequence[int], at: int) -> int | None:
    """Where the last sentence ends that ends no later than `at`."""
    ends = (len(text[:bound].rstrip()) for bound in reversed(bounds))
    return next((end for end in ends if end <= at), None)


def _word_start(text: str, at: int, first: int) -> int:
    """A place from `at` on, and before the hit, at which no word is cut; behind a comma if one is near."""
    for place in range(at, min(at + _SLACK, first)):
        if place == 0 or text[place - 1] in _PAUSES:
            return place
    while 0 < at < first and _INSIDE.match(text[at - 1]) and _INSIDE.match(text[at]):
        at += 1
    return at


def _word_end(text: str, at: int, last: int) -> int:
    """A place up to `at`, and behind the hit, at which no word is cut."""
    for place in range(at, max(at - _SLACK, last), -1):
        if text[place] in _PAUSES:
            return place
    while last < at < len(text) and _INSIDE.match(text[at - 1]) and _INSIDE.match(text[at]):
        at -= 1
    return at


def _marks(folded: str, terms: Sequence[Term]) -> list[Span]:
    """Where the terms stand in a folded piece, in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(hit for term in terms for hit in term.hits(folded)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
