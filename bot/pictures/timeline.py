"""A TimelineChart -> its PNG: events down a line, each a dot between its day and its words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pictures.canvas import FAINT, INK, PAPER, SOFT, Canvas, cut, largest, wrapped
from bot.pictures.charts import Event, TimelineChart

WIDTH = 1080
MARGIN = 44
LINE = 236  # where the line stands
WORDS = LINE + 42
TOP = 160
SIZE = 33.0
LEADING = 43
NOTE = 27.0
LINES = 2
_APART = 26
_YEAR = 66
_ROOM = WIDTH - MARGIN - WORDS
_DAY_SIZES = (30.0, 27.0, 24.0)


@dataclass(frozen=True, slots=True)
class _Row:
    """An event set in lines, `y` where it begins."""

    event: Event
    lines: tuple[str, ...]
    y: float

    @property
    def bottom(self) -> float:
        return self.y + len(self.lines) * LEADING + (36 if self.event.note else 0) + _APART


def draw_timeline(chart: TimelineChart) -> bytes:
    """The picture of a timeline, as PNG; as high as its events need."""
    rows, years, bottom = _set(chart)
    canvas = Canvas(WIDTH, round(bottom + 40 + _legend_height(chart)))
    canvas.fitted(MARGIN, 78, chart.title, 50, WIDTH - 2 * MARGIN, INK, bold=True)
    canvas.fitted(MARGIN, 124, chart.subtitle, 29, WIDTH - 2 * MARGIN, SOFT)
    canvas.box(LINE - 2, TOP + 20, 4, bottom - TOP - 24, FAINT)
    for label, y in years:
        canvas.box(LINE - 52, y, 104, 44, SOFT, 22)
        canvas.text(LINE, y + 32, cut(label, 29, 96), 29, PAPER, anchor="ms", bold=True)
    size = largest([row.event.day for row in rows], _DAY_SIZES, LINE - MARGIN - 30)
    for row in rows:
        _event(canvas, row, size)
    _legend(canvas, chart, bottom + 28)
    return canvas.png()


def _set(chart: TimelineChart) -> tuple[list[_Row], list[tuple[str, float]], float]:
    """The events in lines and the years, each with where it stands, and where the last one ends."""
    rows: list[_Row] = []
    years: list[tuple[str, float]] = []
    y = float(TOP)
    for label, events in chart.years:
        years.append((label, y))
        y += _YEAR
        for event in events:
            lines = wrapped(event.label, SIZE, _ROOM, LINES)
            rows.append(_Row(event, tuple(lines), y))
            y = rows[-1].bottom
    return rows, years, y


def _event(canvas: Canvas, row: _Row, size: float) -> None:
    base = row.y + 34
    canvas.text(LINE - 30, base, row.event.day, size, SOFT, anchor="rs")
    canvas.dot(LINE, base - 12, 21, PAPER)
    _dot(canvas, LINE, base - 12, row.event.colour, official=row.event.official)
    for place, words in enumerate(row.lines):
        canvas.text(WORDS, base + place * LEADING, words, SIZE)
    below = base + len(row.lines) * LEADING - 4
    canvas.fitted(WORDS, below, row.event.note, NOTE, _ROOM, SOFT)


def _legend(canvas: Canvas, chart: TimelineChart, y: float) -> None:
    """The colours in two columns, and under them what a full dot and a ring mean."""
    canvas.box(MARGIN, y - 14, WIDTH - 2 * MARGIN, 2, FAINT)
    half = (WIDTH - 2 * MARGIN) / 2
    for place, key in enumerate(chart.legend):
        x, base = MARGIN + place % 2 * half, y + 34 + place // 2 * 42
        _dot(canvas, x + 14, base - 10, key.colour)
        canvas.fitted(x + 42, base, key.label, 27, half - 50)
    base = y + 34 + (len(chart.legend) + 1) // 2 * 42
    _dot(canvas, MARGIN + 14, base - 10, SOFT)
    canvas.fitted(MARGIN + 42, base, chart.official, 27, half - 50)
    _dot(canvas, MARGIN + half + 14, base - 10, SOFT, official=False)
    canvas.fitted(MARGIN + half + 42, base, chart.press, 27, half - 50)


def _dot(canvas: Canvas, x: float, y: float, colour: str, *, official: bool = True) -> None:
    """A dot in the colour of a stage, hollow where only the press tells; its rim shows pale colours."""
    canvas.dot(x, y, 15, INK)
    canvas.dot(x, y, 13, colour)
    if not official:
        canvas.dot(x, y, 7, INK)
        canvas.dot(x, y, 5.5, PAPER)


def _legend_height(chart: TimelineChart) -> int:
    return 42 * ((len(chart.legend) + 1) // 2 + 1) + 10
