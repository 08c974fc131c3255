"""Finds the headline of plain text: its first line, or the phrase that a page saved as text repeats."""

from __future__ import annotations

import re
from itertools import pairwise

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_HEAD = 1500  # characters in which navigation and the headline stand
_LONGEST = 60  # tokens of a headline
_FEWEST = 4  # words; of Chinese characters twice as many
_TITLE_LINE = 200


def split_headline(text: str) -> tuple[str, str]:
    """The headline and the text after it.

    Several lines: the line that is printed twice near the top, else the first one. A single line, as when a
    page was saved without its breaks: the longest phrase that stands twice at its beginning (in the
    navigation, in the heading), and what follows its last repetition there. ("", text) if there is neither.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return _of_lines(lines)
    only = lines[0] if lines else ""
    phrase = repeated_phrase(only[:_HEAD])
    if phrase is None:
        return (only, "") if len(only) <= _TITLE_LINE else ("", only)
    begin = only[:_HEAD].rindex(phrase)
    return phrase, only[begin + len(phrase) :].strip()


def _of_lines(lines: list[str]) -> tuple[str, str]:
    head = lines[:30]
    for line in head:
        if len(line) >= 8 and head.count(line) > 1 and len(line) <= _TITLE_LINE:
            last = len(head) - 1 - head[::-1].index(line)
            return line, "\n".join(lines[last + 1 :])
    if len(lines[0]) > _TITLE_LINE:
        return "", "\n".join(lines)
    return lines[0], "\n".join(lines[1:])


def repeated_phrase(head: str) -> str | None:
    """The longest run of words that stands twice in `head` without overlapping; None if it is too short."""
    spans = [match.span() for match in _TOKEN.finditer(head)]
    words = [head[begin:end] for begin, end in spans]
    # Equal beginnings become neighbours when the places are sorted by what follows them.
    places = sorted(range(len(words)), key=lambda place: words[place : place + _LONGEST])
    best = (0, 0, 0)
    for one, other in pairwise(places):
        length = _common(words, one, other)
        weight = sum(2 if len(word) > 1 else 1 for word in words[one : one + length])
        best = max(best, (weight, length, -min(one, other)))
    weight, length, place = best[0], best[1], -best[2]
    if length == 0 or weight < 2 * _FEWEST:
        return None
    return head[spans[place][0] : spans[place + length - 1][1]]


def _common(words: list[str], one: int, other: int) -> int:
    most = min(abs(one - other), len(words) - max(one, other), _LONGEST)
    length = 0
    while length < most and words[one + length] == words[other + length]:
        length += 1
    return length
