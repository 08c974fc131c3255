"""A story -> how far it is, step by step, and what its place was in the news for lately, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from analysis.types import Topic
from bot.callbacks import Action, MoreLatest
from bot.cleaning import clean_line, safe_link
from bot.headlines import headline
from bot.labels import SEPARATOR, moment, subject
from bot.markup import BLANK, Line, Part, cut, line
from bot.render import NAME_UNITS, OFFICIAL, back_button, button, head, message, rows
from bot.story_actions import StoryView
from bot.texts import texts
from bot.types import Message, Reader
from storage.steps import Step
from storage.types import Story

LATELY = 10
STEPS = 6
HEADLINE_UNITS = 130


def main_place(story: Story) -> tuple[str | None, Topic | None]:
    """What the timeline is of: the first place a story is about; of nationwide news its first topic."""
    place = next((each.adcode for each in story.places if each.primary), None)
    return place, story.topics[0] if story.topics and place is None else None


def whole(place: str | None, topic: Topic | None) -> Action:
    """Where all of it is shown: the one place to name another list, should there be a better one."""
    return MoreLatest(place, topic)


def timeline_view(
    story: Story, steps: Sequence[Step], lately: Sequence[Story], asked: StoryView, reader: Reader
) -> Message:
    """The steps of a story, and stories of its place lately (the newest first), told in the order of time."""
    words = texts(reader.language)
    place, topic = main_place(story)
    about = subject(place, topic, reader.language)
    lines = [*head(story, reader), BLANK]
    if steps:
        lines += [line(Part("🪜 " + words("view.steps"), "b")), *_steps(steps, reader), BLANK]
    lines += [line(Part("🗓 " + words("view.lately", subject=about), "b"))]
    lines += [_told(each, each.id == story.id, reader) for each in reversed(lately[:LATELY])]
    more = button(words("button.more", subject=about), whole(place, topic))
    return message(lines, rows(more, back_button(asked, reader)))


def _steps(steps: Sequence[Step], reader: Reader) -> list[Line]:
    words = texts(reader.language)
    return [
        line(
            _day(step.when, reader) + SEPARATOR + words(f"stage.{step.stage}") + SEPARATOR,
            Part(cut(clean_line(step.publisher), NAME_UNITS), link=safe_link(step.url)),
        )
        for step in steps[:STEPS]
    ]


def _told(story: Story, here: bool, reader: Reader) -> Line:
    title = cut(clean_line(headline(story, reader.language)), HEADLINE_UNITS)
    badge = (f" {OFFICIAL}",) if story.official else ()
    mark = "▸ " if here else ""
    return line(
        mark + _day(story.face.shown, reader) + SEPARATOR, Part(title, link=safe_link(story.face.url)), *badge
    )


def _day(when: datetime, reader: Reader) -> str:
    return moment(when, reader.language, reader.zone, day_only=True)
