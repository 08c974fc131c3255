"""What a person types after @bot in any chat -> stories to share there. Synchronous: called in a thread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.query import read_query
from analysis.wishes import Wish
from bot.asked import Asked, Understood, as_words, ask, misspelt
from bot.asking import find_asked, today
from bot.callbacks import OFFSET_LIMIT
from bot.cleaning import clean
from bot.deeplinks import encode_link
from bot.headlines import headline
from bot.labels import SEPARATOR, published, subject
from bot.markup import compose, cut
from bot.queries import ARGUMENT_CHARS
from bot.render import BUTTON_UNITS, sources, story_lines
from bot.services import Services
from bot.texts import texts
from bot.types import Message, Reader
from storage import history
from storage.search import search
from storage.types import Found, Story

PAGE = 50  # results that Telegram takes at once
TITLE_UNITS = 120
DESCRIPTION_UNITS = 160
SOURCES_UNITS = 60
_OFFSET = re.compile(r"[1-9]\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shared:
    """One story to share: `id` is unique within an answer, `message` is what is sent into the chat."""

    id: str
    title: str
    description: str
    message: Message


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What is shown: stories, where the next ones begin ("" where there are none), and the button above them
    that opens the bot with the payload `start`."""

    stories: tuple[Shared, ...]
    next_offset: str
    button: str
    start: str


def share(services: Services, reader: Reader, typed: str, offset: str) -> SharedPage:
    """The stories that are meant, the newest without words; near ones where a place is misspelt.

    An offset that this program has not given leads to nothing.
    """
    understood = ask(typed, today(services, reader))
    start = int(offset) if _OFFSET.fullmatch(offset) else 0
    asked, found = understood.asked, list[Found]()
    if (start or not offset) and start < OFFSET_LIMIT:
        asked, found = _find(services, reader, understood, start)
    with services.database.read() as connection:
        stories = history.in_full(connection, [each.story.id for each in found[:PAGE]])
    wish = Wish((asked.place,) if asked.place else (), (asked.topic,) if asked.topic else ())
    about = subject(asked.place, asked.topic, reader.language)
    label = texts(reader.language)("inline.subscribe", subject=about)
    return SharedPage(
        tuple(shared(story, reader) for story in stories),
        str(start + PAGE) if len(found) > PAGE else "",
        cut(label, BUTTON_UNITS),
        encode_link(wish) or "",
    )


def shared(story: Story, reader: Reader) -> Shared:
    """A story as a result: headline, summary with date and sources, and the full message."""
    summary = clean(story.summary(reader.language)).replace("\n", " ")
    when = published(story, reader.language, reader.zone, day_only=True)
    told = SEPARATOR.join((when, cut(sources(story, reader), SOURCES_UNITS)))
    markup = compose(story_lines(story, reader))
    return Shared(
        f"{story.id}.{story.version}.{reader.language}",
        cut(headline(story, reader.language), TITLE_UNITS),
        "\n".join(filter(None, (cut(summary, DESCRIPTION_UNITS), told))),
        Message(markup.html, markup.plain),
    )


def _find(
    services: Services, reader: Reader, understood: Understood, start: int
) -> tuple[Asked, list[Found]]:
    """The first way to understand the words that finds anything, and what it finds from an offset on.

    The way is found anew for each page, so that a page goes on where the one before has ended.
    """
    asked = understood.asked
    raw = read_query(understood.text[:ARGUMENT_CHARS], now=services.clock(), zone=reader.zone)
    if raw.filtered:
        with services.database.read() as connection:
            return Asked(), search(connection, raw, limit=PAGE + 1, offset=start)
    for way in _ways(understood):
        if find_asked(services, reader, way, 1):
            return way, find_asked(services, reader, way, PAGE + 1, start)
    return asked, []


def _ways(understood: Understood) -> Iterator[Asked]:
    asked = understood.asked
    yield asked
    if searched := as_words(asked, understood.kind_words):
        yield searched
    if asked.words:
        for place, left in misspelt(asked)[:1]:
            yield replace(asked, place=place.adcode, words=left)
        yield Asked(words=understood.text)
