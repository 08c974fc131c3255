"""A chart -> its PNG, whatever kind of chart it is."""

from __future__ import annotations

from bot.pictures.charts import Chart, MapChart, TrendChart
from bot.pictures.map import draw_map
from bot.pictures.timeline import draw_timeline
from bot.pictures.trend import draw_trend


def draw(chart: Chart) -> bytes:
    """The picture of a chart; takes some tenths of a second, and one thread at a time."""
    if isinstance(chart, MapChart):
        return draw_map(chart)
    return draw_trend(chart) if isinstance(chart, TrendChart) else draw_timeline(chart)
