"""Turns words of a person into stories (SQLite FTS5; the only place that speaks to it).

A row of the index is numbered by the time and the id of its announcement, so that the newest ten are
the ten highest numbers: no sorting, however many rows a word has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from analysis.gazetteer import gazetteer
from analysis.types import LANGUAGES, Announcement
from analysis.wording import search_words
from storage.stories import read_stories
from storage.tables import SEARCH_TABLE, announcements
from storage.types import Story
from storage.words import index_words, query_words

_ID_BITS = 30
_ID_MASK = (1 << _ID_BITS) - 1
_BATCH = 50

_INSERT = text(f"INSERT INTO {SEARCH_TABLE} (rowid, words) VALUES (:number, :words)")  # noqa: S608
_DELETE = text(f"DELETE FROM {SEARCH_TABLE} WHERE rowid = :number")  # noqa: S608
_FIND = text(
    f"SELECT rowid FROM {SEARCH_TABLE} WHERE {SEARCH_TABLE} MATCH :words ORDER BY rowid DESC"  # noqa: S608
)
_STORIES = select(announcements.c.id, announcements.c.story_id).where(
    announcements.c.id.in_(bindparam("ids", expanding=True))
)


def search(conn: Connection, words: str, *, limit: int = 10, offset: int = 0) -> list[Story]:
    """Stories that hold all the words, newest first; none for words without a letter or digit.

    Searched are titles, texts, summaries, and names of places, topics, kinds and organisations in three
    languages.
    """
    expression = query_words(words)
    if not expression or limit <= 0:
        return []
    found: list[int] = []
    for story_id in _story_ids(conn, expression):
        found.append(story_id)
        if len(found) == offset + limit:
            break
    return read_stories(conn, found[offset:])


def remember_words(conn: Connection, announcement_id: int, item: Announcement, shown: datetime) -> None:
    """Index an announcement; `shown` orders it."""
    words = " ".join(
        (
            index_words("\n".join(_texts(item)), item.language),
            index_words("\n".join(_names(item)), "en"),
        )
    )
    conn.execute(_INSERT, {"number": row_number(announcement_id, shown), "words": words})


def forget_words(conn: Connection, announcement_id: int, shown: datetime) -> None:
    """Take an announcement out of the index; `shown` as it was when it went in."""
    conn.execute(_DELETE, {"number": row_number(announcement_id, shown)})


def _story_ids(conn: Connection, expression: str) -> Iterator[int]:
    """Stories by their newest announcement that holds the words, each once."""
    seen: set[int] = set()
    with conn.execute(_FIND, {"words": expression}) as rows:
        for batch in rows.scalars().partitions(_BATCH):
            ids = [number & _ID_MASK for number in batch]
            story_of = {row.id: row.story_id for row in conn.execute(_STORIES, {"ids": ids})}
            for key in ids:
                story_id = story_of[key]
                if story_id is not None and story_id not in seen:
                    seen.add(story_id)
                    yield story_id


def row_number(announcement_id: int, shown: datetime) -> int:
    """The row of the index that an announcement has; `shown` orders it."""
    return max(int(shown.timestamp()), 0) << _ID_BITS | announcement_id


def _texts(item: Announcement) -> Iterator[str]:
    yield item.article.title
    yield item.summary
    yield item.article.text
    for attachment in item.article.attachments:
        yield attachment.title
        yield attachment.text


def _names(item: Announcement) -> Iterator[str]:
    yield from search_words(item)
    yield item.article.publisher.name
    for mention in item.places:
        for language in LANGUAGES:
            yield gazetteer().name(mention.adcode, language)
        place = gazetteer().place(mention.adcode)
        if place is not None:
            yield place.name_zh  # 北京市, where the name above is 北京
