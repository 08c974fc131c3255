"""What a story owes its readers: a message each, a further one for what is new, and edits of those sent.

A message is unique by (chat, topic of a forum, story, version): sent at once, or told in a digest, as the
subscription wants that it is owed for. More outlets and facts make a sent message grow by an edit; only a new
version, with what changed in it, is a message of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from analysis.growth import Change
from storage.faces import reach
from storage.lines import read_stories
from storage.matching import subject_of
from storage.records import change_values, read_places
from storage.silence import silenced_chats
from storage.tables import deliveries, stories
from storage.wanting import Wanting, candidates, chosen

EDITED_FOR = timedelta(hours=48)  # a message from the day before yesterday is not looked at again

_STORY = select(
    stories.c.version,
    stories.c.relevance,
    stories.c.shown,
    stories.c.filed,
    stories.c.places,
    stories.c.topics,
).where(stories.c.id == bindparam("key"))
# A chat that was told before keeps its row; what waits for a digest is sent at once where it is wanted so.
_ROW = insert_or(deliveries)
_OWE = _ROW.on_conflict_do_update(
    index_elements=[deliveries.c[name] for name in ("chat_id", "thread_id", "story_id", "version")],
    set_={name: _ROW.excluded[name] for name in ("state", "every", "subscription_id", "owed", "not_before")},
    where=and_(
        deliveries.c.state == "waiting", deliveries.c.every != "now", _ROW.excluded.state == "pending"
    ),
)
_GROW = (
    update(deliveries)
    .where(
        deliveries.c.story_id == bindparam("story"),
        deliveries.c.version
        == select(stories.c.version).where(stories.c.id == bindparam("story")).scalar_subquery(),
        deliveries.c.state == "sent",
        deliveries.c.settled >= bindparam("recent"),
    )
    .values(edit_due=bindparam("due"))
)
_RAISE = (
    update(stories)
    .where(stories.c.id == bindparam("key"))
    .values(version=stories.c.version + 1, changes=bindparam("new"))
)


@dataclass(frozen=True, slots=True)
class Telling:
    """When, and whether, what is filed is told."""

    now: datetime
    tell: bool
    max_age: timedelta | None
    settle: timedelta

    def fresh(self, shown: datetime) -> bool:
        """Whether news of that time is still news."""
        return self.max_age is None or self.now - shown <= self.max_age


def owe(conn: Connection, story_id: int, telling: Telling, shown: datetime | None = None) -> int:
    """One delivery of the present version for each topic of a live chat that asked for it before the story
    was known (or, for a later version, before now) and has not muted it; how many are new.

    `shown`: when what is new was published, for a story that is itself old.
    """
    if not telling.tell:
        return 0
    story = conn.execute(_STORY, {"key": story_id}).mappings().one()
    if story["relevance"] != "yes" or not telling.fresh(shown or story["shown"]):
        return 0
    places = read_places(story["places"])
    reached = reach(places)
    since = story["filed"] if story["version"] == 1 else telling.now
    primary = [place.adcode for place in places if place.primary]
    silent = silenced_chats(conn, story_id, primary, reached, telling.now)
    wanting = [
        each for each in candidates(conn, reached, story["topics"], since) if each.chat_id not in silent
    ]
    subject = cache(lambda: subject_of(read_stories(conn, [story_id])[0]))
    rows = [_row(each, story_id, story["version"], telling) for each in chosen(wanting, subject).values()]
    return conn.execute(_OWE, sorted(rows, key=lambda row: int(row["chat_id"]))).rowcount if rows else 0


def _row(wanting: Wanting, story_id: int, version: int, telling: Telling) -> dict[str, Any]:
    at_once = wanting.delivery == "now"
    return {
        "chat_id": wanting.chat_id,
        "thread_id": wanting.thread_id,
        "story_id": story_id,
        "version": version,
        "subscription_id": wanting.id,
        "state": "pending" if at_once else "waiting",
        "every": None if at_once else wanting.delivery,
        "owed": telling.now,
        "tries": 0,
        "not_before": telling.now + telling.settle if at_once else None,
    }


def grow(conn: Connection, story_id: int, telling: Telling) -> int:
    """Owe an edit of each message that told the present version lately; how many."""
    due = {
        "story": story_id,
        "recent": telling.now - EDITED_FOR,
        "due": telling.now + telling.settle,
    }
    return conn.execute(_GROW, due).rowcount


def tell_anew(
    conn: Connection, story_id: int, changes: Sequence[Change], telling: Telling, shown: datetime
) -> int:
    """A new version of a story, told to all who follow it; how many messages are owed for it.

    Nothing is raised where nobody would be told: the change then only makes messages grow.
    """
    story = conn.execute(_STORY, {"key": story_id}).mappings().one()
    if not telling.tell or story["relevance"] != "yes" or not telling.fresh(shown):
        return 0
    conn.execute(_RAISE, {"key": story_id, "new": change_values(changes)})
    return owe(conn, story_id, telling, shown)
