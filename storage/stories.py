"""Turns questions of readers (what is new in Beijing?) into stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from analysis.types import Topic
from analysis.urls import canonical
from storage.database import fetch
from storage.faces import tag
from storage.instants import write_instant
from storage.lines import OUTLET, read_line, read_outlet, read_rows, read_stories
from storage.merging import present_id
from storage.tables import announcements, stories, story_tags
from storage.types import StoredAnnouncement, Story, StoryLine

_EVER = -(1 << 63)
_AT_ONCE = 200  # stories read together
_LATEST = """SELECT story_id, shown AS rank, NULL AS hit FROM story_tags
    WHERE tag = ? AND shown >= ? AND shown < ? ORDER BY shown DESC, story_id DESC LIMIT ? OFFSET ?"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored. `relevant` announcements have a story, `copies` are near copies of another."""

    announcements: int
    relevant: int
    copies: int
    stories: int


def latest(
    conn: Connection,
    *,
    place: str | None = None,
    topic: Topic | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 10,
    offset: int = 0,
) -> list[StoryLine]:
    """The newest stories; `place` is an adcode and takes in what lies in it, `since` is inclusive, `until` is
    not.

    Passing mentions ("borderline") are not news: they are found by `search` only.
    """
    first = _EVER if since is None else write_instant(since)
    past = -_EVER - 1 if until is None else write_instant(until)
    found = read_rows(conn, _LATEST, (tag(place, topic), first, past, limit, offset))
    return [read_line(rows) for rows in found]


def every(
    conn: Connection,
    *,
    place: str | None = None,
    topic: Topic | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Story]:
    """All of the same stories, any number of them, some hundred in memory at a time."""
    found = conn.execute(_newest(place, topic, since).limit(limit)).scalars().all()
    for start in range(0, len(found), _AT_ONCE):
        yield from read_stories(conn, found[start : start + _AT_ONCE])


def places_told(conn: Connection, topic: Topic | None = None) -> list[str]:
    """Adcodes of the places that `latest` knows stories of (of a topic), and of what they lie in."""
    tags = conn.execute(select(story_tags.c.tag).distinct().order_by(story_tags.c.tag)).scalars()
    pairs = (each.split("/") for each in tags)
    return [code for code, about in pairs if code and about == (topic or "")]


def _newest(
    place: str | None, topic: Topic | None, since: datetime | None, until: datetime | None = None
) -> Select[int]:
    tags = story_tags.c
    query = select(tags.story_id).where(tags.tag == tag(place, topic))
    if since is not None:
        query = query.where(tags.shown >= since)
    if until is not None:
        query = query.where(tags.shown < until)
    return query.order_by(tags.shown.desc(), tags.story_id.desc())


def story(conn: Connection, story_id: int) -> Story | None:
    """One story with all its announcements; the number of a merged one leads to what it was merged into."""
    return next(iter(read_stories(conn, [present_id(conn, story_id)])), None)


def find_announcement(conn: Connection, url: str) -> StoredAnnouncement | None:
    """The announcement at this address, however it is written, or None."""
    statement = f"SELECT {OUTLET} FROM announcements m WHERE m.canonical_url = ?"  # noqa: S608
    return next(map(read_outlet, fetch(conn, statement, (canonical(url),))), None)


def counts(conn: Connection) -> Counts:
    """How much is stored."""
    columns = announcements.c
    numbers = conn.execute(
        select(func.count(), func.count(columns.story_id), func.count(columns.near_copy_of)).select_from(
            announcements
        )
    ).one()
    total = conn.execute(select(func.count()).select_from(stories)).scalar_one()
    return Counts(numbers[0], numbers[1], numbers[2], total)
