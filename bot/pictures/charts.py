"""What a picture shows: words and numbers, ready to be drawn. Frozen and hashable."""

from __future__ import annotations

from dataclasses import dataclass

Colour = str
"""#rrggbb"""


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend: a colour and what it stands for."""

    colour: Colour
    label: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map: where it lies (row and column from the north-west), its name, figure and colour.

    A name of several lines has them apart.
    """

    row: int
    column: int
    name: str
    figure: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label; `number` is its length, `figure` the number as it is read."""

    label: str
    number: int
    figure: str


@dataclass(frozen=True, slots=True)
class MapChart:
    """The provinces as squares, with a legend, and the most active cities."""

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    legend_title: str
    legend: tuple[Key, ...]
    cities_title: str
    cities: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The months of one topic: `bars` in the order of time."""

    title: str
    note: str
    colour: Colour
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Panels over one another that share months and scale; `years` are (first bar, label).

    `open_note` says that the last month goes on, whose bars are outlines then; empty where it does not.
    """

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    years: tuple[tuple[int, str], ...]
    open_note: str


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a timeline: its day, what it says, the colour of its stage, and who says it."""

    day: str
    label: str
    note: str
    colour: Colour
    official: bool


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """Events in the order of time under the years in which they fall: (year, events)."""

    title: str
    subtitle: str
    years: tuple[tuple[str, tuple[Event, ...]], ...]
    legend: tuple[Key, ...]
    official: str
    press: str


Chart = MapChart | TrendChart | TimelineChart
