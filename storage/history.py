"""Turns a place or a topic into its past: how many stories, in which order, of what sort.

Passing mentions ("borderline") have no tags and are not counted, as in `storage.stories.latest`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from analysis.types import TOPICS, Fact, Kind, Stage, Topic
from storage.faces import tag
from storage.lines import read_stories
from storage.records import read_facts
from storage.tables import announcements, stories, story_tags
from storage.types import Story

_TAGS = story_tags.c
_TALK = ("opinion", "other")  # kinds that are no step of anything
_MOST_WEIGHED = 1000  # stories whose amounts are compared: the newest that name one


@dataclass(frozen=True, slots=True)
class Profile:
    """The stories of a place, what lies in it included. `kinds` and `topics` have the most frequent first;
    `stages` are those that were reached; `largest` is the largest amount in yuan."""

    stories: int
    first: datetime | None
    latest: datetime | None
    topics: tuple[tuple[Topic, int], ...] = ()
    kinds: tuple[tuple[Kind, int], ...] = ()
    stages: tuple[Stage, ...] = ()
    largest: Fact | None = None


def count(
    conn: Connection,
    place: str | None = None,
    topic: Topic | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """How many stories `storage.stories.latest` would give without a limit."""
    query = select(func.count()).where(_within(place, topic, since, until))
    return conn.execute(query).scalar_one()


def timeline(
    conn: Connection,
    place: str | None = None,
    topic: Topic | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 10,
    offset: int = 0,
) -> list[Story]:
    """The steps of what happened, the oldest first: without opinions and other talk."""
    step = or_(stories.c.kind.is_(None), stories.c.kind.not_in(_TALK))
    query = (
        select(_TAGS.story_id)
        .join(stories, stories.c.id == _TAGS.story_id)
        .where(_within(place, topic, since, until), step)
        .order_by(_TAGS.shown, _TAGS.story_id)
        .limit(limit)
        .offset(offset)
    )
    return read_stories(conn, conn.execute(query).scalars().all())


def profile(conn: Connection, place: str | None, topic: Topic | None = None) -> Profile:
    """What is known of a place, or of everywhere."""
    within = _within(place, topic, None, None)
    total, first, latest = conn.execute(
        select(func.count(), func.min(_TAGS.shown), func.max(_TAGS.shown)).where(within)
    ).one()
    if not total:
        return Profile(0, None, None)
    asked = (topic,) if topic else TOPICS
    by_topic = [(each, total if topic else count(conn, place, each)) for each in asked]
    joined = select(stories.c.kind, stories.c.stage, func.count().label("n")).join(
        story_tags, stories.c.id == _TAGS.story_id
    )
    rows = conn.execute(joined.where(within).group_by(stories.c.kind, stories.c.stage)).all()
    kinds: dict[Kind, int] = {}
    for row in rows:
        if row.kind:
            kinds[row.kind] = kinds.get(row.kind, 0) + row.n
    return Profile(
        stories=total,
        first=first,
        latest=latest,
        topics=tuple(sorted((pair for pair in by_topic if pair[1]), key=lambda pair: -pair[1])),
        kinds=tuple(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        stages=tuple(sorted({row.stage for row in rows if row.stage})),
        largest=_largest(conn, within),
    )


def in_full(conn: Connection, ids: Sequence[int]) -> list[Story]:
    """The stories of a list with all that is known of them, in its order."""
    return read_stories(conn, ids)


def stages_told(conn: Connection, story_id: int) -> dict[int, Stage]:
    """By announcement of a story the stage that it says is reached."""
    columns = announcements.c
    query = select(columns.id, columns.stage).where(columns.story_id == story_id, columns.stage.is_not(None))
    return {row.id: row.stage for row in conn.execute(query)}


def _within(
    place: str | None, topic: Topic | None, since: datetime | None, until: datetime | None
) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [_TAGS.tag == tag(place, topic)]
    asked += [_TAGS.shown >= since] if since is not None else []
    asked += [_TAGS.shown < until] if until is not None else []
    return and_(*asked)


def _largest(conn: Connection, within: ColumnElement[bool]) -> Fact | None:
    """The largest amount in yuan that the newest stories with amounts name."""
    query = (
        select(stories.c.facts)
        .join(story_tags, stories.c.id == _TAGS.story_id)
        .where(within, cast(stories.c.facts, Text).contains('"amount"'))
        .order_by(_TAGS.shown.desc())
        .limit(_MOST_WEIGHED)
    )
    found: Sequence[Fact] = [
        fact
        for facts in conn.execute(query).scalars()
        for fact in read_facts(facts)
        if fact.type == "amount" and fact.unit == "CNY" and not isinstance(fact.value, str)
    ]
    return max(found, key=lambda fact: float(fact.value), default=None)
