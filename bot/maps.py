"""Stories -> the map of the provinces: how many announcements each has, or how far it has come.

Synchronous: called in a thread. All it draws are figures that storage counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from analysis.gazetteer import gazetteer
from analysis.types import Language, Stage, Topic
from bot.callbacks import Colouring, ShowMap
from bot.captions import TOP, caption, ranked, top
from bot.figures import number
from bot.labels import PRINTED_ZONE, SEPARATOR, listed, moment, subject
from bot.markup import BLANK, Line, Part, line
from bot.pictures.charts import Bar, Key, MapChart, Tile
from bot.pictures.grid import cells, in_lines
from bot.pictures.palette import NOTHING, STAGES, ladder, step_colour, steps
from bot.queries import understand
from bot.render import Rows, button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Message, Picture, Reader
from storage import counts

CITIES = 6
_TOPICS: tuple[Topic | None, ...] = (None, "digital-yuan", "blockchain")
LEGEND: tuple[Stage, ...] = ("announced", "launched", "expanded", "completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the map tells: stories in all, of each province and city, and how far each province is."""

    total: int
    newest: datetime
    provinces: Mapping[str, int]
    cities: tuple[tuple[str, int], ...]
    stages: Mapping[str, Stage]


def map_asked(services: Services, reader: Reader, typed: str) -> Message | Picture:
    """The map of a topic that was typed, or of all."""
    return map_of(services, reader, ShowMap(understand(typed).topic))


def map_of(services: Services, reader: Reader, asked: ShowMap) -> Message | Picture:
    """The map of a topic, coloured by number or by stage; a sentence where there is nothing to show."""
    words = texts(reader.language)
    figures = _count(services, asked)
    if figures is None:
        none = words("latest.none", subject=subject(None, asked.topic, reader.language))
        return message([line(none if asked.topic else words("latest.nothing"))])
    if not figures.provinces:
        return message([line(words.plural("map.nowhere", figures.total))])
    chart = chart_of(figures, asked, reader.language)
    return Picture(chart, caption(_told(figures, chart, asked, reader.language), _buttons(asked, reader)))


def _count(services: Services, asked: ShowMap) -> Figures | None:
    provinces, cities = _codes()
    with services.database.read() as connection:
        newest = counts.newest(connection, topic=asked.topic)
        if newest is None:
            return None
        found = counts.count_places(connection, [*provinces, *cities], asked.topic)
        told = {code: found[code] for code in provinces if code in found}
        by_stage = asked.by == "stage"
        stages = counts.furthest_stages(connection, list(told), asked.topic) if by_stage else {}
        total = counts.count_stories(connection, topic=asked.topic)
    largest = ranked({code: found[code] for code in cities if code in found})[:CITIES]
    return Figures(total, newest, told, tuple(largest), stages)


def chart_of(figures: Figures, asked: ShowMap, language: Language) -> MapChart:
    """The map in the reader's language."""
    words = texts(language)
    largest = max(figures.provinces.values())
    bounds = steps(figures.provinces.values())
    tiles = []
    for code, (row, column) in cells().items():
        many = figures.provinces.get(code, 0)
        stage = figures.stages.get(code)
        by_stage = STAGES[stage] if stage else NOTHING
        colour = by_stage if asked.by == "stage" else step_colour(many, bounds)
        name = in_lines(gazetteer().name(code, language))
        tiles.append(Tile(row, column, name, number(many, language) if many else "–", colour))
    about = words(f"topic.{asked.topic}") if asked.topic else words("map.both_topics")
    count = words.plural("map.count", figures.total, n=number(figures.total, language))
    day = words("map.newest", day=moment(figures.newest, language, PRINTED_ZONE, day_only=True))
    return MapChart(
        words(f"map.title_{asked.by}"),
        SEPARATOR.join((about, count, day)),
        tuple(tiles),
        words(f"map.legend_{asked.by}"),
        _stage_legend(figures, language) if asked.by == "stage" else _legend(bounds, largest, language),
        words("map.cities"),
        tuple(Bar(gazetteer().name(code, language), n, number(n, language)) for code, n in figures.cities),
    )


def _legend(bounds: tuple[int, ...], largest: int, language: Language) -> tuple[Key, ...]:
    """What each colour counts: "none yet", "1–4", "5–14", "15–37"."""
    keys = [Key(NOTHING, texts(language)("map.none"))]
    for place, (least, colour) in enumerate(zip(bounds, ladder(len(bounds)), strict=True)):
        most = bounds[place + 1] - 1 if place + 1 < len(bounds) else largest
        first = number(least, language)
        keys.append(Key(colour, first if most == least else f"{first}–{number(most, language)}"))
    return tuple(keys)


def _stage_legend(figures: Figures, language: Language) -> tuple[Key, ...]:
    words = texts(language)
    told = {STAGES[stage] for stage in figures.stages.values()}
    keys = [Key(STAGES[stage], words(f"map.stage_{stage}")) for stage in LEGEND if STAGES[stage] in told]
    return (Key(NOTHING, words("map.no_stage")), *keys)


def _told(figures: Figures, chart: MapChart, asked: ShowMap, language: Language) -> list[Line]:
    """The map in words."""
    words = texts(language)
    lines = [line(Part(f"🗺 {chart.title}", "b")), line(chart.subtitle), BLANK]
    lines += _told_stages(figures, language) if asked.by == "stage" else []
    lines.append(line(words("map.most", names=top(ranked(figures.provinces), language))))
    if figures.cities:
        lines.append(line(words("list.colon", name=words("map.cities")), top(figures.cities, language)))
    if rest := len(cells()) - len(figures.provinces):
        lines += [BLANK, line(Part(words.plural("map.rest", rest), "i"))]
    return lines


def _told_stages(figures: Figures, language: Language) -> list[Line]:
    """A line for each stage, the furthest first, with the places that have come so far."""
    lines = []
    for stage in reversed(LEGEND):
        there = [code for code, _ in ranked(figures.provinces) if code in figures.stages]
        there = [code for code in there if STAGES[figures.stages[code]] == STAGES[stage]]
        names = listed((gazetteer().name(code, language) for code in there[:TOP]), language)
        more = f" +{len(there) - TOP}" if len(there) > TOP else ""
        if there:
            name = texts(language)(f"map.stage_{stage}")
            lines.append(line(Part(texts(language)("list.colon", name=name), "b"), names + more))
    return [*lines, BLANK]


def _buttons(asked: ShowMap, reader: Reader) -> Rows:
    """The other way to colour it, and the other topics."""
    words = texts(reader.language)
    other: Colouring = "number" if asked.by == "stage" else "stage"
    topics = (
        button(words(f"topic.{topic}") if topic else words("map.both_topics"), ShowMap(topic, asked.by))
        for topic in _TOPICS
        if topic != asked.topic
    )
    switch = button(words(f"button.map_{other}"), ShowMap(asked.topic, other))
    return rows(switch, tuple(each for found in topics for each in found))


@cache
def _codes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The provinces, and the cities: prefectures, and the provinces that are one city."""
    provinces = tuple(cells())
    single = ("110000", "120000", "310000", "500000", "810000", "820000")
    return provinces, (*single, *(place.adcode for place in gazetteer() if place.level == "prefecture"))
