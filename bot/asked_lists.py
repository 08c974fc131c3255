"""What was found for a sentence -> the message that lists it, or one that says what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.gazetteer import Place
from analysis.query import Note
from bot.asked import Asked, Part
from bot.callbacks import PageAsked, PageSearch, ShowStory, Subscribe
from bot.labels import place_in_province, subject
from bot.lists import PAGE, found_lines, note_lines, older_newer
from bot.markup import BLANK, Line, cut, line
from bot.markup import Part as Piece
from bot.render import NAME_UNITS, Rows, button, message, rows
from bot.spoken import about_asked, part_words
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage.types import Found

ROW = 5


@dataclass(frozen=True, slots=True)
class Wider:
    """What could be asked instead where nothing is found. `without`: parts without which there is something;
    `only`: whether there is something about the place and the topic at all; `near`: places that may be meant,
    with the words that are left; `text`: all the words, where they are found in texts."""

    without: tuple[Part, ...] = ()
    only: bool = False
    near: tuple[tuple[Place, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What was found from an offset on: `found` has one more if more follows, `total` counts if it is known.

    `searched`: the same question with words looked for that were taken for a kind; `notes`: what of the words
    was not taken as it was typed.
    """

    found: Sequence[Found]
    total: int | None = None
    searched: Asked | None = None
    notes: Sequence[Note] = ()


def asked_list(page: Page, shown: PageAsked, reader: Reader) -> Message:
    """A page of what was found, under a title that says what was understood."""
    words, asked = texts(reader.language), shown.asked
    title = "🔎 " + about_asked(asked, reader.language)
    if page.total is not None:
        title = words("asked.count", about=title, count=words.plural("count.stories", page.total))
    turning = older_newer(reader, shown.offset, len(page.found) > PAGE, lambda at: PageAsked(asked, at))
    if not page.found:
        return message([line(words("latest.end"))], rows(turning))
    lines = [line(Piece(title, "b")), *note_lines(page.notes, reader), BLANK]
    lines += found_lines(page.found, shown.offset, reader)
    label = words("asked.as_words", words=page.searched.words) if page.searched else ""
    literal = button(label, PageAsked(page.searched)) if page.searched else ()
    others = rows(turning, literal, subscribe_button(asked, reader))
    return message(lines, (*open_buttons(page.found, shown.offset), *others))


def nothing_found(asked: Asked, wider: Wider, reader: Reader) -> Message:
    """Says that there is nothing, and offers what there is without one of the filters."""
    words = texts(reader.language)
    lines: list[Line] = [line(words("asked.none", about=about_asked(asked, reader.language)))]
    near = [
        button(
            place_in_province(place.adcode, reader.language),
            PageAsked(replace(asked, place=place.adcode, words=left)),
        )
        for place, left in wider.near
    ]
    offers = [
        button(
            words("asked.without", part=part_words(asked, part, reader.language)),
            PageAsked(asked.without(part)),
        )
        for part in wider.without
    ]
    if wider.only:
        about = subject(asked.place, asked.topic, reader.language)
        offers.append(button(words("asked.only", part=about), PageAsked(Asked(asked.place, asked.topic))))
    if wider.text:
        shown = cut(wider.text, NAME_UNITS)
        offers.append(button(words("button.search", words=shown), PageSearch(wider.text)))
    if any(near):
        lines.append(line(words("suggest.question")))
    elif any(offers):
        lines.append(line(words("asked.instead")))
    return message(lines, rows(*near, *offers, subscribe_button(asked, reader)))


def open_buttons(found: Sequence[Found], offset: int) -> Rows:
    """A small button for each story of a page, by its number, that shows it in full."""
    shown = [
        each
        for number, one in enumerate(found[:PAGE], offset + 1)
        for each in button(str(number), ShowStory(one.story.id))
    ]
    return tuple(tuple(shown[start : start + ROW]) for start in range(0, len(shown), ROW))


def subscribe_button(asked: Asked, reader: Reader) -> tuple[Button, ...]:
    """An offer to be told what is new about the place and the topic, if either was named."""
    if not (asked.place or asked.topic):
        return ()
    about = subject(asked.place, asked.topic, reader.language)
    return button(
        texts(reader.language)("button.subscribe", subject=about), Subscribe(asked.place, asked.topic)
    )
