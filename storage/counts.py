"""Turns stories into figures: how many at each place and in each month, and how far each place has come.

Every figure is counted in ranges of story_tags, whose key holds all it needs; a story is looked up only for
its stage, and only until one of the furthest stage is found. Stories are the announcements that readers
know: however many outlets tell one, it counts once, and once for each place and topic that it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, bindparam, func, literal, select

from analysis.growth import RANK
from analysis.types import Stage, Topic
from storage.faces import tag
from storage.tables import stories, story_tags

_TAGS = story_tags.c
_BY_TAG = (
    select(_TAGS.tag, func.count())
    .where(_TAGS.tag.in_(bindparam("tags", expanding=True)))
    .group_by(_TAGS.tag)
)
_WITHIN = select(func.count()).where(
    _TAGS.tag == bindparam("tag"), _TAGS.shown >= bindparam("start"), _TAGS.shown < bindparam("end")
)
_OLDEST = select(_TAGS.shown).where(_TAGS.tag == bindparam("tag")).order_by(_TAGS.shown).limit(1)
_NEWEST = select(_TAGS.shown).where(_TAGS.tag == bindparam("tag")).order_by(_TAGS.shown.desc()).limit(1)
_AT_STAGE = (
    select(literal(1))
    .select_from(story_tags.join(stories, stories.c.id == _TAGS.story_id))
    .where(_TAGS.tag == bindparam("tag"), stories.c.stage == bindparam("stage"))
    .limit(1)
)


def count_places(conn: Connection, places: Sequence[str], topic: Topic | None = None) -> dict[str, int]:
    """How many stories are about each place (by adcode) and what lies in it; without those that have none."""
    found = conn.execute(_BY_TAG, {"tags": [tag(place, topic) for place in places]})
    return {each.partition("/")[0]: number for each, number in found}


def count_stories(conn: Connection, place: str | None = None, topic: Topic | None = None) -> int:
    """How many stories there are of a place and a topic."""
    found = conn.execute(_BY_TAG, {"tags": [tag(place, topic)]}).first()
    return int(found[1]) if found else 0


def count_months(
    conn: Connection, bounds: Sequence[datetime], place: str | None = None, topic: Topic | None = None
) -> list[int]:
    """How many stories were published from each of the times (aware, ascending) up to the next one."""
    about = tag(place, topic)
    return [
        conn.execute(_WITHIN, {"tag": about, "start": start, "end": end}).scalar_one()
        for start, end in pairwise(bounds)
    ]


def oldest(conn: Connection, place: str | None = None, topic: Topic | None = None) -> datetime | None:
    """When the oldest story was published, in UTC; None where there is none."""
    return conn.execute(_OLDEST, {"tag": tag(place, topic)}).scalar_one_or_none()


def newest(conn: Connection, place: str | None = None, topic: Topic | None = None) -> datetime | None:
    """When the newest story was published, in UTC; None where there is none."""
    return conn.execute(_NEWEST, {"tag": tag(place, topic)}).scalar_one_or_none()


def furthest_stages(conn: Connection, places: Sequence[str], topic: Topic | None = None) -> dict[str, Stage]:
    """The furthest stage that a story of each place has reached; places without any are left out.

    A cancelled plan ends itself only: a place is "cancelled" where nothing else is known of it.
    """
    order = sorted(RANK, key=lambda stage: -1 if stage == "cancelled" else RANK[stage], reverse=True)
    found = ((place, _furthest(conn, tag(place, topic), order)) for place in places)
    return {place: stage for place, stage in found if stage is not None}


def _furthest(conn: Connection, about: str, order: Sequence[Stage]) -> Stage | None:
    return next((s for s in order if conn.execute(_AT_STAGE, {"tag": about, "stage": s}).first()), None)
