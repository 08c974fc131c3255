"""Stories -> a digest: a count, then the headlines by place and kind; in pages where they are too many.

A page is made when it is asked for: the digest remembers the numbers of its stories only, so a page turned
later tells them as they are by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from analysis.gazetteer import gazetteer
from analysis.types import KINDS, Kind, Language
from bot.callbacks import PageDigest
from bot.cleaning import clean_line, safe_link
from bot.headlines import headline
from bot.labels import place_name
from bot.markup import BLANK, Line, Part, cut, escape, line, units
from bot.render import OFFICIAL, Rows, button, message, news, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Message, Reader
from storage.database import Database
from storage.letters import letter_of
from storage.lines import read_stories
from storage.merging import present_ids
from storage.types import Digest, DigestEvery, Story

HEADLINE_UNITS = 240
PAGE_UNITS = 3400
PAGE_BYTES = 24_000  # of markup: an address may be long
PAGE_STORIES = 28  # each up to three formatted pieces, of a hundred that Telegram takes

Placed = tuple[str, Story]
"""A story under the adcode of its province; '' for the whole country."""


def digest_message(database: Database, digest: Digest, reader: Reader, delivery_id: int) -> Message | None:
    """The first page of a digest, with buttons to turn it where there are more; None where all of its stories
    are no more. `delivery_id` is its number in the outbox, which the buttons carry."""
    return _page(database, digest, reader, PageDigest(delivery_id, 0))


def turn(services: Services, reader: Reader, asked: PageDigest) -> Message | None:
    """Another page of a digest; None where it did not go to this chat, or is no longer remembered."""
    with services.database.read() as connection:
        letter = letter_of(connection, reader.chat_id, asked.delivery_id)
    return _page(services.database, letter, reader, asked) if isinstance(letter, Digest) else None


def _page(database: Database, digest: Digest, reader: Reader, asked: PageDigest) -> Message | None:
    with database.read() as connection:
        # Two versions of one story, or two stories that have become one, are told once.
        ids = dict.fromkeys(present_ids(connection, [story_id for story_id, _ in digest.stories]))
        found = read_stories(connection, list(ids))
    return render_digest(found, digest.every, reader, asked)


def render_digest(
    found: Sequence[Story], every: DigestEvery, reader: Reader, asked: PageDigest
) -> Message | None:
    """A page of these stories (the last one, where there are not so many); None for no stories."""
    pages = paged(found, reader.language)
    if not pages:
        return None
    number = min(asked.page, len(pages) - 1)
    words = texts(reader.language)
    title = words.plural(f"digest.{every}", len(found))
    if len(pages) > 1:
        title += f" ({number + 1}/{len(pages)})"
    lines = [line(Part(f"📬 {title}", "b")), *_body(pages[number], reader.language)]
    return message(lines, _turning(asked.delivery_id, number, len(pages), reader.language))


def paged(found: Sequence[Story], language: Language) -> list[list[Placed]]:
    """The stories in the order in which they are told, as many to a page as one message takes.

    Places with most stories first; in a place by kind, and of a kind as they came.
    """
    placed = [(_province(story), story) for story in found]
    sizes = Counter(place for place, _ in placed)
    placed.sort(key=lambda each: (-sizes[each[0]], each[0], _rank(each[1].kind)))
    pages: list[list[Placed]] = []
    length = size = 0
    for each in placed:
        taken, weight = _weights(each, language)
        full = length + taken > PAGE_UNITS or size + weight > PAGE_BYTES
        if not pages or full or len(pages[-1]) == PAGE_STORIES:
            pages.append([])
            length = size = 0
        pages[-1].append(each)
        length, size = length + taken, size + weight
    return pages


def _body(page: Sequence[Placed], language: Language) -> Iterator[Line]:
    for place, group in groupby(page, key=lambda each: each[0]):
        yield BLANK
        yield line(Part(f"📍 {_place_name(place, language)}", "b"))
        told = [story for _, story in group]
        several = len({story.kind for story in told}) > 1
        for kind, alike in groupby(told, key=lambda story: story.kind):
            if several:
                yield line(Part(_kind_name(kind, language), "i"))
            for story in alike:
                yield from _entry(story, language)


def _entry(story: Story, language: Language) -> Iterator[Line]:
    badge = (f"{OFFICIAL} ",) if story.official else ()
    words = cut(clean_line(headline(story, language)), HEADLINE_UNITS)
    yield line("• ", *badge, Part(words, link=safe_link(story.face.url)))
    if changes := news(story, language):
        yield line(Part(changes[0], "i"))


def _weights(each: Placed, language: Language) -> tuple[int, int]:
    """Units of text and bytes of markup that a story takes at most, with a heading of its own."""
    parts = [part for line_ in _body([each], language) for part in line_]
    text = sum(units(part.text) for part in parts) + 2 * len(parts)
    markup = sum(len(escape(part.text + (part.link or "")).encode()) + 20 for part in parts)
    return text, markup


def _turning(delivery_id: int, number: int, pages: int, language: Language) -> Rows:
    words = texts(language)
    back = button(words("button.back"), PageDigest(delivery_id, number - 1)) if number else ()
    ahead = button(words("button.next"), PageDigest(delivery_id, number + 1)) if number + 1 < pages else ()
    return rows(back + ahead)


def _province(story: Story) -> str:
    first = next((place.adcode for place in story.places if place.primary), None)
    return gazetteer().ancestors(first)[-1] if first else ""


def _place_name(place: str, language: Language) -> str:
    return (place_name(place, language) if place else None) or texts(language)("place.nationwide")


def _kind_name(kind: Kind | None, language: Language) -> str:
    return texts(language)(f"kind.{kind or 'other'}")


def _rank(kind: Kind | None) -> int:
    return KINDS.index(kind) if kind else len(KINDS)
