"""What readers say is wrong with a story, with the reasons that the analysis had."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

_STATEMENTS = (
    """CREATE TABLE feedback (
        id INTEGER NOT NULL PRIMARY KEY,
        chat_id BIGINT,
        language TEXT NOT NULL,
        story_id INTEGER NOT NULL,
        announcement_id INTEGER NOT NULL REFERENCES announcements (id),
        kind TEXT NOT NULL,
        value TEXT,
        reasons JSON NOT NULL,
        created BIGINT NOT NULL,
        UNIQUE (chat_id, announcement_id, kind))""",
    "CREATE INDEX feedback_by_announcement ON feedback (announcement_id)",
)


def upgrade() -> None:
    """Add the table; everything else stays as it is."""
    for statement in _STATEMENTS:
        op.execute(statement)
