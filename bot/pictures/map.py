"""A MapChart -> its PNG: provinces as squares, the legend in the north-west, cities in the south-west."""

from __future__ import annotations

from bot.pictures.canvas import FAINT, INK, SOFT, Canvas, cut, largest
from bot.pictures.charts import Bar, MapChart, Tile
from bot.pictures.grid import COLUMNS, ROWS
from bot.pictures.palette import STEPS, on

WIDTH = 1080
MARGIN = 40
GAP = 8
PITCH = (WIDTH - 2 * MARGIN + GAP) // COLUMNS
TILE = PITCH - GAP
TOP = 156
HEIGHT = TOP + ROWS * PITCH - GAP + MARGIN
_NAME_SIZES = (26.0, 24.0, 22.0, 20.0)
_CHINESE_SIZES = (33.0, 30.0, 26.0)
_FIGURE_SIZES = (44.0, 38.0, 34.0, 30.0, 26.0)
_BAR_ROOM = 96
_FIGURE_ROOM = 84
_EMPTY_COLUMNS = 4  # in the first and in the last two rows


def draw_map(chart: MapChart) -> bytes:
    """The picture of a map, as PNG."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.fitted(MARGIN, 78, chart.title, 50, WIDTH - 2 * MARGIN, INK, bold=True)
    canvas.fitted(MARGIN, 124, chart.subtitle, 29, WIDTH - 2 * MARGIN, SOFT)
    _legend(canvas, chart)
    figure = largest([tile.figure for tile in chart.tiles], _FIGURE_SIZES, TILE - 14)
    for tile in chart.tiles:
        _tile(canvas, tile, figure)
    _cities(canvas, chart)
    return canvas.png()


def _legend(canvas: Canvas, chart: MapChart) -> None:
    room = _EMPTY_COLUMNS * PITCH - 2 * GAP
    y = TOP + 22
    canvas.fitted(MARGIN, y, chart.legend_title, 27, room, SOFT)
    for key in chart.legend:
        y += 34
        canvas.box(MARGIN, y - 22, 40, 26, key.colour, 6)
        canvas.fitted(MARGIN + 54, y, key.label, 27, room - 54)


def _tile(canvas: Canvas, tile: Tile, figure: float) -> None:
    x, y = MARGIN + tile.column * PITCH, TOP + tile.row * PITCH
    canvas.box(x, y, TILE, TILE, tile.colour, 12)
    colour, centre, room = on(tile.colour), x + TILE / 2, TILE - 8
    lines = tile.name.split("\n")
    size = largest(lines, _NAME_SIZES if tile.name.isascii() else _CHINESE_SIZES, room)
    base = y + TILE * (0.35 if len(lines) == 1 else 0.25)
    for place, line in enumerate(lines):
        canvas.text(centre, base + place * size, cut(line, size, room), size, colour, anchor="ms")
    canvas.text(centre, y + TILE - 17, tile.figure, figure, colour, anchor="ms", bold=True)


def _cities(canvas: Canvas, chart: MapChart) -> None:
    """Where the grid is empty: name, number and a bar for each city."""
    if not chart.cities:
        return
    y, room = TOP + (ROWS - 2) * PITCH + 8, _EMPTY_COLUMNS * PITCH - 4 * GAP
    canvas.fitted(MARGIN, y, chart.cities_title, 27, room, SOFT)
    most = max(bar.number for bar in chart.cities)
    for city in chart.cities:
        y += 38
        _city(canvas, city, most, y, room)


def _city(canvas: Canvas, city: Bar, most: int, y: float, room: float) -> None:
    left = MARGIN + room - _BAR_ROOM
    canvas.fitted(MARGIN, y, city.label, 29, room - _BAR_ROOM - _FIGURE_ROOM - 20)
    canvas.text(left - 12, y, city.figure, 29, INK, anchor="rs", bold=True)
    canvas.box(left, y - 20, _BAR_ROOM, 18, FAINT, 5)
    canvas.box(left, y - 20, max(8.0, _BAR_ROOM * city.number / most), 18, STEPS[3], 5)
