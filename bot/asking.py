"""A reader's question about stories -> the message that answers it. Synchronous: called in a thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from analysis.query import Query as SearchQuery
from analysis.query import read_query
from analysis.whens import since_when
from bot import answers, lists
from bot.asked import Asked, Understood, as_words, ask, misspelt
from bot.asked_lists import Page, Wider, asked_list, nothing_found
from bot.callbacks import PageAsked, PageLatest, PageSearch
from bot.cleaning import clean_line
from bot.labels import place_in_province
from bot.markup import line
from bot.queries import ARGUMENT_CHARS, suggest, understand
from bot.render import button, message, rows
from bot.services import Services
from bot.spoken import when_words
from bot.texts import texts
from bot.types import Message, Reader
from storage import history, stories
from storage.search import search as find
from storage.types import Found


def latest(services: Services, reader: Reader, typed: str) -> Message:
    """The newest stories about what was typed; near places where it is not understood."""
    understood = _understand(services, reader, typed)
    if understood.text and not understood.everything and not _is_named(understood):
        query = understand(typed)
        return lists.suggestion_list(query.text, suggest(query), query.topic, reader, subscribing=False)
    return _answer(services, reader, understood)


def search(services: Services, reader: Reader, typed: str) -> Message:
    """What was found for the words."""
    text = clean_line(typed)[:ARGUMENT_CHARS].strip()
    if not text:
        return message([line(texts(reader.language)("search.ask"))])
    return search_page(services, reader, PageSearch(text))


def since(services: Services, reader: Reader, typed: str) -> Message:
    """What was announced since a time, newest first; asks for the time where none is understood."""
    understood = ask(typed, today(services, reader), since=True)
    if understood.asked.when:
        return _answer(services, reader, understood)
    words = texts(reader.language)
    day = today(services, reader)
    spans = (since_when(each, day)[0] for each in ("this week", "this month", "this year"))
    offers = (
        button(when_words(when, reader.language), PageAsked(replace(understood.asked, when=when)))
        for when in spans
    )
    return message([line(words("since.ask"))], rows(*offers))


def free_text(services: Services, reader: Reader, typed: str) -> Message:
    """Words without a command: what is understood of them filters, all others are searched.

    Filters written out (place:Suzhou) are the search's; words of which nothing is understood too. Where they
    are not found, near places are shown.
    """
    understood = _understand(services, reader, typed)
    if not understood.text:
        return answers.help_text(reader)
    if _read(services, reader, understood.text).filtered:
        return search_page(services, reader, PageSearch(understood.text))
    if understood.everything or _is_named(understood):
        return _answer(services, reader, understood)
    asked = PageSearch(understood.text)
    looked_for, found = _search(services, reader, asked)
    places = () if found else suggest(understand(typed))
    if places:
        return lists.suggestion_list(understood.text, places, None, reader, subscribing=False)
    return lists.search_list(found, asked, looked_for.notes, reader)


def latest_page(services: Services, reader: Reader, asked: PageLatest) -> Message:
    """The newest stories from an offset on."""
    with services.database.read() as connection:
        found = stories.latest(
            connection, place=asked.place, topic=asked.topic, limit=lists.PAGE + 1, offset=asked.offset
        )
    return lists.latest_list(found, asked, reader)


def search_page(services: Services, reader: Reader, asked: PageSearch) -> Message:
    """What was found for the words from an offset on."""
    looked_for, found = _search(services, reader, asked)
    return lists.search_list(found, asked, looked_for.notes, reader)


def asked_page(services: Services, reader: Reader, page: PageAsked, understood: Understood) -> Message:
    """What was found for a sentence from an offset on; what else there is where that is nothing."""
    found = find_asked(services, reader, page.asked, lists.PAGE + 1, page.offset)
    searched = as_words(page.asked, understood.kind_words)
    if searched and not found:  # which kind a text is of is the least certain of what is read in it
        page, found = PageAsked(searched), find_asked(services, reader, searched, lists.PAGE + 1)
        searched = None
    if not found and not page.offset:
        return nothing_found(page.asked, _wider(services, reader, page.asked, understood), reader)
    total = _total(services, reader, page, len(found)) if found else None
    notes = _read(services, reader, page.asked.words).notes
    return asked_list(Page(found, total, searched, notes), page, reader)


def press_page(services: Services, reader: Reader, page: PageAsked) -> Message:
    """The same for a button, which carries what was understood and not the sentence."""
    return asked_page(services, reader, page, Understood("", page.asked))


def find_asked(services: Services, reader: Reader, asked: Asked, limit: int, offset: int = 0) -> list[Found]:
    """The newest stories that are asked for."""
    query = asked.query(services.clock(), reader.zone)
    with services.database.read() as connection:
        if asked.words or asked.kinds:
            return find(connection, query, limit=limit, offset=offset)
        found = stories.latest(
            connection,
            place=asked.place,
            topic=asked.topic,
            since=query.since,
            until=query.until,
            limit=limit,
            offset=offset,
        )
    return [Found(each) for each in found]


def today(services: Services, reader: Reader) -> date:
    """The day it is for the reader."""
    return services.clock().astimezone(reader.zone).date()


def _understand(services: Services, reader: Reader, typed: str) -> Understood:
    return ask(typed, today(services, reader))


def _is_named(understood: Understood) -> bool:
    """Whether anything but words to be looked for was understood."""
    return bool(understood.asked.without("words").parts)


def _answer(services: Services, reader: Reader, understood: Understood) -> Message:
    asked = understood.asked
    if asked.words or asked.kinds or asked.when:
        answer = asked_page(services, reader, PageAsked(asked), understood)
    else:
        answer = latest_page(services, reader, PageLatest(asked.place, asked.topic))
    if not asked.words and not asked.kinds and not asked.when:
        others = lists.place_buttons(understood.namesakes, asked.topic, reader, subscribing=False)
    else:
        meant = (replace(asked, place=place.adcode) for place in understood.namesakes)
        others = rows(
            *(button(place_in_province(each.place or "", reader.language), PageAsked(each)) for each in meant)
        )
    return replace(answer, buttons=answer.buttons + others)


def _total(services: Services, reader: Reader, page: PageAsked, shown: int) -> int | None:
    """How many there are; for words that are searched it is known on the last page only."""
    asked = page.asked
    if shown <= lists.PAGE:
        return page.offset + shown
    if asked.words or asked.kinds:
        return None
    with services.database.read() as connection:
        return history.count(
            connection,
            asked.place,
            asked.topic,
            since=asked.when.begins(reader.zone),
            until=asked.when.ends(reader.zone),
        )


def _wider(services: Services, reader: Reader, asked: Asked, understood: Understood) -> Wider:
    """What there is without one of the parts; each offer leads to something."""

    def exists(other: Asked) -> bool:
        return bool(other.parts) and bool(find_asked(services, reader, other, 1))

    without = tuple(part for part in asked.parts if exists(asked.without(part)))
    text = PageSearch(understood.text)
    in_texts = bool(understood.text and asked.words and _search(services, reader, text)[1])
    only = not without and exists(Asked(asked.place, asked.topic))
    return Wider(without, only, misspelt(asked), understood.text if in_texts else "")


def _read(services: Services, reader: Reader, words: str) -> SearchQuery:
    return read_query(words[:ARGUMENT_CHARS], now=services.clock(), zone=reader.zone)


def _search(services: Services, reader: Reader, asked: PageSearch) -> tuple[SearchQuery, list[Found]]:
    query = _read(services, reader, asked.words)
    with services.database.read() as connection:
        return query, find(connection, query, limit=lists.PAGE + 1, offset=asked.offset)
