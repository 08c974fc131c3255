"""What waits -> what is sent: digests whose time has come, the end of quiet times, and old backlogs.

Looked at each minute. When something is due follows from how long it has waited and from the settings of its
chat (`analysis.hours`), so there is nothing to remember between two looks, and a restart changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, func, select, text

from analysis.hours import Every, is_due, zone_of
from storage.database import Database
from storage.letters import fold, release
from storage.settings import settings_columns, settings_of
from storage.tables import IS_OWED, IS_WAITING, chats, deliveries
from storage.types import DigestEvery

FEW = 3  # messages that come late are sent as they are; more become a digest
_COLUMNS = deliveries.c
_TOGETHER = 20  # chats of one transaction: others who write wait for some hundredths of a second


@dataclass(frozen=True, slots=True)
class _Group:
    """What waits alike in one topic of a chat."""

    chat_id: int
    thread_id: int
    every: Every | DigestEvery


def gather(database: Database, now: datetime, default: ZoneInfo, stale: timedelta | None) -> int:
    """Make the digests that are due, and free what the end of a quiet time frees; how many of both.

    `default`: the zone of chats that have none of their own. `stale`: what could not be sent for longer is
    told in one digest where it is more than a FEW messages to a chat (None: each is sent, however late).
    Raises DatabaseError; what was done until then is done.
    """
    with database.read() as conn:
        groups = [*_due(conn, now, default), *([] if stale is None else _stale(conn, now - stale))]
    done = 0
    for start in range(0, len(groups), _TOGETHER):
        with database.write() as conn:
            for group in groups[start : start + _TOGETHER]:
                done += _settle(conn, group, now, None if stale is None else now - stale)
    return done


def _due(conn: Connection, now: datetime, default: ZoneInfo) -> list[_Group]:
    since = func.min(_COLUMNS.owed, type_=_COLUMNS.owed.type).label("since")
    query = (
        select(_COLUMNS.chat_id, _COLUMNS.thread_id, _COLUMNS.every, since, *settings_columns())
        .join_from(deliveries, chats, chats.c.id == _COLUMNS.chat_id)
        .where(text(IS_WAITING))
        .group_by(_COLUMNS.chat_id, _COLUMNS.thread_id, _COLUMNS.every, chats.c.id)
    )
    found = []
    for row in conn.execute(query).mappings():
        settings = settings_of(row)
        if is_due(settings, row["every"], row["since"], now, zone_of(settings, default)):
            found.append(_Group(row["chat_id"], row["thread_id"], row["every"]))
    return found


def _stale(conn: Connection, before: datetime) -> list[_Group]:
    query = (
        select(_COLUMNS.chat_id, _COLUMNS.thread_id)
        .where(*_untried(before))
        .group_by(_COLUMNS.chat_id, _COLUMNS.thread_id)
        .having(func.count() > FEW)
    )
    return [_Group(row.chat_id, row.thread_id, "backlog") for row in conn.execute(query)]


def _settle(conn: Connection, group: _Group, now: datetime, stale: datetime | None) -> int:
    if group.every == "now":
        return release(conn, group.chat_id, now)
    if group.every == "backlog":
        assert stale is not None  # without it no group is one
        which = _untried(stale)
    else:
        which = (and_(text(IS_WAITING), _COLUMNS.every == group.every),)
    ours = (_COLUMNS.chat_id == group.chat_id, _COLUMNS.thread_id == group.thread_id)
    rows = conn.execute(select(_COLUMNS.id).where(*ours, *which)).scalars().all()
    letter = fold(conn, rows, group.every, now, chat_id=group.chat_id, thread_id=group.thread_id)
    return int(letter is not None)


def _untried(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Messages about stories that were owed before then, and have never been on the wire."""
    return (
        and_(text(IS_OWED), _COLUMNS.state == "pending"),
        _COLUMNS.tries == 0,
        _COLUMNS.story_id.is_not(None),
        _COLUMNS.owed < before,
    )
