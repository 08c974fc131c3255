"""Turns numbers of stories, or SQL that finds them, into stories: one statement for any number of them.

What readers wait for is asked of sqlite3 itself and taken by position (`fetch`). A list is given lines: of
ten stories the facts alone take as long to read as all that a list shows of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection

from analysis.types import PlaceMention, Topic
from storage.database import fetch
from storage.instants import read_instant
from storage.records import read_changes, read_facts, read_places
from storage.types import StoredAnnouncement, Story, StoryLine

_LINE = "s.id, s.face_id, s.topics, s.kind, s.stage, s.places"
_REST = "s.version, s.relevance, s.reason, s.organisations, s.facts, s.changes"
OUTLET = (
    "m.id, m.url, m.title, m.summary, m.language, m.publisher_id, m.publisher_name, m.publisher_kind,"
    " m.publisher_place, m.dated, m.fetched, m.near_copy_of, m.summaries"
)
_HIT = "CASE WHEN m.id = h.hit THEN m.text END"
_STORY_AT, _REST_AT = 13, 20  # where in a row the columns of the story begin
_HIT_AT = 19
_BY_ID = "SELECT value AS story_id, -key AS rank, NULL AS hit FROM json_each(?)"
_load = json.JSONDecoder().raw_decode  # what we wrote needs no looking after: half the time of json.loads

Row = tuple[Any, ...]


def read_rows(conn: Connection, shown: str, values: Sequence[Any], *, full: bool = False) -> list[list[Row]]:
    """The rows of each story that `shown` finds, a row for each announcement; the highest rank first.

    `shown` is a SELECT of story_id, rank, and hit (the announcement whose text is wanted, or NULL).
    """
    found: dict[int, list[Row]] = {}
    for row in fetch(conn, _statement(shown, full), values):
        found.setdefault(row[_STORY_AT], []).append(row)
    return list(found.values())


def read_line(rows: list[Row]) -> StoryLine:
    """What a list shows of the story of these rows."""
    return StoryLine(*_line(rows))


def read_stories(conn: Connection, ids: Sequence[int]) -> list[Story]:
    """The stories of these ids, in this order; an unknown id is left out."""
    return [_story(rows) for rows in read_rows(conn, _BY_ID, (json.dumps(list(ids)),), full=True)]


def read_outlet(row: Row) -> StoredAnnouncement:
    """The announcement of a row that begins with the columns of OUTLET."""
    dated, fetched, copied, summaries = row[9:_STORY_AT]
    written = {} if summaries == "{}" else _load(summaries)[0]
    values = (*row[:9], read_instant(dated), read_instant(fetched), copied, written)
    return StoredAnnouncement(*values)


def read_hit(rows: Iterable[Row]) -> tuple[str, str]:
    """Text and summary of the announcement that was hit."""
    return next((row[_HIT_AT], row[3]) for row in rows if row[_HIT_AT] is not None)


@cache
def _statement(shown: str, full: bool) -> str:
    columns = ", ".join((OUTLET, _LINE, _HIT, *([_REST] if full else [])))
    # CROSS JOIN: in this order, whatever SQLite believes of tables that it has no figures of.
    return (
        f"SELECT {columns} FROM ({shown}) h CROSS JOIN stories s ON s.id = h.story_id "  # noqa: S608
        "CROSS JOIN announcements m ON m.story_id = s.id ORDER BY h.rank DESC, h.story_id DESC"
    )


def _line(rows: list[Row]) -> Row:
    key, face_id, topics, kind, stage, places = rows[0][_STORY_AT:_HIT_AT]
    return key, _topics(topics), kind, stage, _places(places), _outlets(rows, face_id)


def _story(rows: list[Row]) -> Story:
    version, relevance, reason, organisations, facts, changes = rows[0][_REST_AT:]
    figures = read_facts(_load(facts)[0]), read_changes(_load(changes)[0])
    values = (*_line(rows), version, relevance, reason, tuple(_load(organisations)[0]), *figures)
    return Story(*values)


def _outlets(rows: list[Row], face_id: int) -> tuple[StoredAnnouncement, ...]:
    """The face, then official sources, then the press in the order of time."""
    items = [read_outlet(row) for row in rows]
    if len(items) > 1:
        items.sort(key=lambda a: (a.id != face_id, a.publisher_kind != "government", a.shown, a.id))
    return tuple(items)


# The newest stories are shown again and again, and those of a place mostly name just that.
@lru_cache(maxsize=2000)
def _places(text: str) -> tuple[PlaceMention, ...]:
    return read_places(_load(text)[0])


@lru_cache(maxsize=64)
def _topics(text: str) -> tuple[Topic, ...]:
    return tuple(_load(text)[0])
