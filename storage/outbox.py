"""Turns owed messages into claims before the wire, and outcomes after it.

    pending ──claim──> sending ──sent────> sent
       ^                  │──later───> pending   (surely not sent: 429, no connection)
       │                  │──unknown─> unknown   (no readable answer: to the back, then once more)
       └───── claim ──────┘──dead────> dead      (refused for good)

    waiting ──release──> pending (the quiet time is over)      waiting ──fold──> digested (see letters.py)

A claim is committed before anything goes on the wire, so a killed process leaves its rows "sending":
`release_stale` makes them "unknown", for they may have arrived. `tries` counts claims that may have
reached the wire, and rows that were never tried go first.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    bindparam,
    distinct,
    func,
    or_,
    select,
    text,
    type_coerce,
    update,
)

from storage.letters import read_letter
from storage.settings import settings_columns, settings_of
from storage.tables import IS_OWED, IS_TO_EDIT, chats, deliveries
from storage.types import Delivery, DeliveryState, Edit

_COLUMNS = deliveries.c
_NAMES = frozenset(
    ["id", "chat_id", "thread_id", "story_id", "version", "letter", "subscription_id", "asked", "tries"]
)
_CLAIMED = [column for column in _COLUMNS if column.name in _NAMES]
_DAY = 86_400_000_000  # microseconds, in which times are kept


def claim(
    conn: Connection, *, now: datetime, limit: int, exclude_chats: Collection[int] = ()
) -> list[Delivery]:
    """Up to `limit` messages that are due, marked "sending"; commit before sending them.

    `exclude_chats`: chats that must not be written to yet (their own pace). Order: fewest tries, oldest.
    """
    query = (
        select(*_CLAIMED, chats.c.language, *settings_columns())
        .join_from(deliveries, chats, chats.c.id == _COLUMNS.chat_id)
        .where(
            text(IS_OWED),
            or_(_COLUMNS.not_before.is_(None), _COLUMNS.not_before <= now),
            chats.c.off_since.is_(None),
            _COLUMNS.chat_id.not_in(exclude_chats),
        )
        .order_by(_COLUMNS.tries, _COLUMNS.id)
        .limit(limit)
    )
    claimed = [_read(row) for row in conn.execute(query).mappings()]
    for delivery in claimed:
        _set(conn, delivery.id, state="sending", tries=delivery.tries, claimed=now, not_before=None)
    return claimed


def sent(conn: Connection, delivery_id: int, message_id: int, now: datetime) -> None:
    """It arrived as `message_id`."""
    _set(conn, delivery_id, state="sent", message_id=message_id, settled=now, error=None)


def unknown(conn: Connection, delivery_id: int, error: str, now: datetime) -> None:
    """It may have arrived: to the back, behind everything that was tried less often."""
    _set(conn, delivery_id, state="unknown", error=error, settled=now)


def later(conn: Connection, delivery_id: int, not_before: datetime) -> None:
    """It was surely not sent, and may be at `not_before`: the try does not count."""
    _set(conn, delivery_id, state="pending", tries=_COLUMNS.tries - 1, not_before=not_before)


def dead(conn: Connection, delivery_id: int, error: str, now: datetime) -> None:
    """It will never be sent; `error` says why."""
    _set(conn, delivery_id, state="dead", error=error, settled=now)


def next_edit(conn: Connection, now: datetime, exclude_chats: Collection[int] = ()) -> Edit | None:
    """The edit that is due for longest, of a chat that may be written to; it stays owed until `edited`."""
    query = (
        select(_COLUMNS.id, _COLUMNS.chat_id, _COLUMNS.story_id, _COLUMNS.message_id, _COLUMNS.edit_due)
        .add_columns(chats.c.language, *settings_columns())
        .join_from(deliveries, chats, chats.c.id == _COLUMNS.chat_id)
        .where(
            text(IS_TO_EDIT),
            _COLUMNS.edit_due <= now,
            _COLUMNS.message_id.is_not(None),
            chats.c.off_since.is_(None),
            _COLUMNS.chat_id.not_in(exclude_chats),
        )
        .order_by(_COLUMNS.edit_due)
        .limit(1)
    )
    row = conn.execute(query).mappings().first()
    if row is None:
        return None
    return Edit(
        row["id"],
        row["chat_id"],
        row["story_id"],
        row["message_id"],
        row["language"],
        row["edit_due"],
        settings_of(row),
    )


def edited(conn: Connection, edit: Edit) -> None:
    """The message says what its story said; what the story has gained since then stays owed."""
    done = update(deliveries).where(_COLUMNS.id == edit.id, _COLUMNS.edit_due == edit.due)
    conn.execute(done.values(edit_due=None))


def edit_later(conn: Connection, delivery_id: int, due: datetime) -> None:
    """The edit may not have been made: again at `due`."""
    _set(conn, delivery_id, edit_due=due)


def days_dead(conn: Connection, chat_id: int, error: str) -> int:
    """On how many days (UTC) messages to a chat died of exactly this error since one last arrived."""
    settled = type_coerce(_COLUMNS.settled, BigInteger)
    ours = _COLUMNS.chat_id == chat_id
    arrived = select(func.coalesce(func.max(settled), 0)).where(ours, _COLUMNS.state == "sent")
    died = select(func.count(distinct(settled // _DAY))).where(
        ours, _COLUMNS.state == "dead", _COLUMNS.error == error, settled > arrived.scalar_subquery()
    )
    return conn.execute(died).scalar_one()


def release_stale(conn: Connection, now: datetime) -> int:
    """Rows that a killed process left "sending" become "unknown"; how many. Call before the first claim.

    No other process may be sending: one `yuanwatch run` at a time serves a database (its lock sees to that),
    so whatever is "sending" when it begins is of a process that is no more, however lately it was claimed.
    """
    left = update(deliveries).where(_COLUMNS.state == "sending")
    return conn.execute(
        left.values(state="unknown", error="the program ended while it was sent", settled=now)
    ).rowcount


def counts(conn: Connection) -> dict[DeliveryState, int]:
    """How many messages are in each state, every state named."""
    rows = conn.execute(select(_COLUMNS.state, func.count()).group_by(_COLUMNS.state))
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in get_args(DeliveryState)}


def _read(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["id"],
        chat_id=row["chat_id"],
        story_id=row["story_id"],
        version=row["version"],
        language=row["language"],
        state="sending",
        tries=row["tries"] + 1,
        thread_id=row["thread_id"] or None,
        letter=read_letter(row["letter"]),
        subscription_id=row["subscription_id"],
        asked=row["asked"],
        settings=settings_of(row),
    )


def _set(conn: Connection, delivery_id: int, **values: Any) -> None:
    conn.execute(
        update(deliveries).where(_COLUMNS.id == bindparam("key")).values(values), {"key": delivery_id}
    )
