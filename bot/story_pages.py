"""The number of a story -> its full message, and under it all its sources in the order of time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analysis.growth import RANK
from analysis.types import Stage
from bot.callbacks import DrawStory, MoreLatest, MoreTimeline, PageStory
from bot.cleaning import clean_line, safe_link
from bot.labels import SEPARATOR, full_day, local_day, subject
from bot.markup import BLANK, Line, Part, cut, line
from bot.render import NAME_UNITS, OFFICIAL, button, main_subject, message, rows, story_lines
from bot.services import Services
from bot.texts import texts
from bot.timeline_pictures import picture_button
from bot.types import Message, Reader
from storage import history, stories
from storage.types import StoredAnnouncement, Story

PAGE = 12
TITLE_UNITS = 80
_NUMBER = re.compile(r"[#№]?\s*([1-9]\d{0,17})")


def story(services: Services, reader: Reader, typed: str) -> Message:
    """The story whose number was typed."""
    number = story_number(typed)
    if number is None:
        return message([line(texts(reader.language)("story.ask"))])
    return page(services, reader, PageStory(number))


def story_number(typed: str) -> int | None:
    """The number that was typed, "12" or "#12"."""
    match = _NUMBER.fullmatch(clean_line(typed))
    return int(match[1]) if match else None


def page(services: Services, reader: Reader, asked: PageStory) -> Message:
    """A story with its sources from an offset on."""
    with services.database.read() as connection:
        found = stories.story(connection, asked.story_id)
        stages = history.stages_told(connection, found.id) if found else {}
    if found is None:
        return message([line(texts(reader.language)("story.unknown", number=asked.story_id))])
    return story_message(found, stages, asked, reader)


def story_message(found: Story, stages: Mapping[int, Stage], asked: PageStory, reader: Reader) -> Message:
    """The story with a page of its sources; `stages` by announcement."""
    words = texts(reader.language)
    told = _told(found, stages, reader)
    start = asked.offset if asked.offset < len(told) else 0
    head = words.plural("story.told", len(told), story=found.id)
    lines = [*story_lines(found, reader), BLANK, line(Part("🗓 " + head, "b")), *told[start : start + PAGE]]
    back = button(words("button.back"), PageStory(found.id, max(0, start - PAGE))) if start else ()
    more = start + PAGE < len(told)
    ahead = button(words("button.next"), PageStory(found.id, start + PAGE)) if more else ()
    place, topic = main_subject(found)
    about = subject(place, topic, reader.language)
    offers = (
        button(words("button.timeline", subject=about), MoreTimeline(place, topic)),
        button(words("button.more", subject=about), MoreLatest(place, topic)),
    )
    picture = picture_button(DrawStory(found.id), reader) if len(told) > 1 else ()
    return message(lines, rows(back + ahead, picture, *offers))


def _told(found: Story, stages: Mapping[int, Stage], reader: Reader) -> list[Line]:
    """Each source with its day, the oldest first; a stage is named where it is further than before."""
    lines: list[Line] = []
    reached = -1
    for item in sorted(found.announcements, key=lambda each: (each.shown, each.id)):
        stage = stages.get(item.id)
        further = stage if stage and RANK[stage] > reached else None
        reached = max(reached, RANK[stage]) if stage else reached
        lines.append(_source(item, further, reader))
    return lines


def _source(item: StoredAnnouncement, stage: Stage | None, reader: Reader) -> Line:
    words = texts(reader.language)
    day = full_day(local_day(item.shown, reader.zone), reader.language)
    mark = f"{OFFICIAL} " if item.publisher_kind == "government" else ""
    name = mark + cut(clean_line(item.publisher_name), NAME_UNITS)
    said = [words(f"stage.{stage}")] if stage else []
    said += [words("story.copy")] if item.near_copy_of else []
    title = Part(cut(clean_line(item.title), TITLE_UNITS) or "–", link=safe_link(item.url))
    tail = (Part(SEPARATOR + SEPARATOR.join(said), "i"),) if said else ()
    return line(f"{day}{SEPARATOR}{name}{SEPARATOR}", title, *tail)
