"""Turns questions of readers (what is new in Beijing?) into stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, func, select

from analysis.types import Topic
from analysis.urls import canonical
from storage.faces import tag
from storage.merging import present_id
from storage.records import read_changes, read_facts, read_places, read_stored
from storage.tables import announcements, stories, story_tags
from storage.types import StoredAnnouncement, Story

_NAMES = (
    "id url title summary language publisher_id publisher_name publisher_kind publisher_place dated "
    "fetched near_copy_of story_id summaries"
)
_AT_ONCE = 200  # stories read together
_SHOWN_COLUMNS = [announcements.c[name] for name in _NAMES.split()]
# Statements are built once: putting one together costs more than running it.
_MEMBERS = select(*_SHOWN_COLUMNS).where(announcements.c.story_id.in_(bindparam("ids", expanding=True)))
_STORIES = select(stories).where(stories.c.id.in_(bindparam("ids", expanding=True)))


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
) -> list[Story]:
    """The newest stories; `place` is an adcode and takes in what lies in it, `since` is inclusive, `until` is
    not.

    Passing mentions ("borderline") are not news: they are found by `search` only.
    """
    query = _newest(place, topic, since, until).limit(limit).offset(offset)
    return read_stories(conn, conn.execute(query).scalars().all())


def every(
    conn: Connection,
    *,
    place: str | None = None,
    topic: Topic | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Story]:
    """The same for any number of stories, some hundred in memory at a time."""
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


def read_stories(conn: Connection, ids: Sequence[int]) -> list[Story]:
    """The stories of these ids, in this order; an unknown id is left out."""
    if not ids:
        return []
    members: dict[int, list[StoredAnnouncement]] = defaultdict(list)
    for row in conn.execute(_MEMBERS, {"ids": ids}).mappings():
        members[row["story_id"]].append(read_stored(row))
    rows = conn.execute(_STORIES, {"ids": ids}).mappings()
    found = {
        row["id"]: Story(
            id=row["id"],
            version=row["version"],
            relevance=row["relevance"],
            reason=row["reason"],
            topics=tuple(row["topics"]),
            kind=row["kind"],
            stage=row["stage"],
            places=read_places(row["places"]),
            organisations=tuple(row["organisations"]),
            facts=read_facts(row["facts"]),
            changes=read_changes(row["changes"]),
            announcements=_ordered(members[row["id"]], row["face_id"]),
        )
        for row in rows
    }
    return [found[key] for key in ids if key in found]


def find_announcement(conn: Connection, url: str) -> StoredAnnouncement | None:
    """The announcement at this address, however it is written, or None."""
    query = select(*_SHOWN_COLUMNS).where(announcements.c.canonical_url == canonical(url))
    row = conn.execute(query).mappings().first()
    return None if row is None else read_stored(row)


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


def _ordered(items: list[StoredAnnouncement], face_id: int) -> tuple[StoredAnnouncement, ...]:
    """The face, then official sources, then the press in the order of time."""
    return tuple(
        sorted(items, key=lambda a: (a.id != face_id, a.publisher_kind != "government", a.shown, a.id))
    )
