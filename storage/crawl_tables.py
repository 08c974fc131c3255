"""The tables of what the crawler remembers: entries of lists, looks at articles, sources, hosts, polls.

`storage.tables` has the others, and gives out all of them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from storage.instants import Instant
from storage.metadata import metadata

entries = Table(
    "entries",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_tried", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text),
    Column("announcement_id", Integer, ForeignKey("announcements.id")),
    Column("unseen", Instant),
    Index("entries_by_time", "source_id", "first_seen"),
    sqlite_with_rowid=False,
)

# An announcement that is looked at again while it is young: see storage.types.Look.
looks = Table(
    "looks",
    metadata,
    Column("announcement_id", Integer, ForeignKey("announcements.id"), primary_key=True, autoincrement=False),
    Column("source_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Instant),
    Column("detail", Text),
    Column("mark", Text, nullable=False),
    Column("born", Instant, nullable=False),
    Column("first", Instant, nullable=False),
    Column("looked", Instant, nullable=False),
    Column("validator", JSON, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("futile", Integer, nullable=False),
    Column("problem", Text),
    Column("gone", Instant),
    Index("looks_by_source", "source_id", "first"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("polled", Instant),
    Column("succeeded", Instant),
    Column("baseline", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("problem", Text),
    Column("validators", JSON, nullable=False),
    Column("since", Instant),
    Column("next_poll", Instant),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("asked", Instant),
    Column("resting", Instant),
    Column("delay", Float, nullable=False),
    sqlite_with_rowid=False,
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("fetched", Instant, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("relevant", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("problem", Text),
    Column("not_modified", Boolean, nullable=False),
    Column("changed", Integer, nullable=False, server_default="0"),
    Index("runs_by_source", "source_id", "id"),
)
