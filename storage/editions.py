"""What an announcement was changed to at its source, edition by edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from analysis.growth import Change
from storage.records import change_values, read_changes
from storage.tables import editions


def add_edition(conn: Connection, announcement_id: int, changes: Sequence[Change], now: datetime) -> int:
    """Remember that an announcement reads otherwise now; the number of the new edition, from 2 on."""
    of = editions.c.announcement_id == announcement_id
    last = conn.execute(select(func.max(editions.c.edition)).where(of)).scalar_one_or_none() or 1
    conn.execute(
        insert(editions).values(
            announcement_id=announcement_id, edition=last + 1, filed=now, changes=change_values(changes)
        )
    )
    return int(last + 1)


def read_editions(conn: Connection, announcement_id: int) -> list[tuple[datetime, tuple[Change, ...]]]:
    """When an announcement was found changed, and in which figures, oldest first."""
    query = select(editions).where(editions.c.announcement_id == announcement_id).order_by(editions.c.edition)
    return [(row["filed"], read_changes(row["changes"])) for row in conn.execute(query).mappings()]
