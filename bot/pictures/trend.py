"""A TrendChart -> its PNG: a panel of bars for each topic, all with the same months and scale."""

from __future__ import annotations

from bot.pictures.canvas import FAINT, INK, PAPER, SOFT, Canvas, cut, largest, width_of
from bot.pictures.charts import Panel, TrendChart

WIDTH = 1080
MARGIN = 44
TOP = 150
HEAD = 74  # of a panel: its title over its bars
BARS = 300
AXIS = 62  # room for the months under the bars
PANEL = HEAD + BARS + AXIS
YEARS = 44
_LEAST = 4  # pixels of a bar that is not nought
_MONTH_SIZES = (26.0, 22.0, 19.0)
_FIGURE_SIZES = (28.0, 24.0, 20.0, 17.0)
_WIDEST = 92


def draw_trend(chart: TrendChart) -> bytes:
    """The picture of a trend, as PNG."""
    foot = 52 if chart.open_note else 16
    canvas = Canvas(WIDTH, TOP + len(chart.panels) * PANEL + YEARS + foot)
    canvas.fitted(MARGIN, 78, chart.title, 50, WIDTH - 2 * MARGIN, INK, bold=True)
    canvas.fitted(MARGIN, 124, chart.subtitle, 29, WIDTH - 2 * MARGIN, SOFT)
    most = max(bar.number for panel in chart.panels for bar in panel.bars) or 1
    for place, panel in enumerate(chart.panels):
        _panel(canvas, panel, chart, TOP + place * PANEL, most)
    _years(canvas, chart, TOP + len(chart.panels) * PANEL)
    if chart.open_note:
        _open_note(canvas, chart)
    return canvas.png()


def _panel(canvas: Canvas, panel: Panel, chart: TrendChart, top: float, most: int) -> None:
    canvas.box(MARGIN, top + 24, 26, 26, panel.colour, 6)
    canvas.fitted(MARGIN + 40, top + 48, panel.title, 34, 400, INK, bold=True)
    room = WIDTH - 2 * MARGIN - 70 - min(400, width_of(panel.title, 34))
    canvas.text(WIDTH - MARGIN, top + 48, cut(panel.note, 27, room), 27, SOFT, anchor="rs")
    pitch, floor = _pitch(chart), top + HEAD + BARS
    wide = min(pitch * 0.76, _WIDEST)
    figure = largest([bar.figure for bar in panel.bars], _FIGURE_SIZES, pitch - 3)
    month = largest([bar.label for bar in panel.bars], _MONTH_SIZES, pitch - 4)
    for first, _ in chart.years:
        if first:
            canvas.box(MARGIN + first * pitch - 1, top + HEAD, 2, BARS + AXIS, FAINT)
    for place, bar in enumerate(panel.bars):
        centre = MARGIN + (place + 0.5) * pitch
        high = max(_LEAST, bar.number / most * (BARS - 36)) if bar.number else 0
        _bar(
            canvas,
            centre - wide / 2,
            floor,
            wide,
            high,
            panel.colour,
            bool(chart.open_note) and bar is panel.bars[-1],
        )
        if bar.number:
            canvas.text(centre, floor - high - 8, bar.figure, figure, INK, anchor="ms")
        canvas.text(centre, floor + 34, bar.label, month, SOFT, anchor="ms")
    canvas.box(MARGIN, floor, WIDTH - 2 * MARGIN, 3, SOFT)


def _bar(canvas: Canvas, x: float, floor: float, wide: float, high: float, colour: str, hollow: bool) -> None:
    canvas.box(x, floor - high, wide, high, colour)
    if hollow and high > 2 * _LEAST:  # a month that is not over is an outline
        canvas.box(x + 3, floor - high + 3, wide - 6, high - 3, PAPER)


def _years(canvas: Canvas, chart: TrendChart, top: float) -> None:
    """Under the lowest months: each year where it begins."""
    pitch = _pitch(chart)
    ends = [first for first, _ in chart.years[1:]] + [len(chart.panels[0].bars)]
    for (first, label), end in zip(chart.years, ends, strict=True):
        room = (end - first) * pitch
        canvas.text(MARGIN + first * pitch + room / 2, top + 22, cut(label, 29, room), 29, INK, anchor="ms")


def _open_note(canvas: Canvas, chart: TrendChart) -> None:
    y = canvas.height - 32
    canvas.box(MARGIN, y - 22, 26, 26, SOFT, 3)
    canvas.box(MARGIN + 3, y - 19, 20, 20, PAPER, 1)
    canvas.fitted(MARGIN + 40, y, chart.open_note, 26, WIDTH - 2 * MARGIN - 40, SOFT)


def _pitch(chart: TrendChart) -> float:
    return (WIDTH - 2 * MARGIN) / len(chart.panels[0].bars)
