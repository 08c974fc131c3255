"""Turns offsets into the article's body as it was read into offsets into the article as it came.

The body is made of whole lines and of pieces of lines of the text and of its attachments, in their order and
unchanged; so each piece is looked for behind the one before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from analysis.types import Part, Span


class Origins:
    """Where the lines of `body` come from; `parts` are the texts it was made of, in order."""

    def __init__(self, body: str, parts: Sequence[tuple[Part, str]]) -> None:
        self._starts: list[int] = []
        self._spans: list[Span | None] = []
        number = position = start = 0
        for line in body.split("\n"):
            at = -1
            while number < len(parts) and (at := parts[number][1].find(line, position)) < 0:
                number, position = number + 1, 0
            self._starts.append(start)
            if at >= 0:
                self._spans.append(Span(parts[number][0], at, at + len(line)))
                position = at + len(line)
            else:
                self._spans.append(None)
                number = position = 0
            start += len(line) + 1

    def locate(self, start: int, end: int) -> Span | None:
        """Where body[start:end] stands in the article; None where it was not found or spans two parts."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        begin, finish = self._spans[first], self._spans[last]
        if begin is None or finish is None or begin.part != finish.part:
            return None
        return Span(
            begin.part,
            begin.start + start - self._starts[first],
            finish.start + end - self._starts[last],
        )
