"""A story and others like it -> a list of those, with a button to open each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.headlines import about
from bot.labels import SEPARATOR, published
from bot.markup import BLANK, Line, Part, line
from bot.render import OFFICIAL, back_button, button, head, message, rows, title
from bot.story_actions import StoryView
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage.types import Story

MOST = 10
TITLE_UNITS = 140
_A_ROW = 5


def similar_view(story: Story, others: Sequence[Story], asked: StoryView, reader: Reader) -> Message:
    """The stories that are like one, numbered; says so where there are none."""
    words, shown = texts(reader.language), others[:MOST]
    lines = [*head(story, reader), BLANK]
    if not shown:
        lines.append(line(words("view.none_similar")))
    else:
        lines += [line(Part("🔗 " + words("view.similar"), "b")), BLANK]
    for number, each in enumerate(shown, 1):
        lines += _story(number, each, reader)
    opening: list[Button] = [
        one for number, each in enumerate(shown, 1) for one in button(str(number), StoryView("open", each.id))
    ]
    numbers = (tuple(opening[start : start + _A_ROW]) for start in range(0, len(opening), _A_ROW))
    return message(lines, rows(*numbers, back_button(asked, reader)))


def _story(number: int, story: Story, reader: Reader) -> list[Line]:
    sign = f"{OFFICIAL} " if story.official else ""
    day = published(story, reader.language, reader.zone, day_only=True)
    what = sign + about(story, reader.language) + SEPARATOR + day
    return [line(f"{number}. ", title(story, TITLE_UNITS)), line(Part(what, "i")), BLANK]
