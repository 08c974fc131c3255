"""What a chat does not want to hear of: muted, unmuted, listed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from storage.reconsidering import reconsider
from storage.tables import mutes as muted
from storage.types import Mute, MuteKind

_COLUMNS = muted.c


def mute(
    conn: Connection,
    chat_id: int,
    kind: MuteKind,
    value: str,
    *,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """Tell a chat nothing more of a story (its number), a place (adcode) or a publisher (id), `until` then or
    for ever; what is owed of it and was not sent goes. Muting again changes the end. The chat must be known.
    """
    row = insert_or(muted).values(chat_id=chat_id, kind=kind, value=value, until=until)
    keys = [_COLUMNS.kind, _COLUMNS.value, _COLUMNS.chat_id]
    conn.execute(row.on_conflict_do_update(index_elements=keys, set_={"until": row.excluded.until}))
    reconsider(conn, chat_id, now)


def unmute(conn: Connection, chat_id: int, kind: MuteKind, value: str) -> bool:
    """End a mute; False where there was none. What was missed meanwhile is not told."""
    ended = delete(muted).where(_COLUMNS.chat_id == chat_id, _COLUMNS.kind == kind, _COLUMNS.value == value)
    return conn.execute(ended).rowcount > 0


def mutes(conn: Connection, chat_id: int, now: datetime) -> list[Mute]:
    """What is muted in a chat now, by kind and value."""
    in_force = or_(_COLUMNS.until.is_(None), _COLUMNS.until > now)
    query = select(muted).where(_COLUMNS.chat_id == chat_id, in_force)
    rows = conn.execute(query.order_by(_COLUMNS.kind, _COLUMNS.value)).mappings()
    return [Mute(row["kind"], row["value"], row["until"]) for row in rows]
