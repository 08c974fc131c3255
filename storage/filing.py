"""Turns an announcement into rows: itself, its story, and the messages it is owed, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, RowMapping, bindparam, delete, insert, literal, select, update

from analysis.types import Announcement
from storage.candidates import remember_keys
from storage.faces import open_story, reach, refresh_story
from storage.identity import Match, find_match
from storage.records import announcement_values
from storage.search import forget_words, remember_words
from storage.tables import (
    announcement_bands,
    announcement_keys,
    announcements,
    chats,
    deliveries,
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
_OWE = insert(deliveries).from_select(
    ["chat_id", "story_id", "version", "state", "tries"],
    select(
        subscriptions.c.chat_id, bindparam("story", type_=Integer), literal(1), literal("pending"), literal(0)
    )
    .distinct()
    .join_from(subscriptions, chats, chats.c.id == subscriptions.c.chat_id)
    .where(
        chats.c.off_since.is_(None),
        subscriptions.c.created < bindparam("now"),
        subscriptions.c.place.in_(bindparam("places", expanding=True)),
        subscriptions.c.topic.in_(bindparam("topics", expanding=True)),
    )
    .order_by(subscriptions.c.chat_id),
)


def file(
    conn: Connection,
    announcement: Announcement,
    *,
    now: datetime,
    tell: bool,
    max_age: timedelta | None,
) -> Filed:
    """File one announcement in the caller's transaction.

    `tell` False (a source's first poll) owes nobody a message; nor does a story older than `max_age`
    (None: any age), a passing mention, or an announcement that joins a story already told.
    """
    values = announcement_values(announcement, now)
    known = _known(conn, values["canonical_url"])
    if known is not None and known["content_hash"] == values["content_hash"]:
        return Filed("unchanged", known["id"], known["story_id"], known["near_copy_of"])
    shown = _shown(announcement.dated, now)
    if known is not None:
        return _refile(conn, announcement, known, now, tell and _fresh(shown, now, max_age))
    match = find_match(conn, announcement, shown)
    values |= {"near_copy_of": match.near_copy_of, "joined_because": list(match.reasons)}
    inserted = conn.execute(_INSERT, values).inserted_primary_key
    assert inserted is not None
    announcement_id = int(inserted[0])
    remember_keys(conn, announcement_id, announcement, shown)
    if announcement.relevance == "no":
        return Filed("irrelevant", announcement_id, None, match.near_copy_of)
    remember_words(conn, announcement_id, announcement, shown)
    return _place(conn, announcement, announcement_id, match, now, tell and _fresh(shown, now, max_age))


def _place(
    conn: Connection, item: Announcement, announcement_id: int, match: Match, now: datetime, tell: bool
) -> Filed:
    """Give a stored announcement its story, an open one or a new one."""
    joins = match.story_id is not None
    story_id = open_story(conn, announcement_id, now) if match.story_id is None else match.story_id
    conn.execute(_ADOPT, {"key": announcement_id, "story": story_id})
    owed = 0
    if joins:
        refresh_story(conn, story_id)
    elif tell and item.relevance == "yes":
        owed = _owe(conn, item, story_id, now)
    copied = match.near_copy_of is not None and joins
    outcome = "near-copy" if copied else "joined" if joins else "new"
    return Filed(outcome, announcement_id, story_id, match.near_copy_of, owed, match.reasons)  # type: ignore[arg-type]


def _refile(conn: Connection, item: Announcement, known: RowMapping, now: datetime, tell: bool) -> Filed:
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
        return _place(conn, item, key, find_match(conn, item, shown, but=key), now, tell)
    refresh_story(conn, story_id)
    return Filed("changed", key, story_id, known["near_copy_of"])


def _known(conn: Connection, canonical_url: str) -> RowMapping | None:
    return conn.execute(_FIND, {"address": canonical_url}).mappings().first()


def _shown(dated: datetime | None, fetched: datetime) -> datetime:
    """The time it is sorted by: never later than when it was seen (a page may be dated tomorrow)."""
    return min(dated or fetched, fetched)


def _fresh(shown: datetime, now: datetime, max_age: timedelta | None) -> bool:
    return max_age is None or now - shown <= max_age


def _owe(conn: Connection, item: Announcement, story_id: int, now: datetime) -> int:
    """One delivery for each live chat that asked for this place or topic before `now`."""
    wish = {"story": story_id, "now": now, "places": ["", *reach(item.places)], "topics": ["", *item.topics]}
    return conn.execute(_OWE, wish).rowcount
