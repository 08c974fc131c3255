"""Stories that grow: what is new in a version, edits that are owed, editions, merges, what was told apart."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_STATEMENTS = (
    "ALTER TABLE stories ADD COLUMN changes JSON NOT NULL DEFAULT '[]'",
    "ALTER TABLE deliveries ADD COLUMN edit_due BIGINT",
    "CREATE INDEX deliveries_by_story ON deliveries (story_id)",
    "CREATE INDEX deliveries_to_edit ON deliveries (edit_due) WHERE edit_due IS NOT NULL",
    """CREATE TABLE editions (
        announcement_id INTEGER NOT NULL REFERENCES announcements (id),
        edition INTEGER NOT NULL,
        filed BIGINT NOT NULL,
        changes JSON NOT NULL,
        PRIMARY KEY (announcement_id, edition)) WITHOUT ROWID""",
    """CREATE TABLE merges (
        old_id INTEGER NOT NULL PRIMARY KEY,
        story_id INTEGER NOT NULL REFERENCES stories (id),
        merged BIGINT NOT NULL,
        reasons JSON NOT NULL)""",
    "CREATE INDEX merges_by_story ON merges (story_id)",
    """CREATE TABLE told_apart (
        a INTEGER NOT NULL REFERENCES announcements (id),
        b INTEGER NOT NULL REFERENCES announcements (id),
        PRIMARY KEY (a, b)) WITHOUT ROWID""",
    "CREATE INDEX told_apart_by_b ON told_apart (b)",
)


def upgrade() -> None:
    """Add what is new; stories and messages stay as they are."""
    for statement in _STATEMENTS:
        op.execute(statement)
