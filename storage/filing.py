"""Turns an announcement into rows: itself, its story, and the messages it is owed, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, RowMapping, bindparam, delete, insert, literal, select, update

from analysis.types import Announcement
from storage.candidates import remember_keys
from storage.faces import open_story, reach, refresh_story
from storage.identity import Match, find_match
from storage.records import announcement_values, read_places
from storage.search import forget_words, remember_words
from storage.tables import (
    Instant,
    announcement_bands,
    announcement_keys,
    announcements,
    chats,
    deliveries,
    stories,
    subscriptions,
)
from storage.types import Filed

# Statements are built once: putting one together costs more than running it.
_FIND = select(
    announcements.c.id,
    announcements.c.content_hash,
    announcements.c.story_id,
    announcements.c.near_copy_of,
    announcements.c.dated,
    announcements.c.fetched,
).where(announcements.c.canonical_url == bindparam("address"))
_INSERT = insert(announcements)
_UPDATE = update(announcements).where(announcements.c.id == bindparam("key"))
_ADOPT = _UPDATE.values(story_id=bindparam("story"))
_FORGET = [
    delete(table).where(table.c.announcement_id == bindparam("key"))
    for table in (announcement_bands, announcement_keys)
]
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
            subscriptions.c.created < bindparam("filed"),
            subscriptions.c.place.in_(bindparam("places", expanding=True)),
            subscriptions.c.topic.in_(bindparam("topics", expanding=True)),
        )
        .order_by(subscriptions.c.chat_id),
    )
)


@dataclass(frozen=True, slots=True)
class _Telling:
    """When, and whether, what is filed is told."""

    now: datetime
    tell: bool
    max_age: timedelta | None
    settle: timedelta

    def fresh(self, shown: datetime) -> bool:
        return self.max_age is None or self.now - shown <= self.max_age


def file(
    conn: Connection,
    announcement: Announcement,
    *,
    now: datetime,
    tell: bool,
    max_age: timedelta | None,
    settle: timedelta = timedelta(0),
) -> Filed:
    """File one announcement in the caller's transaction.

    `tell` False (a source's first poll) owes nobody a message; nor does a story older than `max_age`
    (None: any age) or a passing mention. A message waits for `settle`, so that other outlets of the same
    hour stand in it, the official one first. One that joins a story owes it only to those who could not
    know it yet: it has become relevant, or reaches a place that it did not reach before.
    """
    telling = _Telling(now, tell, max_age, settle)
    values = announcement_values(announcement, now)
    known = _known(conn, values["canonical_url"])
    if known is not None and known["content_hash"] == values["content_hash"]:
        return Filed("unchanged", known["id"], known["story_id"], known["near_copy_of"])
    if known is not None:
        return _refile(conn, announcement, known, telling)
    shown = _shown(announcement.dated, now)
    match = find_match(conn, announcement, shown)
    values |= {"near_copy_of": match.near_copy_of, "joined_because": list(match.reasons)}
    inserted = conn.execute(_INSERT, values).inserted_primary_key
    assert inserted is not None
    announcement_id = int(inserted[0])
    remember_keys(conn, announcement_id, announcement, shown)
    if announcement.relevance == "no":
        return Filed("irrelevant", announcement_id, None, match.near_copy_of)
    remember_words(conn, announcement_id, announcement, shown)
    return _place(conn, announcement_id, match, telling)


def _place(conn: Connection, announcement_id: int, match: Match, telling: _Telling) -> Filed:
    """Give a stored announcement its story, an open one or a new one."""
    joins = match.story_id is not None
    story_id = open_story(conn, announcement_id, telling.now) if match.story_id is None else match.story_id
    conn.execute(_ADOPT, {"key": announcement_id, "story": story_id})
    if joins:
        refresh_story(conn, story_id)
    owed = _owe(conn, story_id, telling)
    copied = match.near_copy_of is not None and joins
    outcome = "near-copy" if copied else "joined" if joins else "new"
    return Filed(outcome, announcement_id, story_id, match.near_copy_of, owed, match.reasons)  # type: ignore[arg-type]


def _refile(conn: Connection, item: Announcement, known: RowMapping, telling: _Telling) -> Filed:
    """The address is known, the content is not: the announcement is brought up to date in its story."""
    key, story_id = int(known["id"]), known["story_id"]
    for forget in _FORGET:
        conn.execute(forget, {"key": key})
    if story_id is not None:
        forget_words(conn, key, _shown(known["dated"], known["fetched"]))
    shown = _shown(item.dated, known["fetched"])
    conn.execute(_UPDATE, {"key": key, **announcement_values(item, known["fetched"])})
    remember_keys(conn, key, item, shown)
    if story_id is None and item.relevance == "no":
        return Filed("changed", key, None, known["near_copy_of"])
    remember_words(conn, key, item, shown)
    if story_id is None:
        # It was not relevant before (a stub of a page, say): only now it can have a story.
        return _place(conn, key, find_match(conn, item, shown, but=key), telling)
    refresh_story(conn, story_id)
    return Filed("changed", key, story_id, known["near_copy_of"], _owe(conn, story_id, telling))


def is_known(conn: Connection, item: Announcement, now: datetime) -> bool:
    """Whether its page is stored as it is, or it is a near copy of a stored one: a look before filing."""
    values = announcement_values(item, now)
    known = _known(conn, values["canonical_url"])
    if known is not None and known["content_hash"] == values["content_hash"]:
        return True
    match = find_match(conn, item, _shown(item.dated, now), but=int(known["id"]) if known else None)
    return match.near_copy_of is not None


def _known(conn: Connection, canonical_url: str) -> RowMapping | None:
    return conn.execute(_FIND, {"address": canonical_url}).mappings().first()


def _shown(dated: datetime | None, fetched: datetime) -> datetime:
    """The time it is sorted by: never later than when it was seen (a page may be dated tomorrow)."""
    return min(dated or fetched, fetched)


def _owe(conn: Connection, story_id: int, telling: _Telling) -> int:
    """One delivery for each live chat that asked for it before the story was known; how many are new."""
    if not telling.tell:
        return 0
    story = conn.execute(_STORY, {"key": story_id}).mappings().one()
    if story["relevance"] != "yes" or not telling.fresh(story["shown"]):
        return 0
    wish = {
        "story": story_id,
        "version": story["version"],
        "filed": story["filed"],
        "not_before": telling.now + telling.settle,
        "places": ["", *reach(read_places(story["places"]))],
        "topics": ["", *story["topics"]],
    }
    return conn.execute(_OWE, wish).rowcount
