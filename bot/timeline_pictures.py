"""Rows of a timeline -> its picture, and stories -> such rows. Synchronous: called in a thread.

A text timeline puts the button `picture_button` under itself; the press comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from analysis.types import Language, Stage
from bot.callbacks import DrawStory, DrawTimeline
from bot.captions import caption
from bot.cleaning import clean_line
from bot.figures import number
from bot.headlines import headline
from bot.labels import PRINTED_ZONE, SEPARATOR, day_of_date, subject
from bot.maps import LEGEND
from bot.markup import BLANK, Line, Part, cut, line
from bot.pictures.charts import Event, Key, TimelineChart
from bot.pictures.palette import STAGES, UNSTAGED
from bot.render import NAME_UNITS, OFFICIAL, TITLE_UNITS, button, message
from bot.services import Services
from bot.texts import texts
from bot.types import Button, Message, Picture, Reader
from storage import counts, history, stories
from storage.types import Story

EVENTS = 8
"""Shown at once: more would make a strip that no phone shows whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """What happened on a day in China. `note` is told small; `official`: an official source tells it."""

    day: date
    label: str
    stage: Stage | None
    official: bool
    note: str = ""


def place_timeline(services: Services, reader: Reader, asked: DrawTimeline) -> Message | Picture:
    """The newest stories of a place and a topic as a picture."""
    about = subject(asked.place, asked.topic, reader.language)
    with services.database.read() as connection:
        newest = stories.latest(connection, place=asked.place, topic=asked.topic, limit=EVENTS)
        found = history.in_full(connection, [each.id for each in newest])
        total = counts.count_stories(connection, asked.place, asked.topic)
    return timeline_picture(story_rows(found, reader.language), about, total, reader)


def story_timeline(services: Services, reader: Reader, asked: DrawStory) -> Message | Picture:
    """The announcements of a story as a picture."""
    with services.database.read() as connection:
        story = stories.story(connection, asked.story_id)
    if story is None:
        return message([line(texts(reader.language)("timeline.no_story"))])
    rows = announcement_rows(story)
    return timeline_picture(rows, headline(story, reader.language), len(rows), reader)


def picture_button(asked: DrawTimeline | DrawStory, reader: Reader) -> tuple[Button, ...]:
    """The button under a text timeline that shows it as a picture."""
    return button(texts(reader.language)("button.timeline_picture"), asked)


def story_rows(found: Sequence[Story], language: Language) -> list[Row]:
    """Stories as rows of a timeline."""
    words = texts(language)
    return [
        Row(
            story.face.shown.astimezone(PRINTED_ZONE).date(),
            headline(story, language),
            story.stage,
            story.official,
            words.plural("story.sources", len(story.publishers)),
        )
        for story in found
    ]


def announcement_rows(story: Story) -> list[Row]:
    """The announcements of a story as rows of a timeline: their titles, and who published them."""
    return [
        Row(
            each.shown.astimezone(PRINTED_ZONE).date(),
            each.title,
            None,
            each.publisher_kind == "government",
            each.publisher_name,
        )
        for each in story.announcements
    ]


def timeline_picture(rows: Sequence[Row], about: str, total: int, reader: Reader) -> Message | Picture:
    """The picture of a timeline about something: the newest of the rows, in the order of time.

    `total` is how many there are in all. Without rows, a sentence.
    """
    language, words = reader.language, texts(reader.language)
    if not rows:
        return message([line(words("latest.none", subject=about))])
    shown = sorted(rows, key=lambda row: row.day)[-EVENTS:]
    years = groupby(shown, key=lambda row: row.day.year)
    told = {STAGES[row.stage] for row in shown if row.stage}
    chart = TimelineChart(
        words("picture.timeline", subject=cut(clean_line(about), TITLE_UNITS)),
        _extent(len(shown), total, language),
        tuple((f"{year}", tuple(_event(row, language) for row in group)) for year, group in years),
        tuple(Key(STAGES[each], words(f"map.stage_{each}")) for each in LEGEND if STAGES[each] in told),
        words("timeline.official"),
        words("timeline.press"),
    )
    return Picture(chart, caption(_told(chart, shown, language)))


def _extent(shown: int, total: int, language: Language) -> str:
    words, all_told = texts(language), number(total, language)
    if shown >= total:
        return words.plural("map.count", total, n=all_told)
    return words("timeline.newest", n=shown, all=all_told)


def _event(row: Row, language: Language) -> Event:
    words = texts(language)
    stage = words(f"stage.{row.stage}") if row.stage else ""
    note = SEPARATOR.join(filter(None, (stage, cut(clean_line(row.note), NAME_UNITS))))
    label = cut(clean_line(row.label), TITLE_UNITS)
    colour = STAGES[row.stage] if row.stage else UNSTAGED
    return Event(day_of_date(row.day, language), label, note, colour, row.official)


def _told(chart: TimelineChart, shown: Sequence[Row], language: Language) -> list[Line]:
    """The timeline in words: a line for each row, of which long ones are cut."""
    lines = [line(Part(f"🕰 {chart.title}", "b")), line(chart.subtitle), BLANK]
    for row in shown:
        sign = f"{OFFICIAL} " if row.official else ""
        day = day_of_date(row.day, language, year=True)
        lines.append(line(f"{day} {sign}", Part(cut(clean_line(row.label), TITLE_UNITS), elastic=True)))
    return lines
