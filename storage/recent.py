"""A wish -> the newest stories that it asks for: what a new subscriber may want to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from analysis.wishes import Wish
from storage.faces import tag
from storage.lines import read_stories
from storage.matching import matches, subject_of
from storage.tables import story_tags
from storage.types import Story

LOOKED_AT = 400  # of the newest with its place and topic; a wish that fits none of them finds nothing
_TOGETHER = 20


def recent_for(conn: Connection, wish: Wish, limit: int) -> list[Story]:
    """The newest stories that match a wish, at most `limit`, newest first; passing mentions are none."""
    tags = [tag(place or None, topic or None) for place, topic in wish.keys]
    ids = _newest(conn, tags, LOOKED_AT if wish.narrow else limit)
    found: list[Story] = []
    for some in _batches(ids, _TOGETHER if wish.narrow else limit):
        stories = read_stories(conn, some)
        found += [each for each in stories if not wish.narrow or matches(wish, subject_of(each))]
        if len(found) >= limit:
            break
    return found[:limit]


def _newest(conn: Connection, tags: Sequence[str], limit: int) -> list[int]:
    """The stories of any of these tags: of each the newest, then the newest of those."""
    shown: dict[int, tuple[datetime, int]] = {}
    columns = story_tags.c
    for each in tags:
        query = select(columns.story_id, columns.shown).where(columns.tag == each)
        newest = query.order_by(columns.shown.desc(), columns.story_id.desc()).limit(limit)
        shown |= {row.story_id: (row.shown, row.story_id) for row in conn.execute(newest)}
    return sorted(shown, key=lambda key: shown[key], reverse=True)[:limit]


def _batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), max(size, 1)):
        yield ids[start : start + size]
