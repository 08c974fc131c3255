"""Turns what a language model costs into a row for each day, so that a limit holds over crawls."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from storage.tables import model_days


def spent(conn: Connection, day: date) -> int:
    """Tokens spent on a day (UTC)."""
    query = select(model_days.c.tokens).where(model_days.c.day == day.isoformat())
    return conn.execute(query).scalar() or 0


def spend(conn: Connection, day: date, tokens: int) -> None:
    """Add to what was spent on a day; a negative number gives back."""
    row = insert_or(model_days).values(day=day.isoformat(), tokens=tokens)
    conn.execute(
        row.on_conflict_do_update(
            index_elements=[model_days.c.day],
            set_={"tokens": model_days.c.tokens + row.excluded.tokens},
        )
    )
