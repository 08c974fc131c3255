"""Turns what is looked at again into rows: which articles of a source, when, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from storage.tables import looks
from storage.types import Look
from storage.validators import read_validator, validator_values

_ROW = insert_or(looks)
_KEPT = ("announcement_id", "born", "first")  # an article that comes up anew is none the younger for it
_SAVE = _ROW.on_conflict_do_update(
    index_elements=[looks.c.announcement_id],
    set_={column.name: _ROW.excluded[column.name] for column in looks.c if column.name not in _KEPT},
)


def save_look(conn: Connection, look: Look) -> None:
    """Remember it, in the transaction that files what was read: never a validator before its text."""
    conn.execute(_SAVE, asdict(look) | {"validator": validator_values(look.validator)})


def young_looks(conn: Connection, source_id: str, since: datetime) -> list[Look]:
    """The articles of a source that were first read after `since`, the oldest first."""
    query = select(looks).where(looks.c.source_id == source_id, looks.c.first > since).order_by(looks.c.first)
    return [_read(row) for row in conn.execute(query).mappings()]


def save_listed(conn: Connection, announcement_ids: Collection[int], listed: bool) -> None:
    """Remember whether these stand on the lists of their source."""
    conn.execute(update(looks).where(looks.c.announcement_id.in_(announcement_ids)).values(listed=listed))


def forget_looks(conn: Connection, before: datetime) -> None:
    """Drop those of articles that were first read before: they are not looked at any more."""
    conn.execute(delete(looks).where(looks.c.first < before))


def _read(row: RowMapping) -> Look:
    values: dict[str, Any] = dict(row)
    return Look(**values | {"validator": read_validator(row["validator"])})
