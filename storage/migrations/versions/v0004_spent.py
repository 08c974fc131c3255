"""What a language model has cost on each day."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; nothing was spent before."""
    op.execute("CREATE TABLE model_days (day TEXT NOT NULL PRIMARY KEY, tokens INTEGER NOT NULL)")
