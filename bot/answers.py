"""A reader's question -> the message that answers it, read from storage. Synchronous: called in a thread."""

from __future__ import annotations

from dataclasses import replace

from analysis.query import Query as SearchQuery
from analysis.query import read_query
from analysis.types import LANGUAGES
from bot import lists
from bot.callbacks import MoreLatest, PageLatest, PageSearch, PageSources, SetLanguage, Subscribe
from bot.cleaning import clean_line
from bot.markup import BLANK, Line, Part, line
from bot.queries import ARGUMENT_CHARS, Query, suggest, understand
from bot.render import button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage import stories
from storage.search import search as find
from storage.types import Found

LANGUAGE_NAMES = {"en": "English", "zh": "中文", "de": "Deutsch"}
_QUERIES = ("latest", "search")
_CHAT = ("subscribe", "subscriptions", "unsubscribe", "settings", "data")
HELP = (*_QUERIES, *_CHAT, "sources", "language")


def start(reader: Reader, *, unknown_link: bool = False) -> Message:
    """The first message a reader sees: what this is, and three things to tap. `unknown_link`: they came by a
    link that says nothing."""
    words = texts(reader.language)
    blockchain, yuan = words("topic.blockchain"), words("topic.digital-yuan")
    offers = rows(
        button(words("button.latest"), MoreLatest(None, None)),
        button(words("button.subscribe", subject=blockchain), Subscribe(None, "blockchain")),
        button(words("button.subscribe", subject=yuan), Subscribe(None, "digital-yuan")),
        button(words("button.subscribe", subject=words("subject.everything")), Subscribe(None, None)),
        language_row(),
    )
    lines = [line(words("share.unknown")), BLANK] if unknown_link else []
    lines += [line(words("start.greeting")), BLANK, line(words("start.try")), BLANK, line("/help")]
    return message(lines, offers)


def help_text(reader: Reader) -> Message:
    """All commands, one a line."""
    words = texts(reader.language)
    lines: list[Line] = [line(Part(words("help.title"), "b")), BLANK]
    for name in HELP:
        lines += [line(words(f"help.{name}")), BLANK]
    return message([*lines, line(Part(words("help.notes"), "i"))])


def latest(services: Services, reader: Reader, typed: str) -> Message:
    """The newest stories about what was typed; near places where it is not understood."""
    query = understand(typed)
    if query.text and not query.named and not query.everything:
        return lists.suggestion_list(query.text, suggest(query), query.topic, reader, subscribing=False)
    return _latest_for(services, reader, query)


def search(services: Services, reader: Reader, typed: str) -> Message:
    """What was found for the words."""
    text = clean_line(typed)[:ARGUMENT_CHARS].strip()
    if not text:
        return message([line(texts(reader.language)("search.ask"))])
    return search_page(services, reader, PageSearch(text))


def free_text(services: Services, reader: Reader, typed: str) -> Message:
    """Words without a command: a place or a topic is answered like /latest, all else is searched.

    Where a search finds nothing, what was understood of the words is shown, or near places.
    """
    query = understand(typed)
    if query.everything or (query.named and not query.rest and not _is_search(services, reader, query.text)):
        return _latest_for(services, reader, query)
    if not query.text:
        return help_text(reader)
    asked = PageSearch(query.text)
    looked_for, found = _find(services, reader, asked)
    if found:
        return lists.search_list(found, asked, looked_for.notes, reader)
    if query.named:
        return _latest_for(services, reader, query)
    if places := suggest(query):
        return lists.suggestion_list(query.text, places, None, reader, subscribing=False)
    return lists.search_list((), asked, looked_for.notes, reader)


def latest_page(services: Services, reader: Reader, asked: PageLatest) -> Message:
    """The newest stories from an offset on."""
    with services.database.read() as connection:
        found = stories.latest(
            connection, place=asked.place, topic=asked.topic, limit=lists.PAGE + 1, offset=asked.offset
        )
    return lists.latest_list(found, asked, reader)


def search_page(services: Services, reader: Reader, asked: PageSearch) -> Message:
    """What was found for the words from an offset on."""
    looked_for, found = _find(services, reader, asked)
    return lists.search_list(found, asked, looked_for.notes, reader)


def sources(services: Services, reader: Reader, asked: PageSources) -> Message:
    """The sources and how each is doing."""
    return lists.source_list(services.sources(), asked.page, reader, services.clock())


def ask_language(reader: Reader) -> Message:
    """The three languages as buttons."""
    return message([line(texts(reader.language)("language.ask"))], rows(language_row()))


def language_row() -> tuple[Button, ...]:
    """A button for each language, in its own name."""
    return tuple(each for code in LANGUAGES for each in button(LANGUAGE_NAMES[code], SetLanguage(code)))


def _read(services: Services, reader: Reader, words: str) -> SearchQuery:
    return read_query(words[:ARGUMENT_CHARS], now=services.clock(), zone=reader.zone)


def _is_search(services: Services, reader: Reader, words: str) -> bool:
    """Whether only a search understands it: a phrase, or filters."""
    query = _read(services, reader, words)
    return query.filtered or bool(query.phrases)


def _find(services: Services, reader: Reader, asked: PageSearch) -> tuple[SearchQuery, list[Found]]:
    query = _read(services, reader, asked.words)
    with services.database.read() as connection:
        return query, find(connection, query, limit=lists.PAGE + 1, offset=asked.offset)


def _latest_for(services: Services, reader: Reader, query: Query) -> Message:
    answer = latest_page(services, reader, PageLatest(query.adcode, query.topic))
    others = lists.place_buttons(query.namesakes, query.topic, reader, subscribing=False)
    return replace(answer, buttons=answer.buttons + others)
