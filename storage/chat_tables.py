"""The tables of chats: how each wants to be written to, what it wants to be told, and what it is owed.

`storage.tables` has the others, and gives out all of them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.instants import Instant
from storage.metadata import metadata

# Minutes are of the local day; `digest_day` 0 is Monday. What is NULL is as config.yaml says, or never quiet.
chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("off_since", Instant),
    Column("off_reason", Text),
    Column("zone", Text),
    Column("quiet_from", Integer),
    Column("quiet_to", Integer),
    Column("silent", Boolean, nullable=False, server_default="0"),
    Column("preview", Boolean, nullable=False, server_default="0"),
    Column("digest_at", Integer, nullable=False, server_default="540"),
    Column("digest_day", Integer, nullable=False, server_default="0"),
)

# `thread_id` 0 is a chat without topics, or its General one: NULLs would make no two rows equal, and the key
# useless. `wish` is the JSON of its one form, `narrow` whether it asks for more than places and topics.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.id"), nullable=False),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
    Column("wish", Text, nullable=False),
    Column("narrow", Boolean, nullable=False),
    Column("delivery", Text, nullable=False, server_default="now"),
    Column("created", Instant, nullable=False),
    Column("off_since", Instant),  # its topic is closed or deleted
    UniqueConstraint("chat_id", "thread_id", "wish"),
    sqlite_autoincrement=True,  # the id stands in buttons of old messages: it must never be used again
)

# Where a story looks for those who want it: each place and topic of a wish, '' for any.
subscription_keys = Table(
    "subscription_keys",
    metadata,
    Column("place", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("subscription_id", Integer, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Index("subscription_keys_by_subscription", "subscription_id"),
    sqlite_with_rowid=False,
)

# What a chat does not want to hear of: kind "story", "place" or "publisher", and its id.
mutes = Table(
    "mutes",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.id"), primary_key=True),
    Column("until", Instant),
    Index("mutes_by_chat", "chat_id"),
    sqlite_with_rowid=False,
)

# A message that is pending or unknown. SQLite takes the index of what is due only for these very words;
# said with IN, it would rather sort everything that is pending, for each message anew.
IS_OWED = "state NOT IN ('sending', 'sent', 'dead', 'waiting', 'digested')"

IS_WAITING = "state = 'waiting'"

IS_TO_EDIT = "edit_due IS NOT NULL"

# A message about a story, or else (`story_id` NULL, version 0) a letter.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, ForeignKey("chats.id"), nullable=False),
    Column("thread_id", BigInteger, nullable=False, server_default="0"),
    Column("story_id", Integer, ForeignKey("stories.id")),
    Column("version", Integer, nullable=False),
    Column("letter", JSON(none_as_null=True)),
    Column("subscription_id", Integer),  # for which it is owed; that may have ended
    Column("asked", Boolean, nullable=False, server_default="0"),  # an answer: not held back at night
    Column("state", Text, nullable=False),
    Column("every", Text),  # of one that waits: the digest it waits for, or "now" for the end of quiet hours
    Column("letter_id", Integer),  # of one that was digested: the row of the digest
    Column("owed", Instant, nullable=False),  # since when it could be sent
    Column("tries", Integer, nullable=False),
    Column("not_before", Instant),
    Column("claimed", Instant),
    Column("settled", Instant),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("edit_due", Instant),  # since when the sent message says less than the story
    UniqueConstraint("chat_id", "thread_id", "story_id", "version"),
    Index("deliveries_due", "tries", "id", sqlite_where=text(IS_OWED)),
    Index("deliveries_waiting", "chat_id", "thread_id", "every", "owed", sqlite_where=text(IS_WAITING)),
    Index("deliveries_by_state", "state"),
    Index("deliveries_by_story", "story_id"),
    Index("deliveries_to_edit", "edit_due", sqlite_where=text(IS_TO_EDIT)),
    sqlite_autoincrement=True,  # as with subscriptions: the pages of a digest are turned by its id
)
