"""Turns the nouns of storage into tables (SQLAlchemy Core).

Times are whole microseconds since 1970 in UTC: exact, short, and in the order of time. A tag of a
story or a key of an announcement is one row, so that every lookup is a range of an index.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from storage.chat_tables import IS_OWED as IS_OWED
from storage.chat_tables import IS_TO_EDIT as IS_TO_EDIT
from storage.chat_tables import IS_WAITING as IS_WAITING
from storage.chat_tables import chats as chats
from storage.chat_tables import deliveries as deliveries
from storage.chat_tables import mutes as mutes
from storage.chat_tables import subscription_keys as subscription_keys
from storage.chat_tables import subscriptions as subscriptions
from storage.crawl_tables import entries as entries
from storage.crawl_tables import hosts as hosts
from storage.crawl_tables import looks as looks
from storage.crawl_tables import robots as robots
from storage.crawl_tables import runs as runs
from storage.crawl_tables import sources as sources
from storage.feedback_table import feedback as feedback
from storage.instants import Instant
from storage.metadata import metadata as metadata

stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shown", Instant, nullable=False),
    Column("relevance", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("kind", Text),
    Column("stage", Text),
    Column("topics", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    Column("organisations", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("face_id", Integer, nullable=False),
    Column("filed", Instant, nullable=False),
    # What is new in this version against the one before: [type or null for the stage, unit, before, after].
    Column("changes", JSON, nullable=False, server_default="[]"),
)

# Newest ten of a tag: one range, read backwards, nothing else touched.
story_tags = Table(
    "story_tags",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("shown", Instant, primary_key=True),
    Column("story_id", Integer, ForeignKey("stories.id"), primary_key=True),
    Index("story_tags_by_story", "story_id"),
    sqlite_with_rowid=False,
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False, unique=True),
    Column("content_hash", Text, nullable=False, index=True),
    Column("bands", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column("summary", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("relevance", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("kind", Text),
    Column("stage", Text),
    Column("places", JSON, nullable=False),
    Column("organisations", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("stage_quote", Text),
    Column("summaries", JSON, nullable=False, server_default="{}"),
    Column("published", Instant),
    Column("signed", Text),
    Column("dated", Instant),
    Column("fetched", Instant, nullable=False),
    Column("publisher_id", Text, nullable=False),
    Column("publisher_name", Text, nullable=False),
    Column("publisher_kind", Text, nullable=False),
    Column("publisher_place", Text),
    Column("publisher_timezone", Text, nullable=False),
    Column("story_id", Integer, ForeignKey("stories.id"), index=True),
    Column("near_copy_of", Integer, ForeignKey("announcements.id")),
    Column("joined_because", JSON, nullable=False),
    # When its text went into the archive, and how many characters it had.
    Column("archived", Instant),
    Column("full_length", Integer),
    # What is to be archived next: the oldest that are told in a story, and the oldest that are not.
    Index("announcements_told", "fetched", sqlite_where=text("archived IS NULL AND story_id IS NOT NULL")),
    Index("announcements_untold", "fetched", sqlite_where=text("archived IS NULL AND story_id IS NULL")),
)

# An announcement that was edited at its source: what changed, edition by edition (the first is 1).
editions = Table(
    "editions",
    metadata,
    Column("announcement_id", Integer, ForeignKey("announcements.id"), primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("filed", Instant, nullable=False),
    Column("changes", JSON, nullable=False),
    sqlite_with_rowid=False,
)

# A story that turned out to be another one; its number still leads there.
merges = Table(
    "merges",
    metadata,
    Column("old_id", Integer, primary_key=True, autoincrement=False),
    Column("story_id", Integer, ForeignKey("stories.id"), nullable=False),
    Column("merged", Instant, nullable=False),
    Column("reasons", JSON, nullable=False),
    Index("merges_by_story", "story_id"),
)

# Two announcements that a person has told apart (a < b): they are never joined again.
told_apart = Table(
    "told_apart",
    metadata,
    Column("a", Integer, ForeignKey("announcements.id"), primary_key=True),
    Column("b", Integer, ForeignKey("announcements.id"), primary_key=True),
    Index("told_apart_by_b", "b"),
    sqlite_with_rowid=False,
)

announcement_bands = Table(
    "announcement_bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("announcement_id", Integer, ForeignKey("announcements.id"), primary_key=True),
    Index("announcement_bands_by_announcement", "announcement_id"),
    sqlite_with_rowid=False,
)

# What proposes that two announcements tell one event: a place, a rare figure, a document number.
announcement_keys = Table(
    "announcement_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("announcement_id", Integer, ForeignKey("announcements.id"), primary_key=True),
    Index("announcement_keys_by_announcement", "announcement_id"),
    sqlite_with_rowid=False,
)
model_days = Table(
    "model_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("tokens", Integer, nullable=False),
)

# Words that `prefix*` may stand for. None is ever taken out: a word too many finds nothing.
search_terms = Table(
    "search_terms",
    metadata,
    Column("term", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# SQLAlchemy has no word for full-text tables: the migration creates it, storage/search.py speaks to it.
SEARCH_TABLE = "search_index"
