"""Turns an announcement into rows: itself, its story, and the messages it is owed, in one transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from analysis.growth import changed_facts, new_stage
from analysis.types import Announcement
from storage.candidates import remember_keys
from storage.editions import add_edition
from storage.faces import open_story, refresh_story
from storage.identity import Match, find_match
from storage.merging import StoryError, merge
from storage.owing import Telling, grow, owe, tell_anew
from storage.records import address_of, announcement_values, read_facts
from storage.search import forget_words, remember_words
from storage.tables import announcement_bands, announcement_keys, announcements, stories
from storage.types import Filed

# Statements are built once: putting one together costs more than running it.
_FIND = select(
    announcements.c.id,
    announcements.c.content_hash,
    announcements.c.story_id,
    announcements.c.near_copy_of,
    announcements.c.dated,
    announcements.c.fetched,
    announcements.c.facts,
).where(announcements.c.canonical_url == bindparam("address"))
_INSERT = insert(announcements)
_UPDATE = update(announcements).where(announcements.c.id == bindparam("key"))
_ADOPT = _UPDATE.values(story_id=bindparam("story"))
_FORGET = [
    delete(table).where(table.c.announcement_id == bindparam("key"))
    for table in (announcement_bands, announcement_keys)
]
_TOLD = select(stories.c.stage, stories.c.shown).where(stories.c.id == bindparam("key"))
_FURTHER = update(stories).where(stories.c.id == bindparam("key")).values(stage=bindparam("to"))


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
    telling = Telling(now, tell, max_age, settle)
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
    return _place(conn, announcement_id, announcement, match, telling)


def _place(
    conn: Connection, announcement_id: int, item: Announcement, match: Match, telling: Telling
) -> Filed:
    """Give a stored announcement its story, an open one or a new one."""
    joins = match.story_id is not None
    before = conn.execute(_TOLD, {"key": match.story_id}).mappings().one() if joins else None
    story_id = open_story(conn, announcement_id, telling.now) if match.story_id is None else match.story_id
    conn.execute(_ADOPT, {"key": announcement_id, "story": story_id})
    if joins:
        refresh_story(conn, story_id)
        for other in match.also:
            with suppress(StoryError):  # a person has told them apart
                merge(conn, other, story_id, match.reasons, telling.now)
    owed = owe(conn, story_id, telling) + (_what_grew(conn, story_id, item, before, telling) if before else 0)
    copied = match.near_copy_of is not None and joins
    outcome = "near-copy" if copied else "joined" if joins else "new"
    return Filed(outcome, announcement_id, story_id, match.near_copy_of, owed, match.reasons)  # type: ignore[arg-type]


def _refile(conn: Connection, item: Announcement, known: RowMapping, telling: Telling) -> Filed:
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
        return _place(conn, key, item, find_match(conn, item, shown, but=key), telling)
    refresh_story(conn, story_id)
    changes = changed_facts(read_facts(known["facts"]), item.facts)
    add_edition(conn, key, changes, telling.now)
    owed = owe(conn, story_id, telling)
    if changes and item.relevance == "yes":
        owed += tell_anew(conn, story_id, changes, telling, shown)
    if not owed:
        grow(conn, story_id, telling)
    return Filed("changed", key, story_id, known["near_copy_of"], owed)


def _what_grew(
    conn: Connection, story_id: int, item: Announcement, before: RowMapping, telling: Telling
) -> int:
    """What one more announcement changes for those who know the story: a new version, or an edit."""
    further = new_stage(before["stage"], item, before["shown"]) if item.relevance == "yes" else None
    if further is not None and item.dated is not None:
        owed = tell_anew(conn, story_id, (further,), telling, item.dated)
        if owed:
            conn.execute(_FURTHER, {"key": story_id, "to": further.after})
            return owed
    grow(conn, story_id, telling)
    return 0


def is_known(conn: Connection, item: Announcement, now: datetime) -> bool:
    """Whether its page is stored as it is, or it is a near copy of a stored one: a look before filing."""
    known = _known(conn, address_of(item))
    if known is not None and known["content_hash"] == item.fingerprint.content_hash:
        return True
    match = find_match(conn, item, _shown(item.dated, now), but=int(known["id"]) if known else None)
    return match.near_copy_of is not None


def _known(conn: Connection, canonical_url: str) -> RowMapping | None:
    return conn.execute(_FIND, {"address": canonical_url}).mappings().first()


def _shown(dated: datetime | None, fetched: datetime) -> datetime:
    """The time it is sorted by: never later than when it was seen (a page may be dated tomorrow)."""
    return min(dated or fetched, fetched)
