"""Wishes, hours, digests: subscriptions and deliveries are built anew, with everything in them.

A subscription keeps its id, chat and time; its place and topic become its wish, and a row of the lookup.
"""

from __future__ import annotations

import json

from alembic import op
from sqlalchemy import Connection, text

revision = "0009"
down_revision = "0008"

_CHATS = (
    "ALTER TABLE chats ADD COLUMN zone TEXT",
    "ALTER TABLE chats ADD COLUMN quiet_from INTEGER",
    "ALTER TABLE chats ADD COLUMN quiet_to INTEGER",
    "ALTER TABLE chats ADD COLUMN silent BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE chats ADD COLUMN preview BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE chats ADD COLUMN digest_at INTEGER NOT NULL DEFAULT 540",
    "ALTER TABLE chats ADD COLUMN digest_day INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE mutes (
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        chat_id BIGINT NOT NULL REFERENCES chats (id),
        until BIGINT,
        PRIMARY KEY (kind, value, chat_id)) WITHOUT ROWID""",
    "CREATE INDEX mutes_by_chat ON mutes (chat_id)",
)
_SUBSCRIPTIONS = (
    # Nothing refers to the old table, so its new name stands nowhere else.
    "ALTER TABLE subscriptions RENAME TO old_subscriptions",
    """CREATE TABLE subscriptions (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        chat_id BIGINT NOT NULL REFERENCES chats (id),
        thread_id BIGINT NOT NULL DEFAULT 0,
        wish TEXT NOT NULL,
        narrow BOOLEAN NOT NULL,
        delivery TEXT NOT NULL DEFAULT 'now',
        created BIGINT NOT NULL,
        off_since BIGINT,
        UNIQUE (chat_id, thread_id, wish))""",
    """CREATE TABLE subscription_keys (
        place TEXT NOT NULL,
        topic TEXT NOT NULL,
        subscription_id INTEGER NOT NULL,
        PRIMARY KEY (place, topic, subscription_id),
        FOREIGN KEY (subscription_id) REFERENCES subscriptions (id) ON DELETE CASCADE) WITHOUT ROWID""",
    "CREATE INDEX subscription_keys_by_subscription ON subscription_keys (subscription_id)",
)
_OLD = "SELECT id, chat_id, place, topic, created FROM old_subscriptions ORDER BY id"
_SUBSCRIBE = text(
    """INSERT INTO subscriptions (id, chat_id, wish, narrow, created)
    VALUES (:id, :chat_id, :wish, 0, :created)"""
)
_KEY = text("INSERT INTO subscription_keys VALUES (:place, :topic, :id)")
# An id that was used once is never used again, also where its subscription has ended.
_COUNT_ON = (
    "DELETE FROM sqlite_sequence WHERE name = 'subscriptions'",
    """INSERT INTO sqlite_sequence (name, seq)
        SELECT 'subscriptions', seq FROM sqlite_sequence WHERE name = 'old_subscriptions'""",
    "DROP TABLE old_subscriptions",
)
_DELIVERIES = (
    "ALTER TABLE deliveries RENAME TO old_deliveries",
    "DROP INDEX deliveries_due",
    "DROP INDEX deliveries_by_state",
    "DROP INDEX deliveries_by_story",
    "DROP INDEX deliveries_to_edit",
    """CREATE TABLE deliveries (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        chat_id BIGINT NOT NULL REFERENCES chats (id),
        thread_id BIGINT NOT NULL DEFAULT 0,
        story_id INTEGER REFERENCES stories (id),
        version INTEGER NOT NULL,
        letter JSON,
        subscription_id INTEGER,
        asked BOOLEAN NOT NULL DEFAULT 0,
        state TEXT NOT NULL,
        every TEXT,
        letter_id INTEGER,
        owed BIGINT NOT NULL,
        tries INTEGER NOT NULL,
        not_before BIGINT,
        claimed BIGINT,
        settled BIGINT,
        message_id BIGINT,
        error TEXT,
        edit_due BIGINT,
        UNIQUE (chat_id, thread_id, story_id, version))""",
    # Since when a message was owed nobody wrote down: about when it was to be sent, or was.
    """INSERT INTO deliveries (id, chat_id, story_id, version, state, owed, tries, not_before, claimed,
            settled, message_id, error, edit_due)
        SELECT d.id, d.chat_id, d.story_id, d.version, d.state,
            coalesce(d.not_before, d.claimed, d.settled, s.filed), d.tries, d.not_before, d.claimed,
            d.settled, d.message_id, d.error, d.edit_due
        FROM old_deliveries AS d JOIN stories AS s ON s.id = d.story_id""",
    "DROP TABLE old_deliveries",
    """CREATE INDEX deliveries_due ON deliveries (tries, id)
        WHERE state NOT IN ('sending', 'sent', 'dead', 'waiting', 'digested')""",
    """CREATE INDEX deliveries_waiting ON deliveries (chat_id, thread_id, every, owed)
        WHERE state = 'waiting'""",
    "CREATE INDEX deliveries_by_state ON deliveries (state)",
    "CREATE INDEX deliveries_by_story ON deliveries (story_id)",
    "CREATE INDEX deliveries_to_edit ON deliveries (edit_due) WHERE edit_due IS NOT NULL",
)


def upgrade() -> None:
    """Widen chats, then build both tables anew, in the one transaction of all migrations."""
    for statement in (*_CHATS, *_SUBSCRIPTIONS):
        op.execute(statement)
    _subscribe_anew(op.get_bind())
    for statement in (*_COUNT_ON, *_DELIVERIES):
        op.execute(statement)


def _subscribe_anew(conn: Connection) -> None:
    rows = [dict(row) for row in conn.exec_driver_sql(_OLD).mappings()]
    for row in rows:
        asked = {"places": row["place"], "topics": row["topic"]}
        wish = {name: [value] for name, value in asked.items() if value}
        row["wish"] = json.dumps(wish, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if rows:
        conn.execute(_SUBSCRIBE, rows)
        conn.execute(_KEY, rows)
