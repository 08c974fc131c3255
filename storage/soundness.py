"""Turns a database into what is wrong with it, and mends what can be worked out anew from the rest.

Damage of the file cannot be mended: a backup has to be put back. What hangs together by our own doing only
(the search index, the face and tags of a story) can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, or_, select, text
from sqlalchemy.exc import DatabaseError as Refused

from storage.candidates import load
from storage.database import Database
from storage.faces import refresh_story
from storage.inbox import inbox
from storage.search import remember_words, row_number
from storage.tables import SEARCH_TABLE, announcements, deliveries, metadata, stories, story_tags

RESTORE = "put back a backup: yuanwatch restore FILE"
REPAIR = "yuanwatch db repair"
_MOST = 20  # findings of one kind that are told
_BATCH = 100

_INDEXED = text(f"SELECT rowid FROM {SEARCH_TABLE}")  # noqa: S608
_UNINDEX = text(f"DELETE FROM {SEARCH_TABLE} WHERE rowid = :number")  # noqa: S608
_INSPECT_INDEX = text(f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}) VALUES ('integrity-check')")  # noqa: S608
_REBUILD_INDEX = text(f"INSERT INTO {SEARCH_TABLE} ({SEARCH_TABLE}) VALUES ('rebuild')")  # noqa: S608

_MEMBER = exists().where(announcements.c.story_id == stories.c.id)
_FACE = exists().where(announcements.c.story_id == stories.c.id, announcements.c.id == stories.c.face_id)
_TAGGED = exists().where(story_tags.c.story_id == stories.c.id)
_EMPTY = select(stories.c.id).where(~_MEMBER)
_FACELESS = select(stories.c.id).where(_MEMBER, or_(~_FACE, (stories.c.relevance == "yes") & ~_TAGGED))
_LOST = select(announcements.c.id).where(
    announcements.c.story_id.is_(None), announcements.c.relevance != "no"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and how to mend it."""

    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Astray:
    """Where the search index and the announcements of stories differ."""

    missing: tuple[tuple[int, datetime], ...]
    surplus: tuple[int, ...]


def damage(database: Database) -> list[Finding]:
    """What is wrong with the file itself, whatever version its tables have. Raises DatabaseError."""
    with database.read() as conn:
        whole = conn.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars().all()
        found = [Finding(f"the file is damaged: {words}", RESTORE) for words in whole if words != "ok"]
        if not found:
            rows = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST)
            found = [
                Finding(f"row {row[1]} of {row[0]} points to no row of {row[2]}", RESTORE) for row in rows
            ]
    return found


def disorder(database: Database, *, deep: bool) -> list[Finding]:
    """What does not hang together in a database of today's tables.

    `deep` looks into the search index too, and lets nobody write meanwhile (a second for each 50 MB or so).
    """
    with database.read() as conn:
        index = _astray(conn)
        told = [
            (len(index.missing), "announcements are not in the search index", REPAIR),
            (len(index.surplus), "rows of the search index belong to no announcement", REPAIR),
            (_count(conn, _EMPTY), "stories have no announcement", REPAIR),
            (_count(conn, _FACELESS), "stories stand in no list, or show an announcement of another", REPAIR),
            (_count(conn, _LOST), "relevant announcements stand in no story", RESTORE),
        ]
    found = [Finding(f"{number} {words}", remedy) for number, words, remedy in told if number]
    if deep and not _index_is_whole(database):
        found.append(Finding("the search index is damaged", REPAIR))
    return found


def repair(database: Database) -> list[str]:
    """Mend what `disorder` finds and can be mended; what was done, in sentences. Nobody else may write."""
    done: list[str] = []
    if not _index_is_whole(database):
        with database.write() as conn:
            conn.execute(_REBUILD_INDEX)
        done.append("The search index was built anew.")
    with database.read() as conn:
        index = _astray(conn)
    for start in range(0, max(len(index.missing), len(index.surplus)), _BATCH):
        with database.write() as conn:
            _mend(conn, index.missing[start : start + _BATCH], index.surplus[start : start + _BATCH])
    if index.missing or index.surplus:
        done.append(
            f"{len(index.missing)} announcements were put into the search index, {len(index.surplus)} rows "
            "taken out of it."
        )
    with database.write() as conn:
        done += _mend_stories(conn)
    return done


def table_counts(database: Database) -> dict[str, int]:
    """How many rows each of our tables has."""
    with database.read() as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in sorted({*metadata.sorted_tables, inbox}, key=lambda table: table.name)
        }


def _count(conn: Connection, query: object) -> int:
    return int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())  # type: ignore[attr-defined]


def _astray(conn: Connection) -> _Astray:
    columns = announcements.c
    query = select(columns.id, columns.dated, columns.fetched).where(columns.story_id.is_not(None))
    indexed = set(conn.execute(_INDEXED).scalars())
    missing = []
    for key, dated, fetched in conn.execute(query):
        shown = min(dated or fetched, fetched)
        number = row_number(key, shown)
        if number in indexed:
            indexed.discard(number)
        else:
            missing.append((key, shown))
    return _Astray(tuple(missing), tuple(sorted(indexed)))


def _mend(conn: Connection, missing: Sequence[tuple[int, datetime]], surplus: Sequence[int]) -> None:
    for number in surplus:
        conn.execute(_UNINDEX, {"number": number})
    for key, shown in missing:
        remember_words(conn, key, load(conn, key), shown)


def _mend_stories(conn: Connection) -> list[str]:
    faceless = conn.execute(_FACELESS).scalars().all()
    for key in faceless:
        refresh_story(conn, key)
    empty = conn.execute(_EMPTY).scalars().all()
    for key in empty:
        for table in (story_tags, deliveries):
            conn.execute(delete(table).where(table.c.story_id == key))
        conn.execute(delete(stories).where(stories.c.id == key))
    done = [f"{len(faceless)} stories were worked out anew."] if faceless else []
    return [*done, f"{len(empty)} stories without an announcement were taken out."] if empty else done


def _index_is_whole(database: Database) -> bool:
    with database.write() as conn:
        try:
            conn.execute(_INSPECT_INDEX)
        except Refused:
            return False
    return True
