"""Articles that are looked at again while they are young, and how many of them a poll found changed.

What was filed before is not followed: what its list said of it was not kept.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

_STATEMENTS = (
    """CREATE TABLE looks (
        announcement_id INTEGER NOT NULL PRIMARY KEY REFERENCES announcements (id),
        source_id TEXT NOT NULL,
        "key" TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        published BIGINT,
        detail TEXT,
        mark TEXT NOT NULL,
        born BIGINT NOT NULL,
        first BIGINT NOT NULL,
        looked BIGINT NOT NULL,
        validator JSON NOT NULL,
        listed BOOLEAN NOT NULL,
        futile INTEGER NOT NULL,
        problem TEXT,
        gone BIGINT)""",
    "CREATE INDEX looks_by_source ON looks (source_id, first)",
    "ALTER TABLE runs ADD COLUMN changed INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Add what is new; everything else stays as it is."""
    for statement in _STATEMENTS:
        op.execute(statement)
