"""Stories that turn out to be one, and those that were one by mistake.

A merged story's number leads to the one it went into. What a person has told apart stays apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.faces import open_story, refresh_story
from storage.moving import move_story
from storage.tables import announcements, merges, stories, story_tags, told_apart

_A = announcements.c


class StoryError(ValueError):
    """What was asked of stories cannot be done; the words say why."""


def merge(conn: Connection, story_id: int, into: int, reasons: Sequence[str], now: datetime) -> None:
    """Put all of a story into another one. Who was told either is not told again.

    Raises StoryError where a person has told two of their announcements apart.
    """
    if story_id == into:
        return
    if are_apart(conn, _members(conn, story_id), _members(conn, into)):
        raise StoryError(f"the stories {story_id} and {into} were told apart by hand")
    version = conn.execute(select(stories.c.version).where(stories.c.id == into)).scalar_one()
    conn.execute(update(announcements).where(_A.story_id == story_id).values(story_id=into))
    move_story(conn, story_id, into, version)
    conn.execute(update(merges).where(merges.c.story_id == story_id).values(story_id=into))
    conn.execute(delete(story_tags).where(story_tags.c.story_id == story_id))
    conn.execute(delete(stories).where(stories.c.id == story_id))
    conn.execute(insert(merges).values(old_id=story_id, story_id=into, merged=now, reasons=list(reasons)))
    refresh_story(conn, into)


def split(conn: Connection, announcement_id: int, now: datetime) -> int:
    """Take an announcement out of its story, for good; the id of the story it makes. Nobody is told of it.

    Raises StoryError where it is unknown or alone.
    """
    row = conn.execute(select(_A.story_id).where(_A.id == announcement_id)).first()
    if row is None or row.story_id is None:
        raise StoryError(f"no announcement {announcement_id} stands in a story")
    others = [key for key in _members(conn, row.story_id) if key != announcement_id]
    if not others:
        raise StoryError(f"the announcement {announcement_id} is alone in its story {row.story_id}")
    pairs = [sorted((announcement_id, other)) for other in others]
    conn.execute(
        insert(told_apart).prefix_with("OR IGNORE"), [{"a": first, "b": second} for first, second in pairs]
    )
    conn.execute(
        update(announcements)
        .where(_A.id == announcement_id)
        .values(near_copy_of=None, joined_because=["told apart by hand"])
    )
    conn.execute(
        update(announcements)
        .where(_A.near_copy_of == announcement_id, _A.story_id == row.story_id)
        .values(near_copy_of=None)
    )
    new = open_story(conn, announcement_id, now)
    conn.execute(update(announcements).where(_A.id == announcement_id).values(story_id=new))
    refresh_story(conn, row.story_id)
    return new


def join(conn: Connection, story_id: int, into: int, now: datetime) -> None:
    """Merge by hand: what was told apart before counts no more. Raises StoryError for unknown stories."""
    for key in (story_id, into):
        if conn.execute(select(stories.c.id).where(stories.c.id == key)).first() is None:
            raise StoryError(f"there is no story {key}")
    one, two = _members(conn, story_id), _members(conn, into)
    for first, second in ((one, two), (two, one)):
        conn.execute(delete(told_apart).where(told_apart.c.a.in_(first), told_apart.c.b.in_(second)))
    merge(conn, story_id, into, ("joined by hand",), now)


def are_apart(conn: Connection, one: Sequence[int], two: Sequence[int]) -> bool:
    """Whether a person has told any two of these announcements apart."""
    a, b = told_apart.c.a, told_apart.c.b
    query = select(a).where((a.in_(one) & b.in_(two)) | (a.in_(two) & b.in_(one))).limit(1)
    return conn.execute(query).first() is not None


def present_id(conn: Connection, story_id: int) -> int:
    """The story that a number leads to now."""
    return present_ids(conn, [story_id])[0]


def present_ids(conn: Connection, story_ids: Sequence[int]) -> list[int]:
    """The stories that these numbers lead to now, one for each, in their order."""
    query = select(merges.c.old_id, merges.c.story_id).where(merges.c.old_id.in_(story_ids))
    into = {row.old_id: int(row.story_id) for row in conn.execute(query)}
    return [into.get(each, each) for each in story_ids]


def _members(conn: Connection, story_id: int) -> list[int]:
    return list(conn.execute(select(_A.id).where(_A.story_id == story_id)).scalars())
