"""How a story came together: each of its announcements, and why it was joined."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.merging import present_id
from storage.tables import announcements


@dataclass(frozen=True, slots=True)
class Member:
    """An announcement of a story; without `reasons` it opened the story."""

    id: int
    story_id: int
    publisher: str
    title: str
    url: str
    near_copy_of: int | None
    reasons: tuple[str, ...]


def members(conn: Connection, story_id: int) -> list[Member]:
    """The announcements of a story as they came; of a merged one those of its successor."""
    key, column = present_id(conn, story_id), announcements.c
    query = (
        select(
            column.id,
            column.story_id,
            column.publisher_name,
            column.title,
            column.url,
            column.near_copy_of,
            column.joined_because,
        )
        .where(column.story_id == key)
        .order_by(column.id)
    )
    return [Member(*row[:6], tuple(row[6])) for row in conn.execute(query)]
