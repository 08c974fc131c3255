"""Stories -> the trend of a place or of all: announcements per month by topic.

Synchronous: called in a thread. Months are China's, like the days that sources print; the last one goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from babel.dates import format_skeleton

from analysis.gazetteer import Place
from analysis.types import TOPICS, Language, Topic
from bot import lists
from bot.callbacks import DrawTimeline, MoreLatest, ShowTrend
from bot.captions import caption
from bot.figures import number
from bot.labels import PRINTED_ZONE, SEPARATOR, listed, place_in_province, subject
from bot.markup import BLANK, Line, Part, line
from bot.pictures import palette
from bot.pictures.charts import Bar, Panel, TrendChart
from bot.queries import suggest, understand
from bot.render import Rows, button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.timeline_pictures import picture_button
from bot.types import Message, Picture, Reader
from storage import counts

MONTHS = 24
LEAST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Months:
    """The months that are shown, each by its first moment, and for each topic how many stories they have.

    `now_on`: whether the last month goes on.
    """

    starts: tuple[datetime, ...]
    figures: tuple[tuple[Topic, tuple[int, ...]], ...]
    now_on: bool


def trend_asked(services: Services, reader: Reader, typed: str) -> Message | Picture:
    """The trend of what was typed, a place, a topic or both; near places where it is not understood."""
    query = understand(typed)
    if query.text and not query.named and not query.everything:
        near = suggest(query)
        unknown = lists.suggestion_list(query.text, near, query.topic, reader, subscribing=True)
        return replace(unknown, buttons=_place_buttons(near, query.topic, reader))
    others = _place_buttons(query.namesakes, query.topic, reader)
    return trend_of(services, reader, ShowTrend(query.adcode, query.topic), others)


def trend_of(services: Services, reader: Reader, asked: ShowTrend, others: Rows = ()) -> Message | Picture:
    """The trend of a place and a topic (None: all); a sentence where there is nothing to show.

    `others` are buttons for places of the same name.
    """
    language, words = reader.language, texts(reader.language)
    months = _count(services, asked)
    if months is None:
        about = subject(asked.place, asked.topic, language)
        named = bool(asked.place or asked.topic)
        none = words("latest.none", subject=about) if named else words("latest.nothing")
        return message([line(none)], others)
    chart = trend_chart(months, asked.place, language)
    return Picture(chart, caption(_told(months, chart, language), _buttons(asked, reader) + others))


def months_up_to(last: datetime, count: int) -> tuple[datetime, ...]:
    """The first moments of so many months in China, the last one that of the month of `last`."""
    local = last.astimezone(PRINTED_ZONE)
    final = local.year * 12 + local.month - 1
    return tuple(_first_moment(each) for each in range(final - count + 1, final + 1))


def _first_moment(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=PRINTED_ZONE)


def _month(when: datetime) -> int:
    local = when.astimezone(PRINTED_ZONE)
    return local.year * 12 + local.month - 1


def _count(services: Services, asked: ShowTrend) -> Months | None:
    """The last months up to now, or up to the newest story where that is older than all of them."""
    topics = (asked.topic,) if asked.topic else TOPICS
    with services.database.read() as connection:
        first = counts.oldest(connection, asked.place, asked.topic)
        newest = counts.newest(connection, asked.place, asked.topic)
        if first is None or newest is None:
            return None
        now = services.clock()
        last = now if _month(now) - _month(newest) < MONTHS else newest
        span = max(LEAST_MONTHS, min(MONTHS, _month(last) - _month(first) + 1))
        starts = months_up_to(last, span)
        bounds = (*starts, _first_moment(_month(last) + 1))
        figures = tuple(
            (topic, tuple(counts.count_months(connection, bounds, asked.place, topic))) for topic in topics
        )
    return Months(starts, figures, last is now)


def trend_chart(months: Months, at: str | None, language: Language) -> TrendChart:
    """The trend at a place (None: everywhere) in the reader's language."""
    words = texts(language)
    place = place_in_province(at, language) if at else words("place.nationwide")
    first, last = (_named(months.starts[at], language) for at in (0, -1))
    span = words("trend.span", first=first, last=last)
    years = groupby(range(len(months.starts)), key=lambda at: months.starts[at].year)
    begun = months.now_on and any(figures[-1] for _, figures in months.figures)
    return TrendChart(
        words("trend.title"),
        SEPARATOR.join((place, span)),
        tuple(_panel(topic, figures, months, language) for topic, figures in months.figures),
        tuple((next(places), f"{year}") for year, places in years),
        words("trend.open") if begun else "",
    )


def _panel(topic: Topic, figures: tuple[int, ...], months: Months, language: Language) -> Panel:
    bars = (
        Bar(f"{start.month}", n, number(n, language)) for start, n in zip(months.starts, figures, strict=True)
    )
    name, colour = texts(language)(f"topic.{topic}"), palette.TOPICS[topic]
    return Panel(name, _summed(figures, months, language), colour, tuple(bars))


def _summed(figures: tuple[int, ...], months: Months, language: Language) -> str:
    """ "142 in all, most in Sep 2024 (14)"."""
    words, most = texts(language), max(figures)
    if not most:
        return words("trend.none")
    peak = _named(months.starts[figures.index(most)], language)
    return words.plural(
        "trend.sum", sum(figures), n=number(sum(figures), language), month=peak, most=number(most, language)
    )


def _told(months: Months, chart: TrendChart, language: Language) -> list[Line]:
    """The trend in words: each topic, and the last two months."""
    words = texts(language)
    lines = [line(Part(f"📈 {chart.title}", "b")), line(chart.subtitle), BLANK]
    lines += [line(Part(words("list.colon", name=panel.title), "b"), panel.note) for panel in chart.panels]
    lines.append(BLANK)
    for at in (-1, -2):
        counted = (f"{panel.title} {panel.bars[at].figure}" for panel in chart.panels)
        month = words("list.colon", name=_named(months.starts[at], language))
        lines.append(line(month, listed(counted, language)))
    if months.now_on:
        lines += [BLANK, line(Part(words("trend.open"), "i"))]
    return lines


def _buttons(asked: ShowTrend, reader: Reader) -> Rows:
    words, about = texts(reader.language), subject(asked.place, asked.topic, reader.language)
    stories = button(words("button.more", subject=about), MoreLatest(asked.place, asked.topic))
    timeline = picture_button(DrawTimeline(asked.place, asked.topic), reader)
    return rows(timeline if asked.place else (), stories)


def _place_buttons(places: Sequence[Place], topic: Topic | None, reader: Reader) -> Rows:
    return rows(
        *(
            button(place_in_province(each.adcode, reader.language), ShowTrend(each.adcode, topic))
            for each in places
        )
    )


def _named(start: datetime, language: Language) -> str:
    """ "Sep 2024"."""
    return str(format_skeleton("yMMM", start.date(), locale="en_GB" if language == "en" else language))
