"""A story -> its message with all its sources in it: official first, each with title, time and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cleaning import clean_line, safe_link
from bot.labels import SEPARATOR, told_at
from bot.markup import Line, Part, cut, line
from bot.render import NAME_UNITS, OFFICIAL, back_button, button, message, rows, story_lines
from bot.story_actions import StoryView
from bot.texts import texts
from bot.types import Message, Reader
from storage.types import StoredAnnouncement, Story

PAGE = 8
TITLE_UNITS = 110


def source_view(story: Story, asked: StoryView, reader: Reader) -> Message:
    """The message of a story with its sources unfolded, in pages where they are many."""
    words = texts(reader.language)
    ordered = in_order(story.announcements)
    last = (len(ordered) - 1) // PAGE
    number = min(asked.page, last)
    shown = ordered[number * PAGE : (number + 1) * PAGE]
    title = "🗞 " + words.plural("story.sources", len(story.publishers))
    if last:
        title += f" ({number + 1}/{last + 1})"
    outlets = [line(Part(title, "b")), *(each for item in shown for each in _source(item, reader))]
    back = button(words("button.back"), replace(asked, page=number - 1)) if number else ()
    ahead = button(words("button.next"), replace(asked, page=number + 1)) if number < last else ()
    return message(story_lines(story, reader, outlets), rows(back + ahead, back_button(asked, reader)))


def in_order(items: Sequence[StoredAnnouncement]) -> list[StoredAnnouncement]:
    """Official sources first, then by time."""
    return sorted(items, key=lambda item: (item.publisher_kind != "government", item.shown, item.id))


def _source(item: StoredAnnouncement, reader: Reader) -> tuple[Line, Line]:
    words = texts(reader.language)
    when = told_at(item.shown, reader)
    told = [
        cut(clean_line(item.publisher_name), NAME_UNITS),
        when if item.published else words("story.seen", when=when),
        words(f"wish.language.{item.language}"),
        words("view.copy") if item.near_copy_of else "",
    ]
    sign = OFFICIAL if item.publisher_kind == "government" else "•"
    name = cut(clean_line(item.title), TITLE_UNITS) or "–"
    about = line(f"{sign} ", Part(name, link=safe_link(item.url)))
    return about, line(Part(SEPARATOR.join(filter(None, told)), "i"))
