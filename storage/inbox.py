"""What Telegram told us -> rows that outlive this process, until it is done; known again for two days.

Only what changes something is kept here (`bot.inbox` says which), under Telegram's own number of the update.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from storage.instants import Instant
from storage.tables import metadata

WORTH = timedelta(days=1)  # Telegram itself keeps no update longer
REMEMBERED = timedelta(days=2)
TRIES = 3  # an update at which the program has ended so often is not begun again

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", Text),
    Column("came", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("handled", Instant),
    Index("inbox_to_do", "update_id", sqlite_where=text("handled IS NULL")),
)
_COLUMNS = inbox.c


def keep(conn: Connection, updates: Mapping[int, str], now: datetime) -> set[int]:
    """Keep updates, JSON by number; which of them were known already, done or not."""
    known = set(conn.execute(select(_COLUMNS.update_id).where(_COLUMNS.update_id.in_(updates))).scalars())
    rows = [
        {"update_id": number, "payload": payload, "came": now}
        for number, payload in updates.items()
        if number not in known
    ]
    if rows:
        conn.execute(insert(inbox), rows)
    return known


def done(conn: Connection, numbers: Iterable[int], now: datetime) -> None:
    """These are handled; what was said in them is kept no longer."""
    mine = update(inbox).where(_COLUMNS.update_id.in_(list(numbers)))
    conn.execute(mine.values(handled=now, payload=None))


def begin(conn: Connection, now: datetime) -> list[tuple[int, str]]:
    """What an ended process has left undone, oldest first; each counts as tried once more."""
    open_ = _COLUMNS.handled.is_(None)
    given_up = or_(_COLUMNS.came < now - WORTH, _COLUMNS.tries >= TRIES)
    conn.execute(update(inbox).where(open_, given_up).values(handled=now, payload=None))
    left = select(_COLUMNS.update_id, _COLUMNS.payload).where(open_).order_by(_COLUMNS.update_id)
    found = [(row[0], row[1]) for row in conn.execute(left)]
    conn.execute(update(inbox).where(open_).values(tries=_COLUMNS.tries + 1))
    return found


def tidy(conn: Connection, now: datetime) -> None:
    """Forget updates that Telegram will not send again."""
    conn.execute(delete(inbox).where(_COLUMNS.came < now - REMEMBERED))
