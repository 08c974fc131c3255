"""When to ask: the next poll of a source, since when it is so, what hosts want, when entries appeared."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN since BIGINT",
    "ALTER TABLE sources ADD COLUMN next_poll BIGINT",
    # "failed" was everything; most of it was a server that did not answer. The next poll says it anew.
    "UPDATE sources SET status = 'unreachable' WHERE status = 'failed'",
    "UPDATE sources SET since = polled",
    "ALTER TABLE entries ADD COLUMN unseen BIGINT",
    "CREATE INDEX entries_by_time ON entries (source_id, first_seen)",
    """CREATE TABLE hosts (
        host TEXT NOT NULL PRIMARY KEY,
        asked BIGINT,
        resting BIGINT,
        delay FLOAT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE robots (
        origin TEXT NOT NULL PRIMARY KEY,
        body BLOB NOT NULL,
        fetched BIGINT NOT NULL)""",
)


def upgrade() -> None:
    """Add what is new; nothing that was stored is lost."""
    for statement in _STATEMENTS:
        op.execute(statement)
