"""Turns a database that has run for weeks back into a tidy one; nothing that a reader can ask for goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from storage import inbox
from storage.database import Database
from storage.looks import forget_looks
from storage.tables import deliveries, runs

_RUNS_KEPT = timedelta(days=30)
_SETTLED_KEPT = timedelta(days=180)
_LOOKS_KEPT = timedelta(days=60)  # longer than anything is looked at again


def tidy(database: Database, now: datetime) -> None:
    """Drop old runs (never a source's last) and messages settled long ago; let SQLite update its statistics.

    What was seen at a source is never dropped: an old entry that slides back into a feed stays known.
    """
    last = select(func.max(runs.c.id)).group_by(runs.c.source_id)
    old = deliveries.c.settled < now - _SETTLED_KEPT
    with database.write() as conn:
        conn.execute(delete(runs).where(runs.c.finished < now - _RUNS_KEPT, runs.c.id.not_in(last)))
        conn.execute(delete(deliveries).where(deliveries.c.state.in_(("sent", "digested", "dead")), old))
        forget_looks(conn, now - _LOOKS_KEPT)
        inbox.tidy(conn, now)
    with database.write() as conn:
        conn.exec_driver_sql("PRAGMA optimize")
