"""Stories, subscriptions and sources -> the messages that list them, with buttons to page and to act.

A list asks storage for one line more than it shows: that is how it knows whether there is an older page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from babel.dates import format_timedelta

from analysis.gazetteer import Place
from analysis.query import Note
from analysis.types import Topic
from bot.callbacks import (
    OFFSET_LIMIT,
    Action,
    PageLatest,
    PageSearch,
    PageSources,
    Subscribe,
)
from bot.cleaning import clean_inside, clean_line
from bot.coverage import coverage_line
from bot.headlines import about
from bot.labels import SEPARATOR, day_of, place_in_province, published, subject
from bot.markup import BLANK, Line, Part, cut, line
from bot.render import NAME_UNITS, OFFICIAL, Rows, button, message, rows, title
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage.coverage import TROUBLE, coverage
from storage.types import Found, Snippet, SourceLine, StoryLine

PAGE = 10
SOURCES_PAGE = 30
LIST_TITLE_UNITS = 160
MARKS = 3  # of a snippet: Telegram takes a hundred formatted pieces in a message
LEVELS = ("central", "provincial", "municipal", "district", "media", "research")

Turn = Callable[[int], Action]
COVERAGE = 10  # places named before "and 5 more"
_STATUS_SIGNS = {"ok": "✅", "quiet": "✅", "new": "🆕", "late": "⏳", "disabled": "💤"}


def latest_list(stories: Sequence[StoryLine], asked: PageLatest, reader: Reader) -> Message:
    """The newest stories about a place and a topic from an offset on; says so when there is none."""
    words = texts(reader.language)
    about = subject(asked.place, asked.topic, reader.language)
    named = bool(asked.place or asked.topic)
    offer = button(words("button.subscribe", subject=about), Subscribe(asked.place, asked.topic))
    if not stories:
        none = words("latest.none", subject=about) if named else words("latest.nothing")
        back = older_newer(reader, asked.offset, False, lambda at: PageLatest(asked.place, asked.topic, at))
        return message([line(words("latest.end") if asked.offset else none)], rows(back, offer))
    paging = older_newer(
        reader, asked.offset, len(stories) > PAGE, lambda at: PageLatest(asked.place, asked.topic, at)
    )
    head = line(Part("📰 " + words("latest.title", subject=about), "b"))
    return message([head, BLANK, *story_lines(stories, asked.offset, reader)], rows(paging, offer))


def search_list(found: Sequence[Found], asked: PageSearch, notes: Sequence[Note], reader: Reader) -> Message:
    """What was found for some words from an offset on, with the pieces of text that say them."""
    words = texts(reader.language)
    shown = cut(clean_line(asked.words), NAME_UNITS)
    paging = older_newer(reader, asked.offset, len(found) > PAGE, lambda at: PageSearch(asked.words, at))
    said = note_lines(notes, reader)
    if not found:
        none = "latest.end" if asked.offset else "search.none"
        return message([line(words(none, words=shown)), *said], rows(paging))
    head = line(Part("🔎 " + words("search.title", words=shown), "b"))
    return message([head, *said, BLANK, *found_lines(found, asked.offset, reader)], rows(paging))


def note_lines(notes: Sequence[Note], reader: Reader) -> list[Line]:
    """What of the words was not taken as it was typed."""
    words = texts(reader.language)
    return [
        line(Part(words(f"note.{each.problem}", text=cut(clean_line(each.text), NAME_UNITS)), "i"))
        for each in notes
    ]


def found_lines(found: Sequence[Found], offset: int, reader: Reader) -> list[Line]:
    """A page of what a search found, with the pieces of text that say the words."""
    pieces = {each.story.id: snippet_line(each.snippet) for each in found if each.snippet}
    return story_lines([each.story for each in found], offset, reader, pieces)


def snippet_line(snippet: Snippet) -> Line:
    """A piece of a text with the first few of what was looked for in bold; cut first where room is short."""
    parts: list[Part] = []
    at = 0
    for start, end in snippet.marks[:MARKS]:
        parts += [Part(clean_inside(snippet.text[at:start]), elastic=True)]
        parts += [Part(clean_inside(snippet.text[start:end]), "b")]
        at = end
    return line(*parts, Part(clean_inside(snippet.text[at:]), elastic=True))


def suggestion_list(
    asked: str, places: Sequence[Place], topic: Topic | None, reader: Reader, *, subscribing: bool
) -> Message:
    """For words that name nothing known: near places as buttons, and a search for the words."""
    words = texts(reader.language)
    shown = cut(clean_line(asked), NAME_UNITS)
    lines = [line(words("suggest.unknown", words=shown))]
    if places:
        lines.append(line(words("suggest.question")))
    search = () if subscribing else button(words("button.search", words=shown), PageSearch(clean_line(asked)))
    return message(lines, rows(*place_buttons(places, topic, reader, subscribing=subscribing), search))


def place_buttons(places: Sequence[Place], topic: Topic | None, reader: Reader, *, subscribing: bool) -> Rows:
    """One button for each place, to list it or to subscribe to it."""
    return rows(
        *(
            button(
                place_in_province(place.adcode, reader.language),
                Subscribe(place.adcode, topic) if subscribing else PageLatest(place.adcode, topic),
            )
            for place in places
        )
    )


def source_list(sources: Sequence[SourceLine], page: int, reader: Reader, now: datetime) -> Message:
    """A page of the sources by level, each with its state and its last success; before the first page, the
    places that are not heard in full.
    """
    words = texts(reader.language)
    if not sources:
        return message([line(words("sources.none"))])
    ordered = sorted(sources, key=lambda each: (_rank(each.level), each.name))
    start = min(page, (len(ordered) - 1) // SOURCES_PAGE) * SOURCES_PAGE
    shown = ordered[start : start + SOURCES_PAGE]
    lines = [line(Part(words.plural("sources.title", len(ordered)) + _tally(ordered), "b"))]
    lines += _coverage(sources, reader) if start == 0 else []
    for level, group in groupby(shown, key=lambda each: each.level):
        name = words(f"level.{level}") if level in LEVELS else level
        lines += [BLANK, line(Part(name, "b")), *(_source(each, reader, now) for each in group)]
    lines += [BLANK, line(Part(words("sources.legend"), "i"))]
    index = start // SOURCES_PAGE
    back = button(words("button.back"), PageSources(index - 1)) if index else ()
    more = start + SOURCES_PAGE < len(ordered)
    ahead = button(words("button.next"), PageSources(index + 1)) if more else ()
    return message(lines, rows(back + ahead))


def story_lines(
    stories: Sequence[StoryLine], offset: int, reader: Reader, pieces: Mapping[int, Line] | None = None
) -> list[Line]:
    """A page of stories, numbered from `offset` on, each with the piece of text that it was found by."""
    lines: list[Line] = []
    for place, story in enumerate(stories[:PAGE], offset + 1):
        sign = f"{OFFICIAL} " if story.official else ""
        told = [
            sign + about(story, reader.language),
            published(story, reader.language, reader.zone, day_only=True),
        ]
        if len(story.publishers) > 1:
            told.append(texts(reader.language).plural("story.sources", len(story.publishers)))
        lines += [
            line(f"{place}. ", title(story, LIST_TITLE_UNITS)),
            line(Part(SEPARATOR.join(told), "i")),
            (pieces or {}).get(story.id, BLANK),
            BLANK,
        ]
    return lines


def older_newer(reader: Reader, offset: int, more: bool, page: Turn) -> tuple[Button, ...]:
    """Buttons that turn the pages of a list, the newest first."""
    words = texts(reader.language)
    newer = button(words("button.newer"), page(max(0, offset - PAGE))) if offset else ()
    older = (
        button(words("button.older"), page(offset + PAGE)) if more and offset < OFFSET_LIMIT - PAGE else ()
    )
    return newer + older


def _coverage(sources: Sequence[SourceLine], reader: Reader) -> list[Line]:
    words, found = texts(reader.language), coverage(sources)
    if not found:
        return []
    lines = [BLANK, line(Part(words("coverage.title"), "b"))]
    lines += [line("📍 " + coverage_line(each, reader.language, reader.zone)) for each in found[:COVERAGE]]
    rest = len(found) - COVERAGE
    return [*lines, line(words("coverage.rest", n=rest))] if rest > 0 else lines


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _tally(sources: Sequence[SourceLine]) -> str:
    signs = [_sign(each) for each in sources]
    counts = {sign: signs.count(sign) for sign in ("✅", "🆕", "⏳", "⚠️", "💤")}
    return ": " + "  ".join(f"{sign} {count}" for sign, count in counts.items() if count)


def _sign(source: SourceLine) -> str:
    return _STATUS_SIGNS.get(source.status, "⚠️")


def _source(source: SourceLine, reader: Reader, now: datetime) -> Line:
    name = source.name if reader.language == "zh" else source.name_en or source.name
    parts = [f"{_sign(source)} {cut(clean_line(name), NAME_UNITS)}"]
    if source.status not in ("ok", "new"):
        parts.append(_state(source, reader))
    if source.succeeded:
        ago = source.succeeded - now
        parts.append(format_timedelta(ago, granularity="minute", add_direction=True, locale=reader.language))
    return line(SEPARATOR.join(parts))


def _state(source: SourceLine, reader: Reader) -> str:
    words = texts(reader.language)
    state = words(f"status.{source.status}")
    if source.since is None or source.status not in TROUBLE:
        return state
    return words("coverage.since", state=state, day=day_of(source.since, reader.language, reader.zone))
