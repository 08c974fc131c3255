"""What Telegram told us and what is not done yet, so that a kill does not lose it."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

_STATEMENTS = (
    """CREATE TABLE inbox (
        update_id BIGINT NOT NULL PRIMARY KEY,
        payload TEXT,
        came BIGINT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        handled BIGINT)""",
    "CREATE INDEX inbox_to_do ON inbox (update_id) WHERE handled IS NULL",
)


def upgrade() -> None:
    """Add the empty inbox."""
    for statement in _STATEMENTS:
        op.execute(statement)
