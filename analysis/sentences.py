"""Turns a text into its sentences, with offsets, in Chinese, English and German."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAK = re.compile(r"[。！？!?；]+[”’」』）)\"]*|\.(?=[\"”“’)]*\s)[\"”“’)]*|\n+")
# A full stop after these does not end a sentence; nor does one after a single letter or a German ordinal.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(„\"“])(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|okt|dez|mio|mrd|tsd|nr|no|vol|rd|ca|bzw|usw|etc|evtl|"
    r"ggf|inkl|max|min|abs|art|st|mr|mrs|ms|dr|prof|inc|ltd|corp|co|vs|approx|gov|sen|gen|z\.\s?b|d\.\s?h|u\.\s?a|u\.s|e\.g|i\.e|"
    r"\w|\d{1,2})$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without the white space around it; `start` and `end` are offsets into the text."""

    text: str
    start: int
    end: int


def _ends_here(text: str, match: re.Match[str]) -> bool:
    if not match[0].startswith("."):
        return True
    before = text[max(0, match.start() - 12) : match.start()]
    if not _ABBREVIATION.search(before):
        return True
    following = text[match.end() :].lstrip()[:1]
    # "in 2022." ends a sentence, "am 18. Oktober" and "Oct. 18" do not.
    return not (_ORDINAL.search(before) or following.islower() or following.isdigit() or following.isalpha())


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order. A line break ends a sentence too."""
    sentences, begin = [], 0
    for match in _BREAK.finditer(text):
        if _ends_here(text, match):
            sentences += _trimmed(text, begin, match.end())
            begin = match.end()
    return sentences + _trimmed(text, begin, len(text))


def _trimmed(text: str, start: int, end: int) -> list[Sentence]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    inner = piece.strip()
    return [Sentence(inner, start, start + len(inner))] if inner else []
