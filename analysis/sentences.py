"""Turns a text into its sentences, with offsets, in Chinese, English and German."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

# One class of characters comes first: the engine then skips ahead to them.
_BREAK = re.compile(
    r"[。！？!?；.\n](?:(?<=\n)\n*|(?<=\.)(?=[\"”“’)]*\s)[\"”“’)]*|(?<=[。！？!?；])[。！？!?；]*[”’」』）)\"]*)"
)
# A full stop after these does not end a sentence; nor does one after a single letter or a German ordinal.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(„\"“])(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|okt|dez|mio|mrd|tsd|nr|no|vol|rd|ca|bzw|usw|etc|evtl|"
    r"ggf|inkl|max|min|abs|art|st|mr|mrs|ms|dr|prof|inc|ltd|corp|co|vs|approx|gov|sen|gen|z\.\s?b|d\.\s?h|u\.\s?a|u\.s|e\.g|i\.e|"
    r"\w|\d{1,2})$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 6  # characters ("approx")
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}$")
_NEXT = re.compile(r"\s*(\S?)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without the white space around it; `start` and `end` are offsets into the text."""

    text: str
    start: int
    end: int


def _ends_here(text: str, match: re.Match[str]) -> bool:
    if text[match.start()] != ".":
        return True
    before = text[max(0, match.start() - 12) : match.start()]
    word = before[-_LONGEST_ABBREVIATION - 1 :]
    if (word.isalpha() and len(word) > _LONGEST_ABBREVIATION) or not _ABBREVIATION.search(before):
        return True
    following = _NEXT.match(text, match.end())[1]  # type: ignore[index]
    # "in 2022." ends a sentence, "am 18. Oktober" and "Oct. 18" do not.
    return not (_ORDINAL.search(before) or following.islower() or following.isdigit() or following.isalpha())


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order. A line break ends a sentence too."""
    bounds = [0, *sentence_ends(text), len(text)]
    sentences = [_trimmed(text, *each) for each in pairwise(bounds)]
    return [sentence for sentence in sentences if sentence.text]


def sentence_ends(text: str) -> list[int]:
    """Where sentences end, those but the last, with the line breaks behind them."""
    return [match.end() for match in _BREAK.finditer(text) if _ends_here(text, match)]


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end].rstrip()
    inner = piece.lstrip()
    start += len(piece) - len(inner)
    return Sentence(inner, start, start + len(inner))
