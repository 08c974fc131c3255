"""The table of what readers say is wrong. `storage.tables` gives it out."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from storage.instants import Instant
from storage.metadata import metadata

# `chat_id` is NULL where the chat was forgotten: what it said stays, but not that it was this chat.
# `story_id` may be of a story that is merged by now; its number leads on. `value`: see `storage.feedback`.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger),
    Column("language", Text, nullable=False),
    Column("story_id", Integer, nullable=False),
    Column("announcement_id", Integer, ForeignKey("announcements.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text),
    Column("reasons", JSON, nullable=False),
    Column("created", Instant, nullable=False),
    UniqueConstraint("chat_id", "announcement_id", "kind"),
    Index("feedback_by_announcement", "announcement_id"),
)
