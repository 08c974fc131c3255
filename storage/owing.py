"""What a story owes its readers: a message each, a further one for what is new, and edits of those sent.

A message is unique by (chat, story, version). More outlets and facts make a sent message grow by an edit;
only a new version, with what changed in it, is a message of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, insert, literal, select, update

from analysis.growth import Change
from storage.faces import reach
from storage.instants import Instant
from storage.records import change_values, read_places
from storage.tables import chats, deliveries, stories, subscriptions

EDITED_FOR = timedelta(hours=48)  # a message from the day before yesterday is not looked at again

_STORY = select(
    stories.c.version,
    stories.c.relevance,
    stories.c.shown,
    stories.c.filed,
    stories.c.places,
    stories.c.topics,
).where(stories.c.id == bindparam("key"))
# A chat that was told before keeps its row; a subscription that came after the story is told nothing old.
_OWE = (
    insert(deliveries)
    .prefix_with("OR IGNORE")
    .from_select(
        ["chat_id", "story_id", "version", "state", "tries", "not_before"],
        select(
            subscriptions.c.chat_id,
            bindparam("story", type_=Integer),
            bindparam("version", type_=Integer),
            literal("pending"),
            literal(0),
            bindparam("not_before", type_=Instant),
        )
        .distinct()
        .join_from(subscriptions, chats, chats.c.id == subscriptions.c.chat_id)
        .where(
            chats.c.off_since.is_(None),
            subscriptions.c.created < bindparam("since"),
            subscriptions.c.place.in_(bindparam("places", expanding=True)),
            subscriptions.c.topic.in_(bindparam("topics", expanding=True)),
        )
        .order_by(subscriptions.c.chat_id),
    )
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
    """One delivery of the present version for each live chat that asked for it before the story was known
    (or, for a later version, before now); how many are new.

    `shown`: when what is new was published, for a story that is itself old.
    """
    if not telling.tell:
        return 0
    story = conn.execute(_STORY, {"key": story_id}).mappings().one()
    if story["relevance"] != "yes" or not telling.fresh(shown or story["shown"]):
        return 0
    wish = {
        "story": story_id,
        "version": story["version"],
        "since": story["filed"] if story["version"] == 1 else telling.now,
        "not_before": telling.now + telling.settle,
        "places": ["", *reach(read_places(story["places"]))],
        "topics": ["", *story["topics"]],
    }
    return conn.execute(_OWE, wish).rowcount


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
