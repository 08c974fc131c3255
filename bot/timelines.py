"""A place, a topic or a story -> the steps of what happened, the oldest first, grouped by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from analysis.gazetteer import Place
from analysis.types import Topic
from analysis.whens import When
from bot import story_pages
from bot.asked import Asked, ask
from bot.asking import today
from bot.callbacks import OFFSET_LIMIT, DrawTimeline, MoreLatest, PageStory, PageTimeline
from bot.cleaning import safe_link
from bot.headlines import headline
from bot.labels import SEPARATOR, day_and_month, local_day, place_in_province
from bot.markup import BLANK, Line, Part, cut, line
from bot.queries import suggest, understand
from bot.render import OFFICIAL, Rows, button, message, rows
from bot.services import Services
from bot.signs import legend, sign
from bot.spoken import about_asked
from bot.texts import texts
from bot.timeline_pictures import picture_button
from bot.types import Button, Message, Reader
from storage import history
from storage.types import Story

PAGE = 12
HEADLINE_UNITS = 140


def timeline(services: Services, reader: Reader, typed: str) -> Message:
    """The steps in a place, about a topic, or of the story whose number was typed."""
    understood = ask(typed, today(services, reader))
    story_id = None if understood.asked.when else story_pages.story_number(typed)
    if story_id:
        return story_pages.page(services, reader, PageStory(story_id))
    asked, words = understood.asked, texts(reader.language)
    if asked.words or not (asked.place or asked.topic or asked.when or understood.everything):
        near = suggest(understand(asked.words)) if asked.words else ()
        unknown = [line(words("suggest.unknown", words=asked.words))] if asked.words else []
        question = line(words("suggest.question" if near else "timeline.ask"))
        return message([*unknown, question], _offers(near, asked.topic, asked.when, reader))
    answer = page(services, reader, PageTimeline(asked.place, asked.topic, asked.when))
    others = _offers(understood.namesakes, asked.topic, asked.when, reader)
    return replace(answer, buttons=answer.buttons + others)


def page(services: Services, reader: Reader, asked: PageTimeline) -> Message:
    """The steps from an offset on."""
    with services.database.read() as connection:
        found = history.timeline(
            connection,
            asked.place,
            asked.topic,
            since=asked.when.begins(reader.zone),
            until=asked.when.ends(reader.zone),
            limit=PAGE + 1,
            offset=asked.offset,
        )
    return timeline_list(found, asked, reader)


def timeline_list(found: Sequence[Story], asked: PageTimeline, reader: Reader) -> Message:
    """A page of steps; `found` has one more where more follow."""
    words = texts(reader.language)
    about = about_asked(Asked(asked.place, asked.topic, when=asked.when), reader.language)
    more = button(words("button.more", subject=about), MoreLatest(asked.place, asked.topic))
    turning = _turning(asked, len(found) > PAGE, reader)
    if not found:
        none = words("timeline.end") if asked.offset else words("timeline.none", about=about)
        return message([line(none)], rows(turning, more))
    shown = found[:PAGE]
    lines: list[Line] = [line(Part("🗓 " + words("timeline.title", about=about), "b"))]
    for year, steps in groupby(shown, key=lambda story: local_day(first_told(story), reader.zone).year):
        lines += [BLANK, line(Part(str(year), "b")), *(_step(story, reader) for story in steps)]
    signs = legend((story.kind for story in shown), reader.language)
    lines += [BLANK, line(Part(signs, "i"))]
    picture = picture_button(DrawTimeline(asked.place, asked.topic), reader)
    return message(lines, rows(turning, picture, more))


def first_told(story: Story) -> datetime:
    """When the first of its outlets told of it."""
    return min(each.shown for each in story.announcements)


def _step(story: Story, reader: Reader) -> Line:
    day = day_and_month(local_day(first_told(story), reader.zone), reader.language)
    title = Part(cut(headline(story, reader.language), HEADLINE_UNITS), link=safe_link(story.face.url))
    mark = f" {OFFICIAL}" if story.official else ""
    return line(f"{day}{SEPARATOR}{sign(story)} ", title, mark)


def _turning(asked: PageTimeline, more: bool, reader: Reader) -> tuple[Button, ...]:
    words, at = texts(reader.language), asked.offset
    earlier = button(words("button.earlier"), replace(asked, offset=max(0, at - PAGE))) if at else ()
    follows = more and at < OFFSET_LIMIT - PAGE
    return earlier + (button(words("button.later"), replace(asked, offset=at + PAGE)) if follows else ())


def _offers(places: Sequence[Place], topic: Topic | None, when: When, reader: Reader) -> Rows:
    return rows(
        *(
            button(place_in_province(place.adcode, reader.language), PageTimeline(place.adcode, topic, when))
            for place in places
        )
    )
