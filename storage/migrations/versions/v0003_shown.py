"""What shows the stage, the day of signing, and summaries in readers' languages."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    "ALTER TABLE announcements ADD COLUMN stage_quote TEXT",
    "ALTER TABLE announcements ADD COLUMN summaries JSON NOT NULL DEFAULT '{}'",
    "ALTER TABLE announcements ADD COLUMN signed TEXT",
)


def upgrade() -> None:
    """Add what is new; what was stored before has none of it."""
    for statement in _STATEMENTS:
        op.execute(statement)
