"""Which texts went into the archive, how long they were, and which are the next to go."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_STATEMENTS = (
    "ALTER TABLE announcements ADD COLUMN archived BIGINT",
    "ALTER TABLE announcements ADD COLUMN full_length INTEGER",
    """CREATE INDEX announcements_told ON announcements (fetched)
        WHERE archived IS NULL AND story_id IS NOT NULL""",
    """CREATE INDEX announcements_untold ON announcements (fetched)
        WHERE archived IS NULL AND story_id IS NULL""",
)


def upgrade() -> None:
    """Add what is new; nothing is archived yet."""
    for statement in _STATEMENTS:
        op.execute(statement)
