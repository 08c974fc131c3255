"""The first tables: announcements, stories, search, chats, subscriptions, deliveries, sources."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

# Written out, and never changed again: what a former version created must stay readable here.
_STATEMENTS = (
    """CREATE TABLE stories (
        id INTEGER NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        shown BIGINT NOT NULL,
        relevance TEXT NOT NULL,
        reason TEXT NOT NULL,
        kind TEXT,
        stage TEXT,
        topics JSON NOT NULL,
        places JSON NOT NULL,
        organisations JSON NOT NULL,
        facts JSON NOT NULL,
        face_id INTEGER NOT NULL,
        filed BIGINT NOT NULL)""",
    """CREATE TABLE story_tags (
        tag TEXT NOT NULL,
        shown BIGINT NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories (id),
        PRIMARY KEY (tag, shown, story_id)) WITHOUT ROWID""",
    "CREATE INDEX story_tags_by_story ON story_tags (story_id)",
    """CREATE TABLE announcements (
        id INTEGER NOT NULL PRIMARY KEY,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL UNIQUE,
        content_hash TEXT NOT NULL,
        bands JSON NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        attachments JSON NOT NULL,
        summary TEXT NOT NULL,
        language TEXT NOT NULL,
        relevance TEXT NOT NULL,
        reason TEXT NOT NULL,
        topics JSON NOT NULL,
        kind TEXT,
        stage TEXT,
        places JSON NOT NULL,
        organisations JSON NOT NULL,
        facts JSON NOT NULL,
        notes JSON NOT NULL,
        published BIGINT,
        dated BIGINT,
        fetched BIGINT NOT NULL,
        publisher_id TEXT NOT NULL,
        publisher_name TEXT NOT NULL,
        publisher_kind TEXT NOT NULL,
        publisher_place TEXT,
        publisher_timezone TEXT NOT NULL,
        story_id INTEGER REFERENCES stories (id),
        near_copy_of INTEGER REFERENCES announcements (id),
        joined_because JSON NOT NULL)""",
    "CREATE INDEX ix_announcements_content_hash ON announcements (content_hash)",
    "CREATE INDEX ix_announcements_story_id ON announcements (story_id)",
    """CREATE TABLE announcement_bands (
        band BIGINT NOT NULL,
        announcement_id INTEGER NOT NULL REFERENCES announcements (id),
        PRIMARY KEY (band, announcement_id)) WITHOUT ROWID""",
    "CREATE INDEX announcement_bands_by_announcement ON announcement_bands (announcement_id)",
    """CREATE TABLE announcement_keys (
        "key" TEXT NOT NULL,
        day INTEGER NOT NULL,
        announcement_id INTEGER NOT NULL REFERENCES announcements (id),
        PRIMARY KEY ("key", day, announcement_id)) WITHOUT ROWID""",
    "CREATE INDEX announcement_keys_by_announcement ON announcement_keys (announcement_id)",
    """CREATE TABLE chats (
        id BIGINT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        created BIGINT NOT NULL,
        seen BIGINT NOT NULL,
        off_since BIGINT,
        off_reason TEXT)""",
    """CREATE TABLE subscriptions (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        chat_id BIGINT NOT NULL REFERENCES chats (id),
        place TEXT NOT NULL,
        topic TEXT NOT NULL,
        created BIGINT NOT NULL,
        UNIQUE (chat_id, place, topic))""",
    "CREATE INDEX subscriptions_by_wish ON subscriptions (place, topic, created, chat_id)",
    """CREATE TABLE deliveries (
        id INTEGER NOT NULL PRIMARY KEY,
        chat_id BIGINT NOT NULL REFERENCES chats (id),
        story_id INTEGER NOT NULL REFERENCES stories (id),
        version INTEGER NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL,
        not_before BIGINT,
        claimed BIGINT,
        settled BIGINT,
        message_id BIGINT,
        error TEXT,
        UNIQUE (chat_id, story_id, version))""",
    "CREATE INDEX deliveries_due ON deliveries (tries, id) WHERE state NOT IN ('sending', 'sent', 'dead')",
    "CREATE INDEX deliveries_by_state ON deliveries (state)",
    """CREATE TABLE entries (
        source_id TEXT NOT NULL,
        "key" TEXT NOT NULL,
        url TEXT NOT NULL,
        first_seen BIGINT NOT NULL,
        last_tried BIGINT NOT NULL,
        tries INTEGER NOT NULL,
        problem TEXT,
        announcement_id INTEGER REFERENCES announcements (id),
        PRIMARY KEY (source_id, "key")) WITHOUT ROWID""",
    """CREATE TABLE sources (
        id TEXT NOT NULL PRIMARY KEY,
        status TEXT NOT NULL,
        polled BIGINT,
        succeeded BIGINT,
        baseline BOOLEAN NOT NULL,
        failures INTEGER NOT NULL,
        problem TEXT,
        validators JSON NOT NULL)""",
    """CREATE TABLE runs (
        id INTEGER NOT NULL PRIMARY KEY,
        source_id TEXT NOT NULL,
        started BIGINT NOT NULL,
        finished BIGINT NOT NULL,
        entries INTEGER NOT NULL,
        "new" INTEGER NOT NULL,
        relevant INTEGER NOT NULL,
        duplicates INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        problem TEXT,
        not_modified BOOLEAN NOT NULL)""",
    "CREATE INDEX runs_by_source ON runs (source_id, id)",
    # Accents are folded by our own tokens already; every token is a run of letters and digits.
    """CREATE VIRTUAL TABLE search_words USING fts5(
        words, tokenize = 'unicode61 remove_diacritics 0')""",
)


def upgrade() -> None:
    """Create everything."""
    for statement in _STATEMENTS:
        op.execute(statement)
