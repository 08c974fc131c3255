"""A fact found at a place in a text, before its quote is cut from the original."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.types import FactType

_SENTENCE_MARKS = ("。", "\n", ". ")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact and its offsets; see `analysis.types.Fact` for value and unit."""

    type: FactType
    value: int | float | str
    unit: str | None
    start: int
    end: int


def sentence_around(folded: str, start: int, end: int) -> str:
    """The sentence that holds these offsets, or what of it lies within 300 characters of them."""
    floor, ceiling = max(0, start - 300), end + 300
    begins = [folded.rfind(mark, floor, start) + 1 for mark in _SENTENCE_MARKS]
    ends = [at for mark in _SENTENCE_MARKS if (at := folded.find(mark, end, ceiling)) >= 0]
    return folded[max([floor, *begins]) : min(ends, default=ceiling)]


def blank(folded: str, findings: Iterable[Finding]) -> str:
    """The text with the places of these findings blanked, same length, so that nothing is read twice."""
    parts, position = [], 0
    for finding in sorted(findings, key=lambda found: found.start):
        if finding.end > position:
            begin = max(finding.start, position)
            parts += [folded[position:begin], "\x00" * (finding.end - begin)]
            position = finding.end
    return "".join([*parts, folded[position:]])
